"""The leaderboard's order, the brackets beside it, and what it says about differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dashboard.formatting import count, intervals, listed, pair_test, percent, points
from dashboard.views.comparisons import LeaderboardRowView, LeaderboardView

COLUMNS = (
    "Seeds: mean and standard deviation over trainings that differ by their seed only. Without leaks: without test "
    "faces that are exact copies of training pictures. ECE: how far confidence is off, over 15 bins of equal numbers "
    "of faces. Single view. One multiply-add is one MAC. Point at a claim for its source and for what we shortened."
)
MOST_TIES, MOST_NAMED = 3, 4  # groups that a sentence names, and members of each; beyond, the brackets tell

Lanes = tuple[tuple[str, str] | None, ...]  # bracket pieces of one row, a lane each: (kind, words), or nothing


def _share(value: object) -> float | None:
    return None if value is None else -value.value


# What the leaderboard can be sorted by: words, and a key whose smallest value comes first; None comes last.
SORTS: dict[str, tuple[str, Callable[[LeaderboardRowView], float | None]]] = {
    "accuracy": ("Accuracy", lambda row: _share(row.checkpoint.accuracy)),
    "clean": ("Accuracy without leaks", lambda row: _share(row.clean)),
    "macro_f1": ("Macro-F1", lambda row: _share(row.checkpoint.macro_f1)),
    "ece": ("Calibration error (ECE)", lambda row: row.ece),
    "params": ("Parameters", lambda row: row.checkpoint.params),
    "macs": ("MACs", lambda row: row.checkpoint.macs),
    "latency": ("Time", lambda row: row.latency_ms),
}


def sort_words(name: str) -> str:
    """Name what is sorted by."""
    return SORTS[name][0]


def ordered(found: LeaderboardView, by: str) -> list[LeaderboardRowView]:
    """Return the rows sorted by a key of SORTS, the best or the cheapest first, unknown ones last."""
    key = SORTS[by][1]
    return sorted(found.rows, key=lambda row: (key(row) is None, key(row) or 0.0))


def lanes(found: LeaderboardView, order: Sequence[LeaderboardRowView], by: str) -> list[Lanes]:
    """Return the brackets of the ties, a tuple of pieces a row; only the order of accuracy keeps ties together."""
    names = [row.checkpoint.name for row in order]
    ties = [tie for tie in found.ties if len(tie) > 1] if by == "accuracy" else []
    taken: list[list[tuple[str, str] | None]] = []  # lane -> row -> piece
    for tie in ties:
        titles = [row.checkpoint.network.title for row in order if row.checkpoint.name in tie]
        words = f"Too close to call: {', '.join(titles)}"
        rows = [names.index(name) for name in tie]
        lane = next((lane for lane in taken if not any(lane[min(rows) : max(rows) + 1])), None)
        if lane is None:
            lane = [None] * len(names)
            taken.append(lane)
        for row in range(min(rows), max(rows) + 1):
            kind = "start" if row == min(rows) else "end" if row == max(rows) else "through"
            lane[row] = (kind, words)
    return [tuple(lane[row] for lane in taken) for row in range(len(names))]


def real_differences(found: LeaderboardView, names: Mapping[str, str]) -> str:
    """Say which differences are real: how many pairs can be told apart, and who cannot; "" with fewer than two.

    Args:
        names: what to call each checkpoint.
    """
    if not found.pairs:
        return ""
    ties = [tie for tie in found.ties if len(tie) > 1]
    if found.pairs == 1:
        return "The difference between the two is real." if found.distinct else "The two are too close to call."
    if not ties:
        return f"All {count(found.pairs)} differences between two of them are real."
    opening = f"Of {count(found.pairs)} differences {count(found.distinct) if found.distinct else 'none'} "
    opening += "is real" if found.distinct <= 1 else "are real"
    if len(ties) > MOST_TIES or max(map(len, ties)) > MOST_NAMED:
        groups = "the group" if len(ties) == 1 else f"the {count(len(ties))} groups"
        return f"{opening}; brackets join {groups} that are too close to call."
    return f"{opening}; too close to call: {'; '.join(listed([names[name] for name in tie]) for tie in ties)}."


def how_made(found: LeaderboardView) -> str:
    """Say how brackets and intervals of the leaderboard were made."""
    if found.subjects is None:
        bars = "95 % intervals (Wilson; macro-F1: bootstrap)"
    else:
        bars = f"{intervals(found.subjects, '')} (bootstrap of {count(found.subjects)} whole people)"
    return (
        f"Brackets join rows that are too close to call ({pair_test(found.subjects)}, Holm over all pairs), in the "
        f"order of accuracy. ± and bars: {bars}. {COLUMNS}"
    )


def least_difference(found: LeaderboardView) -> str:
    """Say how far apart two networks must lie on these faces to be told apart; "" with fewer than two."""
    if found.discordance is None:
        return ""
    opening = f"Of two networks here, {percent(found.discordance, 0)} of the {count(found.n)} faces are right with one"
    if found.subjects is not None:
        return f"{opening} only (median of all pairs); the faces show {count(found.subjects)} people, who count whole."
    if found.least is None:
        return f"{opening} only: too few to show any difference between them."
    together = ""
    if found.pairs > 1 and found.least_together is not None:
        together = f", and {points(found.least_together)} when all {count(found.pairs)} pairs are tested together"
    return (
        f"{opening} only (median of all pairs); so a gap must be {points(found.least)} to be more than luck at 5 %"
        f"{together}."
    )
