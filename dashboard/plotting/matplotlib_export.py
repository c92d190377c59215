"""Draw a `Chart` with matplotlib: no browser, no network, and the title and footer inside.

Plotly's own export needs a Chrome. This reads the few things that our charts use (scatter, bar and heatmap traces;
error bars, mark shapes, tick words, logarithmic axes) from the figure that is on the screen, so that both say the same.
matplotlib is imported when somebody asks for a file, not before.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from dashboard.plotting.chart import LABEL_GAP, Chart

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_drawing = Lock()  # matplotlib's settings are one set for all threads

WIDTH_IN = 7.2
PX_PER_IN = 80  # a screen pixel of the figure's height, in inches of the export
TITLE_LETTERS, FOOTER_LETTERS = 72, 116
# One salt gives the same ids, hence the same file, each time; "none" and 42 keep words as words; a caption with two
# dollar signs is no formula.
SETTINGS: Any = {"svg.hashsalt": "fer-lens", "svg.fonttype": "none", "pdf.fonttype": 42, "text.parse_math": False}

MARKERS = {
    "circle": "o", "square": "s", "diamond": "D", "cross": "P", "star": "*",
    "triangle-up": "^", "triangle-down": "v", "triangle-left": "<", "triangle-right": ">",
}  # fmt: skip
DASHES = {"dot": ":", "dash": "--", "dashdot": "-.", None: "-", "solid": "-"}
ALIGNMENTS = {"left": "right", "right": "left", "center": "center"}  # text left of a mark ends there
VERTICALS = {"top": "bottom", "bottom": "top", "middle": "center"}
TAG = re.compile(r"<[^>]+>")


def render(chart: Chart, kind: str) -> bytes:
    """Return the chart as a file of the `kind` "svg", "pdf" or "png"."""
    import matplotlib

    file = io.BytesIO()
    undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
    with _drawing, matplotlib.rc_context(SETTINGS):
        _drawn(chart).savefig(file, format=kind, dpi=200, metadata=undated.get(kind))
    return file.getvalue()


def drawn(chart: Chart) -> Figure:
    """Return the chart as a figure of matplotlib."""
    import matplotlib

    with _drawing, matplotlib.rc_context(SETTINGS):
        return _drawn(chart)


def _drawn(chart: Chart) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure  # not pyplot: that keeps every figure until it is closed

    title, footer = textwrap.fill(chart.title, TITLE_LETTERS), textwrap.fill(chart.footer, FOOTER_LETTERS)
    lines = footer.count("\n") + 1 + 1.6 * title.count("\n")
    height = (chart.figure.layout.height or 400) / PX_PER_IN + 0.35 + 0.17 * lines
    figure = Figure(figsize=(WIDTH_IN, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    ink = chart.figure.layout.template.layout.font.color
    figure.set_facecolor(chart.figure.layout.template.layout.paper_bgcolor)
    axes.set_facecolor(chart.figure.layout.plot_bgcolor or figure.get_facecolor())
    axes.set_axisbelow(True)
    figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold", color=ink)
    figure.supxlabel(footer, x=0.01, ha="left", fontsize=7.5, color=_muted(chart.figure))
    _draw_axis(axes, "x", chart.figure.layout.xaxis, chart.figure)
    _draw_axis(axes, "y", chart.figure.layout.yaxis, chart.figure)
    for trace in chart.figure.data:
        TRACES[trace.type](axes, trace)
    return figure


def _draw_axis(axes: Any, name: str, axis: go.layout.XAxis, figure: go.Figure) -> None:
    setter = {
        "x": (axes.set_xscale, axes.set_xlim, axes.set_xlabel),
        "y": (axes.set_yscale, axes.set_ylim, axes.set_ylabel),
    }
    scale, limits, label = setter[name]
    part = axes.xaxis if name == "x" else axes.yaxis
    ink, grid = figure.layout.template.layout.font.color, figure.layout.template.layout.xaxis.gridcolor
    is_log = axis.type == "log"
    if is_log:
        scale("log")
        part.set_minor_locator(_no_ticks())
    if axis.range is not None:
        limits(*(10.0**end if is_log else end for end in axis.range))
    if axis.tickvals is not None:
        part.set_ticks(list(axis.tickvals), list(axis.ticktext))
    if axis.showticklabels is False or axis.visible is False:
        part.set_ticks([])
    if axis.showgrid is not False and axis.visible is not False:
        axes.grid(axis=name, color=grid, linewidth=0.7)
    label(axis.title.text or "", fontsize=9, color=_muted(figure))
    axes.tick_params(axis=name, labelsize=9, colors=ink, length=0 if axis.tickcolor == LABEL_GAP["tickcolor"] else 3)
    if name == "x" and axis.tickangle:
        axes.tick_params(axis="x", rotation=-axis.tickangle)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(grid)


def _no_ticks() -> Any:
    from matplotlib.ticker import NullLocator

    return NullLocator()


def _draw_scatter(axes: Any, trace: go.Scatter) -> None:
    x, y, mode = list(trace.x), list(trace.y), trace.mode or "markers"
    if "lines" in mode:
        step = {"drawstyle": "steps-post"} if trace.line.shape == "hv" else {}
        width = 0.9 * (trace.line.width or 1)
        axes.plot(x, y, color=trace.line.color, linewidth=width, linestyle=DASHES[trace.line.dash], zorder=2, **step)
    _draw_errors(axes, trace, x, y)
    if "markers" in mode and trace.marker.opacity != 0:
        sizes = _each(trace.marker.size, len(x))
        for place, size in enumerate(sizes):
            if size:
                _draw_mark(axes, x[place], y[place], trace.marker, size)
    if "text" in mode:
        _draw_words(axes, trace, x, y)


def _draw_mark(axes: Any, x: float, y: float, marker: go.scatter.Marker, size: float) -> None:
    shape = (marker.symbol or "circle").removesuffix("-open")
    is_open = (marker.symbol or "").endswith("-open")
    axes.plot(
        [x], [y], marker=MARKERS[shape], markersize=0.6 * size, linestyle="", zorder=3, clip_on=False,
        markeredgecolor=marker.color, markerfacecolor="none" if is_open else marker.color,
    )  # fmt: skip


def _draw_errors(axes: Any, trace: go.Scatter, x: list[float], y: list[float]) -> None:
    for name in ("x", "y"):
        error = trace[f"error_{name}"]
        if error.array is not None:
            reach = [list(error.arrayminus), list(error.array)]
            width, cap = 0.73 * (error.thickness or 1.5), 0 if error.width == 0 else 2
            axes.errorbar(x, y, **{f"{name}err": reach}, fmt="none", ecolor=error.color, elinewidth=width, capsize=cap)


def _draw_words(axes: Any, trace: go.Scatter, x: list[float], y: list[float]) -> None:
    inks = _each(trace.textfont.color, len(x))
    places = _each(trace.textposition or "middle center", len(x))
    for word, ink, place, across, down in zip(trace.text, inks, places, x, y, strict=True):
        vertical, horizontal = place.split()
        shift = {"left": -6, "right": 6, "center": 0}[horizontal], {"top": 5, "bottom": -5, "middle": 0}[vertical]
        axes.annotate(
            _plain(word).strip(), (across, down), shift, textcoords="offset points", fontsize=8, color=ink,
            ha=ALIGNMENTS[horizontal], va=VERTICALS[vertical], linespacing=1.1, zorder=4, annotation_clip=False,
        )  # fmt: skip


def _draw_bar(axes: Any, trace: go.Bar) -> None:
    colours = _each(trace.marker.color, len(trace.x))
    axes.barh(list(trace.y), list(trace.x), height=0.7, color=colours, zorder=2)
    for value, place, word in zip(trace.x, trace.y, trace.text, strict=True):
        axes.annotate(
            _plain(word), (value, place), (4, 0), textcoords="offset points", va="center", fontsize=8,
            color=trace.textfont.color,
        )  # fmt: skip


def _draw_heatmap(axes: Any, trace: go.Heatmap) -> None:
    from matplotlib.colors import LinearSegmentedColormap, Normalize

    colours = LinearSegmentedColormap.from_list("chart", [tuple(stop) for stop in trace.colorscale])
    gap = 0.01
    for i, row in enumerate(trace.z):
        for j, value in enumerate(row):
            if value is not None:  # an empty cell shows the ground
                fill = colours(Normalize(trace.zmin, trace.zmax)(value))
                axes.add_patch(_cell(j - 0.5 + gap, i - 0.5 + gap, 1 - 2 * gap, fill))
    axes.set_aspect("equal")


def _cell(x: float, y: float, side: float, fill: Any) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), side, side, facecolor=fill, linewidth=0, zorder=1)


TRACES = {"scatter": _draw_scatter, "bar": _draw_bar, "heatmap": _draw_heatmap}


def _each(value: Any, n: int) -> list[Any]:
    """Plotly takes one value for all points or one a point."""
    is_many = isinstance(value, Iterable) and not isinstance(value, str)
    return list(value) if is_many else [value] * n


def _plain(text: str) -> str:
    return TAG.sub("", text.replace("<br>", "\n")).replace("&lt;", "<")


def _muted(figure: go.Figure) -> str:
    return figure.layout.template.layout.xaxis.title.font.color
