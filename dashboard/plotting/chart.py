"""What every chart is: a figure, its title, the small print under it, its words for who cannot see it, its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.formatting import intervals, sample_size
from dashboard.plotting.own_markup import keep_own_markup
from dashboard.plotting.theme import Palette, template
from dashboard.views.checkpoints import CheckpointView

# Ticks that are not seen but keep the words of a category off the plot.
LABEL_GAP = {"ticks": "outside", "ticklen": 6, "tickcolor": "rgba(0,0,0,0)"}


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart ready to be shown or exported.

    Title and footer are not in the figure: on the screen they are text, which wraps on a phone; an export draws them.

    Attributes:
        title: what the chart shows.
        footer: data set, split, n, and how the interval was made; or where it was measured.
        alt: what a reader sees in it, in one or two sentences.
        table: the same numbers as rows, unrounded; the table twin and the CSV.
    """

    figure: go.Figure
    title: str
    footer: str
    alt: str
    table: tuple[Mapping[str, object], ...]

    def __post_init__(self) -> None:
        keep_own_markup(self.figure)


def blank(palette: Palette, height_px: int, **layout: object) -> go.Figure:
    """Return an empty figure in our own template."""
    return go.Figure(layout=go.Layout(template=template(palette), height=height_px, **layout))


def row_axis(labels: Sequence[str]) -> dict[str, object]:
    """Return the y axis of a chart of rows, a label each, the first on top; row k lies at k."""
    return {**_labelled(labels), "range": [len(labels) - 0.5, -0.5]}


def column_axis(labels: Sequence[str]) -> dict[str, object]:
    """Return the x axis of a chart of columns, a label each; column k lies at k."""
    return {**_labelled(labels), "range": [-0.5, len(labels) - 0.5]}


def _labelled(labels: Sequence[str]) -> dict[str, object]:
    return {"tickvals": list(range(len(labels))), "ticktext": list(labels), "showgrid": False, **LABEL_GAP}


def measured(row: CheckpointView, method: str, n: int | None = None) -> str:
    """Return the footer of a checkpoint's chart; `n` where it is of some of its faces only.

    "FER2013 PrivateTest, n = 3,589, bars: Wilson 95 %", "CK+, unseen subjects, n = 981 faces of 118 people, ...".
    """
    people = f" faces of {row.subjects} people" if row.subjects else ""
    return f"{row.scored_on}, {sample_size(row.n if n is None else n)}{people}, {method}"


def accuracy_bars(rows: Sequence[CheckpointView]) -> str:
    """Say what the bars of several networks' accuracies are; `rows` are on the same faces, at least one."""
    bars = f"bars: {intervals(rows[0].subjects, 'Wilson 95 %')}"
    return f"{bars}, of means over seeds 95 % over faces and seeds" if any(row.seeds > 1 for row in rows) else bars


def measured_on(data_title: str, split: str, n: int, method: str) -> str:
    """Return the footer of a measured chart: "FER2013 PrivateTest, n = 3,589, Wilson 95 %"."""
    return f"{data_title} {split}, {sample_size(n)}, {method}"
