"""The line under a page's question, written from the data at hand, and the plain choices behind it.

Sentences never rank what cannot be told apart: they say so, with the difference and its interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.formatting import NBSP, estimate, millions, percent, points, points_span, several
from dashboard.formatting import probability as p_value
from dashboard.store.ranking import Ranking
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.comparisons import LeaderboardView, LeadView

SIZES = {"any": None, "5m": 5_000_000, "1m": 1_000_000}
SIZE_WORDS = {"any": "Any size", "5m": "Up to 5 M", "1m": "Up to 1 M"}
SHOWN = {"best": "Best run only", "all": "All runs"}
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


def caution(found: LeaderboardView, rows: Sequence[CheckpointView]) -> str:
    """Say in a few words what a gap may come from, for who looks at the table only."""
    luck = "" if found.least is None else f"Gaps under {points(found.least)} may be luck."
    training = "A gap may come from the training, not the network." if len({row.recipe for row in rows}) > 1 else ""
    return f"{luck} {training}".strip()


def unshown(scored: Sequence[CheckpointView], placed: Sequence[CheckpointView]) -> str:
    """Say how one training a network was chosen; "" where there was nothing to choose."""
    hidden = len(scored) - len(placed)
    if not hidden:
        return ""
    more = "One more is" if hidden == 1 else f"{hidden} more are"
    return (
        f"Of each network the training that did best on validation faces, with its lowest seed; {more} behind "
        f"{SHOWN['all']}."
    )


def recipes(rows: Sequence[CheckpointView]) -> str:
    """Warn where rows differ in more than their network; empty where all were trained alike."""
    names = sorted({row.recipe for row in rows})
    if len(names) < 2:
        return ""
    return (
        f"These rows were trained under {len(names)} recipes ({', '.join(names)}): a gap may come from the training, "
        "not the network. Ablations compares rows of one recipe."
    )


def _protocol(row: CheckpointView) -> str:
    words = row.protocol or "the data set's own splits"
    return f"{words}, {percent(row.accuracy.value)}, which flatters on purpose" if row.is_leaky else words


def pareto_front(rows: Sequence[CheckpointView], cost: str) -> list[CheckpointView]:
    """Return the rows that no other beats in accuracy without costing more, cheapest first."""
    found: list[CheckpointView] = []
    for row in sorted(rows, key=lambda row: (getattr(row, cost), -row.accuracy.value)):
        if not found or row.accuracy.value > found[-1].accuracy.value:
            found.append(row)
    return found


def overview(rows: Sequence[CheckpointView], leads: Mapping[str, LeadView], cost: str) -> str:
    """Answer which network is worth its cost.

    Args:
        rows: scored checkpoints of one split, most accurate first, at least one.
        leads: by checkpoint, how far the best one is ahead of it; those that could be compared.
        cost: "macs" or "params".
    """
    best = rows[0]
    opening = f"**{best.network.title}** is the most accurate on {_where(best)}, {estimate(best.accuracy)}"
    if not leads:
        why = "there is nothing to compare it with yet" if len(rows) == 1 else "no other answers to the same faces"
        return f"{opening}; {why}."
    tied = [row for row in rows[1:] if row.name in leads and not leads[row.name].is_distinct]
    cheaper = [row for row in tied if getattr(row, cost) < getattr(best, cost)]
    if cheaper:
        return f"{opening}. {_cheaper(best, min(cheaper, key=lambda row: getattr(row, cost)), leads, cost)}"
    if tied:
        names = several([row.network.title for row in tied])
        return f"{opening}, with the fewest {COST_WORDS[cost]} of those that are too close to call ({names})."
    second = next(row for row in rows[1:] if row.name in leads)
    gap = leads[second.name].difference
    return (
        f"{opening}, ahead of {second.network.title} by {points(gap.value)} ({points_span(gap)}), and it costs "
        f"{millions(getattr(best, cost))} {COST_WORDS[cost]} against {millions(getattr(second, cost))}."
    )


def _where(row: CheckpointView) -> str:
    """The data set, with its protocol in brackets: "CK+, unseen subjects" becomes "CK+ (unseen subjects)"."""
    title, _, rest = row.protocol.partition(", ")
    return f"{title} ({rest})" if rest else row.protocol or row.data_title


def _cheaper(best: CheckpointView, row: CheckpointView, leads: Mapping[str, LeadView], cost: str) -> str:
    gap, share = leads[row.name].difference, getattr(row, cost) / getattr(best, cost)
    # An interval stands for its pair alone, so that it may lack 0 where all pairs together are no surprise.
    p = p_value(leads[row.name].p_holm)
    together = "" if gap.low <= 0 else f"; with all pairs tested together p{NBSP}={NBSP}{p}"
    return (
        f"**{row.network.title}** is too close to call ({points(gap.value)} behind, {points_span(gap)}{together}) and "
        f"needs {percent(share, 0)} of its {COST_WORDS[cost]}."
    )
