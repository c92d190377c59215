"""Confusion matrices: one checkpoint's, and the difference of two.

A heatmap raises no selection when it is clicked. The text lies in a scatter trace of invisible squares above it,
which does, with (true, predicted) as its customdata: a page that wants clicks passes `on_select` and reads those.
The chosen cell wears a frame, which is part of the figure, so that a link and an export show it, too.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.formatting import pair_test, signed
from dashboard.plotting.chart import Chart, blank, column_axis, measured, row_axis
from dashboard.plotting.theme import Palette, colour_scale, interpolate, readable_on
from dashboard.views.checkpoints import DifferenceView, MatrixView, told_apart

HEIGHT_PX = 430
CELL_PX = 46

Cell = tuple[str, str]  # (true, predicted)

VIEWS = {
    "rows": "of the faces that are truly the row's expression",
    "columns": "of the faces that were called the column's expression",
    "counts": "faces",
}


def confusion_matrix(
    matrix: MatrixView, view: str, cell: Cell | None = None, title: str = "", *, palette: Palette
) -> Chart:
    """Draw a matrix; `view` is a key of VIEWS. Cells carry the share in percent above the count; `cell` is framed.

    `title` is the network's name unless given.
    """
    shares = matrix.shares(view)
    top = max(map(max, shares)) if view == "counts" else 1.0
    words = [
        [_cell(share, count, view) for share, count in zip(*pair, strict=True)]
        for pair in zip(shares, matrix.counts, strict=True)
    ]
    inks = [[readable_on(fill) for fill in interpolate(palette.sequential, [x / top for x in row])] for row in shares]
    figure = _matrix_figure(shares, (0, top), palette.sequential, matrix.expressions, palette)
    figure.add_trace(_cells(matrix.expressions, words, inks, palette))
    _add_frame(figure, matrix.expressions, cell, palette)
    row = matrix.checkpoint
    unit = "Number of faces" if view == "counts" else f"Percent {VIEWS[view]}, count beneath"
    return Chart(
        figure,
        title=title or row.network.title,
        footer=f"{unit}. {measured(row, 'no test-time augmentation')}",
        alt=_matrix_alt(matrix),
        table=_matrix_table(matrix),
    )


def difference_matrix(difference: DifferenceView, cell: Cell | None = None, *, palette: Palette) -> Chart:
    """Draw A minus B in points of the true expression's faces; only cells that differ are coloured."""
    reach = max(0.05, *(abs(share) for row in difference.shares for share in row))
    middle = palette.diverging[1]
    values = [
        [share if distinct else None for share, distinct in zip(*pair, strict=True)]
        for pair in zip(difference.shares, difference.is_distinct, strict=True)
    ]
    inks = [
        [
            readable_on(fill) if distinct else palette.muted
            for fill, distinct in zip(
                interpolate(palette.diverging, [0.5 + share / reach / 2 for share in row]), is_distinct, strict=True
            )
        ]
        for row, is_distinct in zip(difference.shares, difference.is_distinct, strict=True)
    ]
    words = [[signed(share) for share in row] for row in difference.shares]
    figure = _matrix_figure(values, (-reach, reach), palette.diverging, difference.expressions, palette)
    figure.update_layout(plot_bgcolor=middle)
    figure.add_trace(_cells(difference.expressions, words, inks, palette))
    _add_frame(figure, difference.expressions, cell, palette)
    one, names = difference.one, told_apart([difference.one, difference.other])
    return Chart(
        figure,
        title=" minus ".join(names),
        footer=f"Points of the row's faces. Orange: {names[0]} calls it more often; blue: "
        f"{names[1]}. Grey: no difference shown ({pair_test(one.subjects)}, Holm over all cells). "
        + measured(one, "the same faces for both", difference.n),
        alt=_difference_alt(difference),
        table=_difference_table(difference),
    )


