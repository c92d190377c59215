"""A face on which a box can be drawn."""

from __future__ import annotations

import plotly.graph_objects as go
from PIL import Image

from dashboard.pages.face_lab.perturbation_views import Edges
from dashboard.plotting.chart import Chart, blank
from dashboard.plotting.theme import Palette

GRID = tuple(range(0, 101, 4))  # percent; nothing is selected where no point lies


def face_with_box(picture: Image.Image, edges: Edges | None, words: str, *, palette: Palette) -> Chart:
    """Show a face in its own size, with axes in percent from its upper left corner; a drag over it selects a box.

    Args:
        edges: of the box that is laid over it, in percent; None for none. words: whose face it is, for the `alt`.
    """
    figure = blank(palette, picture.height, width=picture.width, autosize=False, dragmode="select")
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
        showlegend=False,
        newselection={"line": {"color": palette.chosen, "width": 2, "dash": "solid"}},
    )
    figure.add_layout_image(
        source=picture, x=0, y=0, sizex=100, sizey=100, xref="x", yref="y", sizing="stretch", layer="below"
    )
    figure.add_trace(
        go.Scatter(
            x=[x for _ in GRID for x in GRID], y=[y for y in GRID for _ in GRID], mode="markers", hoverinfo="skip",
            marker={"size": 4, "opacity": 0}, selected={"marker": {"opacity": 0}},
            unselected={"marker": {"opacity": 0}},
        )
    )  # fmt: skip
    if edges is not None:
        left, right, top, bottom = edges
        line = {"color": palette.chosen, "width": 2}
        figure.add_shape(type="rect", x0=left, x1=right, y0=top, y1=bottom, line=line)
    hidden = {"visible": False, "fixedrange": True}
    figure.update_xaxes(range=[0, 100], **hidden)
    figure.update_yaxes(range=[100, 0], **hidden)
    covered = (
        "" if edges is None else f", covered from {edges[0]} to {edges[1]} % across and {edges[2]} to {edges[3]} % down"
    )
    return Chart(
        figure,
        title="The changed face",
        footer="Percent of the face's width from the left, and of its height from the top.",
        alt=f"{words}{covered}",
        table=({"left": edges[0], "right": edges[1], "top": edges[2], "bottom": edges[3]},) if edges else (),
    )
