"""Accuracy against time of exported files: float32 and int8 of one network joined, PyTorch hollow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from math import log10

import plotly.graph_objects as go

from dashboard.formatting import NBSP, milliseconds, percent, sample_size
from dashboard.pages.efficiency.label_places import Place, label_places
from dashboard.pages.efficiency.views import FilesView, WayView, kinds
from dashboard.plotting.accuracy_axis import AccuracyAxis
from dashboard.plotting.chart import Chart, blank
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.log_ticks import log_range, log_ticks
from dashboard.plotting.theme import Palette

HEIGHT_PX, PLOT_PX = 500, 430
ROOM = 0.14
LEGEND = "Filled circle: float32 file. Square: int8. Hollow circle: PyTorch."
FLOAT_MARK = {"symbol": "circle", "size": 11}
INT8_MARK = {"symbol": "square", "size": 10}
TORCH_MARK = {"symbol": "circle-open", "size": 10}

Span = tuple[float, float]


def accuracy_against_time(files: Sequence[FilesView], stamp: str, *, palette: Palette) -> Chart:
    """Draw accuracy against milliseconds of one face on one thread; files without an accuracy must be left out."""
    drawn = [_ways(file) for file in files]
    across = log_range([way.one.value for way in chain(*drawn)], room=ROOM)
    axis = _accuracy_axis(files)
    figure = blank(palette, HEIGHT_PX)
    for file, place in zip(files, _label_places(files, across, axis), strict=True):
        for trace in _traces(file, place, axis, palette):
            figure.add_trace(trace)
    figure.update_xaxes(type="log", range=across, title_text="ms a face, log scale", **log_ticks(across, 1.0, ""))
    figure.update_yaxes(range=axis.ends, title_text="accuracy (%)")
    return Chart(
        figure,
        title="Accuracy against time of exported files",
        footer=f"{LEGEND} Bars: quartiles, Wilson 95{NBSP}%. Accuracy on {_faces(files[0])}. {stamp}"
        + axis.note(way.accuracy.value for way in chain(*drawn)),
        alt="Accuracy against time: " + "; ".join(_words(file) for file in files),
        table=tuple(chain.from_iterable(map(file_rows, files))),
    )


def file_rows(file: FilesView) -> list[dict[str, object]]:
    """Return a network's numbers for a table twin, unrounded, a row for each way to run it."""
    return [
        {
            "network": file.network.title,
            "checkpoint": file.checkpoint,
            "file": kind,
            "bytes": way.bytes,
            "accuracy": way.accuracy and way.accuracy.value,
            "median_ms": way.one.value,
            "q1_ms": way.one.low,
            "q3_ms": way.one.high,
            "two_threads_median_ms": way.two and way.two.value,
            "batch_64_median_ms_a_face": way.full and way.full.value,
            "cold_start_median_ms": way.start and way.start.value,
            "peak_bytes": way.peak_bytes,
        }
        for kind, way in kinds(file).items()
    ]


def _ways(file: FilesView) -> list[WayView]:
    return [way for way in kinds(file).values() if way.accuracy]


def _accuracy_axis(files: Sequence[FilesView]) -> AccuracyAxis:
    own = [way.accuracy for file in files if not file.origin for way in _ways(file)]
    return AccuracyAxis.covering(own, [way.accuracy for file in files if file.origin for way in _ways(file)])


def _label_places(files: Sequence[FilesView], across: Span, axis: AccuracyAxis) -> list[str | None]:
    def place(way: WayView) -> Place:
        x = (log10(way.one.value) - across[0]) / (across[1] - across[0])
        return x, (axis.place(way.accuracy.value) - axis.low) / (axis.high - axis.low)

    others = [place(way) for file in files for way in _ways(file) if way is not file.float32]
    words = [axis.label(_short(file), file.float32.accuracy.value) for file in files]
    return label_places([place(file.float32) for file in files], words, PLOT_PX, others)


def _traces(file: FilesView, place: str | None, axis: AccuracyAxis, palette: Palette) -> list[go.Scatter]:
    """The line between float32 and int8 first, so that marks lie on it."""
    colour, title, share = palette.family(file.network.family), file.network.title, file.float32.accuracy.value
    is_beyond = axis.is_beyond(share)
    traces = [_mark(file.pytorch, f"{title}, PyTorch", TORCH_MARK, colour, axis)] if file.pytorch else []
    if file.int8 and file.int8.accuracy:
        traces += [
            _line(file.float32, file.int8, colour, axis),
            _mark(file.int8, f"{title}, int8", INT8_MARK, colour, axis),
        ]
        if axis.is_beyond(file.int8.accuracy.value) and not is_beyond:
            words = axis.label(f"{_short(file)}, int8", file.int8.accuracy.value)
            traces[-1].update(mode="markers+text", text=[words], textposition="middle right")
    if is_beyond:  # with its number in any case
        place = place or "middle right"
    label = {"mode": "markers+text", "text": [axis.label(_short(file), share)], "textposition": place} if place else {}
    bars = {} if is_beyond else {"error_y": error_bars([file.float32.accuracy], colour, thickness=1)}
    shown = _mark(file.float32, f"{title}, float32", FLOAT_MARK, colour, axis, **bars)
    return [*traces, shown.update(**label, textfont={"color": palette.text, "size": 14})]


def _short(file: FilesView) -> str:
    """A network's title, its stride as the tables write it: a phone has no room for more."""
    return file.network.title.replace(" at stride ", " /")


def _line(float32: WayView, int8: WayView, colour: str, axis: AccuracyAxis) -> go.Scatter:
    return go.Scatter(
        x=[float32.one.value, int8.one.value],
        y=[axis.place(float32.accuracy.value), axis.place(int8.accuracy.value)],
        mode="lines",
        line={"color": colour, "width": 1.5},
        hoverinfo="skip",
    )


def _mark(  # noqa: PLR0913 - all that a mark is made of
    way: WayView, name: str, mark: dict[str, object], colour: str, axis: AccuracyAxis, **bars: object
) -> go.Scatter:
    share = way.accuracy.value
    shape = {**mark, "symbol": axis.symbol(share, str(mark["symbol"]))}
    return go.Scatter(
        x=[way.one.value],
        y=[axis.place(share)],
        mode="markers",
        marker={"color": colour, **shape},
        name=name,
        error_x=error_bars([way.one], colour, factor=1, thickness=1),
        cliponaxis=False,
        hovertemplate=f"<b>{name}</b><br>{percent(share)}<br>{milliseconds(way.one.value)}<extra></extra>",
        **bars,
    )


def _faces(file: FilesView) -> str:
    return f"{file.split}, {sample_size(file.n)}"


def _words(file: FilesView) -> str:
    shown = (
        f"{kind} {milliseconds(way.one.value)}, {percent(way.accuracy.value)}"
        for kind, way in kinds(file).items()
        if way.accuracy
    )
    return f"{file.network.title} " + ", ".join(shown)
