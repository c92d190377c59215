"""A network's gates, module by module: what each does on this face, and what the network answers without them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from dashboard.formatting import DASH, correlation, percent
from dashboard.pages.face_lab.data import Answer, predict
from dashboard.pages.face_lab.gate_charts import answers_without_gates, sorted_gates
from dashboard.pages.face_lab.gate_data import (
    AttentionModule,
    answer_without_attention,
    attention_modules,
    chance_overlap,
    gate_limits,
    part_overlays,
)
from dashboard.pages.face_lab.map_grid import draw_map
from dashboard.pages.face_lab.score_text import without_gates
from dashboard.pages.face_lab.views import FaceQuery
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


def attention_modules_section(rows: Sequence[CheckpointView], query: FaceQuery) -> None:
    """Let one of the checkpoints be chosen and show its attention modules; nothing is computed before."""
    heading("Gates, module by module")
    names = {row.name: row for row in rows}
    words = {NOBODY: "None", **{row.name: row.network.title for row in rows}}
    chosen = choose("Network", list(words), key="gates", words=words.__getitem__, width=320)
    if chosen == NOBODY:
        note("Choose a network to see what each of its gates lets through on this face.")
        return
    with shown_errors():
        _network(names[chosen], query)


def _network(row: CheckpointView, query: FaceQuery) -> None:
    predicted = predict(row.name, query.crop)
    expression = query.request.target_of(predicted.expression)
    modules = attention_modules(row.name, query.crop, expression)
    if not modules:
        note(f"{row.network.title} has no attention modules and no reverse fusion.")
        return
    if any(module.kind != "branch" for module in modules):
        _without(row, predicted, query)
    _table(row, modules, expression)
    _module(row, modules, query)


def _without(row: CheckpointView, gated: Answer, query: FaceQuery) -> None:
    ungated = answer_without_attention(row.name, query.crop)
    answer(without_gates(row.network.title, gated, ungated))
    show(
        "without-gates",
        answers_without_gates,
        row.network,
        gated.expressions,
        gated.probabilities,
        ungated.probabilities,
    )


def _table(row: CheckpointView, modules: Sequence[AttentionModule], expression: str) -> None:
    header = [
        ("Module", ""),
        ("Lowest", "number"),
        ("Median", "number"),
        ("Highest", "number"),
        ("Shut or open", "number"),
        ("Rank correlation", "number"),
        ("Overlap", "number"),
    ]
    body = [_row(module) for module in modules]
    table(header, body, palette(), "Attention modules, their gates, and how far they agree with Grad-CAM", row)
    note(
        f"Rank correlation and overlap of the strongest fifths with Grad-CAM for {expression}; two unrelated maps "
        f"overlap by {chance_overlap():.2f}. For a reverse fusion: energy shares of the reverse branch."
    )


def _row(module: AttentionModule) -> list[Markup]:
    return [
        text(module.map.title, module.name),
        *(number(f"{value:.2f}") for value in module.spread),
        number(DASH if module.saturation is None else percent(module.saturation, 0), reason=NO_SATURATION),
        number(_signed(module.correlation), reason=NOT_COMPARED),
        number(_signed(module.overlap), reason=NOT_COMPARED),
    ]


def _signed(value: float | None) -> str:
    return DASH if value is None else correlation(value)


def _module(row: CheckpointView, modules: Sequence[AttentionModule], query: FaceQuery) -> None:
    known = {module.name: module for module in modules}
    words = {module.name: module.map.title for module in modules}
    pick = segments if len(modules) <= 8 else choose
    module = known[pick("Module", list(known), key="module", words=words.__getitem__)]
    picture, bars = st.columns([1, 2], gap="medium")
    with picture:
        draw_map(module.map, row, query)
    with bars:
        limits = gate_limits()
        show("gate-values", sorted_gates, row.network, module.map.title, module.kind, module.values, limits=limits)
    note(module.map.detail)
    if module.parts:
        _parts(row, module, query)


def _parts(row: CheckpointView, module: AttentionModule, query: FaceQuery) -> None:
    pictures = part_overlays(query.crop, module, query.request.opacity)
    with st.container(horizontal=True, gap="small"):
        for part, picture in zip(module.parts, pictures, strict=True):
            alt = f"{part.title} over the face, {row.network.title}"
            st.image(picture, caption=plain(part.title), width=PART_PX, alt=alt)
    note(PART_WORDS[module.kind])
