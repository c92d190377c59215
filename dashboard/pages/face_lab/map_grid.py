"""Networks x maps on one face: each network's answer, its own attention, and each method's map.

The frame is drawn first and fills in place, the cheap maps of all networks before the expensive ones of any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.pages.face_lab.data import (
    Answer,
    Map,
    Refusal,
    attention,
    explain_face,
    legend,
    method_titles,
    overlay,
    own_attention,
    predict,
    shared_end,
    strongest,
)
from dashboard.pages.face_lab.map_scores import ScoredMap, score_maps
from dashboard.pages.face_lab.panel_download import panel_files
from dashboard.pages.face_lab.text import correctness, predictions_sentence
from dashboard.pages.face_lab.views import FaceQuery
from dashboard.plotting.probability_bars import probability_bars
from dashboard.ui.chart_panel import show
from dashboard.ui.messages import answer, note, shown_errors, small_heading
from dashboard.views.checkpoints import CheckpointView

GALLERY_COLUMNS = 3
OWN_ATTENTION = "Its own attention"
SCALES = {"map": "Per map", "method": "Per method"}  # what shares a colour scale


@dataclass(frozen=True)
class Job:
    """A checkpoint's row of the grid: its places, and the expression to explain."""

    row: CheckpointView
    frame: list[DeltaGenerator]
    expression: str


def map_grid(rows: Sequence[CheckpointView], query: FaceQuery, sentence: DeltaGenerator, files: DeltaGenerator) -> None:
    """Show one row per checkpoint.

    Args:
        sentence: where the networks' predictions go in words.
        files: where the whole grid is offered as one file; above it, so that keyboard and phone reach it early.
    """
    jobs = _answers(rows, query, sentence)
    for job in jobs:
        with job.frame[1], shown_errors():
            _own_attention(job.row, query)
    drawn = _methods(jobs, query)
    note(legend(query.request.scale))
    if query.request.is_scored:
        score_maps(drawn, query.crop)
    if jobs:
        with files, shown_errors():  # last, once the panel's content is known
            panel_files([job.row for job in jobs], query)


def _answers(rows: Sequence[CheckpointView], query: FaceQuery, sentence: DeltaGenerator) -> list[Job]:
    """Show each network's answer and return the rows of those that could answer."""
    progress = sentence.empty()
    frames = [_frame(len(query.request.methods)) for _ in rows]
    jobs, answers = [], {}
    for number, (row, frame) in enumerate(zip(rows, frames, strict=True)):
        with progress:
            answer(f"Answer {number + 1} of {len(rows)}. The first one after a start loads PyTorch: some seconds.")
        with frame[0], shown_errors():
            predicted = _answer(row, query)
            jobs.append(Job(row, frame, query.request.target_of(predicted.expression)))
            answers[row.network.title] = (predicted.expression, predicted.top)
    with progress:
        answer(predictions_sentence(answers))
    return jobs


def _methods(jobs: Sequence[Job], query: FaceQuery) -> list[ScoredMap]:
    """Draw every method's maps, the cheap methods first, and return those to be scored."""
    waiting, methods, drawn = st.empty(), query.request.methods, []
    for done, method in enumerate(sorted(methods, key=list(method_titles()).index)):
        place = methods.index(method)
        column: list[tuple[Job, Map | Refusal]] = []
        for number, job in enumerate(jobs):
            with waiting:
                answer(f"Map {done * len(jobs) + number + 1} of {len(jobs) * len(methods)}")
            with job.frame[2 + place], shown_errors():
                shown = explain_face(job.row.name, query.crop, job.expression, method)
                column.append((job, shown))
                if query.request.scale == "map":
                    draw_map(shown, job.row, query)
        if query.request.scale == "method":
            _on_one_scale(column, place, query)
        drawn += [
            ScoredMap(job.row, method, job.expression, job.frame[2 + place].empty())
            for job, shown in column
            if isinstance(shown, Map) and query.request.is_scored
        ]
    waiting.empty()
    return drawn


def _on_one_scale(column: Sequence[tuple[Job, Map | Refusal]], place: int, query: FaceQuery) -> None:
    maps = [shown for _, shown in column if isinstance(shown, Map)]
    end = shared_end(maps) if maps else None
    for job, shown in column:
        with job.frame[2 + place]:
            draw_map(shown, job.row, query, end=end)


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


def _answer(row: CheckpointView, query: FaceQuery) -> Answer:
    answer(f"**{row.network.title}**")
    predicted = predict(row.name, query.crop)
    build = probability_bars
    show(f"{row.name} answer", build, row.network, predicted.expressions, predicted.probabilities, heading=False)
    if query.truth is not None:
        note(correctness(predicted.expression, query.truth, predicted.expressions))
    return predicted


def _own_attention(row: CheckpointView, query: FaceQuery) -> None:
    maps = attention(row.name, query.crop)
    draw_map(own_attention(maps), row, query, OWN_ATTENTION)
    if len(maps) > 1:
        _gallery(row, maps, query)


@st.fragment  # opening it must not draw the page again
def _gallery(row: CheckpointView, maps: Sequence[Map], query: FaceQuery) -> None:
    label = f"All {len(maps)} modules"
    with st.popover(label, type="tertiary", key=f"{row.name} gates", on_change="rerun") as gallery:
        if not gallery.open:
            return
        for start in range(0, len(maps), GALLERY_COLUMNS):
            columns = st.columns(GALLERY_COLUMNS)
            for column, shown in zip(columns, maps[start : start + GALLERY_COLUMNS], strict=False):
                with column:
                    draw_map(shown, row, query)


def draw_map(
    shown: Map | Refusal, row: CheckpointView, query: FaceQuery, title: str = "", end: float | None = None
) -> None:
    """Draw one map of a checkpoint with its caption, or why there is none; `end` is where a shared scale ends."""
    if isinstance(shown, Refusal):
        small_heading(title or shown.title, "")
        note(shown.reason)
        return
    small_heading(title or shown.title, shown.detail)
    st.image(
        overlay(query.crop, shown, query.request.opacity, end),
        width="stretch",
        alt=f"{shown.title} over the face, {row.network.title}: {strongest(shown)}.",
    )
    note(f"{shown.title}. {shown.caption}" if title else shown.caption)
