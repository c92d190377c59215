"""Networks x maps on one face: what each answers, where its own attention lies, where each method points.

The frame is drawn first and fills in place, the cheap maps of all networks before the dear ones of any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import charts, services
from dashboard.answers import seen
from dashboard.components.figures import show
from dashboard.components.messages import note, plain, shown_errors
from dashboard.views import CheckpointView

PREDICTED = "predicted"
GALLERY_COLUMNS = 3
MAP_SCALES = (
    "Every map has a scale of its own, from nothing (dark blue) to its strongest (yellow). In integrated gradients "
    "orange speaks for the expression and blue against it. A map shows what moved this network, not what moves a face."
)
NO_ATTENTION = "It has no attention modules and no reverse fusion, so there is no map of its own."


@dataclass(frozen=True)
class Look:
    """What is looked at, and how: `target` is an expression, or PREDICTED for each network's own answer."""

    photo: bytes
    face: int | None
    target: str
    opacity: float


def map_grid(rows: Sequence[CheckpointView], look: Look, sentence: DeltaGenerator) -> None:
    """Show a row a checkpoint; `sentence` is where the networks' answers are told in words."""
    progress = sentence.empty()
    frames = [_frame() for _ in rows]
    found = {}
    for number, (row, frame) in enumerate(zip(rows, frames, strict=True)):
        progress.markdown(
            f"Answer {number + 1} of {len(rows)}. The first one after a start loads PyTorch: some seconds."
        )
        with frame[0], shown_errors():
            found[row.name] = _answer(row, look)
    jobs = [(row, frame, _expression(found[row.name], look)) for row, frame in zip(rows, frames, strict=True)
            if row.name in found]  # fmt: skip
    progress.markdown(seen({row.network.title: (found[row.name].expression, found[row.name].top) for row, *_ in jobs}))
    for row, frame, _ in jobs:
        with frame[1], shown_errors():
            _own_attention(row, look)
    _methods(jobs, look)


def _methods(jobs: Sequence[tuple[CheckpointView, list[DeltaGenerator], str]], look: Look) -> None:
    waiting = st.empty()
    for place, method in enumerate(services.METHODS):
        for number, (row, frame, expression) in enumerate(jobs):
            done = place * len(jobs) + number
            waiting.markdown(f"Map {done + 1} of {len(jobs) * len(services.METHODS)}")
            with frame[2 + place], shown_errors():
                _map(services.explain(row.name, look.photo, look.face, expression, method), look)
    waiting.empty()


def _expression(answer: services.Answer, look: Look) -> str:
    return answer.expression if look.target == PREDICTED else look.target


def _frame() -> list[DeltaGenerator]:
    """Return places for the answer, the network's own attention and each method; on a phone two maps a line."""
    with st.container(border=True):
        answer, *pairs = st.columns([1.5, 2, 2])
        places = [place for pair in pairs for place in pair.columns(2, wrap=False)]
    return [answer, *places]


def _answer(row: CheckpointView, look: Look) -> services.Answer:
    st.markdown(f"**{plain(row.network.title)}**")
    answer = services.predict(row.name, look.photo, look.face)
    build = charts.probability_bars
    show(f"{row.name} answer", build, row.network, answer.expressions, answer.probabilities, heading=False)
    return answer


def _own_attention(row: CheckpointView, look: Look) -> None:
    found = services.attention(row.name, look.photo, look.face)
    if not found:
        st.markdown("**Its own attention**")
        note(NO_ATTENTION)
        return
    _map(services.most_telling(found), look, "Its own attention")
    if len(found) > 1:
        _gallery(row.name, found, look)


@st.fragment  # opening it must not draw the page again
def _gallery(name: str, found: Sequence[services.Map], look: Look) -> None:
    label = f"All {len(found)} modules"
    with st.popover(label, type="tertiary", key=f"{name} gates", on_change="rerun") as gallery:
        if not gallery.open:
            return
        for start in range(0, len(found), GALLERY_COLUMNS):
            columns = st.columns(GALLERY_COLUMNS)
            for column, one in zip(columns, found[start : start + GALLERY_COLUMNS], strict=False):
                with column:
                    _map(one, look)


def _map(shown: services.Map | services.Refusal, look: Look, title: str = "") -> None:
    refused = isinstance(shown, services.Refusal)
    st.markdown(f":small[**{plain(title or shown.title)}**]", help=None if refused else plain(shown.detail) or None)
    if refused:
        note(shown.reason)
        return
    st.image(
        services.overlay(look.photo, look.face, shown, look.opacity),
        width="stretch",
        alt=f"{shown.title} over the face",
    )
    note(f"{shown.title}. {shown.caption}" if title else shown.caption)
