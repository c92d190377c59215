"""A network's gates, stage by stage: what each does on this face, and what the network answers without them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import charts, services
from dashboard.components import cells
from dashboard.components.figures import palette, show
from dashboard.components.links import choose, segments
from dashboard.components.maps import Look, draw_map, explained_expression
from dashboard.components.messages import note, shown_errors
from dashboard.judged import without_gates
from dashboard.views import CheckpointView
from dashboard.wording import DASH, correlation, percent

NOBODY = "none"
PART_PX = 144  # three screen pixels for each of 48
PART_WORDS = {
    "channel": "The channels let through most, and least: strength of the features before the gate, all on one scale.",
    "branch": "Strength of each branch, both on one scale.",
}
NO_SATURATION = "The branches of a reverse fusion are features, not gates."
NOT_COMPARED = "One of the two maps is flat, or there is no Grad-CAM for this expression."


def gate_stages(rows: Sequence[CheckpointView], look: Look) -> None:
    """Let one of the checkpoints be chosen and show its attention modules; nothing is computed before."""
    st.markdown("##### Gates, stage by stage")
    names = {row.name: row for row in rows}
    words = {NOBODY: "None", **{row.name: row.network.title for row in rows}}
    chosen = choose("Network", list(words), key="gates", words=words.get, width=320)
    if chosen == NOBODY:
        note("Choose a network to see what each of its gates lets through on this face.")
        return
    with shown_errors():
        _network(names[chosen], look)


def _network(row: CheckpointView, look: Look) -> None:
    answer = services.predict(row.name, look.photo, look.face)
    expression = explained_expression(answer, look)
    stages = services.stages(row.name, look.photo, look.face, expression)
    if not stages:
        note(f"{row.network.title} has no attention modules and no reverse fusion.")
        return
    if any(stage.kind != "branch" for stage in stages):
        _without(row, answer, look)
    _table(stages, expression)
    _stage(row, stages, look)


def _without(row: CheckpointView, gated: services.Answer, look: Look) -> None:
    ungated = services.without_gates(row.name, look.photo, look.face)
    st.markdown(without_gates(row.network.title, gated, ungated))
    show(
        "without-gates",
        charts.answers_without_gates,
        row.network,
        gated.expressions,
        gated.probabilities,
        ungated.probabilities,
    )


def _table(stages: Sequence[services.Stage], expression: str) -> None:
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
    cells.table(header, body, palette(), "Attention modules, their gates, and how far they agree with Grad-CAM")
    note(
        f"Rank correlation and overlap of the strongest fifths with Grad-CAM for {expression}; two unrelated maps "
        f"overlap by {services.CHANCE_OVERLAP:.2f}. For a reverse fusion: energy shares of the reverse branch."
    )


def _row(stage: services.Stage) -> list[str]:
    return [
        cells.text(stage.map.title, stage.name),
        *(cells.number(f"{value:.2f}") for value in stage.spread),
        cells.number(DASH if stage.saturation is None else percent(stage.saturation, 0), reason=NO_SATURATION),
        cells.number(_signed(stage.correlation), reason=NOT_COMPARED),
        cells.number(_signed(stage.overlap), reason=NOT_COMPARED),
    ]


def _signed(value: float | None) -> str:
    return DASH if value is None else correlation(value)


def _stage(row: CheckpointView, stages: Sequence[services.Stage], look: Look) -> None:
    known = {stage.name: stage for stage in stages}
    words = {stage.name: stage.map.title for stage in stages}
    pick = segments if len(stages) <= 8 else choose
    stage = known[pick("Module", list(known), key="stage", words=words.get)]
    picture, bars = st.columns([1, 2], gap="medium")
    with picture:
        draw_map(stage.map, look)
    with bars:
        limits = services.gate_limits()
        show("gate-values", charts.sorted_gates, row.network, stage.map.title, stage.kind, stage.values, limits=limits)
    note(stage.map.detail)
    if stage.parts:
        _parts(stage, look)


def _parts(stage: services.Stage, look: Look) -> None:
    pictures = services.part_overlays(look.photo, look.face, stage, look.opacity)
    with st.container(horizontal=True, gap="small"):
        for part, picture in zip(stage.parts, pictures, strict=True):
            st.image(picture, caption=part.title, width=PART_PX, alt=f"{part.title} over the face")
    note(PART_WORDS[stage.kind])
