"""Random splits that are the same everywhere: an order drawn from names, not from a generator.

numpy does not promise that its generators draw the same in the next version, and a changed split changes every number
scored on it. So items are sorted by a hash of their name:

    order = sort by sha256("<seed> <name>")

A name keeps its place in that order when others are added or removed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from fer_core.data.dataset import FaceDataset
from fer_core.errors import DataError

LEAST_PEOPLE = 2  # held out: an interval over people needs two


def shuffled(names: Sequence[str], seed: int) -> np.ndarray:
    """Return the indices of `names` in a random order, int64 (N,); it depends on the names and the seed alone.

    Equal names keep the order in which they came.
    """
    digests = [hashlib.sha256(f"{seed} {name}".encode()).hexdigest() for name in names]
    return np.array(sorted(range(len(names)), key=digests.__getitem__), np.int64)


def kfold(groups: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """Deal groups to folds in turn, in a random order: group of each row (N,) -> fold of each row, int64 (N,).

    All rows of a group land in one fold, and the folds' numbers of groups differ by one at most.
    """
    names, group = np.unique(groups.astype(str), return_inverse=True)
    fold = np.empty(len(names), np.int64)
    fold[shuffled(names.tolist(), seed)] = np.arange(len(names)) % folds
    return fold[group]


def apart(faces: FaceDataset, share: float, seed: int = 0) -> np.ndarray:
    """Draw rows to hold out of a set, bool (N,): whole people where subjects are known, else `stratified_holdout`.

    Pictures are drawn by content: renaming one, or adding others, does not change where it goes.

    Raises:
        DataError: if too few people are seen to hold `LEAST_PEOPLE` out and keep one.
    """
    if faces.subjects is None:
        names = [hashlib.sha256(image.tobytes()).hexdigest() for image in faces.images]
        return stratified_holdout(faces.labels, names, share, seed)
    people = np.unique(faces.subjects)
    if len(people) <= LEAST_PEOPLE:
        raise DataError(
            f"{faces.name} has {len(people)} people to hold {LEAST_PEOPLE} out of, and somebody must be left; add "
            "pictures of others, or leave the column of people out"
        )
    order = people[shuffled(people.tolist(), seed)]
    return np.isin(faces.subjects, order[: max(LEAST_PEOPLE, round(share * len(people)))])


def held_out_note(count: int) -> str:
    """Say that a tenth of train is validation."""
    return f"validation is a tenth of train, the same share of each class, held out by name ({count:,} pictures)"


def stratified_holdout(labels: np.ndarray, names: Sequence[str], share: float, seed: int) -> np.ndarray:
    """Draw the same share of each class: labels (N,), names of the rows -> bool (N,), True where held out.

    Of a class with n rows round(share * n) are held out, at least one and never all of them unless it has only one,
    which stays.
    """
    is_held_out = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        count = min(max(1, round(share * len(rows))), len(rows) - 1)
        is_held_out[rows[shuffled([names[row] for row in rows.tolist()], seed)[:count]]] = True
    return is_held_out
