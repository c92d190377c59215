"""FER+'s ballots for the validation and test faces of FER2013, in one small file of the repository.

The votes are Microsoft's under the MIT licence and may be passed on; the pictures are not and stay away. So what people
said of a face can be shown where no data set lies. `python -m fer_core.data.vote_table data` writes the file anew from
fer2013new.csv.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fer_core import files
from fer_core.data.ferplus import VOTE_COLUMNS, read_ballots
from fer_core.errors import DataError

PATH = Path(__file__).resolve().parents[2] / "evidence" / "ferplus-votes.csv.gz"
SPLITS = ("PublicTest", "PrivateTest")
COLUMNS = ("row", *VOTE_COLUMNS)
CREDIT = "# FER+ votes for FER2013, rows of fer2013new.csv. Copyright (c) Microsoft Corporation, MIT License"
REPAIR = "restore it from the repository, or write it anew with python -m fer_core.data.vote_table data"


@dataclass(frozen=True, eq=False)
class VoteTable:
    """Ballots: rows int64 (N,), ascending, as in fer2013.csv; counts int64 (N, 10) in `VOTE_COLUMNS` order."""

    rows: np.ndarray
    counts: np.ndarray


def write(source: Path, path: Path = PATH) -> VoteTable:
    """Write the ballots of `SPLITS` from fer2013new.csv; the same source gives the same bytes.

    Raises:
        DataError: if the source is damaged.
    """
    ballots = read_ballots(source)
    rows = np.flatnonzero(np.isin(ballots.split, SPLITS))
    text = io.StringIO()
    text.write(CREDIT + "\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row, *votes] for row, votes in zip(rows.tolist(), ballots.votes[rows].tolist(), strict=True))
    files.write(path, gzip.compress(text.getvalue().encode(), mtime=0))
    return VoteTable(rows, ballots.votes[rows])


def read(path: Path = PATH) -> VoteTable:
    """Read the ballots.

    Raises:
        DataError: if the file is missing, damaged or holds something else.
    """
    try:
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        table = list(csv.reader(line for line in lines if not line.startswith("#")))
        values = np.array(table[1:], np.int64)
    except FileNotFoundError:
        raise DataError(f"{path} is missing; {REPAIR}") from None
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise DataError(f"{path} is not a packed table of whole numbers ({error}); {REPAIR}") from error
    if not table or tuple(table[0]) != COLUMNS or values.ndim != 2 or (values < 0).any():
        raise DataError(f"{path} does not hold the columns {', '.join(COLUMNS)}; {REPAIR}")
    return VoteTable(values[:, 0], values[:, 1:])


if __name__ == "__main__":
    write(Path(sys.argv[1]) / "fer2013" / "fer2013new.csv")
