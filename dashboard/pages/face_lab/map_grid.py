"""Networks x maps on one face: what each answers, where its own attention lies, where each method points.

The frame is drawn first and fills in place, the cheap maps of all networks before the dear ones of any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.pages.face_lab.map_scores import Scored, score_maps
from dashboard.pages.face_lab.panel_download import panel_files
from dashboard.pages.face_lab.text import judged, seen
from dashboard.plotting.probability_bars import probability_bars
from dashboard.store.predictions import (
    FIRST_METHODS,
    METHOD_TITLES,
    Answer,
    Map,
    Refusal,
    attention,
    explain_face,
    overlay,
    predict,
    shared_end,
)
from dashboard.ui.chart_panel import show
from dashboard.ui.messages import answer, note, shown_errors, small_heading
from dashboard.views.checkpoints import CheckpointView
from fer_core.explain.heatmap import most_telling
from fer_core.images.face_crop import CropSpec
from fer_core.report.explanations import NO_ATTENTION, PREDICTED, SCALE_WORDS, SIGNS, ExplanationRequest

GALLERY_COLUMNS = 3
SCALES = {"map": "Per map", "method": "Per method"}  # what shares a colour scale


@dataclass(frozen=True)
class Look:
    """What is looked at, and how.

    Args:
        target: an expression, or PREDICTED for each network's own answer.
        opacity: of the maps, 0..1.
        methods: columns, keys of services.METHODS.
        scale: a key of SCALES.
        is_scored: whether the maps are judged, which takes some seconds a network.
        truth: what the face shows, None if nobody knows.
    """

    photo: bytes
    face: CropSpec
    target: str
    opacity: float
    methods: tuple[str, ...] = FIRST_METHODS
    scale: str = "map"
    is_scored: bool = False
    truth: str | None = None

    @property
    def request(self) -> ExplanationRequest:
        """What of it does not depend on the face."""
        return ExplanationRequest(self.methods, self.target, self.opacity, self.scale, self.is_scored)


@dataclass(frozen=True)
class Job:
    """A checkpoint's row of the grid: its places, and the expression that is explained."""

    row: CheckpointView
    frame: list[DeltaGenerator]
    expression: str


def map_grid(rows: Sequence[CheckpointView], look: Look, sentence: DeltaGenerator) -> None:
    """Show a row a checkpoint; `sentence` is where the networks' answers are told in words."""
    progress = sentence.empty()
    frames = [_frame(len(look.methods)) for _ in rows]
    found = {}
    for number, (row, frame) in enumerate(zip(rows, frames, strict=True)):
        with progress:
            answer(f"Answer {number + 1} of {len(rows)}. The first one after a start loads PyTorch: some seconds.")
        with frame[0], shown_errors():
            found[row.name] = _answer(row, look)
    jobs = [
        Job(row, frame, explained_expression(found[row.name], look))
        for row, frame in zip(rows, frames, strict=True)
        if row.name in found
    ]
    with progress:
        answer(seen({job.row.network.title: (found[job.row.name].expression, found[job.row.name].top) for job in jobs}))
    for job in jobs:
        with job.frame[1], shown_errors():
            _own_attention(job.row, look)
    drawn = _methods(jobs, look)
    note(f"{SCALE_WORDS[look.scale]} {SIGNS}")
    files = st.container()
    if look.is_scored:
        score_maps(drawn, look.photo, look.face)
    if jobs:
        with files, shown_errors():  # last, when all that is on the panel is known
            panel_files([job.row.name for job in jobs], look.photo, look.face, look.request)


def explained_expression(given: Answer, look: Look) -> str:
    """Return whose logit is explained to a network that gave this answer."""
    return given.expression if look.target == PREDICTED else look.target


def _methods(jobs: Sequence[Job], look: Look) -> list[Scored]:
    waiting, drawn = st.empty(), []
    cheap_first = sorted(look.methods, key=list(METHOD_TITLES).index)
    for done, method in enumerate(cheap_first):
        place = look.methods.index(method)
        column: list[tuple[Job, Map | Refusal]] = []
        for number, job in enumerate(jobs):
            with waiting:
                answer(f"Map {done * len(jobs) + number + 1} of {len(jobs) * len(look.methods)}")
            with job.frame[2 + place], shown_errors():
                one = explain_face(job.row.name, look.photo, look.face, job.expression, method)
                column.append((job, one))
                if look.scale == "map":
                    draw_map(one, look)
        if look.scale == "method":
            _on_one_scale(column, place, look)
        drawn += [
            Scored(job.row, method, job.expression, job.frame[2 + place].empty())
            for job, one in column
            if isinstance(one, Map) and look.is_scored
        ]
    waiting.empty()
    return drawn


def _on_one_scale(column: Sequence[tuple[Job, Map | Refusal]], place: int, look: Look) -> None:
    maps = [one for _, one in column if isinstance(one, Map)]
    end = shared_end(maps) if maps else None
    for job, one in column:
        with job.frame[2 + place]:
            draw_map(one, look, end=end)


def _frame(methods: int) -> list[DeltaGenerator]:
    """Return places for the answer, the network's own attention and each method; on a phone two maps a line."""
    with st.container(border=True):
        answer, *places = _line()
        while len(places) < 1 + methods:
            places += _line()[1:]
    return [answer, *places]


def _line() -> list[DeltaGenerator]:
    first, *pairs = st.columns([1.5, 2, 2])
    return [first, *(place for pair in pairs for place in pair.columns(2, wrap=False))]


def _answer(row: CheckpointView, look: Look) -> Answer:
    answer(f"**{row.network.title}**")
    given = predict(row.name, look.photo, look.face)
    show(f"{row.name} answer", probability_bars, row.network, given.expressions, given.probabilities, heading=False)
    if look.truth is not None:
        note(judged(given.expression, look.truth, given.expressions))
    return given


def _own_attention(row: CheckpointView, look: Look) -> None:
    found = attention(row.name, look.photo, look.face)
    if not found:
        small_heading("Its own attention")
        note(NO_ATTENTION)
        return
    draw_map(most_telling(found), look, "Its own attention")
    if len(found) > 1:
        _gallery(row.name, found, look)


@st.fragment  # opening it must not draw the page again
def _gallery(name: str, found: Sequence[Map], look: Look) -> None:
    label = f"All {len(found)} modules"
    with st.popover(label, type="tertiary", key=f"{name} gates", on_change="rerun") as gallery:
        if not gallery.open:
            return
        for start in range(0, len(found), GALLERY_COLUMNS):
            columns = st.columns(GALLERY_COLUMNS)
            for column, one in zip(columns, found[start : start + GALLERY_COLUMNS], strict=False):
                with column:
                    draw_map(one, look)


def draw_map(shown: Map | Refusal, look: Look, title: str = "", end: float | None = None) -> None:
    """Draw one map over the face with its words, or why there is none; `end` is where a shared scale ends."""
    refused = isinstance(shown, Refusal)
    small_heading(title or shown.title, "" if refused else shown.detail)
    if refused:
        note(shown.reason)
        return
    st.image(
        overlay(look.photo, look.face, shown, look.opacity, end),
        width="stretch",
        alt=f"{shown.title} over the face",
    )
    note(f"{shown.title}. {shown.caption}" if title else shown.caption)
