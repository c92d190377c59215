"""The faces behind a cell of a confusion matrix, from stored logits: row numbers, answers, votes. No data set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dashboard.store.annotator_votes import ballots, spoken
from dashboard.store.checkpoints import card_of, checkpoint_view
from dashboard.store.dataset_images import dataset_images
from dashboard.store.logits import SplitLogits, logits_of, split_logits
from dashboard.store.paired_differences import both_split_logits, paired_predictions
from dashboard.views.comparisons import CellView, ConfidentErrorsView, FaceView
from fer_core.errors import DataError
from fer_core.evaluation.calibration import probabilities
from fer_core.evaluation.confusion_difference import cell_faces


def confusion_cell(names: tuple[str, ...], true: str, predicted: str) -> CellView:
    """Return the faces that are `true` and that the checkpoints (one or two) call `predicted`.

    Raises:
        FerError: if the checkpoints do not answer to the same faces, logits are damaged or an expression is unknown.
    """
    cards = [card_of(name) for name in names]
    expressions = cards[0].expressions
    for expression in (true, predicted):
        if expression not in expressions:
            raise DataError(f"{names[0]} does not know “{expression}”; it knows {', '.join(expressions)}")
    splits = (split_logits(cards[0]),) if len(cards) == 1 else both_split_logits(*cards)
    labels, first, second = paired_predictions(splits[0], splits[-1])
    place = expressions.index(true), expressions.index(predicted)
    groups = cell_faces(labels, first, second, place)[: 1 if len(splits) == 1 else 3]
    return CellView(
        true=true,
        predicted=predicted,
        checkpoints=tuple(checkpoint_view(card) for card in cards),
        expressions=expressions,
        groups=tuple(_faces(splits, group, cards[0].data.name, expressions, place[1]) for group in groups),
    )


def cell_images(shown: CellView) -> dict[int, bytes] | None:
    """Return the cell's faces as PNG files, by row; None where the data set is not here."""
    return face_images(shown.checkpoints[0].name, shown.faces)


def face_images(name: str, faces: Sequence[FaceView | ConfidentErrorsView]) -> dict[int, bytes] | None:
    """Return faces that a checkpoint was scored on as PNG files, by row; None where the data set is not here."""
    card = card_of(name)
    rows = np.array([face.row for face in faces], dtype=np.int64)
    labels = np.array([card.expressions.index(face.true) for face in faces], dtype=np.int64)
    images = dataset_images(card.data.name, rows, labels, card.expressions)
    return None if images is None else dict(zip(rows.tolist(), images, strict=True))


def _faces(
    splits: tuple[SplitLogits, ...], positions: np.ndarray, data: str, expressions: tuple[str, ...], predicted: int
) -> tuple[FaceView, ...]:
    """Return faces at `positions` of the split, those whose first checkpoint is most confident of `predicted` first."""
    if not positions.size:
        return ()
    stored = [logits_of(logits) for logits in splits]
    shares = [probabilities(logits.logits[positions]) for logits in stored]
    labels, rows = stored[0].labels[positions], stored[0].rows[positions]
    counts = ballots(data, rows)
    order = np.argsort(-np.max([share[:, predicted] for share in shares], axis=0), kind="stable")
    return tuple(
        FaceView(
            row=int(rows[i]),
            true=expressions[labels[i]],
            predicted=tuple(expressions[int(logits.logits[positions[i]].argmax())] for logits in stored),
            probabilities=tuple(tuple(share[i].tolist()) for share in shares),
            votes=() if counts is None else spoken(counts[i]),
        )
        for i in order
    )
