"""The leaderboard's order, and how its numbers were made."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashboard.formatting import IntervalLike, count, intervals
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.comparisons import LeaderboardRowView, LeaderboardView

COLUMNS = (
    "Seeds: mean and standard deviation over trainings that differ by their seed only. Without leaks: without test "
    "faces that are exact copies of training pictures. ECE: how far confidence is off, over 15 bins of equal numbers "
    "of faces. Single view. One multiply-add is one MAC. Point at a claim for its source and for what we shortened."
)
VERDICTS = (
    "The leader is who does best on validation faces among the networks that were trained alike: start (each from its "
    "own weights of one kind, with their normalisation), teacher, input, epochs, augmentation, weight precision. "
    "Verdicts are about it against each other one, over faces and seeds, all at 5 % together (Bonferroni); equivalent: "
    "two one-sided tests with a margin of ±1 point."
)

MOST_WITH_BARS = 14  # marks with an interval that a chart beside a table can hold


def _share(value: IntervalLike | None) -> float | None:
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


def ordered(view: LeaderboardView, by: str) -> list[LeaderboardRowView]:
    """Return the rows sorted by a key of SORTS, the best or the cheapest first, unknown ones last."""
    key = SORTS[by][1]
    return sorted(view.rows, key=lambda row: (key(row) is None, key(row) or 0.0))


def how_made(view: LeaderboardView) -> str:
    """Say how verdicts and intervals of the leaderboard were made."""
    if view.subjects is None:
        bars = "95 % intervals (Wilson; macro-F1: bootstrap)"
    else:
        bars = f"{intervals(view.subjects, '')} (bootstrap of {count(view.subjects)} whole people)"
    return f"{VERDICTS} ± and bars: {bars}. {COLUMNS}"


def standing_out(placed: Sequence[CheckpointView], front: Sequence[CheckpointView]) -> frozenset[str] | None:
    """Return the names of the rows that the chart draws with interval, claim and label; None for all of a few.

    Of many: the Pareto front, and of each family the network that bears its name, or else its smallest variant.
    """
    if len(placed) <= MOST_WITH_BARS:
        return None
    leading: dict[str, CheckpointView] = {}
    for row in sorted(placed, key=lambda row: (row.network.name != row.network.family, row.params)):
        leading.setdefault(row.network.family, row)
    return frozenset(row.name for row in [*front, *leading.values()])
