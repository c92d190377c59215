"""What people said of a face: FER+'s ballots, from the small file of the repository. No data set is needed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dashboard.store.file_cache import cached_by_file
from fer_core.data import ferplus, vote_table
from fer_core.errors import DataError
from fer_core.labels import FERPLUS

VOTED = ("fer2013", "ferplus")  # data sets whose row numbers the ballots share

# Ballots call expressions by FER+'s own words; the screen uses one word for each everywhere.
NAMES = (*FERPLUS, *ferplus.VOTE_COLUMNS[len(FERPLUS) :])


def ballots(data: str, rows: np.ndarray) -> np.ndarray | None:
    """Return the ballots of data-set rows (N,), int (N, 10) in the order of NAMES; None where nobody voted.

    A missing file means no votes, since they are an extra to what pages show.
    """
    table = _table(vote_table.PATH) if data in VOTED else None
    if table is None or not np.isin(rows, table.rows).all():
        return None
    return table.counts[np.searchsorted(table.rows, rows)]


def spoken(counts: np.ndarray) -> tuple[tuple[str, int], ...]:
    """Return one face's ballots by name, most first, without those nobody gave."""
    order = np.argsort(-counts, kind="stable")
    return tuple((NAMES[place].lower() if NAMES[place] != "NF" else "no face", int(counts[place])) for place in order
                 if counts[place])  # fmt: skip


@cached_by_file(maxsize=2)
def _table(path: Path) -> vote_table.VoteTable | None:
    try:
        return vote_table.read(path)
    except DataError:
        return None
