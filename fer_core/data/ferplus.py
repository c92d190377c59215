"""FER+: ten annotators' votes for each face of FER2013, eight expressions (Barsoum et al. 2016, arXiv:1608.01041).

The pixels are FER2013's; fer2013new.csv brings the votes, joined row by row where both agree (`ballots_of`). One label
comes from majority voting:

    v' = v where v > 1, else 0          single votes are outliers
    keep the row if max v' > sum v' / 2 and argmax v' is an expression

with unknown and NF (not a face) counted in the sum. Among the readings that we tried (with or without the outliers,
> or >=, unknown and NF in or out of the sum, any rule for ties) this is the only one that gives the training set of the
A-MobileNet paper class by class: 25,060 faces (angry 2,100, disgust 119, fear 532, happy 7,287, sad 3,014, surprise
3,149, neutral 8,740, contempt 119). It leaves 3,199 PublicTest faces, as in that paper, and 3,153 PrivateTest faces,
one more than the paper counts; the paper's own total, 31,412, is the sum with 3,153.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from fer_core import labels
from fer_core.data import fer2013, text_files
from fer_core.data.dataset import DatasetInfo, DatasetPaper, FaceDataset
from fer_core.errors import DataError

VOTE_COLUMNS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF")
COLUMNS = ("Usage", "Image name", *VOTE_COLUMNS)
VOTED = (*labels.FERPLUS, *VOTE_COLUMNS[len(labels.FERPLUS) :])
FILES = ("fer2013.csv", "fer2013new.csv")

# Faces that are compared together, and the least of them that say anything; shares of labels among the most voted.
BLOCK, LEAST_BLOCK = 200, 100
USUAL_AGREEMENT, LEAST_AGREEMENT = 0.65, 0.4

TERMS = (
    "FER+ votes are Microsoft's under the MIT licence; the pictures are FER2013's, for non-commercial research only "
    "and not ours to pass on."
)
PAPER = DatasetPaper(
    key="barsoum2016",
    authors="Barsoum, Emad and Zhang, Cha and Canton Ferrer, Cristian and Zhang, Zhengyou",
    title="Training Deep Networks for Facial Expression Recognition with Crowd-Sourced Label Distribution",
    venue="ACM International Conference on Multimodal Interaction",
    year=2016,
    link="https://arxiv.org/abs/1608.01041",
)
SOURCE = "Microsoft's FERPlus project on GitHub (microsoft/FERPlus)"


@dataclass(frozen=True, eq=False)
class Ballots:
    """The rows of fer2013new.csv: split str (N,), has_image bool (N,), votes int64 (N, 10) in `VOTE_COLUMNS` order."""

    split: np.ndarray
    has_image: np.ndarray
    votes: np.ndarray


def open_ferplus(root: Path) -> FaceDataset:
    """Open FER+ from root/fer2013: the faces on which more than half of the votes agree, with `votes`.

    Raises:
        DataError: if fer2013new.csv or fer2013.csv is missing or damaged, or their rows are not the same.
    """
    home = root / "fer2013"
    table = home / "fer2013new.csv"
    if not table.is_file():
        raise DataError(f"{table} is missing, so FER+ cannot be opened; get it from {SOURCE} and put it there")
    if not (home / "fer2013.csv").is_file():
        raise DataError(
            f"{home / 'fer2013.csv'} is missing, and FER+ has votes but no pixels of its own and joins them by its "
            f"rows; get it from {fer2013.SOURCE} and put it there"
        )
    faces = fer2013.open_fer2013(root)
    ballots = ballots_of(table, faces)
    winner = majority(ballots.votes)
    labelled = np.flatnonzero((winner >= 0) & ballots.has_image)
    return replace(
        faces.take(labelled),
        name="ferplus",
        labels=winner[labelled],
        expressions=labels.FERPLUS,
        terms=TERMS,
        votes=shares(ballots.votes[labelled]),
    )


def majority(votes: np.ndarray) -> np.ndarray:
    """Return the expression that more than half of the votes name: (N, 10) -> int64 (N,), -1 where there is none.

    Single votes are dropped first; a majority for unknown or NF is none (see the module's docstring for the source).
    """
    counted = np.where(votes > 1, votes, 0)
    winner = counted.argmax(axis=1)
    decided = 2 * counted.max(axis=1) > counted.sum(axis=1)
    return np.where(decided & (winner < len(labels.FERPLUS)), winner, -1)


def shares(votes: np.ndarray) -> np.ndarray:
    """Return each expression's share of the votes: (N, 10) -> float32 (N, 8), rows sum to 1.

    Single votes, unknown and NF are dropped first, as in `majority`; a row that has nothing left is all 0.
    """
    expressions = votes[:, : len(labels.FERPLUS)]
    counted = np.where(expressions > 1, expressions, 0)
    return (counted / np.maximum(counted.sum(axis=1, keepdims=True), 1)).astype(np.float32)


def ballots_of(path: Path, faces: FaceDataset) -> Ballots:
    """Read fer2013new.csv and check that its rows are those of FER2013 as opened from fer2013.csv.

    Votes have no pixels, so only what people saw says whether a row is of the face beside it: FER2013's own label is
    among the most voted of 65 % of the faces, of 56 % or more in any `BLOCK` of them, and of 18 % of shuffled ones.

    Raises:
        DataError: see `read_ballots`; or if the rows are not the same.
    """
    ballots = read_ballots(path)
    _check_same_rows(path, ballots, faces)
    _check_agreement(path, ballots, faces)
    return ballots


def read_ballots(path: Path) -> Ballots:
    """Read fer2013new.csv.

    Raises:
        DataError: if a column is missing or a row is incomplete; the message names the row.
    """
    splits, names, votes = [], [], []
    try:
        with text_files.opened(path) as file:
            rows = [row.fields for row in text_files.read_rows(file)]
    except (UnicodeError, csv.Error) as error:
        raise DataError(f"{path} is not a table of text ({error}); get fer2013new.csv again from {SOURCE}") from None
    _check_columns(path, rows[0] if rows else [])
    while not any(rows[-1]):  # blank lines at the end
        rows.pop()
    for row, fields in enumerate(rows[1:]):
        splits.append(fields[0] if fields else "")
        names.append(len(fields) > 1 and bool(fields[1]))
        votes.append(_parse_votes(path, row, fields))
    return Ballots(
        np.array(splits, str), np.array(names, bool), np.array(votes, np.int64).reshape(-1, len(VOTE_COLUMNS))
    )


def _check_columns(path: Path, columns: list[str]) -> None:
    if tuple(columns) != COLUMNS:
        raise DataError(
            f"{path} has the columns {', '.join(columns)[:120]!r} instead of {', '.join(COLUMNS)}; "
            f"get fer2013new.csv again from {SOURCE}"
        )


def _parse_votes(path: Path, row: int, fields: list[str]) -> list[int]:
    votes = fields[2:]
    if len(votes) == len(VOTE_COLUMNS) and all(vote.isascii() and vote.isdigit() for vote in votes):
        return [int(vote) for vote in votes]
    raise DataError(
        f"{path}, row {row} (line {row + 2}): the votes {','.join(votes)[:60]!r} are not {len(VOTE_COLUMNS)} whole "
        f"numbers; get fer2013new.csv again from {SOURCE}"
    )


def _check_same_rows(path: Path, ballots: Ballots, faces: FaceDataset) -> None:
    if len(ballots.split) != len(faces):
        raise DataError(
            f"{path} has {len(ballots.split):,} rows but fer2013.csv beside it has {len(faces):,}, and they are joined "
            f"row by row; get both in full, from {SOURCE} and {fer2013.SOURCE}"
        )
    if (different := np.flatnonzero(ballots.split != faces.split)).size:
        row = int(different[0])
        raise DataError(
            f"{path}, row {row}: Usage is {str(ballots.split[row])!r} but {str(faces.split[row])!r} in fer2013.csv "
            f"beside it, so the rows are not the same faces; get both in their owners' order, from {SOURCE} and "
            f"{fer2013.SOURCE}"
        )


def _check_agreement(path: Path, ballots: Ballots, faces: FaceDataset) -> None:
    column = np.array([VOTED.index(name) for name in faces.expressions])[faces.labels]
    votes = ballots.votes
    agrees = votes[np.arange(len(votes)), column] == votes.max(axis=1)
    for start in range(0, len(agrees), BLOCK):
        block = agrees[start : start + BLOCK]
        if len(block) >= LEAST_BLOCK and block.mean() < LEAST_AGREEMENT:
            raise DataError(
                f"{path}, rows {start:,} to {start + len(block) - 1:,}: the votes and the labels of fer2013.csv agree "
                f"on {block.mean():.0%} of these faces, where it is {USUAL_AGREEMENT:.0%} in the owners' files, so one "
                f"of them is in another order; get both in their owners' order, from {SOURCE} and {fer2013.SOURCE}"
            )


INFO = DatasetInfo(
    name="ferplus",
    title="FER+",
    expressions=labels.FERPLUS,
    terms=TERMS,
    alignment=fer2013.ALIGNMENT,
    train_split="Training",
    validation_split="PublicTest",
    test_split="PrivateTest",
    opener=open_ferplus,
    page="https://github.com/microsoft/FERPlus",
    paper=PAPER,
)
