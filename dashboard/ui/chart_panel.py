"""A chart on the page: title, figure, small print; behind a switch its table and its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from dashboard.plotting.chart import Chart
from dashboard.plotting.export import as_csv, as_png, as_svg
from dashboard.plotting.report_item import ChartPair
from dashboard.plotting.theme import DARK, LIGHT, Palette
from dashboard.ui import messages
from dashboard.ui.messages import note
from dashboard.ui.report_list import report_button

CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False}

FILES = {
    "SVG": (as_svg, "svg", "image/svg+xml"),
    "PNG": (as_png, "png", "image/png"),
    "CSV": (as_csv, "csv", "text/csv"),
}


def palette() -> Palette:
    """Return the palette of the theme in force."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def show(
    key: str,
    build: Callable[..., Chart],
    *args: Any,
    heading: bool = True,
    on_click: Callable[[Sequence[Any]], None] | None = None,
    on_box: Callable[[Sequence[float], Sequence[float]], None] | None = None,
    **options: Any,
) -> None:
    """Build a chart in the theme in force and show it; its files are always built in the light one, for paper.

    Args:
        key: unique on the page; also the name of the files.
        build: a function that returns a Chart; `args` and `options` go to it, and the palette.
        heading: False where the place already says what this is.
        on_click: called with the customdata of a clicked point, before the page is drawn again.
        on_box: called with the ends of a drawn box along x and along y, likewise; a chart takes one of the two.
    """
    chart = build(*args, **options, palette=palette())
    if heading:
        messages.heading(chart.title)
    taken: dict[str, Any] = {}
    if on_click is not None:
        taken = {"on_select": partial(_clicked, key, on_click), "selection_mode": "points"}
    elif on_box is not None:
        taken = {"on_select": partial(_drawn, key, on_box), "selection_mode": "box"}
    draw(key, chart, **taken)
    if heading:
        note(chart.footer)
        with st.container(horizontal=True):
            _twin(key, chart, partial(build, *args, **options, palette=LIGHT))
            _report(key, chart, partial(build, *args, **options), (args, options))


def draw(key: str, chart: Chart, **taken: Any) -> None:
    """Draw a finished chart without its surroundings; `taken` says which clicks it handles."""
    st.plotly_chart(chart.figure, theme=None, key=key, config=CONFIG, alt=chart.alt, **taken)


def _clicked(key: str, on_click: Callable[[Sequence[Any]], None]) -> None:
    """Pass a clicked point on. A second click on it takes the selection back, which changes nothing here."""
    points = st.session_state[key]["selection"]["points"]
    if points:
        on_click(points[0]["customdata"])


def _drawn(key: str, on_box: Callable[[Sequence[float], Sequence[float]], None]) -> None:
    """Pass a drawn box on. A double click takes the selection back, which changes nothing here."""
    boxes = st.session_state[key]["selection"]["box"]
    if boxes:
        on_box(boxes[-1]["x"], boxes[-1]["y"])


@st.fragment  # opening it must not draw the page again
def _twin(key: str, chart: Chart, on_paper: Callable[[], Chart]) -> None:
    with st.popover("Table and files", type="tertiary", key=f"{key} twin", on_change="rerun") as twin:
        if not twin.open:  # nothing is sent before somebody asks
            return
        st.dataframe(list(chart.table), hide_index=True, alt=f"The numbers of: {chart.title}")
        with st.container(horizontal=True):
            for name, (render, ending, mime) in FILES.items():
                st.download_button(
                    name,
                    data=partial(_file, render, on_paper),
                    file_name=f"{key}.{ending}",
                    mime=mime,
                    key=f"{key} {ending}",
                    on_click="ignore",
                )


@st.fragment
def _report(key: str, chart: Chart, build: Callable[..., Chart], about: object) -> None:
    shown = (chart.title, chart.footer, chart.table)  # not the figure, which has the theme's colours
    report_button(key, shown, lambda: ChartPair(build(palette=LIGHT), build(palette=DARK)), about)


def _file(render: Callable[[Chart], bytes], on_paper: Callable[[], Chart]) -> bytes:
    return render(on_paper())


def csv_file(key: str, data: Callable[[], bytes]) -> None:
    """Offer rows as a CSV file, made when somebody asks."""
    st.download_button(
        "Table as CSV",
        data=data,
        file_name=f"{key}.csv",
        mime="text/csv",
        key=f"{key} csv",
        on_click="ignore",
        type="tertiary",
    )
