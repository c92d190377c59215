"""Precision, recall and F1 of every expression as dots with interval bars, for one checkpoint or two."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.formatting import estimate
from dashboard.plotting.chart import Chart, blank, measured, row_axis
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.theme import Palette, symbol
from dashboard.views.checkpoints import CheckpointView, ClassView, MatrixView, told_apart

ROW_PX, FRAME_PX = 42, 70
OFFSET = 0.16  # of a row, between two checkpoints

MEASURES = {
    "recall": "Recall: of the faces that are, how many were found",
    "precision": "Precision: of the faces called so, how many are",
    "f1": "F1: harmonic mean of the two",
}


def per_class_dots(matrices: Sequence[MatrixView], measure: str, *, palette: Palette) -> Chart:
    """Draw one measure (a key of MEASURES) of one or two checkpoints; the second is hollow."""
    expressions = matrices[0].expressions
    figure = blank(palette, FRAME_PX + ROW_PX * len(expressions))
    for place, matrix in enumerate(matrices):
        shift = 0.0 if len(matrices) == 1 else (2 * place - 1) * OFFSET
        figure.add_trace(_dots(matrix, measure, shift, place > 0, palette))
    figure.update_yaxes(**row_axis(expressions))
    figure.update_xaxes(range=[0, 103], title_text=f"{measure.replace('f1', 'F1')} (%)", dtick=20)
    first = matrices[0].checkpoint
    names = told_apart([matrix.checkpoint for matrix in matrices])
    marks = [f"{mark} {name}" for mark, name in zip(("Filled:", "hollow:"), names, strict=False)]
    who = f"{', '.join(marks)}. " if len(matrices) > 1 else ""
    return Chart(
        figure,
        title=MEASURES[measure],
        footer=who + measured(first, f"bars: {_bars(first)}"),
        alt=". ".join(_alt(matrix, measure) for matrix in matrices),
        table=tuple(_table_row(matrix, row, measure) for matrix in matrices for row in matrix.per_class),
    )


def _bars(row: CheckpointView) -> str:
    """An expression has too few people for a bootstrap; see fer_core.evaluation.clustered."""
    plain = "Wilson 95 % intervals"
    return plain if row.subjects is None else f"{plain} as if each person were one face"


def _dots(matrix: MatrixView, measure: str, shift: float, is_hollow: bool, palette: Palette) -> go.Scatter:
    known = [(i, getattr(row, measure)) for i, row in enumerate(matrix.per_class) if getattr(row, measure)]
    network = matrix.checkpoint.network
    colour = palette.family(network.family)
    return go.Scatter(
        x=[100 * value.value for _, value in known],
        y=[i + shift for i, _ in known],
        error_x=error_bars([value for _, value in known], colour),
        mode="markers",
        marker={
            "symbol": symbol(network.variant) + ("-open" if is_hollow else ""),
            "size": 10,
            "color": colour,
            "line": {"width": 2, "color": colour},
        },
        name=network.title,
        text=[f"{matrix.expressions[i]}: {estimate(value)}" for i, value in known],
        hovertemplate=f"<b>{network.title}</b><br>%{{text}}<extra></extra>",
    )


def _alt(matrix: MatrixView, measure: str) -> str:
    numbers = "; ".join(f"{row.expression} {estimate(getattr(row, measure))}" for row in matrix.per_class)
    return f"{measure} of {matrix.checkpoint.network.title}: {numbers}"


def _table_row(matrix: MatrixView, row: ClassView, measure: str) -> dict[str, object]:
    value = getattr(row, measure)
    return {
        "checkpoint": matrix.checkpoint.name,
        "expression": row.expression,
        "n": row.n,
        measure: value.value if value else None,
        "low": value.low if value else None,
        "high": value.high if value else None,
    }