def _matrix_figure(
    values: Sequence[Sequence[float | None]],
    span: tuple[float, float],
    stops: tuple[str, ...],
    expressions: Sequence[str],
    palette: Palette,
) -> go.Figure:
    figure = blank(palette, HEIGHT_PX, dragmode=False)
    places = list(range(len(expressions)))
    figure.add_trace(
        go.Heatmap(
            z=values, x=places, y=places, zmin=span[0], zmax=span[1], colorscale=colour_scale(stops),
            showscale=False, xgap=1, ygap=1, hoverinfo="skip",
        )
    )  # fmt: skip
    # The ranges are fixed because the scatter trace would add room around the cells.
    columns = column_axis(expressions)
    figure.update_xaxes(title_text="predicted expression", tickangle=-45, fixedrange=True, **columns)
    figure.update_yaxes(title_text="true expression", fixedrange=True, **row_axis(expressions))
    return figure


def _cells(
    expressions: Sequence[str], words: Sequence[Sequence[str]], inks: Sequence[Sequence[str]], palette: Palette
) -> go.Scatter:
    cells = [(i, j) for i in range(len(expressions)) for j in range(len(expressions))]
    return go.Scatter(
        x=[j for _, j in cells],
        y=[i for i, _ in cells],
        mode="markers+text",
        text=[words[i][j] for i, j in cells],
        textfont={"color": [inks[i][j] for i, j in cells], "size": 16},
        marker={"symbol": "square", "size": CELL_PX, "opacity": 0, "color": palette.accent},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}, "textfont": {}},
        customdata=[(expressions[i], expressions[j]) for i, j in cells],
        hovertemplate="%{customdata[0]} called %{customdata[1]}<br>%{text}<extra></extra>",
    )


def _add_frame(figure: go.Figure, expressions: Sequence[str], cell: Cell | None, palette: Palette) -> None:
    """Frame a cell, dark around bright, so that it is seen on any shade."""
    if cell is None or not set(cell) <= set(expressions):
        return
    i, j = (list(expressions).index(name) for name in cell)
    x = [j + side for side in (-0.46, 0.46, 0.46, -0.46, -0.46)]
    y = [i + side for side in (-0.46, -0.46, 0.46, 0.46, -0.46)]
    for colour, width in ((palette.background, 6), (palette.chosen, 3)):
        figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line={"color": colour, "width": width}, hoverinfo="skip"))


def _cell(share: float, count: int, view: str) -> str:
    return f"{count:,}" if view == "counts" else f"{100 * share:.0f}<br><span style='font-size:14px'>{count:,}</span>"


def _matrix_alt(matrix: MatrixView) -> str:
    hits = ", ".join(
        f"{name} {100 * row[i] / max(1, sum(row)):.0f} %"
        for i, (name, row) in enumerate(zip(matrix.expressions, matrix.counts, strict=True))
    )
    return f"Confusion matrix of {matrix.checkpoint.network.title}, share recognised of each expression: {hits}."


def _difference_alt(difference: DifferenceView) -> str:
    k = len(difference.expressions)
    distinct = sum(map(sum, difference.is_distinct))
    names = " minus ".join(told_apart([difference.one, difference.other]))
    return f"Difference of two confusion matrices, {names}: {distinct} of {k * k} cells differ by more than chance."


def _matrix_table(matrix: MatrixView) -> tuple[dict[str, object], ...]:
    rows, columns = matrix.shares("rows"), matrix.shares("columns")
    names = matrix.expressions
    return tuple(
        {"true": names[i], "predicted": names[j], "count": matrix.counts[i][j],
         "share_of_row": rows[i][j], "share_of_column": columns[i][j]}
        for i in range(len(names)) for j in range(len(names))
    )  # fmt: skip


def _difference_table(difference: DifferenceView) -> tuple[dict[str, object], ...]:
    names = difference.expressions
    return tuple(
        {"true": names[i], "predicted": names[j], "count_difference": difference.counts[i][j],
         "share_difference": difference.shares[i][j], "low": difference.low[i][j], "high": difference.high[i][j],
         "more_than_chance": difference.is_distinct[i][j]}
        for i in range(len(names)) for j in range(len(names))
    )  # fmt: skip
