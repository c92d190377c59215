"""Everything known about one network, from its cards, claims and profile. No torch, no data set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from dashboard.formatting import machine
from dashboard.pages.network.views import DownloadView, PrintedView, RunView
from dashboard.plotting.export import rows_as_csv
from dashboard.store.checkpoints import card_of
from dashboard.store.claims import claim_row
from dashboard.store.costs import latency_of
from dashboard.store.logits import logits_of, split_logits
from dashboard.store.ranking import rankable
from dashboard.store.training_groups import runs_by_data
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.claims import ClaimRowView
from fer_core.checkpoints.card import FILE_NAME, Card
from fer_core.checkpoints.comparability import gate_start
from fer_core.checkpoints.history import HISTORY
from fer_core.checkpoints.logits import logits_path
from fer_core.checkpoints.weights import file_name as weights_name
from fer_core.data import DATASETS
from fer_core.evaluation.calibration import probabilities
from fer_core.evidence.claims import Number, claim_for, numbers_for, read_claims
from fer_core.report.citations import measurement_bibtex, paper_bibtex
from fer_core.report.model_card import model_card

# Fields of a recipe that a reader asks for first; all of them stand in the card.
SETTINGS = ("optimizer", "lr", "schedule", "batch_size", "label_smoothing", "teacher", "init_from", "precision")


def run_view(row: CheckpointView, rows: Sequence[CheckpointView]) -> RunView:
    """Return what is known of a checkpoint's network; `rows` are all checkpoints.

    Raises:
        FerError: if its card or the claims cannot be read.
    """
    card = card_of(row.name)
    return RunView(
        row=row,
        best=_best_beside(row, rows),
        claims=_claims(row, runs_by_data(rows, row.network.name)),
        printed=tuple(map(_printed, numbers_for(row.network.name))),
        latency=latency_of(row),
        weights_bytes=card.weights.bytes if card.weights else None,
        recipe=tuple(_recipe(card)),
        command=card.training.command,
    )


def _best_beside(row: CheckpointView, rows: Sequence[CheckpointView]) -> CheckpointView | None:
    """Return the most accurate checkpoint on the same faces; None where the row is not ranked, or stands alone."""
    ranked = rankable([run for run in rows if run.data == row.data]).rows
    if len(ranked) < 2 or row.name not in {run.name for run in ranked}:
        return None
    return max(ranked, key=lambda run: run.accuracy.value)


def _claims(chosen: CheckpointView, runs: Mapping[str, Sequence[CheckpointView]]) -> tuple[ClaimRowView, ...]:
    claims = sorted(
        (claim for claim in read_claims() if claim.network == chosen.network.name),
        key=lambda claim: claim.data != chosen.data,
    )
    return tuple(
        claim_row(claim, chosen if claim.data == chosen.data else next(iter(runs.get(claim.data, ())), None))
        for claim in claims
    )


def _printed(number: Number) -> PrintedView:
    title = DATASETS[number.data].title if number.data else ""
    return PrintedView(
        number.quantity,
        number.of,
        title,
        f"{number.printed} {number.unit}",
        f"{number.paper.short}, {number.where}.",
        number.note,
    )


def _recipe(card: Card) -> Iterable[tuple[str, str]]:
    training = card.training
    yield "recipe", training.recipe
    if card.runtime == "onnx":  # trained elsewhere, nobody knows how
        return
    yield "epochs", f"{training.epochs}, best {training.best_epoch}"
    yield "seed", str(training.seed)
    for key in SETTINGS:
        value = training.settings.get(key)
        if value not in (None, "", 0, False):
            yield key.replace("_", " "), str(value)
    if start := gate_start(card):
        yield "gate start", start
    if card.temperature:
        yield "temperature", f"{card.temperature:.2f}, fitted on validation"
    yield "training faces", f"{card.data.n_train:,} of {card.data.title}"
    if card.data.alignment:
        yield "their alignment", card.data.alignment
    yield "hours", f"{training.seconds / 3600:.1f} on {machine(training.device)}"


def downloads(name: str, address: str) -> tuple[DownloadView, ...]:
    """Return the files of a checkpoint; `address` is where its page can be opened, for its citation.

    Raises:
        CheckpointError: if its card cannot be read.
    """
    card = card_of(name)
    folder, split = Path(card.folder), card.headline_split
    files = [("Card", folder / FILE_NAME), ("Logits", logits_path(folder, split)), ("History", folder / HISTORY)]
    files = [("Weights", folder / weights_name(card)), *files] if card.weights else files
    stored = [
        DownloadView(title, f"{name}.{path.name}", "application/octet-stream", path.read_bytes)
        for title, path in files
        if path.is_file()
    ]
    made = (
        DownloadView("Answers as CSV", f"{name}.{split}.csv", "text/csv", partial(_answers_csv, card)),
        DownloadView("Model card", f"{name}.README.md", "text/markdown", lambda: model_card(card).encode()),
        DownloadView("BibTeX", f"{name}.bib", "text/plain", partial(_bibtex, card, address)),
    )
    return (*stored, *made)


def _answers_csv(card: Card) -> bytes:
    """Return one row per face: its number in the data set, label, answer and the softmax of the answer."""
    stored = logits_of(split_logits(card))
    shares, names = probabilities(stored.logits), card.expressions
    return rows_as_csv(
        [
            {
                "row": int(row),
                "true": names[label],
                "predicted": names[int(share.argmax())],
                **{f"p_{name}": float(probability) for name, probability in zip(names, share, strict=True)},
            }
            for row, label, share in zip(stored.rows, stored.labels, shares, strict=True)
        ]
    )


def _bibtex(card: Card, address: str) -> bytes:
    claim = claim_for(card.network.name, card.data.name) or next(
        (claim for claim in read_claims() if claim.network == card.network.name), None
    )
    cited = [paper_bibtex(f"{claim.paper.family}{claim.paper.year}", claim.paper)] if claim else []
    return "\n".join([*cited, measurement_bibtex(card, address)]).encode()
