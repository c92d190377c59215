"""Trained on one set, tested on another: over the expressions that both have, mapped by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fer_core import labels
from fer_core.data import DATASETS
from fer_core.data.dataset import NO_SPLIT, FaceDataset
from fer_core.data.folds import rows_of
from fer_core.errors import DataError

# FER+ has FER2013's pictures: only rows of other splits are pictures that the other has not seen.
SAME_PICTURES = frozenset({"fer2013", "ferplus"})
UNSEEN = "PrivateTest"


@dataclass(frozen=True, eq=False)
class CrossDataset:
    """A network that was trained on one set is scored on rows of another.

    Attributes:
        trained_on: the set it was trained on.
        split: of the other set; `NO_SPLIT` for all its rows.
        shared: the network's order of expressions against the set's. The network's answers for expressions that are
            not shared are left out before the largest is taken.
        faces: what is scored; labels are indices into `shared.expressions`.
        left_out: faces of the split that show what the network does not know, by expression.
    """

    trained_on: str
    split: str
    shared: labels.Shared
    faces: FaceDataset
    left_out: dict[str, int]

    @property
    def name(self) -> str:
        """What its answers are stored under, such as "ckplus-All"."""
        return f"{self.faces.name}-{self.split}"

    @property
    def about(self) -> str:
        """What is scored, in one sentence."""
        return (
            f"Trained on {self.trained_on}, scored on {len(self.faces):,} faces of {self.faces.name} over "
            f"{', '.join(self.shared.expressions)}."
        )

    @property
    def mapping(self) -> tuple[str, ...]:
        """How labels are mapped, one line per expression of the set, and what of the network's answers is left out."""
        counts = np.bincount(self.faces.labels, minlength=len(self.shared.expressions)).tolist()
        lines = [f"{name}: {n:,} faces" for name, n in zip(self.shared.expressions, counts, strict=True)]
        lines += [f"{name}: {n:,} faces left out, the network does not know it" for name, n in self.left_out.items()]
        if self.shared.only_first:
            lines.append(f"answers left out, the set has none of it: {', '.join(self.shared.only_first)}")
        return tuple(lines)


def cross_dataset(
    trained_on: str, expressions: Sequence[str], tested_on: FaceDataset, split: str | None = None
) -> CrossDataset:
    """Plan a cross-set test.

    Args:
        trained_on: the set that the network was trained on; expressions: its order of them.
        tested_on: another set as opened.
        split: which split of it; `NO_SPLIT` for all rows, None for its test split, or all rows if it has no splits.

    Raises:
        DataError: if both are one set, FER2013 and FER+ are crossed outside PrivateTest, the split is unknown, or
            no row shows a shared expression.
    """
    if trained_on == tested_on.name:
        raise DataError(f"{trained_on} cannot be crossed with itself; choose another set, or one of its protocols")
    split = split or _test_split(tested_on)
    if {trained_on, tested_on.name} == SAME_PICTURES and split != UNSEEN:
        raise DataError(f"FER2013 and FER+ have the same pictures, so only {UNSEEN} is unseen; give {UNSEEN}")
    shared = labels.shared(expressions, tested_on.expressions)
    rows = tested_on if split == NO_SPLIT else tested_on.take(rows_of(tested_on, split))
    counts = np.bincount(rows.labels, minlength=len(rows.expressions)).tolist()
    left_out = {name: n for name, n in zip(rows.expressions, counts, strict=True) if n and name in shared.only_second}
    return CrossDataset(trained_on, split, shared, rows.in_terms_of(shared.expressions), left_out)


def _test_split(dataset: FaceDataset) -> str:
    official = dataset.roles[2] if dataset.roles else DATASETS[dataset.name].test_split
    if official:
        return official
    if len(dataset.splits) > 1:
        raise DataError(
            f"{dataset.name} has the splits {', '.join(dataset.splits)}; name the one to be scored on, or {NO_SPLIT}"
        )
    return dataset.splits[0]
