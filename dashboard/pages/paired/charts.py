"""Differences of all pairs of checkpoints, coloured where one of the two is better."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.formatting import points, probability, signed
from dashboard.plotting.chart import Chart, blank, column_axis, measured, row_axis
from dashboard.plotting.theme import Palette, colour_scale, interpolate, readable_on
from dashboard.views.comparisons import PairsView, PairView

FRAME_PX, ROW_PX, LETTER_PX = 150, 46, 7  # a letter of a name along its length
CELL_PX = 40
MOST_SLANTED = 5  # checkpoints; beyond, names stand upright in one line: two would touch on a phone
MOST_WITH_P, MOST_WITH_WORDS = 5, 16  # checkpoints; beyond, cells are too small for words and hovering tells


def pairwise_matrix(found: PairsView, labels: tuple[str, ...], *, palette: Palette) -> Chart:
    """Draw row minus column in points, p beneath if there is room; pairs without a better one stay blank of colour.

    Args:
        labels: what to call each of found.checkpoints.
    """
    size = len(found.checkpoints)
    cells = {(i, j): _turned(found, i, j) for i in range(size) for j in range(size) if i != j}
    reach = max(0.02, *(abs(value) for value, _ in cells.values()))
    shown = [
        [cells[i, j][0] if i != j and cells[i, j][1].is_ranked else None for j in range(size)] for i in range(size)
    ]
    is_slanted = size <= MOST_SLANTED
    frame = FRAME_PX if is_slanted else max(FRAME_PX, 30 + LETTER_PX * max(map(len, labels)))
    figure = blank(palette, frame + ROW_PX * size, dragmode=False, plot_bgcolor=palette.diverging[1])
    places = list(range(size))
    figure.add_trace(
        go.Heatmap(
            z=shown, x=places, y=places, zmin=-reach, zmax=reach, colorscale=colour_scale(palette.diverging),
            showscale=False, xgap=1, ygap=1, hoverinfo="skip",
        )
    )  # fmt: skip
    figure.add_trace(_words(cells, found, labels, reach, palette))
    names = [_wrapped(one) for one in labels]
    columns = column_axis(names if is_slanted else labels)
    figure.update_xaxes(tickangle=-45 if is_slanted else -90, fixedrange=True, **columns)
    figure.update_yaxes(fixedrange=True, **row_axis(names))
    row = found.checkpoints[0]
    ranked = sum(pair.is_ranked for pair in found.pairs)
    where = "beneath" if size <= MOST_WITH_P else "on hover and in the files"
    return Chart(
        figure,
        title="Accuracy of the row minus the column",
        footer=f"Points, p {where} (adjusted for {len(found.pairs)} pairs). Orange: the row is better; blue: the "
        f"column. Grey: equivalent, not resolved or not ranked. {measured(row, 'the same faces for all', found.n)}",
        alt=f"Differences of {len(found.pairs)} pairs of checkpoints, {ranked} with a better one. "
        + "; ".join(
            f"{pair.one.network.title} minus {pair.other.network.title} {signed(pair.verdict.difference.value)} points"
            for pair in found.pairs
        ),
        table=tuple(_row(pair) for pair in found.pairs),
    )


def _turned(found: PairsView, i: int, j: int) -> tuple[float, PairView]:
    """Return the difference row i minus column j, and the pair it comes from; pairs are stored for i < j only."""
    size, (first, second) = len(found.checkpoints), sorted((i, j))
    pair = found.pairs[first * size - first * (first + 1) // 2 + second - first - 1]
    value = pair.verdict.difference.value
    return (value if i < j else -value), pair


def _words(
    cells: dict[tuple[int, int], tuple[float, PairView]],
    found: PairsView,
    labels: tuple[str, ...],
    reach: float,
    palette: Palette,
) -> go.Scatter:
    fills = interpolate(palette.diverging, [0.5 + value / reach / 2 for value, _ in cells.values()])
    inks = [
        readable_on(fill) if pair.is_ranked else palette.muted
        for fill, (_, pair) in zip(fills, cells.values(), strict=True)
    ]
    return go.Scatter(
        x=[j for _, j in cells],
        y=[i for i, _ in cells],
        mode="markers+text",
        text=[_in_cell(value, pair, len(labels)) for value, pair in cells.values()],
        textfont={"color": inks, "size": 14},
        marker={"symbol": "square", "size": CELL_PX, "opacity": 0, "color": palette.accent},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=[(found.checkpoints[i].name, found.checkpoints[j].name) for i, j in cells],
        hovertext=[
            f"<b>{labels[i]} minus {labels[j]}</b><br>{points(value)}, {_hover(pair)}"
            for (i, j), (value, pair) in cells.items()
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _in_cell(value: float, pair: PairView, size: int) -> str:
    if size > MOST_WITH_WORDS:
        return ""
    p = pair.verdict.p_adjusted
    below = "" if pair.unequal else "<.001" if p < 0.001 else probability(p).removeprefix("0")
    return f"{signed(value)}<br>{below}" if size <= MOST_WITH_P else signed(value)


def _hover(pair: PairView) -> str:
    return f"{pair.status}: {pair.unequal}" if pair.unequal else f"p {probability(pair.verdict.p_adjusted)}"


def _wrapped(label: str) -> str:
    """Break a long label at the space nearest to its middle: a phone has no room for one line."""
    spaces = [place for place, letter in enumerate(label) if letter == " "]
    if len(label) <= 14 or not spaces:
        return label
    middle = min(spaces, key=lambda place: abs(place - len(label) / 2))
    return f"{label[:middle]}<br>{label[middle + 1 :]}"


def _row(pair: PairView) -> dict[str, object]:
    return {
        "one": pair.one.name,
        "other": pair.other.name,
        "difference": pair.verdict.difference.value,
        "low": pair.verdict.difference.low,
        "high": pair.verdict.difference.high,
        "only_one_right": pair.alone[0],
        "only_other_right": pair.alone[1],
        "p": pair.verdict.p,
        "p_adjusted": pair.verdict.p_adjusted,
        "pairs": pair.verdict.question.family_size,
        "one_is": pair.status,
        "unequal": pair.unequal,
    }
