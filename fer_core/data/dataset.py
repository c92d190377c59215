"""One type for every data set: images, what they show, and which split their owner put them in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from fer_core.errors import DataError


@dataclass(frozen=True, eq=False)
class FaceDataset:
    """Grey faces with one expression each, in their owner's order.

    Attributes:
        name: the data set's name in `DATASETS`.
        images: uint8 (N, H, W), 0 black to 255 white.
        labels: int64 (N,), index into `expressions`.
        split: str (N,), the owner's name of the split of each row.
        rows: int64 (N,), row of each image in the owner's file, 0 the first below the header.
        expressions: K names, in the set's own order.
        terms: licence or terms of use, one sentence.
        votes: float32 (N, K), share of the votes for each expression; None where a face has one label only.
    """

    name: str
    images: np.ndarray
    labels: np.ndarray
    split: np.ndarray
    rows: np.ndarray
    expressions: tuple[str, ...]
    terms: str
    votes: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def splits(self) -> tuple[str, ...]:
        """Names of the splits that have rows, in order of their first row."""
        names, first = np.unique(self.split, return_index=True)
        return tuple(str(name) for name in names[np.argsort(first)])

    def subset(self, split: str) -> FaceDataset:
        """Return the rows of one split, in order.

        Raises:
            DataError: if the set has no such split; the message names those it has.
        """
        if split not in self.splits:
            raise DataError(f"{self.name} as opened has no split {split!r}; it has {', '.join(self.splits) or 'none'}")
        return self.take(np.flatnonzero(self.split == split))

    def take(self, indices: np.ndarray) -> FaceDataset:
        """Return the rows at `indices` (int (M,), positions in this set), in that order."""
        return replace(
            self,
            images=self.images[indices],
            labels=self.labels[indices],
            split=self.split[indices],
            rows=self.rows[indices],
            votes=None if self.votes is None else self.votes[indices],
        )


@dataclass(frozen=True)
class DatasetInfo:
    """What is known of a data set before its files are opened.

    `train_split`, `validation_split` and `test_split` are the owner's names: choose on validation, score test once.
    `opener` takes the root folder and returns the whole set.
    """

    name: str
    title: str
    expressions: tuple[str, ...]
    terms: str
    train_split: str
    validation_split: str
    test_split: str
    opener: Callable[[Path], FaceDataset]
