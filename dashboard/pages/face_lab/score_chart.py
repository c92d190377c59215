"""Scores of maps, one row per method, beside those of the baselines."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.pages.face_lab.score_text import MapScoresView
from dashboard.plotting.chart import Chart, blank, row_axis
from dashboard.plotting.theme import Palette
from dashboard.views.checkpoints import NetworkView

ROW_PX, FRAME_PX = 34, 88
SPREAD = 0.5  # of a row, over all networks
LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0}
BETTER = {True: "lower is better", False: "higher is better", None: "neither end is good by itself"}


def score_dots(
    maps: Sequence[MapScoresView], networks: Sequence[NetworkView], measure: str, *, palette: Palette
) -> Chart:
    """Draw one measure of every scored map: a row a method and a baseline (hollow), a mark a network.

    Args:
        maps: at least one with a score of this measure.
        networks: of the maps, in the order of the page; `MapScoresView.network` is a title.
        measure: a key of the scores.
    """
    scored = [shown for shown in maps if shown.score(measure) is not None]
    methods = list(dict.fromkeys(shown.method for shown in scored))
    first = scored[0].score(measure)
    baselines = [title for title, _ in first.baselines]
    labels = [*methods, *baselines]
    table = _table(scored, measure)
    figure = blank(palette, FRAME_PX + ROW_PX * len(labels), showlegend=len(networks) > 1, legend=LEGEND)
    for place, network in enumerate(networks):
        own = [row for row in table if row["network"] == network.title]
        shift = SPREAD * ((place + 0.5) / len(networks) - 0.5)
        figure.add_trace(_dots(network, own, labels, methods, shift, palette))
    figure.add_hline(y=len(methods) - 0.5, line={"color": palette.grid, "width": 1})
    figure.update_yaxes(fixedrange=True, **row_axis(labels))
    figure.update_xaxes(title_text=f"{first.title} ({BETTER[first.is_low_good]})", rangemode="tozero", fixedrange=True)
    return Chart(
        figure,
        title=f"{first.title} of every map",
        footer="One face: differences between methods are this face's. Hollow: maps that never saw the network.",
        alt=f"{first.title}: " + "; ".join(f"{row['network']}, {row['map']} {row[measure]:.2f}" for row in table),
        table=tuple(table),
    )


def _table(scored: Sequence[MapScoresView], measure: str) -> list[dict[str, object]]:
    """A row a map, and each network's baselines once."""
    rows = {(shown.network, shown.method): shown.score(measure).value for shown in scored}
    for shown in scored:
        rows |= {(shown.network, title): value for title, value in shown.score(measure).baselines}
    return [{"network": network, "map": name, measure: value} for (network, name), value in rows.items()]


def _dots(
    network: NetworkView,
    rows: Sequence[dict[str, object]],
    labels: Sequence[str],
    methods: Sequence[str],
    shift: float,
    palette: Palette,
) -> go.Scatter:
    values = [next(value for key, value in row.items() if key not in ("network", "map")) for row in rows]
    colour = palette.family(network.family)
    return go.Scatter(
        x=values,
        y=[labels.index(row["map"]) + shift for row in rows],
        mode="markers",
        marker={
            "symbol": ["circle" if row["map"] in methods else "circle-open" for row in rows],
            "size": 10,
            "color": colour,
            "line": {"width": 2, "color": colour},
        },
        name=network.title,
        legendgroup=network.name,
        text=[f"{row['map']}: {value:.3f}" for row, value in zip(rows, values, strict=True)],
        hovertemplate=f"<b>{network.title}</b><br>%{{text}}<extra></extra>",
    )
