"""How the folds of a protocol are drawn: each function here takes what it keeps apart and returns a `Draw`.

A draw depends on the data set, the seed and nothing else (see `deterministic_split`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from fer_core import labels
from fer_core.data import deterministic_split
from fer_core.data.audit.leaks import Copies, find_copies
from fer_core.data.dataset import FaceDataset
from fer_core.errors import DataError

ROLES = ("train", "validation", "test")
FER_SPLITS = ("Training", "PublicTest", "PrivateTest")
FOLDS = 10
HELD_OUT_SHARE, TEST_SHARE = 0.1, 0.2


@dataclass(frozen=True, eq=False)
class Fold:
    """Positions in the data set as opened, int64, ascending; no position has two roles. Validation may be empty."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray

    @property
    def fit(self) -> np.ndarray:
        """Train and validation together: for methods that choose nothing."""
        return np.sort(np.concatenate([self.train, self.validation]))

    def of(self, dataset: FaceDataset) -> FaceDataset:
        """Return the rows of this fold; their splits are called train, validation and test."""
        parts = [getattr(self, role) for role in ROLES]
        names = np.repeat(np.array(ROLES), [len(part) for part in parts])
        return replace(dataset.take(np.concatenate(parts)), split=names)


Draw = Callable[[FaceDataset, int, Copies | None], list[Fold]]


def without(fold: Fold, leaked: np.ndarray) -> Fold:
    """Return a fold whose test rows marked in `leaked` (bool (len(test),)) are left out."""
    return replace(fold, test=fold.test[~leaked])


def official(train: str, validation: str, test: str) -> Draw:
    """The owner's splits in their three roles."""
    return lambda dataset, seed, copies: [Fold(*(rows_of(dataset, split) for split in (train, validation, test)))]


def deduplicated(level: str) -> Draw:
    """FER2013's official splits, without the test pictures that have a copy of that level in train."""

    def draw(dataset: FaceDataset, seed: int, copies: Copies | None) -> list[Fold]:
        (fold,) = official(*FER_SPLITS)(dataset, seed, copies)
        copies = copies or find_copies(dataset.images, level)
        return [without(fold, copies.leaked(fold.test, fold.train, level))]

    return draw


def trained_without_copies(level: str) -> Draw:
    """FER2013's official splits, without the train pictures that are copies of that level of test ones."""

    def draw(dataset: FaceDataset, seed: int, copies: Copies | None) -> list[Fold]:
        (fold,) = official(*FER_SPLITS)(dataset, seed, copies)
        copies = copies or find_copies(dataset.images, level)
        return [replace(fold, train=fold.train[~copies.leaked(fold.train, fold.test, level)])]

    return draw


def tested_on(*splits: str) -> Draw:
    """Test on splits of which the official protocol makes another use; validation is drawn from Training."""

    def draw(dataset: FaceDataset, seed: int, copies: Copies | None) -> list[Fold]:
        train = rows_of(dataset, "Training")
        is_held_out = deterministic_split.stratified_holdout(
            dataset.labels[train], dataset.rows[train].astype(str).tolist(), HELD_OUT_SHARE, seed
        )
        test = np.sort(np.concatenate([rows_of(dataset, split) for split in splits]))
        return [Fold(train[~is_held_out], train[is_held_out], test)]

    return draw


def ten_folds(groups_of: Callable[[FaceDataset], np.ndarray]) -> Draw:
    """Ten folds of whole groups: each is test once and validation once, the other eight are train."""

    def draw(dataset: FaceDataset, seed: int, copies: Copies | None) -> list[Fold]:
        groups = groups_of(dataset)
        if (n_groups := len(np.unique(groups))) < FOLDS:
            raise DataError(
                f"{dataset.name} as opened has {n_groups} groups, too few for {FOLDS} folds; open the whole set"
            )
        fold = deterministic_split.kfold(groups, FOLDS, seed)
        # The fold before serves to choose, so that no epoch is ever chosen on the pictures that are scored.
        used = [(k, (k - 1) % FOLDS) for k in range(FOLDS)]
        return [
            Fold(*(np.flatnonzero(part) for part in ((fold != test) & (fold != chosen), fold == chosen, fold == test)))
            for test, chosen in used
        ]

    return draw


def apart(dataset: FaceDataset, seed: int, copies: Copies | None) -> list[Fold]:
    """A fifth is test and a tenth of the rest validation: see `deterministic_split.apart`."""
    is_test = deterministic_split.apart(dataset, TEST_SHARE, seed)
    rest = np.flatnonzero(~is_test)
    is_chosen_on = deterministic_split.apart(dataset.take(rest), HELD_OUT_SHARE, seed)
    return [Fold(rest[~is_chosen_on], rest[is_chosen_on], np.flatnonzero(is_test))]


def people_apart(dataset: FaceDataset, seed: int, copies: Copies | None) -> list[Fold]:
    """`apart`, for a set that says who is seen; DataError for one that does not."""
    subjects(dataset)
    return apart(dataset, seed, copies)


def subjects(dataset: FaceDataset) -> np.ndarray:
    """Who is seen in each row, str (N,); DataError for a set that does not say."""
    if dataset.subjects is None:
        remedy = (
            "add a column subject to own/labels.csv"
            if dataset.name == "own"
            else "use the 48 x 48 edition of CK+ (ckplus), whose file names do"
        )
        raise DataError(f"{dataset.name} does not say who is seen, so nobody can keep a subject out of train; {remedy}")
    return dataset.subjects


def sequences(dataset: FaceDataset) -> np.ndarray:
    """The sequence of each row, str (N,); DataError for a set that does not say."""
    subjects(dataset)
    if dataset.sequences is None:
        raise DataError(
            f"{dataset.name} does not say which frames are of one sequence; use ckplus, whose file names do"
        )
    return dataset.sequences


def frames(dataset: FaceDataset) -> np.ndarray:
    """Each frame by itself, named by its sequence and its place in it."""
    names = sequences(dataset)
    place = [int((names[:i] == name).sum()) for i, name in enumerate(names)]
    return np.array([f"{name} {number}" for name, number in zip(names, place, strict=True)])


# Test images of each class in the public code that the papers' 882 / 99 split comes from, in CK+48's names.
LINEAGE = dict(zip(labels.CKPLUS, (12, 6, 18, 9, 21, 9, 24), strict=True))


def lineage(dataset: FaceDataset, seed: int, copies: Copies | None) -> list[Fold]:
    """Its first fold: the first images of each class, by file name. It has no validation: the code chose on test."""
    classes = [np.flatnonzero(dataset.labels == code) for code in range(len(dataset.expressions))]
    first = [rows[: LINEAGE[name]] for rows, name in zip(classes, dataset.expressions, strict=True)]
    test = np.sort(np.concatenate(first))
    return [Fold(np.setdiff1d(np.arange(len(dataset)), test), np.zeros(0, np.int64), test)]


def rows_of(dataset: FaceDataset, split: str) -> np.ndarray:
    """Positions of a split, int64; DataError names the splits there are."""
    rows = np.flatnonzero(dataset.split == split)
    if not rows.size:
        dataset.subset(split)  # says which splits there are
    return rows
