"""A network's gates, stage by stage: what each does on this face, and what the network answers without them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from dashboard.formatting import DASH, correlation, percent
from dashboard.pages.face_lab.gate_charts import answers_without_gates, sorted_gates
from dashboard.pages.face_lab.gate_data import (
    CHANCE_OVERLAP,
    AttentionModule,
    answers_without_attention,
    attention_modules,
    gate_limits,
    part_overlays,
)
from dashboard.pages.face_lab.map_grid import Look, draw_map, explained_expression
from dashboard.pages.face_lab.score_text import without_gates
from dashboard.store.predictions import Answer, predict
from dashboard.ui.chart_panel import palette, show
from dashboard.ui.html_table import number, table, text
from dashboard.ui.messages import answer, heading, note, plain, shown_errors
from dashboard.ui.query_params import choose, segments
from dashboard.views.checkpoints import CheckpointView

NOBODY = "none"
PART_PX = 144  # three screen pixels for each of 48
PART_WORDS = {
    "channel": "The channels let through most, and least: strength of the features before the gate, all on one scale.",
    "branch": "Strength of each branch, both on one scale.",
}
NO_SATURATION = "The branches of a reverse fusion are features, not gates."
NOT_COMPARED = "One of the two maps is flat, or there is no Grad-CAM for this expression."


def attention_modules_section(rows: Sequence[CheckpointView], look: Look) -> None:
    """Let one of the checkpoints be chosen and show its attention modules; nothing is computed before."""
    heading("Gates, stage by stage")
    names = {row.name: row for row in rows}
    words = {NOBODY: "None", **{row.name: row.network.title for row in rows}}
    chosen = choose("Network", list(words), key="gates", words=words.get, width=320)
    if chosen == NOBODY:
        note("Choose a network to see what each of its gates lets through on this face.")
        return
    with shown_errors():
        _network(names[chosen], look)


def _network(row: CheckpointView, look: Look) -> None:
    given = predict(row.name, look.photo, look.face)
    expression = explained_expression(given, look)
    stages = attention_modules(row.name, look.photo, look.face, expression)
    if not stages:
        note(f"{row.network.title} has no attention modules and no reverse fusion.")
        return
    if any(stage.kind != "branch" for stage in stages):
        _without(row, given, look)
    _table(stages, expression)
    _stage(row, stages, look)


def _without(row: CheckpointView, gated: Answer, look: Look) -> None:
    ungated = answers_without_attention(row.name, look.photo, look.face)
    answer(without_gates(row.network.title, gated, ungated))
    show(
        "without-gates",
        answers_without_gates,
        row.network,
        gated.expressions,
        gated.probabilities,
        ungated.probabilities,
    )


def _table(stages: Sequence[AttentionModule], expression: str) -> None:
    header = [
        ("Module", ""),
        ("Lowest", "number"),
        ("Median", "number"),
        ("Highest", "number"),
        ("Shut or open", "number"),
        ("Rank correlation", "number"),
        ("Overlap", "number"),
    ]
    body = [_row(stage) for stage in stages]
    table(header, body, palette(), "Attention modules, their gates, and how far they agree with Grad-CAM")
    note(
        f"Rank correlation and overlap of the strongest fifths with Grad-CAM for {expression}; two unrelated maps "
        f"overlap by {CHANCE_OVERLAP:.2f}. For a reverse fusion: energy shares of the reverse branch."
    )


def _row(stage: AttentionModule) -> list[Markup]:
    return [
        text(stage.map.title, stage.name),
        *(number(f"{value:.2f}") for value in stage.spread),
        number(DASH if stage.saturation is None else percent(stage.saturation, 0), reason=NO_SATURATION),
        number(_signed(stage.correlation), reason=NOT_COMPARED),
        number(_signed(stage.overlap), reason=NOT_COMPARED),
    ]


def _signed(value: float | None) -> str:
    return DASH if value is None else correlation(value)


def _stage(row: CheckpointView, stages: Sequence[AttentionModule], look: Look) -> None:
    known = {stage.name: stage for stage in stages}
    words = {stage.name: stage.map.title for stage in stages}
    pick = segments if len(stages) <= 8 else choose
    stage = known[pick("Module", list(known), key="module", words=words.get)]
    picture, bars = st.columns([1, 2], gap="medium")
    with picture:
        draw_map(stage.map, look)
    with bars:
        limits = gate_limits()
        show("gate-values", sorted_gates, row.network, stage.map.title, stage.kind, stage.values, limits=limits)
    note(stage.map.detail)
    if stage.parts:
        _parts(stage, look)


def _parts(stage: AttentionModule, look: Look) -> None:
    pictures = part_overlays(look.photo, look.face, stage, look.opacity)
    with st.container(horizontal=True, gap="small"):
        for part, picture in zip(stage.parts, pictures, strict=True):
            st.image(picture, caption=plain(part.title), width=PART_PX, alt=f"{part.title} over the face")
    note(PART_WORDS[stage.kind])
