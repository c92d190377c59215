"""Faces in the plane of features, and the compactness of each expression in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from statistics import median

import plotly.graph_objects as go

from dashboard.formatting import count, percent
from dashboard.pages.embedding.views import PlanePoint, PlaneView, SpreadView
from dashboard.plotting.chart import Chart, blank, measured, row_axis
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.label_placement import dodge
from dashboard.plotting.theme import Palette, symbol

HEIGHT_PX = 420
ROW_PX, FRAME_PX = 42, 70
LINE = 0.055  # of the plane's height, for a word

PLANES = {"pca": "Principal components", "tsne": "t-SNE"}
KEEPS = {
    "pca": "The plane shows the two directions of largest variance.",
    "tsne": "t-SNE keeps neighbours together; distances between groups mean nothing.",
}

# One shape and one hue an expression: eight of each, and the word stands at the group's middle.
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "star", "circle-open", "square-open")
HUES = ("#d55e00", "#2c8fd1", "#009e73", "#e69f00", "#56b4e9", "#cc79a7", "#7a7a7a", "#b8a200")


def feature_plane(view: PlaneView, *, palette: Palette) -> Chart:
    """Draw every face as a mark of its true expression, and the expression's word at the middle of its faces."""
    figure = blank(palette, HEIGHT_PX)
    groups = {name: [p for p in view.points if p.true == name] for name in view.expressions}
    for place, (name, points) in enumerate(groups.items()):
        figure.add_trace(_faces(name, points, SHAPES[place % len(SHAPES)], HUES[place % len(HUES)]))
    named = [(name, points) for name, points in groups.items() if points]
    figure.add_trace(
        go.Scatter(
            x=[median(p.x for p in points) for _, points in named],
            y=dodge([median(p.y for p in points) for _, points in named], LINE * _reach(view.points), inf),
            text=[f"<b>{name}</b>" for name, _ in named],
            mode="text",
            textfont={"color": palette.text, "size": 15},
            hoverinfo="skip",
        )
    )
    axes = {"showticklabels": False, "showgrid": False, "ticks": ""}
    across, up = _axis_words(view)
    figure.update_xaxes(title_text=across, **axes)
    figure.update_yaxes(title_text=up, **axes)
    row, right = view.checkpoint, sum(p.true == p.predicted for p in view.points)
    return Chart(
        figure,
        title=f"{row.network.title}: {count(len(view.points))} faces",
        footer=f"{view.size} features before the classifier. {KEEPS[view.kind]} "
        + measured(row, "drawn in the split's own proportions", len(view.points)),
        alt=f"{count(len(view.points))} test faces in two dimensions by {PLANES[view.kind]}, marked by their true "
        f"expression; {percent(right / len(view.points))} of them are answered right.",
        table=tuple({"row": p.row, "x": p.x, "y": p.y, "true": p.true, "predicted": p.predicted} for p in view.points),
    )


def _faces(name: str, points: Sequence[PlanePoint], shape: str, hue: str) -> go.Scatter:
    return go.Scatter(
        x=[p.x for p in points],
        y=[p.y for p in points],
        mode="markers",
        marker={"symbol": shape, "size": 6, "color": hue},
        opacity=0.65,
        customdata=[(p.row, p.predicted) for p in points],
        hovertemplate=f"{name}, called %{{customdata[1]}}<br>row %{{customdata[0]}}<extra></extra>",
        name=name,
    )


def _reach(points: Sequence[PlanePoint]) -> float:
    return max(p.y for p in points) - min(p.y for p in points)


def _axis_words(view: PlaneView) -> tuple[str, str]:
    if view.kind == "tsne":
        return "t-SNE 1", "t-SNE 2"
    first, second = (percent(share, 0) for share in view.explained)
    return f"component 1, {first} of the variance", f"component 2, {second} of the variance"


def spread_dots(spreads: Sequence[SpreadView], names: Sequence[str], *, palette: Palette) -> Chart:
    """Draw the distance within expressions over that between them, a row a checkpoint; left is tidier."""
    figure = blank(palette, FRAME_PX + ROW_PX * len(spreads))
    for place, view in enumerate(spreads):
        network, ratio = view.checkpoint.network, view.spread.ratio
        colour = palette.family(network.family)
        figure.add_trace(
            go.Scatter(
                x=[ratio.value],
                y=[place],
                error_x=error_bars([ratio], colour, factor=1),
                mode="markers",
                marker={"symbol": symbol(network.variant), "size": 10, "color": colour},
                hovertemplate=f"<b>{network.title}</b><br>%{{x:.2f}}<extra></extra>",
            )
        )
    figure.update_yaxes(**row_axis(names))
    figure.update_xaxes(title_text="within / between", rangemode="tozero")
    first = spreads[0]
    return Chart(
        figure,
        title="How tightly each network gathers an expression",
        footer="Mean distance of a face to the center of its expression, over the mean distance of two centers, in all "
        "features; left is tidier. "
        + measured(first.checkpoint, "bars: bootstrap 95 % intervals over single faces", first.n),
        alt="; ".join(f"{name} {view.spread.ratio.value:.2f}" for name, view in zip(names, spreads, strict=True)),
        table=tuple(_spread_row(view) for view in spreads),
    )


def _spread_row(view: SpreadView) -> dict[str, object]:
    spread = view.spread
    return {
        "checkpoint": view.checkpoint.name,
        "n": view.n,
        "features": view.size,
        "ratio": spread.ratio.value,
        "low": spread.ratio.low,
        "high": spread.ratio.high,
        "within": spread.within.value,
        "between": spread.between.value,
    }
