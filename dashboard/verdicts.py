"""What a page is told when it judges: faces behind a cell, curves, standings, pairs, calibration, votes.

Frozen rows of plain numbers and words, as in `views`; shares are 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.views import CheckpointView, Interval


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
class CurveView:
    """One expression against the rest for one checkpoint: points (x, y) from left to right, and the area below.

    `x` and `y` are recall and precision, or false and true positive rate; `chance` is what guessing reaches. Without
    faces of the expression there are no points and no area.
    """

    checkpoint: CheckpointView
    expression: str
    n: int
    x: tuple[float, ...]
    y: tuple[float, ...]
    area: Interval | None
    chance: float


@dataclass(frozen=True)
class ClassDifferenceView:
    """One expression's scores of a first checkpoint minus a second's, -1..1, on its `n` faces; None where undefined."""

    expression: str
    n: int
    recall: Interval | None
    precision: Interval | None
    f1: Interval | None


@dataclass(frozen=True)
class StandingView:
    """A checkpoint's row of the leaderboard, beyond its card; None where it cannot be had, with the reason elsewhere.

    `clean` is the accuracy without the `n_leaked` test faces that also stand in the training split. `seeds` are the
    accuracies of all checkpoints that differ from this one by their seed only, this one included.
    """

    checkpoint: CheckpointView
    clean: Interval | None
    n_leaked: int
    ece: float | None
    latency_ms: float | None
    seeds: tuple[float, ...]


@dataclass(frozen=True)
class StandingsView:
    """The leaderboard of one data set and split, the most accurate first.

    `ties` are names of checkpoints of which no two can be told apart (exact McNemar test, Holm over all `pairs`), runs
    of the ranking that may overlap. `discordance` is the median share of the `n` faces that exactly one of two has
    right; `least` the smallest difference that would then be significant, `least_together` with all pairs tested.
    """

    rows: tuple[StandingView, ...]
    ties: tuple[tuple[str, ...], ...]
    n: int
    pairs: int
    discordance: float | None
    least: float | None
    least_together: float | None
    problems: tuple[str, ...]


@dataclass(frozen=True)
class PairView:
    """Two checkpoints on the same faces: accuracy of `one` minus `other`, -1..1, with its paired interval.

    `only_one` and `only_other` count the faces that just one of them has right; `p` is exact McNemar's, `p_holm` the
    same adjusted for all pairs tested together; `is_distinct` says whether that is below 5 %.
    """

    one: CheckpointView
    other: CheckpointView
    difference: Interval
    only_one: int
    only_other: int
    p: float
    p_holm: float
    is_distinct: bool


@dataclass(frozen=True)
class PairsView:
    """All pairs of `checkpoints`, the most accurate first; in each pair `one` stands before `other`.

    `ties` are names of which no two can be told apart; `problems` say why a chosen checkpoint is not among them.
    """

    checkpoints: tuple[CheckpointView, ...]
    n: int
    pairs: tuple[PairView, ...]
    ties: tuple[tuple[str, ...], ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class BinView:
    """Faces of similar confidence: their number, mean confidence, accuracy, and the band of a calibrated network."""

    n: int
    confidence: float
    accuracy: Interval
    band_low: float
    band_high: float


@dataclass(frozen=True)
class ReliabilityView:
    """A reliability diagram with its sums, at one temperature.

    `ece_by_chance` is the 95 % quantile of what a calibrated network with these confidences would show; an `ece` below
    it is no finding. `overconfidence` is mean confidence minus accuracy. `brier` is 0..2, `log_loss` in nats.
    """

    checkpoint: CheckpointView
    temperature: float
    bins: tuple[BinView, ...]
    ece: float
    ece_by_chance: float
    overconfidence: float
    brier: Interval
    log_loss: Interval


@dataclass(frozen=True)
class RiskView:
    """Risk over coverage, from the surest faces to all, and a threshold chosen on validation and judged here.

    `coverage` and `risk` are the curve. `threshold` is None, and with it the rest, where no threshold kept the risk on
    the validation split; `reason` says so.
    """

    checkpoint: CheckpointView
    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    wanted: float
    threshold: float | None
    chosen_coverage: Interval | None
    chosen_risk: Interval | None
    reason: str


@dataclass(frozen=True)
class SureView:
    """A face answered with confidence: its row, label, answer, how sure the network was, and votes where known."""

    row: int
    true: str
    called: str
    confidence: float
    votes: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class EntropyView:
    """Faces on which people agree about equally: words for it, how many, the network's accuracy among them."""

    words: str
    n: int
    accuracy: Interval | None


@dataclass(frozen=True)
class VotesView:
    """A network beside ten annotators, on the `n` faces with at least one vote for an expression.

    `agrees` is the mean share of the votes that its answers get, `person` how often one annotator says what most of
    the others say, `network` how often the network says what most annotators say, `kl_bits` the mean distance of its
    probabilities from the votes. `split` are faces it is sure of while people split.
    """

    checkpoint: CheckpointView
    n: int
    network: Interval
    person: Interval
    agrees: Interval
    kl_bits: Interval
    by_entropy: tuple[EntropyView, ...]
    split: tuple[SureView, ...]


@dataclass(frozen=True)
class PlanePoint:
    """A test face in a plane: its row in the data set, its place, its true and its predicted expression."""

    row: int
    x: float
    y: float
    true: str
    called: str


@dataclass(frozen=True)
class PlaneView:
    """Where a network puts faces: `explained` are the shares of variance of the two principal components."""

    checkpoint: CheckpointView
    kind: str
    expressions: tuple[str, ...]
    explained: tuple[float, ...]
    size: int
    points: tuple[PlanePoint, ...]


@dataclass(frozen=True)
class SpreadView:
    """Distances of n faces in `size` features: within an expression, between expressions, and their ratio."""

    checkpoint: CheckpointView
    n: int
    size: int
    within: Interval
    between: Interval
    ratio: Interval
