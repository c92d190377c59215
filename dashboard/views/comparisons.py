"""Rows of comparisons: faces behind a cell, pairs, the leaderboard, confident errors.

Frozen rows of plain numbers and words, as in `views`; shares are 0..1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.views.checkpoints import BesideClaimView, CheckpointView
    from fer_core.evaluation.intervals import Estimate
    from fer_core.evaluation.seeds import OverSeeds
    from fer_core.evaluation.verdict import PairVerdict

NOT_RANKED = "not ranked"


@dataclass(frozen=True)
class FaceView:
    """One face of a split and what one or two checkpoints answer to it.

    `row` counts in the data set's own file. `predicted` and `probabilities` have one entry per checkpoint;
    probabilities are in the order of the cell's expressions. `votes` are FER+ ballots, most first; empty where none are
    known.
    """

    row: int
    true: str
    predicted: tuple[str, ...]
    probabilities: tuple[tuple[float, ...], ...]
    votes: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class CellView:
    """The faces that are `true` and that `checkpoints` (one or two) predict to be `predicted`.

    `groups` holds the faces that each side puts there, the most confident first: of one checkpoint (all,); of two
    (both, only the first, only the second).
    """

    true: str
    predicted: str
    checkpoints: tuple[CheckpointView, ...]
    expressions: tuple[str, ...]
    groups: tuple[tuple[FaceView, ...], ...]

    @property
    def faces(self) -> tuple[FaceView, ...]:
        """All faces, group by group."""
        return tuple(face for group in self.groups for face in group)


@dataclass(frozen=True)
class PairView:
    """Two checkpoints' trainings on the same faces: the verdict, and in what else but the network they differ, "" for
    nothing.

    Pages never rank a pair that differs in more: its difference stands there with the reasons.
    """

    one: CheckpointView
    other: CheckpointView
    verdict: PairVerdict
    unequal: str

    @property
    def status(self) -> str:
        """What is known of the first, in a word or two."""
        return NOT_RANKED if self.unequal else str(self.verdict.verdict)

    @property
    def is_ranked(self) -> bool:
        """Whether one of the two is better, and nothing but the network (or the seed) differs."""
        return self.status in ("better", "worse")

    @property
    def alone(self) -> tuple[float, float]:
        """How many faces only the first, and only the second, has right, as means over their seeds."""
        verdict = self.verdict
        half, lead = verdict.n * verdict.discordance / 2, verdict.n * verdict.difference.numbers()[0] / 2
        return max(0.0, half + lead), max(0.0, half - lead)


@dataclass(frozen=True)
class PairsView:
    """All pairs of `checkpoints`, the most accurate first; in each pair `one` stands before `other`.

    `problems` say why a chosen checkpoint is not among them. `subjects` are the people on the n faces, where they were
    taken whole.
    """

    checkpoints: tuple[CheckpointView, ...]
    n: int
    pairs: tuple[PairView, ...]
    problems: tuple[str, ...]
    subjects: int | None


@dataclass(frozen=True)
class LeaderboardRowView:
    """A checkpoint's row of the leaderboard, beyond its card; None where it cannot be had, with the reason elsewhere.

    `clean` is the accuracy without the `n_leaked` test faces that also stand in the training split. `seeds` is the mean
    accuracy of all checkpoints that differ from this one by their seed only, this one included. `lead` is the verdict
    on the leader against this row, None for rows that the question is not about: then `no_lead` says why.
    `beside_paper` holds its training against its paper's claim.
    """

    checkpoint: CheckpointView
    clean: Estimate | None
    n_leaked: int
    ece: float | None
    latency_ms: float | None
    seeds: OverSeeds
    lead: PairView | None
    no_lead: str
    beside_paper: BesideClaimView


@dataclass(frozen=True)
class LeaderboardView:
    """The leaderboard of one data set and split, the most accurate first.

    `leads` answer whether the `leader`, whom validation faces prefer among the networks that were trained alike, is
    better than each other of them; which rows are shown does not change that. Without two such networks `leader` is the
    one that validation prefers of all, and `leads` are empty. `others` counts the networks that were trained otherwise;
    `times` are medians of milliseconds by checkpoint, at its own input size.
    """

    rows: tuple[LeaderboardRowView, ...]
    leader: CheckpointView
    leads: tuple[PairView, ...]
    others: int
    times: Mapping[str, float]
    problems: tuple[str, ...]
    subjects: int | None


@dataclass(frozen=True)
class ConfidentErrorsView:
    """A face answered with confidence: its row, label, answer, how sure the network was, and votes where known."""

    row: int
    true: str
    predicted: str
    confidence: float
    votes: tuple[tuple[str, int], ...]
