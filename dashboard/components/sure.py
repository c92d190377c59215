"""Faces of which a network is sure: wrong ones, and those on which people split."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import streamlit as st

from dashboard import services
from dashboard.components import cells
from dashboard.components.figures import palette
from dashboard.components.messages import note, plain
from dashboard.confidences import ReliabilityView, SureView, VotesView
from dashboard.wording import DASH, count, estimate, percent


def sure_table(name: str, heading: str, faces: Sequence[SureView]) -> None:
    """Show faces with what they are, what they were called and how surely; each leads to its cell."""
    st.markdown(f"##### {plain(heading)}")
    if not faces:
        note("There is none.")
        return
    pictures = services.face_pictures(name, faces)
    header = [("", "")] if pictures else []
    header += [("Row", ""), ("Is", ""), ("Called", ""), ("Confidence", "number"), ("People said", "")]
    body = [
        [
            *([cells.picture(pictures[face.row], f"The face, row {face.row}")] if pictures else []),
            cells.text(count(face.row), link=_cell_link(name, face)),
            cells.text(face.true),
            cells.text(face.called),
            cells.number(percent(face.confidence, 1)),
            cells.prose("", ", ".join(f"{who} {votes}" for who, votes in face.votes) or DASH),
        ]
        for face in faces
    ]
    cells.table(header, body, palette(), heading)


def _cell_link(name: str, face: SureView) -> str:
    return f"confusion?a={quote(name)}&cell={face.true}~{face.called}&row={face.row}"


def calibration_table(found: Sequence[tuple[str, ReliabilityView]]) -> None:
    """Show the sums of reliability diagrams, a named row each."""
    header = [
        ("", ""),
        ("Temperature", "number"),
        ("ECE", "number"),
        ("Overconfident by", "number"),
        ("Brier score", "number"),
        ("Log loss", "number"),
    ]
    body = [
        [
            cells.text(name),
            cells.number(f"{one.temperature:.2f}"),
            cells.number(percent(one.ece), f"chance gives up to {percent(one.ece_by_chance)}"),
            cells.number(percent(one.overconfidence)),
            cells.number(f"{one.brier.value:.3f}", f"{one.brier.low:.3f} to {one.brier.high:.3f}"),
            cells.number(f"{one.log_loss.value:.3f}", f"{one.log_loss.low:.3f} to {one.log_loss.high:.3f}"),
        ]
        for name, one in found
    ]
    cells.table(header, body, palette(), "Calibration before and after scaling by a temperature")
    note("Brier score: 0 at best, 2 at worst, over all expressions. Log loss in nats. Both with 95 % intervals.")


def votes_table(found: VotesView) -> None:
    """Show a network's agreement with ten annotators beside their agreement with each other."""
    header = [("", ""), ("", "number")]
    bits = found.kl_bits
    body = [
        [
            cells.text("Says what most people say", found.checkpoint.network.title),
            cells.number(estimate(found.network)),
        ],
        [cells.text("Says what most others say", "one of the ten people"), cells.number(estimate(found.person))],
        [cells.text("Share of the votes for its answer", "mean"), cells.number(estimate(found.agrees))],
        [
            cells.text("Distance from the votes", "Kullback-Leibler, bits a face"),
            cells.number(f"{bits.value:.2f}", f"{bits.low:.2f} to {bits.high:.2f}"),
        ],
    ]
    cells.table(header, body, palette(), "Agreement with people, and of people with each other")
