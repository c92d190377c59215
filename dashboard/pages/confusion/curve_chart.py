"""Precision-recall and ROC curves of one expression against the rest, for one checkpoint or two."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.formatting import estimate
from dashboard.plotting.chart import Chart, blank, measured
from dashboard.plotting.theme import Palette
from dashboard.views.checkpoints import CheckpointView, told_apart
from dashboard.views.comparisons import CurveView

HEIGHT_PX = 380
MOST_POINTS = 400  # more are not seen on a screen

CURVES = {
    "pr": ("Precision over recall", "recall (%)", "precision (%)", "average precision"),
    "roc": ("Found over falsely called (ROC)", "false positive rate (%)", "true positive rate (%)", "area"),
}


def class_curve(curves: Sequence[CurveView], kind: str, *, palette: Palette) -> Chart:
    """Draw one expression's curve for one or two checkpoints, the second dashed; `kind` is a key of CURVES."""
    title, across, up, area = CURVES[kind]
    first = curves[0]
    figure = blank(palette, HEIGHT_PX)
    figure.add_trace(_chance(first, kind, palette))
    for place, curve in enumerate(curves):
        figure.add_trace(_line(curve, place > 0, palette))
    figure.update_xaxes(range=[0, 103], title_text=across, dtick=20)
    figure.update_yaxes(range=[0, 103], title_text=up, dtick=20)
    names = told_apart([curve.checkpoint for curve in curves])
    marks = [f"{mark} {name}, {area} {estimate(c.area)}"
             for mark, name, c in zip(("Solid:", "dashed:"), names, curves, strict=False)]  # fmt: skip
    row = first.checkpoint
    guess = f"Dotted: guessing. {first.n:,} of the faces are {first.expression}"
    return Chart(
        figure,
        title=f"{title}: {first.expression} against the rest",
        footer=f"{'; '.join(marks)}. {guess}. " + measured(row, f"{area} with its 95 % interval{_doubt(row)}."),
        alt=f"{title} of {first.expression}: "
        + "; ".join(f"{c.checkpoint.network.title} {area} {estimate(c.area)}" for c in curves),
        table=tuple(_row(c, kind, x, y) for c in curves for x, y in zip(c.x, c.y, strict=True)) or ({"n": 0},),
    )


def _doubt(row: CheckpointView) -> str:
    return "" if row.subjects is None else " as if faces counted singly, hence too narrow"


def _line(curve: CurveView, is_second: bool, palette: Palette) -> go.Scatter:
    step = max(1, len(curve.x) // MOST_POINTS)
    kept = sorted({*range(0, len(curve.x), step), len(curve.x) - 1}) if curve.x else []
    network = curve.checkpoint.network
    return go.Scatter(
        x=[100 * curve.x[i] for i in kept],
        y=[100 * curve.y[i] for i in kept],
        mode="lines",
        line={"color": palette.family(network.family), "width": 2, "dash": "dash" if is_second else "solid"},
        name=network.title,
        hovertemplate=f"<b>{network.title}</b><br>%{{x:.0f}} %, %{{y:.0f}} %<extra></extra>",
    )


def _chance(curve: CurveView, kind: str, palette: Palette) -> go.Scatter:
    ends = [100 * curve.chance] * 2 if kind == "pr" else [0, 100]
    line = {"color": palette.muted, "width": 1, "dash": "dot"}
    return go.Scatter(x=[0, 100], y=ends, mode="lines", line=line, name="guessing", hoverinfo="skip")


def _row(curve: CurveView, kind: str, x: float, y: float) -> dict[str, object]:
    names = ("recall", "precision") if kind == "pr" else ("false_positive_rate", "true_positive_rate")
    return {"checkpoint": curve.checkpoint.name, "expression": curve.expression, names[0]: x, names[1]: y}
