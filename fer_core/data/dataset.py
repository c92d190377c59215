"""One type for every data set: images, what they show, and which split their owner put them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from fer_core import labels
from fer_core.errors import DataError

# The split of every row of a set whose owner made none.
NO_SPLIT = "All"


@dataclass(frozen=True, eq=False)
class FaceDataset:
    """Faces with one expression each, in their owner's order.

    Attributes:
        name: the data set's name in `DATASETS`.
        images: uint8, 0 black to 255 white; grey (N, H, W) or colour (N, H, W, 3) in red, green, blue.
        labels: int64 (N,), index into `expressions`.
        split: str (N,), the owner's name of the split of each row; `NO_SPLIT` where the owner made none.
        rows: int64 (N,), row of each image in the owner's file, 0 the first below the header.
        expressions: K names, in the set's own order.
        terms: licence or terms of use, one sentence.
        votes: float32 (N, K), share of the votes for each expression; None where a face has one label only.
        subjects: str (N,), who is seen; None where the set does not say.
        sequences: str (N,), the video sequence from which a frame was taken; None for single photos.
        roles: names of the splits that are trained on, chosen on and scored, where this edition has others than its
            owner's; None for those of `DatasetInfo`.
        notes: what was done to open it that its reader should know, one sentence each.
    """

    name: str
    images: np.ndarray
    labels: np.ndarray
    split: np.ndarray
    rows: np.ndarray
    expressions: tuple[str, ...]
    terms: str
    votes: np.ndarray | None = None
    subjects: np.ndarray | None = None
    sequences: np.ndarray | None = None
    roles: tuple[str, str, str] | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def splits(self) -> tuple[str, ...]:
        """Names of the splits that have rows, in order of their first row."""
        names, first = np.unique(self.split, return_index=True)
        return tuple(str(name) for name in names[np.argsort(first)])

    def subset(self, split: str | None) -> FaceDataset:
        """Return the rows of one split, in order.

        Raises:
            DataError: if the set has no such split; the message names those it has, or where to find others.
        """
        if split is None:
            raise DataError(
                f"{self.name} has no official split, so there is none to train or to be scored on; choose a protocol "
                "of fer_core.data.protocols, which says who is held out"
            )
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
            subjects=None if self.subjects is None else self.subjects[indices],
            sequences=None if self.sequences is None else self.sequences[indices],
        )

    def in_terms_of(self, expressions: Sequence[str]) -> FaceDataset:
        """Return the rows whose expression another order knows too, labelled in that order.

        So `ferplus` in terms of `labels.FER2013` is FER+ in seven classes: contempt falls away, votes are shared out
        anew among what is left.

        Raises:
            DataError: if no row is left, or fewer than two expressions are common.
        """
        common = labels.shared(self.expressions, expressions)
        to_other = np.array(
            [expressions.index(name) if name in common.expressions else -1 for name in self.expressions]
        )
        known = np.flatnonzero(to_other[self.labels] >= 0)
        if not known.size:
            raise DataError(f"no row of {self.name} shows any of {', '.join(expressions)}; choose other expressions")
        rows = self.take(known)
        votes = None if rows.votes is None else _moved(rows.votes, to_other, len(expressions))
        return replace(rows, labels=to_other[rows.labels], expressions=tuple(expressions), votes=votes)


def _moved(votes: np.ndarray, to_other: np.ndarray, size: int) -> np.ndarray:
    """Columns of votes (N, K) in another order (N, size); each row sums to 1 again, or to 0 if nothing is left."""
    moved = np.zeros((len(votes), size), np.float32)
    moved[:, to_other[to_other >= 0]] = votes[:, to_other >= 0]
    total = moved.sum(axis=1, keepdims=True)
    return np.divide(moved, total, out=moved, where=total > 0)


@dataclass(frozen=True)
class DatasetPaper:
    """Where a data set was published, as its owner wants it cited; `authors` as BibTeX has them."""

    key: str
    authors: str
    title: str
    venue: str
    year: int
    link: str


@dataclass(frozen=True)
class DatasetInfo:
    """What is known of a data set before its files are opened.

    `train_split`, `validation_split` and `test_split` are the owner's names: choose on validation, score test once.
    All three are None for a set without an official split, which is used through a protocol (see `protocols`).
    `alignment` says what its owner did so that eyes lie alike in all faces; nothing is done to them here.
    `opener` takes the root folder and returns the whole set. `page` is where its owner speaks of it; a person's own
    pictures have neither page nor paper.
    """

    name: str
    title: str
    expressions: tuple[str, ...]
    terms: str
    alignment: str
    train_split: str | None
    validation_split: str | None
    test_split: str | None
    opener: Callable[[Path], FaceDataset]
    page: str = ""
    paper: DatasetPaper | None = None

    @property
    def official_splits(self) -> tuple[str, str, str] | None:
        """The splits to train on, to choose on and to score once; None for a set that has none of its own."""
        if self.train_split is None or self.validation_split is None or self.test_split is None:
            return None
        return self.train_split, self.validation_split, self.test_split
