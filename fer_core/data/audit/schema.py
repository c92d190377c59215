"""What evidence/audit-<set>.json holds: each part a record, with the counts that must agree. No torch."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from fer_core.data.entries import Expression, SplitName
from fer_core.images.preprocessing import MAX_SIZE_PX
from fer_core.records import (
    Count,
    EstimateEntry,
    Flag,
    Name,
    Number,
    Positive,
    Record,
    Sha256,
    Share,
    ShareEstimate,
    Text,
    Whole,
)

Row = Annotated[int, Strict(), Field(ge=0, le=10**8)]
Rows = Annotated[tuple[Row, ...], Field(max_length=10**6)]


class Leak(Record):
    """Rows of a split that stand in others too: `level` is exact or near, `reference` where they were looked for.

    n: rows of the split; same_label: how many of the `count` have a copy with their own label.
    """

    level: Literal["exact", "near"]
    split: SplitName
    reference: tuple[SplitName, ...]
    n: Count
    count: Count
    same_label: Count
    rows: Rows

    def contradictions(self) -> list[str]:
        """Counts that are not those of the rows."""
        problems = [] if self.count == len(self.rows) else [f"count is {self.count}, but rows has {len(self.rows)}"]
        if not self.same_label <= self.count <= self.n:
            problems.append(f"same_label, count, n are {self.same_label}, {self.count}, {self.n}; they must rise")
        return problems


class Draws(Record):
    """Accuracies over other draws of the same folds."""

    n: Positive
    low: Share
    median: Share
    high: Share


class Baseline(Record):
    """A method without a network under a protocol; the interval is over whole subjects."""

    protocol: Name
    method: Name
    title: Text
    about: Text
    n: Positive
    accuracy: ShareEstimate
    draws: Draws | None


class Neighbours(Record):
    """Whose is the nearest picture, in raw pixels, that a tested frame finds among those it may look at.

    other_face: of the same subject, showing another expression.
    """

    protocol: Name
    n: Positive
    same_sequence: Count
    same_subject: Count
    other_face: Count


class DrawnProtocol(Record):
    """A protocol as drawn: counts of rows a fold."""

    name: Name
    title: Text
    about: Text
    seed: Whole
    sha256: Sha256
    folds: Positive
    train: tuple[Count, ...]
    validation: tuple[Count, ...]
    test: tuple[Count, ...]
    is_leaky: Flag


class SplitAgreement(Record):
    """FER2013's labels against FER+'s votes on one split; `matrix` counts (expressions, columns)."""

    n: Positive
    agree_first: Count
    agree_any: Count
    agree_alone: Count
    matrix: tuple[tuple[Count, ...], ...]


class Agreement(Record):
    """FER2013's labels against FER+'s votes, by split."""

    tie_rule: Text
    expressions: tuple[Expression, ...]
    columns: tuple[Name, ...]
    splits: dict[SplitName, SplitAgreement]

    def contradictions(self) -> list[str]:
        """Matrices of another shape."""
        shape = [len(self.columns)] * len(self.expressions)
        return [
            f"splits.{split}.matrix must have {len(shape)} rows of {len(self.columns)} counts"
            for split, table in self.splits.items()
            if [len(row) for row in table.matrix] != shape
        ]


class LeakEffectEntry(Record):
    """What leaked rows are worth to one checkpoint, see `leak_effect`; `gain`: all rows minus without the leaked."""

    checkpoint: Name
    split: SplitName
    reference: tuple[SplitName, ...]
    level: Literal["exact", "near"]
    n: Count
    leaked: Count
    all_rows: ShareEstimate
    without_leaked: ShareEstimate
    on_leaked: ShareEstimate
    gain: EstimateEntry


class ExpressionSequences(Record):
    """Who shows an expression, in how many sequences."""

    subjects: Count
    sequences: Count


class NearestNeighbours(Record):
    """Of all frames: how many have their nearest other frame in the same sequence, and of the same subject."""

    n: Positive
    same_sequence: Count
    same_subject: Count


class ExactCopies(Record):
    """Pictures equal byte for byte; `conflicting` and `across_splits` are positions in `groups`.

    conflicts: of each conflicting group the expressions, picture by picture.
    """

    pictures: Count
    groups: tuple[Rows, ...]
    conflicting: tuple[Count, ...]
    conflicts: tuple[tuple[Expression, ...], ...]
    across_splits: tuple[Count, ...]

    def contradictions(self) -> list[str]:
        """Positions of no group."""
        n = len(self.groups)
        problems = [
            f"{name} names group {max(places)} of {n}"
            for name, places in (("conflicting", self.conflicting), ("across_splits", self.across_splits))
            if places and max(places) >= n
        ]
        if len(self.conflicts) != len(self.conflicting):
            problems.append(f"conflicts has {len(self.conflicts)} entries, conflicting {len(self.conflicting)}")
        return problems


class NearPair(Record):
    """Two pictures that are almost one."""

    rows: Annotated[tuple[Row, ...], Field(min_length=2, max_length=2)]
    kind: Literal["mirror", "shift", "similar"]
    cosine: Number


class NearCopies(Record):
    """Near-duplicates, and between what they lie."""

    about: Text
    threshold: Number
    pairs: Annotated[tuple[NearPair, ...], Field(max_length=10**6)]
    conflicting: Count
    across_splits: Count
    across_subjects: Count | None


class Audit(Record):
    """evidence/audit-<set>.json; `splits` counts pictures by split and expression."""

    format: Count
    data: Name
    title: Name
    terms: Text
    versions: dict[Name, Text]
    n: Positive
    size_px: Annotated[Positive, Field(le=MAX_SIZE_PX)]
    channels: Literal[1, 3]
    expressions: Annotated[tuple[Expression, ...], Field(min_length=1)]
    splits: dict[SplitName, dict[Expression, Count]]
    n_subjects: Positive | None
    n_sequences: Positive | None
    sequences: dict[Expression, ExpressionSequences] | None
    constant: Rows
    exact: ExactCopies
    near: NearCopies
    leaks: tuple[Leak, ...]
    protocols: tuple[DrawnProtocol, ...]
    agreement: Agreement | None
    nearest_neighbours: NearestNeighbours | None
    neighbours: tuple[Neighbours, ...]
    baselines: tuple[Baseline, ...]
    leak_effects: tuple[LeakEffectEntry, ...]

    def contradictions(self) -> list[str]:
        """Counts that do not add up, and expressions that are not the set's."""
        problems = []
        if (total := sum(sum(counts.values()) for counts in self.splits.values())) != self.n:
            problems.append(f"n is {self.n}, but splits count {total} pictures")
        known = set(self.expressions)
        for split, counts in self.splits.items():
            if set(counts) != known:
                problems.append(f"splits.{split} counts {', '.join(counts)}; it must count each of the expressions")
        if self.sequences is not None and set(self.sequences) != known:
            problems.append("sequences must have an entry for each of the expressions")
        return problems
