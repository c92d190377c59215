"""Precision-recall and ROC curves of one expression against the rest, for one checkpoint or two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboard.formatting import estimate
from dashboard.plotting.chart import Chart, blank, measured
from dashboard.views.checkpoints import told_apart

if TYPE_CHECKING:
    from dashboard.plotting.theme import Palette
    from dashboard.views.checkpoints import CheckpointView, NetworkView
    from fer_core.evaluation.curves import ClassCurve

HEIGHT_PX = 380
MOST_POINTS = 400  # more are not seen on a screen

CURVES = {
    "pr": ("Precision over recall", "recall (%)", "precision (%)", "average precision"),
    "roc": ("Found over falsely called (ROC)", "false positive rate (%)", "true positive rate (%)", "area"),
}


def class_curve(rows: Sequence[CheckpointView], curves: Sequence[ClassCurve], kind: str, *, palette: Palette) -> Chart:
    """Draw one expression's curve for one or two checkpoints, the second dashed; `kind` is a key of CURVES."""
    title, across, up, area = CURVES[kind]
    first, names = curves[0], told_apart(rows)
    figure = blank(palette, HEIGHT_PX)
    figure.add_trace(_chance(first, kind, palette))
    for place, (row, curve) in enumerate(zip(rows, curves, strict=True)):
        figure.add_trace(_line(row.network, curve, place > 0, palette))
    figure.update_xaxes(range=[0, 103], title_text=across, dtick=20)
    figure.update_yaxes(range=[0, 103], title_text=up, dtick=20)
    marks = [f"{mark} {name}, {area} {estimate(curve.area)}"
             for mark, name, curve in zip(("Solid:", "dashed:"), names, curves, strict=False)]  # fmt: skip
    chance = f"Dotted: chance. {first.n:,} of the faces are {first.expression}"
    return Chart(
        figure,
        title=f"{title}: {first.expression} against the rest",
        footer=f"{'; '.join(marks)}. {chance}. "
        + measured(rows[0], f"{area} with its 95 % interval{_doubt(rows[0])}."),
        alt=f"{title} of {first.expression}: "
        + "; ".join(f"{name} {area} {estimate(curve.area)}" for name, curve in zip(names, curves, strict=True)),
        table=tuple(line for row, curve in zip(rows, curves, strict=True) for line in _rows(row, curve, kind))
        or ({"n": 0},),
    )


def _doubt(row: CheckpointView) -> str:
    return "" if row.subjects is None else " as if faces counted singly, hence too narrow"


def _line(network: NetworkView, curve: ClassCurve, is_second: bool, palette: Palette) -> go.Scatter:
    step = max(1, len(curve.x) // MOST_POINTS)
    drawn = sorted({*range(0, len(curve.x), step), len(curve.x) - 1}) if len(curve.x) else []
    return go.Scatter(
        x=(100 * curve.x[drawn]).tolist(),
        y=(100 * curve.y[drawn]).tolist(),
        mode="lines",
        line={"color": palette.family(network.family), "width": 2, "dash": "dash" if is_second else "solid"},
        name=network.title,
        hovertemplate=f"<b>{network.title}</b><br>%{{x:.0f}} %, %{{y:.0f}} %<extra></extra>",
    )


def _chance(curve: ClassCurve, kind: str, palette: Palette) -> go.Scatter:
    ends = [100 * curve.chance] * 2 if kind == "pr" else [0, 100]
    line = {"color": palette.muted, "width": 1, "dash": "dot"}
    return go.Scatter(x=[0, 100], y=ends, mode="lines", line=line, name="chance", hoverinfo="skip")


def _rows(row: CheckpointView, curve: ClassCurve, kind: str) -> Iterator[dict[str, object]]:
    across, up = ("recall", "precision") if kind == "pr" else ("false_positive_rate", "true_positive_rate")
    for x, y in zip(curve.x.tolist(), curve.y.tolist(), strict=True):
        yield {"checkpoint": row.name, "expression": curve.expression, across: x, up: y}
