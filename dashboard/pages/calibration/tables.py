"""Faces of which a network is sure: wrong ones, and those on which people split."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from dashboard.formatting import DASH, NBSP, count, estimate, percent, signed
from dashboard.pages.calibration.views import ReliabilityView, VotesView
from dashboard.store.confusion_cells import face_images
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import number, picture, prose, table, text
from dashboard.ui.messages import heading, how_computed, note
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.comparisons import ConfidentErrorsView


def confident_errors_table(checkpoint: CheckpointView, title: str, faces: Sequence[ConfidentErrorsView]) -> None:
    """Show faces with what they are, what they were called and how surely; each leads to its cell."""
    heading(title)
    if not faces:
        note("No such faces.")
        return
    pictures = face_images(checkpoint.name, faces)
    header = [("", "")] if pictures else []
    header += [("Row", ""), ("Is", ""), ("Called", ""), ("Confidence", "number"), ("People said", "")]
    body = [
        [
            *([picture(pictures[face.row], f"The face, row {face.row}")] if pictures else []),
            text(count(face.row), link=_cell_link(checkpoint.name, face)),
            text(face.true),
            text(face.predicted),
            number(percent(face.confidence, 1)),
            prose("", ", ".join(f"{who} {votes}" for who, votes in face.votes) or DASH),
        ]
        for face in faces
    ]
    table(header, body, palette(), title, checkpoint)


def _cell_link(name: str, face: ConfidentErrorsView) -> str:
    return f"confusion?a={quote(name)}&cell={face.true}~{face.predicted}&row={face.row}"


def calibration_table(views: Sequence[tuple[str, ReliabilityView]]) -> None:
    """Show the sums of reliability diagrams, a named row each."""
    header = [
        ("", ""),
        ("ECE", "number"),
        ("Overconfident by", "number"),
        ("Brier score", "number"),
        ("Log loss", "number"),
    ]
    body = [
        [
            text(name, f"temperature {view.temperature:.2f}"),
            number(percent(view.ece), f"chance: {percent(view.ece_by_chance)}"),
            number(f"{signed(view.overconfidence)}{NBSP}points"),
            number(f"{view.brier.value:.3f}", f"{view.brier.low:.3f} to {view.brier.high:.3f}"),
            number(f"{view.log_loss.value:.3f}", f"{view.log_loss.low:.3f} to {view.log_loss.high:.3f}"),
        ]
        for name, view in views
    ]
    table(header, body, palette(), "Calibration before and after scaling by a temperature", views)
    with how_computed():
        note(
            "ECE: expected calibration error, over bins of equal numbers of faces; below it, what "
            "chance gives a calibrated network in 95 of 100 such samples at most. Brier score: 0 at best, 2 at worst, "
            "over all expressions. Log loss in nats. Both with 95 % intervals."
        )


def votes_table(view: VotesView) -> None:
    """Show a network's agreement with ten annotators beside their agreement with each other."""
    header = [("", ""), ("", "number")]
    bits = view.kl_bits
    body = [
        [
            text("Says what most people say", view.checkpoint.network.title),
            number(estimate(view.network)),
        ],
        [text("Says what most others say", "one of the ten people"), number(estimate(view.person))],
        [text("Share of the votes for its answer", "mean"), number(estimate(view.agrees))],
        [
            text("Distance from the votes", "Kullback-Leibler, bits a face"),
            number(f"{bits.value:.2f}", f"{bits.low:.2f} to {bits.high:.2f}"),
        ],
    ]
    table(header, body, palette(), "Agreement with people, and of people with each other", view)
