"""The rows of a batch against labels: the largest face of each labelled photo, over the expressions that both know.

Labels come from where own pictures have theirs (`data.own_layout`): class folders, split folders, or a table. As in
every scoring on another set, a network's answers for expressions that the labels never name are left out before the
largest is taken, and photos of an expression that it does not know are left out and counted. Photos without a row to
score (no face, unreadable) are counted, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fer_core import labels
from fer_core.batch.rows import FACE, NO_FACE, UNREADABLE, WHOLE, probability_column
from fer_core.checkpoints.card import Card
from fer_core.data.own_layout import Entry, read_layout
from fer_core.errors import ConfigError, DataError, printable
from fer_core.evaluation import Scores, score
from fer_core.evaluation.clustered import score_clustered

LABEL = "label"


@dataclass(frozen=True)
class PhotoLabels:
    """What photos show.

    Args:
        expressions, subjects: what is shown, and who is seen where that is known, by path as rows have it.
        order: all expressions that the labels name, also of photos that are not asked about: shares of a batch are
            scored alike.
        notes: how the labels were read.
    """

    expressions: dict[str, str]
    subjects: dict[str, str]
    order: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class NetworkScores:
    """One network's scores, and what was not scored: labelled photos by the reason.

    Args:
        expressions: over which it was scored, the order of `scores`.
    """

    network: str
    expressions: tuple[str, ...]
    scores: Scores
    left_out: dict[str, int]
    is_clustered: bool

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain JSON values."""
        return {
            "expressions": list(self.expressions),
            "left_out": self.left_out,
            "intervals": "over whole people" if self.is_clustered else "photos are independent",
            **self.scores.as_dict(),
        }


def read_labels(where: Path, photos: Sequence[Path]) -> PhotoLabels:
    """Read what photos show.

    Args:
        where: a folder of labelled pictures, or a table of them whose files lie beside or below it.

    Raises:
        ConfigError: if there is nothing there.
        DataError: if none of the photos is labelled; or see `own_layout.read_layout`.
    """
    if not where.exists():
        raise ConfigError(f"--labels {where} is missing; give a folder of class folders, or a table of file and label")
    layout = read_layout(where.parent, where) if where.is_file() else read_layout(where)
    known = {entry.path.resolve(): entry for entry in layout.used}
    labelled = {printable(str(path)): known[path.resolve()] for path in photos if path.resolve() in known}
    if not labelled:
        raise DataError(f"{where} labels none of the {len(photos):,} photos; name the folder that they lie in")
    return PhotoLabels(
        {path: _expression(entry) for path, entry in labelled.items()},
        {path: entry.subject for path, entry in labelled.items() if entry.subject},
        tuple(name for name in labels.EXPRESSIONS if any(entry.expression == name for entry in layout.used)),
        layout.notes,
    )


def _expression(entry: Entry) -> str:
    assert entry.expression is not None  # Layout.used holds no other
    return entry.expression


def label_column(table: pa.Table, known: PhotoLabels) -> pa.Array:
    """Return the label of each row's photo; null where it has none."""
    return pa.array([known.expressions.get(path) for path in table["path"].to_pylist()], pa.string())


class Scorer:
    """Rows in, a table at a time; scores out. It keeps one row of probabilities a labelled photo."""

    def __init__(self, cards: Sequence[Card], known: PhotoLabels):
        self._cards, self._known = cards, known
        self._paths: list[str] = []
        self._probabilities: dict[str, list[np.ndarray]] = {card.name: [] for card in cards}
        self._without_row: Counter[str] = Counter()

    def add(self, table: pa.Table) -> None:
        """Take the rows of labelled photos; of several faces the largest."""
        for row in table.to_pylist():
            if row["path"] not in self._known.expressions:
                continue
            if row["status"] in (NO_FACE, UNREADABLE):
                self._without_row[row["status"]] += 1
            elif row["status"] == WHOLE or (row["status"] == FACE and row["face"] == 1):
                self._paths.append(row["path"])
                for card in self._cards:
                    values = [row[probability_column(card.name, name)] for name in card.expressions]
                    self._probabilities[card.name].append(np.array(values, np.float32))

    def scores(self) -> list[NetworkScores]:
        """Score each network. Raises DataError if a network and the labels share fewer than two expressions."""
        if not self._paths:
            raise DataError("no labelled photo has a face to score; --whole takes whole pictures as faces")
        return [self._scored(card) for card in self._cards]

    def _scored(self, card: Card) -> NetworkScores:
        both = labels.shared(card.expressions, self._known.order)
        true = [self._known.expressions[path] for path in self._paths]
        scored = [i for i, name in enumerate(true) if name in both.expressions]
        if not scored:
            raise DataError(f"{card.name} knows none of the expressions that the found faces show; check the labels")
        columns = [card.expressions.index(name) for name in both.expressions]
        probabilities = np.stack(self._probabilities[card.name])[scored][:, columns]
        codes = np.array([both.expressions.index(true[i]) for i in scored], np.int64)
        unknown = Counter(f"{name}, which it does not know" for name in true if name not in both.expressions)
        people = [self._known.subjects.get(self._paths[i]) for i in scored]
        if is_clustered := None not in people and len(set(people)) > 1:
            _, clusters = np.unique(np.array(people, str), return_inverse=True)
            scores = score_clustered(probabilities, codes, both.expressions, clusters)
        else:
            scores = score(probabilities, codes, both.expressions)
        return NetworkScores(card.name, both.expressions, scores, {**self._without_row, **unknown}, is_clustered)
