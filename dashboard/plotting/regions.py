"""Which part of the face a network reads: shares by answer and region, and the layout itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboard.formatting import percent, points, points_span, signed
from dashboard.plotting.chart import Chart, blank, column_axis, measured, row_axis
from dashboard.plotting.theme import colour_scale, interpolate, readable_on

if TYPE_CHECKING:
    from dashboard.plotting.theme import Palette
    from dashboard.views.regions import LayoutView, PartView, ReadingView, RegionsView
    from fer_core.evaluation.intervals import Estimate

FRAME_PX, ROW_PX, CELL_PX = 70, 38, 34
LAYOUT_PX = 300
PICTURE = "picture alone"
PAIRED = ("eyes", "cheeks")  # regions of two halves; the left one carries the name
FOREHEAD = 0.06  # of the height: where "outside" has room for its name
SHADES = {"brows": 0.3, "eyes": 0.05, "nose": 0.65, "mouth": 0.35, "cheeks": 0.9}  # neighbours far apart on the scale


def region_matrix(view: RegionsView, title: str = "", *, palette: Palette) -> Chart:
    """Draw share of the attribution minus share of the area, an answer a row; what chance could be is left blank.

    `title` is the network's name unless given.
    """
    rows = [*view.readings, view.overall]
    excess = [[part.excess for part in reading.parts] for reading in rows] + [list(view.picture)]
    reach = max(0.05, *(abs(cell.value) for row in excess for cell in row))
    names = [f"{reading.expression or 'all'} ({reading.n})" for reading in rows] + [PICTURE]
    figure = _grid([[_shown(cell) for cell in row] for row in excess], reach, view.layout.regions, names, palette)
    figure.add_trace(_words(excess, reach, names, view.layout.regions, palette))
    figure.add_traces(list(_frames(rows, palette)))
    row = view.checkpoint
    return Chart(
        figure,
        title=title or row.network.title,
        footer="Points of attribution minus area: orange more, blue less, grey within chance. Framed: where FACS has "
        "the face move. A row an answer, with its faces; last, the picture's own contrast. "
        + measured(row, "bootstrap 95 % over faces, each cell for itself", view.overall.n),
        alt=f"{row.network.title}, densest region by answer: "
        + "; ".join(f"{reading.expression or 'all'} {reading.densest}" for reading in rows),
        table=tuple(_cell_row(view, reading, part) for reading in rows for part in reading.parts) + _picture_rows(view),
    )


def _shown(cell: Estimate) -> float | None:
    return None if cell.low <= 0 <= cell.high else cell.value


def _grid(
    values: Sequence[Sequence[float | None]],
    reach: float,
    columns: Sequence[str],
    names: Sequence[str],
    palette: Palette,
) -> go.Figure:
    height = FRAME_PX + ROW_PX * len(names)
    figure = blank(palette, height, dragmode=False, plot_bgcolor=palette.diverging[1])
    figure.add_trace(
        go.Heatmap(
            z=values, x=list(range(len(columns))), y=list(range(len(names))), zmin=-reach, zmax=reach,
            colorscale=colour_scale(palette.diverging), showscale=False, xgap=1, ygap=1, hoverinfo="skip",
        )
    )  # fmt: skip
    figure.update_xaxes(tickangle=-45, fixedrange=True, **column_axis(columns))
    figure.update_yaxes(fixedrange=True, **row_axis(names))
    return figure


def _words(
    excess: Sequence[Sequence[Estimate]], reach: float, names: Sequence[str], columns: Sequence[str], palette: Palette
) -> go.Scatter:
    cells = [(i, j, cell) for i, row in enumerate(excess) for j, cell in enumerate(row)]
    fills = interpolate(palette.diverging, [0.5 + cell.value / reach / 2 for *_, cell in cells])
    inks = [
        palette.muted if _shown(cell) is None else readable_on(fill)
        for fill, (*_, cell) in zip(fills, cells, strict=True)
    ]
    return go.Scatter(
        x=[j for _, j, _ in cells],
        y=[i for i, _, _ in cells],
        mode="markers+text",
        text=[signed(cell.value) for *_, cell in cells],
        textfont={"color": inks, "size": 14},
        marker={"symbol": "square", "size": CELL_PX, "opacity": 0, "color": palette.accent},
        hovertext=[
            f"<b>{names[i]}, {columns[j]}</b><br>{points(cell.value)} {'more' if cell.value > 0 else 'less'} than its "
            f"area<br>{points_span(cell)}"
            for i, j, cell in cells
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _frames(rows: Sequence[ReadingView], palette: Palette) -> Iterator[go.Scatter]:
    """Frame the cells where FACS has the face move."""
    for i, reading in enumerate(rows):
        for j, part in enumerate(reading.parts):
            if part.is_expected:
                x = [j + side for side in (-0.47, 0.47, 0.47, -0.47, -0.47)]
                y = [i + side for side in (-0.45, -0.45, 0.45, 0.45, -0.45)]
                line = {"color": palette.text, "width": 2}
                yield go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip")


def _cell_row(view: RegionsView, reading: ReadingView, part: PartView) -> dict[str, object]:
    area = dict(zip(view.layout.regions, view.layout.areas, strict=True))[part.region]
    return {
        "checkpoint": view.checkpoint.name,
        "answer": reading.expression or "all",
        "n": reading.n,
        "region": part.region,
        "share": part.share.value,
        "low": part.share.low,
        "high": part.share.high,
        "area": area,
        "share_by_area": part.density,
        "expected_by_facs": part.is_expected,
    }


def _picture_rows(view: RegionsView) -> tuple[dict[str, object], ...]:
    columns = zip(view.layout.regions, view.layout.areas, view.picture, strict=True)
    return tuple(
        {"checkpoint": None, "answer": PICTURE, "n": view.overall.n, "region": region, "share": area + excess.value,
         "low": area + excess.low, "high": area + excess.high, "area": area,
         "share_by_area": (area + excess.value) / area, "expected_by_facs": None}
        for region, area, excess in columns
    )  # fmt: skip


def region_layout(layout: LayoutView, *, palette: Palette) -> Chart:
    """Draw where the regions lie, with what share of the picture each covers; no face."""
    shades = dict(zip(SHADES, interpolate(palette.sequential, SHADES.values()), strict=True))
    colours = tuple(shades.get(name, palette.surface) for name in layout.regions)
    side = len(layout.cells)
    figure = blank(palette, LAYOUT_PX, dragmode=False)
    figure.add_trace(
        go.Heatmap(
            z=layout.cells, x=list(range(side)), y=list(range(side)), zmin=0, zmax=len(colours) - 1,
            colorscale=colour_scale(colours), showscale=False, hoverinfo="skip",
        )
    )  # fmt: skip
    figure.add_trace(_names(layout, colours))
    hidden = {"visible": False, "fixedrange": True}
    figure.update_xaxes(range=[-0.5, side - 0.5], constrain="domain", **hidden)
    figure.update_yaxes(range=[side - 0.5, -0.5], scaleanchor="x", constrain="domain", **hidden)
    shares = [f"{name} {percent(area, 0)}" for name, area in zip(layout.regions, layout.areas, strict=True)]
    return Chart(
        figure,
        title=f"The regions on {layout.data_title}",
        footer=f"Share of the picture beneath each name; outside: forehead, jaw, hair, ground. Placed by "
        f"{layout.about}.",
        alt=f"A drawing of six regions, with their share of the picture: {', '.join(shares)}.",
        table=tuple(
            {"data": layout.data, "region": name, "area": area}
            for name, area in zip(layout.regions, layout.areas, strict=True)
        ),
    )


def _names(layout: LayoutView, colours: Sequence[str]) -> go.Scatter:
    places = [_middle(layout, k) for k in range(len(layout.regions))]
    return go.Scatter(
        x=[x for x, _ in places],
        y=[y for _, y in places],
        mode="text",
        text=[f"{name}<br>{percent(area, 0)}" for name, area in zip(layout.regions, layout.areas, strict=True)],
        textfont={"color": [readable_on(colour) for colour in colours], "size": 14},
        hoverinfo="skip",
    )


def _middle(layout: LayoutView, region: int) -> tuple[float, float]:
    """Where a region's name stands: its middle, that of its left half, or the forehead."""
    side, name = len(layout.cells), layout.regions[region]
    if name == "outside":
        return (side - 1) / 2, FOREHEAD * side
    last = side // 2 if name in PAIRED else side
    own = [(x, y) for y, row in enumerate(layout.cells) for x, k in enumerate(row[:last]) if k == region]
    return sum(x for x, _ in own) / len(own), sum(y for _, y in own) / len(own)
