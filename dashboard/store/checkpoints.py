"""Checkpoints and their scores, from their cards. No torch, no data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.store.costs import network_view
from dashboard.store.file_cache import cached_by_file
from dashboard.store.logits import split_logits, subjects_on
from dashboard.views.checkpoints import CheckpointView, ClaimView, ClassView, MatrixView
from fer_core.checkpoints import checkpoint_folders, default_selection
from fer_core.checkpoints.card import FILE_NAME, Card, read_card
from fer_core.data import DATASETS
from fer_core.errors import CheckpointError, FerError
from fer_core.evaluation.intervals import Estimate
from fer_core.evidence.claims import Claim, claim_for
from fer_core.paths import PROJECT, checkpoints_root
from fer_core.records import EstimateEntry


@dataclass(frozen=True)
class CheckpointList:
    """All finished checkpoints of `root`, by name, and a sentence for each that is damaged: one hides no good one."""

    root: Path
    checkpoints: tuple[CheckpointView, ...]
    problems: tuple[str, ...]


def load_checkpoints() -> CheckpointList:
    """Return what `checkpoints_root` holds at this moment, set by set in the order of `fer_core.data`, then by name.

    The pages open with the first set: FER2013, on which every paper's network stands. Cards that did not change are
    not read again.
    """
    root, rows, problems = checkpoints_root(PROJECT), [], []
    for folder in checkpoint_folders(root):
        try:
            rows.append(checkpoint_view(card_of(folder.name)))
        except CheckpointError as error:
            problems.append(str(error))
    order = {name: place for place, name in enumerate(DATASETS)}
    rows.sort(key=lambda row: (order.get(row.data, len(order)), row.name))
    return CheckpointList(root, tuple(rows), tuple(problems))


def matrix_view(name: str) -> MatrixView:
    """Return a checkpoint's confusion matrix on its headline split. Raises CheckpointError."""
    card = card_of(name)
    scores = card.headline_scores
    return MatrixView(
        checkpoint=checkpoint_view(card),
        expressions=card.expressions,
        counts=tuple(tuple(row) for row in scores.confusion),
        per_class=tuple(
            ClassView(row.expression, row.n, *map(_interval, (row.precision, row.recall, row.f1)))
            for row in scores.per_class
        ),
    )


def expressions_of(names: Sequence[str]) -> list[str]:
    """Return the expressions that any of the checkpoints knows, in the order of the first that knows each."""
    known = (card_of(name).expressions for name in names)
    return list(dict.fromkeys(expression for some in known for expression in some))


def first_choice(rows: Sequence[CheckpointView]) -> list[str]:
    """Return the checkpoints that pages which run networks open with; see `default_selection`."""
    return default_selection.default_selection([_candidate(row) for row in rows])


def _candidate(row: CheckpointView) -> default_selection.Candidate:
    return default_selection.Candidate(
        row.name, row.network.name, row.data, row.split, row.validation_accuracy, row.has_weights
    )


def card_of(name: str) -> Card:
    """Return a checkpoint's card by its name, which is its folder's and the card's own; read again only if it changed.

    Raises:
        CheckpointError: if there is none, it is damaged, or it is the card of another folder: a copy's numbers would
            stand in for the original's.
    """
    return _card(checkpoints_root(PROJECT) / name / FILE_NAME)


@cached_by_file(maxsize=256)
def _card(path: Path) -> Card:
    folder = path.parent.name
    try:
        folder.encode()
    except UnicodeEncodeError as error:
        shown = folder.encode(errors="backslashreplace").decode()
        raise CheckpointError(
            f"the folder {shown} has a name that is not UTF-8, so it is left out; rename it"
        ) from error
    return read_card(path.parent)


def checkpoint_view(card: Card) -> CheckpointView:
    """Return what the screen says of a checkpoint."""
    scores = card.headline_scores
    return CheckpointView(
        name=card.name,
        network=network_view(card.network.name),
        data=card.data.name,
        data_title=card.data.title,
        seed=str(card.training.seed),
        params=card.params,
        macs=card.macs,
        size_px=card.input.size_px,
        split=card.headline_split,
        n=scores.n,
        accuracy=_interval(scores.accuracy),
        macro_f1=_interval(scores.macro_f1),
        claim=_claim(card),
        schedule_note=card.training.schedule_note,
        recipe=card.training.recipe,
        limits=card.limits,
        protocol=card.protocol.title if card.protocol else "",
        is_leaky=bool(card.protocol and card.protocol.is_leaky),
        subjects=_subjects(card),
        weights=card.weights.dtype if card.weights else "",
        validation_accuracy=card.validation_accuracy,
        is_imported=card.runtime == "onnx",
    )


def _subjects(card: Card) -> int | None:
    try:
        return subjects_on(split_logits(card))
    except FerError:  # damaged answers are named where they are asked for; the card itself is whole
        return None


def _claim(card: Card) -> ClaimView | None:
    if card.claim is None:
        return None
    claim = card.claim
    claimed = _ledger_claim(card)
    return ClaimView(
        claim.accuracy,
        claim.data,
        claim.split,
        claim.source,
        claim.note,
        params=(claimed.params or card.params) if claimed else None,
        macs=claimed.cost if claimed else None,
    )


def _ledger_claim(card: Card) -> Claim | None:
    try:
        return claim_for(card.network.name, card.data.name)
    except FerError:  # named where claims are read; here it costs their marks in a chart
        return None


def _interval(entry: EstimateEntry) -> Estimate | None:
    return None if entry.value is None else Estimate(entry.value, entry.low, entry.high)
