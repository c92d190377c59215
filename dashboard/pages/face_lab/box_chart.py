"""A picture on which a box can be dragged: on the perturbed face to cover a part, on a photo to crop a face."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
from PIL import Image

from dashboard.pages.face_lab.crop_data import FULL
from dashboard.pages.face_lab.perturbation_views import Edges
from dashboard.plotting.chart import Chart, blank
from dashboard.plotting.theme import Palette
from dashboard.store.photos import OUTLINE

STEPS = {100: 4, FULL: 20}  # between the points of a picture; nothing is selected where none lies
HIDDEN = {"visible": False, "fixedrange": True}


def face_with_box(picture: Image.Image, edges: Edges | None, words: str, *, palette: Palette) -> Chart:
    """Show a face in its own size, with axes in percent from its upper left corner; a drag over it selects a box.

    Args:
        edges: of the box that is laid over it, in percent; None for none. words: whose face it is, for the `alt`.
    """
    figure = _draggable(picture, 100, palette, height=picture.height, width=picture.width, autosize=False)
    if edges is not None:
        left, right, top, bottom = edges
        line = {"color": palette.chosen, "width": 2}
        figure.add_shape(type="rect", x0=left, x1=right, y0=top, y1=bottom, line=line)
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


def photo_to_cut(
    picture: Image.Image, corners: Sequence[tuple[float, float]], height_px: int, *, palette: Palette
) -> Chart:
    """Show a photo, of this height if its place is wide enough, and the square that is cut out; a drag selects another.

    Args:
        picture: the photo in any size.
        corners: of the square, in thousandths of the photo's width and height.
    """
    figure = _draggable(picture, FULL, palette, height=height_px)
    # The picture's own proportions at any width of its place.
    figure.update_yaxes(
        scaleanchor="x", scaleratio=picture.height / picture.width, constrain="domain", constraintoward="top"
    )
    figure.update_xaxes(constrain="domain")
    path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in corners) + "Z"
    for colour, width in ((OUTLINE, 4), (palette.chosen, 2)):
        figure.add_shape(type="path", path=path, line={"color": colour, "width": width})
    return Chart(
        figure,
        title="The photo",
        footer="Thousandths of the photo's width from the left, and of its height from the top.",
        alt="The photo with the square that is cut out; its numbers stand below",
        table=tuple({"x": x, "y": y} for x, y in corners),
    )


def _draggable(picture: Image.Image, full: int, palette: Palette, height: int, **layout: object) -> go.Figure:
    """A picture with axes from 0 to `full` from its upper left corner, on which a drag selects a box."""
    grid = range(0, full + 1, STEPS[full])
    figure = blank(palette, height, dragmode="select", **layout)
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
        showlegend=False,
        newselection={"line": {"color": palette.chosen, "width": 2, "dash": "solid"}},
    )
    figure.add_layout_image(
        source=picture, x=0, y=0, sizex=full, sizey=full, xref="x", yref="y", sizing="stretch", layer="below"
    )
    figure.add_trace(
        go.Scatter(
            x=[x for _ in grid for x in grid], y=[y for y in grid for _ in grid], mode="markers", hoverinfo="skip",
            marker={"size": 4, "opacity": 0}, selected={"marker": {"opacity": 0}},
            unselected={"marker": {"opacity": 0}},
        )
    )  # fmt: skip
    figure.update_xaxes(range=[0, full], **HIDDEN)
    figure.update_yaxes(range=[full, 0], **HIDDEN)
    return figure
