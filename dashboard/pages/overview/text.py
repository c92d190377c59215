"""The line under a page's question, written from the data at hand, and the plain choices behind it.

Sentences rank only what the verdict ranks, and only networks that were trained alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dashboard.formatting import count, milliseconds, percent, score, several
from dashboard.store.ranking import Ranking
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.comparisons import LeaderboardView

SIZES = {"any": None, "5m": 5_000_000, "1m": 1_000_000}
SIZE_WORDS = {"any": "Any size", "5m": "Up to 5 M", "1m": "Up to 1 M"}
SHOWN = {"best": "Best run only", "all": "All runs"}
PROVEN = (("better", "better than"), ("worse", "worse than"), ("equivalent", "equivalent within ±1 point to"))
CLAIMS = "Grey italics are claims, not measurements."
NOTABLY = 0.95  # of the leader's cost; below, a network is worth naming
COST_WORDS = {"macs": "multiply-adds", "params": "parameters"}


def fitting(rows: Sequence[CheckpointView], data: str, size: str) -> list[CheckpointView]:
    """Return the rows of one data set and of at most SIZES[size] parameters, most accurate first, unscored last."""
    limit = SIZES[size]
    chosen = [row for row in rows if row.data == data and (limit is None or row.params <= limit)]
    return sorted(chosen, key=lambda row: (row.accuracy is None, -(row.accuracy.value if row.accuracy else 0)))


def elsewhere(rows: Sequence[CheckpointView], ranking: Ranking) -> str:
    """Say which rows are not in the ranking because they were scored otherwise, and how; "" if none."""
    first = ranking.rows[0]
    reasons = {
        f"not scored on {first.split}": [
            f"{row.network.title} ({row.split})"
            for row in rows
            if row.protocol == first.protocol and row not in ranking.rows and row.name not in ranking.left_out
        ],
        "scored on other faces or labels": [
            f"{row.network.title} {row.tag} ({ranking.left_out[row.name]})"
            for row in rows
            if row.name in ranking.left_out
        ],
        "scored under another protocol": [
            f"{row.network.title} ({_protocol(row)})" for row in rows if row.protocol != first.protocol
        ],
    }
    return " ".join(f"Not ranked, since {reason}: {several(names)}." for reason, names in reasons.items() if names)


def unshown(scored: Sequence[CheckpointView], placed: Sequence[CheckpointView]) -> str:
    """Say how one training a network was chosen; "" where there was nothing to choose."""
    hidden = len(scored) - len(placed)
    if not hidden:
        return ""
    more = "One more is" if hidden == 1 else f"{hidden} more are"
    return (
        f"Of each network the training that did best on validation faces, as the mean of its seeds; {more} behind "
        f"{SHOWN['all']}. A single run stands before several seeds only where it is ahead of their best."
    )


def _protocol(row: CheckpointView) -> str:
    name = row.protocol or "the data set's own splits"
    return f"{name}, {percent(row.accuracy.value)}, which flatters on purpose" if row.is_leaky else name


def preferred(small: CheckpointView | None, best: CheckpointView, leader: CheckpointView) -> str:
    """Say which weights validation faces prefer; "" where the leader of those trained alike is the one.

    Args:
        small, best: of `store.recommendation.recommended`.
    """
    if best.name == leader.name:
        return ""
    lean = f" and, up to 1 M parameters, {_with_score(small)}" if small and small.name != best.name else ""
    return f"Of all weights here, validation faces prefer {_with_score(best)}{lean}. Recipes differ: no design ranks."


def _with_score(row: CheckpointView) -> str:
    return f"**{row.network.title}** ({score(row.accuracy, row.seeds)})"


def overview(view: LeaderboardView, cost: str) -> str:
    """Answer which network is worth its cost: verdicts on the leader, and who is cheaper than it and not worse.

    Args:
        cost: "macs" or "params".
    """
    leader = view.leader
    title, scored = f"**{leader.network.title}**", f"{score(leader.accuracy, leader.seeds)} on {_where(leader)}"
    if not view.leads:
        why = (
            f"no other network was trained like it, so it is ranked against none of {count(view.others)}"
            if view.others
            else "there is nothing to compare it with yet"
        )
        return f"{title} is best on validation faces, with {scored}; {why}."
    opening = f"Of {len(view.leads) + 1} networks trained alike, {title} is best on validation faces, with {scored}."
    others = f" {count(view.others)} trained otherwise {'is' if view.others == 1 else 'are'} not ranked."
    return f"{opening} {_counted(view)}{_cheaper(view, cost)}{others if view.others else ''}"


def _where(row: CheckpointView) -> str:
    """The data set, with its protocol in brackets: "CK+, unseen subjects" becomes "CK+ (unseen subjects)"."""
    title, _, rest = row.protocol.partition(", ")
    return f"{title} ({rest})" if rest else row.protocol or row.data_title


def _counted(view: LeaderboardView) -> str:
    """Say of how many others the leader is known to be what: "It is better than 3; 4 are not resolved."."""
    numbers, is_one = Counter(lead.status for lead in view.leads), len(view.leads) == 1
    proven = [
        f"{relation} {'the other' if is_one else numbers[status]}" for status, relation in PROVEN if numbers[status]
    ]
    parts = [f"it is {several(proven)}"] if proven else []
    for status in ("not resolved", "not ranked"):
        if numbers[status]:
            who = "the other" if is_one else numbers[status]
            parts.append(f"{who} {'is' if numbers[status] == 1 else 'are'} {status}")
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _cheaper(view: LeaderboardView, cost: str) -> str:
    """Name the cheapest that the leader is not shown to be better than; with its time, since costs do not tell it."""
    leader = view.leader
    near = [lead for lead in view.leads if lead.status in ("worse", "equivalent", "not resolved")]
    cheaper = [lead for lead in near if getattr(lead.other, cost) < NOTABLY * getattr(leader, cost)]
    if not cheaper:
        return ""
    lead = min(cheaper, key=lambda lead: getattr(lead.other, cost))
    row, share = lead.other, getattr(lead.other, cost) / getattr(leader, cost)
    times = [view.times.get(checkpoint.name) for checkpoint in (row, leader)]
    took = "time not measured" if None in times else f"{milliseconds(times[0])} against {milliseconds(times[1])}"
    return f" **{row.network.title}** ({lead.status}) needs {percent(share, 0)} of its {COST_WORDS[cost]}, {took}."
