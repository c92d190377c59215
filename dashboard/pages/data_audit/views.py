"""Rows of a data set's page: what it holds, what its audit found, and the effect on scores.

Frozen rows of plain numbers and words, as in `views`; shares are 0..1, rows count in the set's own file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.views.checkpoints import NetworkView
    from fer_core.evaluation.intervals import Estimate


@dataclass(frozen=True)
class LeakView:
    """`count` of the `n` pictures of `split` stand in `reference` too, `same_label` of them with their own label.

    `level` is "exact", pixel by pixel, or "near": mirrored, moved by a pixel or cut otherwise as well.
    """

    level: str
    split: str
    reference: tuple[str, ...]
    n: int
    count: int
    same_label: int


@dataclass(frozen=True)
class ProtocolView:
    """Who is trained on, chosen on and scored: pictures over all folds, and the hash of all their indices."""

    title: str
    about: str
    folds: int
    tested: int
    seed: int
    sha256: str
    is_leaky: bool


@dataclass(frozen=True)
class AuditView:
    """A set's holdings and what was looked for in it.

    `counts` has a row a split and one column per expression. `sequence_counts` has (subjects, sequences) an expression;
    None for photos. Of the `groups` of equal pictures, `pictures` in all, `across` reach over two splits and
    `conflicting` carry different labels. `near` are pairs by kind ("mirror", "shift", "similar").
    """

    data: str
    title: str
    terms: str
    n: int
    size_px: int
    is_colour: bool
    expressions: tuple[str, ...]
    splits: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    subjects: int | None
    sequences: int | None
    sequence_counts: tuple[tuple[int, int], ...] | None
    groups: int
    pictures: int
    across: int
    conflicting: int
    constant: int
    near: Mapping[str, int]
    near_about: str
    near_conflicting: int
    near_across: int
    near_across_subjects: int | None
    leaks: tuple[LeakView, ...]
    protocols: tuple[ProtocolView, ...]
    voted: tuple[str, ...]  # splits whose labels were compared with FER+'s votes

    def leak(self, level: str) -> LeakView | None:
        """Return what leaked from the first split into the last one; None for a set of one split."""
        leaks = [leak for leak in self.leaks if leak.level == level and leak.reference == self.splits[:1]]
        return leaks[-1] if leaks else None


@dataclass(frozen=True)
class AgreementView:
    """FER2013's labels (rows) against FER+'s plurality (columns) on one split, by `tie_rule`.

    `agree` counts pictures by that rule, `least` if a tie never agrees, `most` if any of the tied does. `shares` is how
    often each expression's faces have it as plurality; None where the split has no such face.
    """

    title: str
    split: str
    tie_rule: str
    expressions: tuple[str, ...]
    columns: tuple[str, ...]
    matrix: tuple[tuple[int, ...], ...]
    shares: tuple[Estimate | None, ...]
    n: int
    agree: int
    least: int
    most: int


@dataclass(frozen=True)
class NeighbourView:
    """Of the `n` tested frames: whose picture is the nearest among those that may be looked at."""

    n: int
    same_sequence: int
    same_subject: int
    other_face: int  # of the same subject, showing another expression


@dataclass(frozen=True)
class MethodView:
    """One method under each step of a fall, None where it was not run; `network` for a trained one."""

    title: str
    about: str
    network: NetworkView | None
    values: tuple[Estimate | None, ...]
    is_look_up: bool = False  # answers with the label of the nearest picture


@dataclass(frozen=True)
class ProtocolGapView:
    """The same methods under protocols that flatter less and less; `guess` is the share of the commonest expression."""

    title: str
    n: int
    subjects: int
    guess: float
    steps: tuple[str, ...]
    methods: tuple[MethodView, ...]
    neighbours: tuple[NeighbourView, ...]


@dataclass(frozen=True)
class FaceGroupView:
    """Pictures that belong together: their rows, what is known of them without looking, and why they are shown."""

    rows: tuple[int, ...]
    expressions: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class DuplicateImagesView:
    """Pictures by row as (PNG file, expression, split); without any, the sentence that says what is missing."""

    faces: Mapping[int, tuple[bytes, str, str]]
    problem: str
