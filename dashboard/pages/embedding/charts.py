"""Where a network puts faces, in a plane; and how tightly it gathers each expression, in numbers."""

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


def feature_plane(found: PlaneView, *, palette: Palette) -> Chart:
    """Draw every face as a mark of its true expression, and the expression's word at the middle of its faces."""
    figure = blank(palette, HEIGHT_PX)
    groups = {name: [p for p in found.points if p.true == name] for name in found.expressions}
    for place, (name, points) in enumerate(groups.items()):
        figure.add_trace(_faces(name, points, SHAPES[place % len(SHAPES)], HUES[place % len(HUES)]))
    named = [(name, points) for name, points in groups.items() if points]
    figure.add_trace(
        go.Scatter(
            x=[median(p.x for p in points) for _, points in named],
            y=dodge([median(p.y for p in points) for _, points in named], LINE * _reach(found.points), inf),
            text=[f"<b>{name}</b>" for name, _ in named],
            mode="text",
            textfont={"color": palette.text, "size": 15},
            hoverinfo="skip",
        )
    )
    axes = {"showticklabels": False, "showgrid": False, "ticks": ""}
    across, up = _axis_words(found)
    figure.update_xaxes(title_text=across, **axes)
    figure.update_yaxes(title_text=up, **axes)
    row, right = found.checkpoint, sum(p.true == p.called for p in found.points)
    return Chart(
        figure,
        title=f"{row.network.title}: {count(len(found.points))} faces",
        footer=f"{found.size} features before the classifier. {KEEPS[found.kind]} "
        + measured(row, "drawn in the split's own proportions", len(found.points)),
        alt=f"{count(len(found.points))} test faces in two dimensions by {PLANES[found.kind]}, marked by their true "
        f"expression; {percent(right / len(found.points))} of them are answered right.",
        table=tuple({"row": p.row, "x": p.x, "y": p.y, "true": p.true, "predicted": p.called} for p in found.points),
    )


def _faces(name: str, points: Sequence[PlanePoint], shape: str, hue: str) -> go.Scatter:
    return go.Scatter(
        x=[p.x for p in points],
        y=[p.y for p in points],
        mode="markers",
        marker={"symbol": shape, "size": 6, "color": hue},
        opacity=0.65,
        customdata=[(p.row, p.called) for p in points],
        hovertemplate=f"{name}, called %{{customdata[1]}}<br>row %{{customdata[0]}}<extra></extra>",
        name=name,
    )


def _reach(points: Sequence[PlanePoint]) -> float:
    return max(p.y for p in points) - min(p.y for p in points)


def _axis_words(found: PlaneView) -> tuple[str, str]:
    if found.kind == "tsne":
        return "t-SNE 1", "t-SNE 2"
    one, two = (percent(share, 0) for share in found.explained)
    return f"component 1, {one} of the variance", f"component 2, {two} of the variance"


def spread_dots(found: Sequence[SpreadView], names: Sequence[str], *, palette: Palette) -> Chart:
    """Draw the distance within expressions over that between them, a row a checkpoint; left is tidier."""
    figure = blank(palette, FRAME_PX + ROW_PX * len(found))
    for place, one in enumerate(found):
        network, ratio = one.checkpoint.network, one.spread.ratio
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
    first = found[0]
    return Chart(
        figure,
        title="How tightly each network gathers an expression",
        footer="Mean distance of a face to the center of its expression, over the mean distance of two centers, in all "
        "features; left is tidier. "
        + measured(first.checkpoint, "bars: bootstrap 95 % intervals over single faces", first.n),
        alt="; ".join(f"{name} {one.spread.ratio.value:.2f}" for name, one in zip(names, found, strict=True)),
        table=tuple(_spread_row(one) for one in found),
    )


def _spread_row(one: SpreadView) -> dict[str, object]:
    found = one.spread
    return {
        "checkpoint": one.checkpoint.name,
        "n": one.n,
        "features": one.size,
        "ratio": found.ratio.value,
        "low": found.ratio.low,
        "high": found.ratio.high,
        "within": found.within.value,
        "between": found.between.value,
    }
