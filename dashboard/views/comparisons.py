"""What a page is told when it compares: faces behind a cell, curves, standings, pairs.

Frozen rows of plain numbers and words, as in `views`; shares are 0..1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView
    from fer_core.evaluation.intervals import Estimate
    from fer_core.evaluation.seeds import OverSeeds


@dataclass(frozen=True)
class FaceView:
    """One face of a split and what one or two checkpoints answer to it.

    `row` counts in the data set's own file. `called` and `probabilities` have an entry a checkpoint; probabilities are
    in the order of the cell's expressions. `votes` are FER+ ballots, most first; empty where none are known.
    """

    row: int
    true: str
    called: tuple[str, ...]
    probabilities: tuple[tuple[float, ...], ...]
    votes: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class CellView:
    """The faces that are `true` and that `checkpoints` (one or two) call `called`.

    `groups` holds the faces that each side puts there, the surest first: of one checkpoint (all,); of two (both, only
    the first, only the second).
    """

    true: str
    called: str
    checkpoints: tuple[CheckpointView, ...]
    expressions: tuple[str, ...]
    groups: tuple[tuple[FaceView, ...], ...]

    @property
    def faces(self) -> tuple[FaceView, ...]:
        """All faces, group by group."""
        return tuple(face for group in self.groups for face in group)


@dataclass(frozen=True)
class LeadView:
    """By how much the most accurate checkpoint leads another: paired difference, -1..1, and the test's verdict.

    `p_holm` and `is_distinct` as in `PairView`, with all pairs of the leaderboard tested together.
    """

    difference: Estimate
    p_holm: float
    is_distinct: bool


@dataclass(frozen=True)
class LeaderboardRowView:
    """A checkpoint's row of the leaderboard, beyond its card; None where it cannot be had, with the reason elsewhere.

    `clean` is the accuracy without the `n_leaked` test faces that also stand in the training split. `seeds` is the mean
    accuracy of all checkpoints that differ from this one by their seed only, this one included.
    """

    checkpoint: CheckpointView
    clean: Estimate | None
    n_leaked: int
    ece: float | None
    latency_ms: float | None
    seeds: OverSeeds


@dataclass(frozen=True)
class LeaderboardView:
    """The leaderboard of one data set and split, the most accurate first.

    `leads` say, by checkpoint, how far the first row is ahead of it; {} where it answers to no common faces.
    `ties` are names of checkpoints of which no two can be told apart (exact McNemar test, Holm over all `pairs`), runs
    of the ranking that may overlap; `distinct` counts the pairs that can be. `discordance` is the median share of the
    `n` faces that exactly one of two has right; `least` the smallest difference that would then be significant,
    `least_together` with all pairs tested; these two are None where the faces show the same `subjects` again and again,
    since then no formula gives them.
    """

    rows: tuple[LeaderboardRowView, ...]
    leads: Mapping[str, LeadView]
    ties: tuple[tuple[str, ...], ...]
    n: int
    pairs: int
    distinct: int
    discordance: float | None
    least: float | None
    least_together: float | None
    problems: tuple[str, ...]
    subjects: int | None


@dataclass(frozen=True)
class PairView:
    """Two checkpoints on the same faces: accuracy of `one` minus `other`, -1..1, with its paired interval.

    `only_one` and `only_other` count the faces that just one of them has right; `p` is exact McNemar's (the sign-flip
    test's where faces show the same people), `p_holm` the same adjusted for all pairs tested together; `is_distinct`
    says whether that is below 5 %.
    """

    one: CheckpointView
    other: CheckpointView
    difference: Estimate
    only_one: int
    only_other: int
    p: float
    p_holm: float
    is_distinct: bool


@dataclass(frozen=True)
class PairsView:
    """All pairs of `checkpoints`, the most accurate first; in each pair `one` stands before `other`.

    `ties` are names of which no two can be told apart; `problems` say why a chosen checkpoint is not among them.
    `subjects` are the people on the n faces, where they were tested whole.
    """

    checkpoints: tuple[CheckpointView, ...]
    n: int
    pairs: tuple[PairView, ...]
    ties: tuple[tuple[str, ...], ...]
    problems: tuple[str, ...]
    subjects: int | None


@dataclass(frozen=True)
class ConfidentErrorsView:
    """A face answered with confidence: its row, label, answer, how sure the network was, and votes where known."""

    row: int
    true: str
    called: str
    confidence: float
    votes: tuple[tuple[str, int], ...]
