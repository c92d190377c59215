"""What a page is given: frozen rows of plain numbers and words. `store` fills them, charts and tables read them.

Shares are 0..1 here; percent exists only on the screen. MACs count one multiply-add as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fer_core.evaluation.intervals import Estimate


@dataclass(frozen=True)
class ClaimView:
    """A paper's claimed accuracy, 0..1: on what, and where it is printed.

    `params` and `macs` are what the claim costs, at its own input size; None where the paper leaves that open.
    """

    accuracy: float
    data_title: str
    split: str
    source: str
    note: str
    params: int | None = None
    macs: int | None = None


@dataclass(frozen=True)
class BesideClaimView:
    """How a training stands beside its paper's claim: a difference with its interval, or why there is none.

    Without a claim there are no `words`. `deciding` is the weightiest reason in four words or so, "" if there is none.
    """

    words: str = ""
    deciding: str = ""

    @property
    def is_comparable(self) -> bool:
        """Whether there is a claim, and no reason that keeps the training from being held against it."""
        return bool(self.words) and not self.deciding


@dataclass(frozen=True)
class NetworkView:
    """A registered network's names on screen and its mark in charts."""

    name: str
    title: str
    family: str
    variant: int  # place within the family, in registry order; chooses the mark's shape


@dataclass(frozen=True)
class CheckpointView:
    """One checkpoint: what it is and what its card says of it; the scores are those of `split`, None where unknown.

    `protocol` is the title of the protocol that it was trained and scored under, "" for the data set's own splits;
    `is_leaky` marks one that flatters on purpose. `subjects` counts the people whom the n faces show, where intervals
    and tests take them whole; None where faces count singly. `weights` says in which types the weights lie in their
    file, "" where only the answers are here. `recipe` names how it was trained; trainings are chosen by their
    `validation_accuracy`. A row may stand for a training of several `seeds`: then `name` is the lowest seed's
    checkpoint, and accuracy, macro-F1 and validation accuracy are means, with intervals over faces and seeds.
    `is_imported` marks a network that was trained elsewhere: it has no course of training.
    """

    name: str
    network: NetworkView
    data: str
    data_title: str
    seed: str
    params: int
    macs: int
    size_px: int
    split: str
    n: int
    accuracy: Estimate | None
    macro_f1: Estimate | None
    claim: ClaimView | None
    schedule_note: str
    limits: str
    protocol: str = ""
    is_leaky: bool = False
    subjects: int | None = None
    weights: str = ""
    recipe: str = ""
    validation_accuracy: float | None = None
    is_imported: bool = False
    seeds: int = 1

    @property
    def scored_on(self) -> str:
        """What its scores are of: the protocol's test faces, or the owner's split, "FER2013 PrivateTest"."""
        return self.protocol or f"{self.data_title} {self.split}"

    @property
    def has_weights(self) -> bool:
        """Whether its weights are here; otherwise only its answers are."""
        return bool(self.weights)

    @property
    def tag(self) -> str:
        """What its name says beyond network and data: protocol, recipe, seed."""
        return self.name.partition(f".{self.data}-")[2]


def told_apart(rows: Sequence[CheckpointView]) -> list[str]:
    """Name checkpoints that stand side by side: their networks, and for one network twice what sets them apart."""
    titles = [row.network.title for row in rows]
    is_by_protocol = len({row.protocol for row in rows}) > 1
    ways = [row.protocol.partition(", ")[2] if is_by_protocol else row.tag for row in rows]
    return [
        f"{title}, {way}" if way and titles.count(title) > 1 else title for title, way in zip(titles, ways, strict=True)
    ]


@dataclass(frozen=True)
class ClassView:
    """One expression's scores; None where nothing was there to estimate from."""

    expression: str
    n: int
    precision: Estimate | None
    recall: Estimate | None
    f1: Estimate | None


@dataclass(frozen=True)
class MatrixView:
    """A confusion matrix: counts (K rows of K), rows are the true expression."""

    checkpoint: CheckpointView
    expressions: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    per_class: tuple[ClassView, ...]

    @property
    def n(self) -> int:
        """Number of faces in the matrix."""
        return sum(map(sum, self.counts))

    def shares(self, view: str) -> list[list[float]]:
        """Return the matrix as shares of its rows, of its columns, or of all faces (`counts`); an empty sum gives 0."""
        rows = [sum(row) for row in self.counts]
        columns = [sum(column) for column in zip(*self.counts, strict=True)]
        total = {"rows": lambda i, j: rows[i], "columns": lambda i, j: columns[j], "counts": lambda i, j: self.n}[view]
        return [[k / max(1, total(i, j)) for j, k in enumerate(row)] for i, row in enumerate(self.counts)]


@dataclass(frozen=True)
class DifferenceView:
    """A minus B on the same faces: `shares` (K rows of K) of the true expression's faces, -1..1.

    `low` and `high` are the ends of their 95 % intervals, None in a row without faces. `is_distinct` says which cells
    differ by more than chance: exact McNemar over the faces (sign flips where they show the same people), Holm over all
    cells.
    """

    one: CheckpointView
    other: CheckpointView
    expressions: tuple[str, ...]
    n: int
    shares: tuple[tuple[float, ...], ...]
    counts: tuple[tuple[int, ...], ...]
    is_distinct: tuple[tuple[bool, ...], ...]
    low: tuple[tuple[float | None, ...], ...]
    high: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True)
class StageView:
    """One stage of a network, in forward order; `module` is its path in the network."""

    name: str
    params: int
    macs: int
    module: str


@dataclass(frozen=True)
class LatencyView:
    """Milliseconds for one face: median and quartiles, and where they were measured."""

    median_ms: float
    q1_ms: float
    q3_ms: float
    stamp: str


@dataclass(frozen=True)
class CostView:
    """What a registered network costs at `size_px`, trained or not."""

    network: NetworkView
    size_px: int
    params: int
    macs: int
    latency: LatencyView | None
    stages: tuple[StageView, ...]
