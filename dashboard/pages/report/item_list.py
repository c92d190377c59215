"""The list of items on the screen: captions that can be edited, their order, and a look at each."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard.pages.report.tables import text_table
from dashboard.plotting.report_item import ReportItem
from dashboard.ui.chart_panel import draw, palette
from dashboard.ui.messages import heading, info, note
from dashboard.ui.report_list import ReportList


def item_list(report: ReportList) -> None:
    """Show the items in their order, each with its caption and buttons; without any, say how one gets there."""
    heading("Your list")
    if not report.items:
        info("Nothing is on it yet. **Add to report** stands below every figure and table of the other pages.")
        return
    for place, item in enumerate(report.items):
        _row(report, item, is_first=place == 0, is_last=place == len(report.items) - 1)
    with st.container(horizontal=True, vertical_alignment="center"):
        note(f"{len(report.items)} items, {report.n_bytes / 1e6:.1f} of {report.most_bytes / 1e6:.1f} MB.")
        st.button("Remove all", on_click=report.items.clear, type="tertiary")


def _row(report: ReportList, item: ReportItem, is_first: bool, is_last: bool) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="bottom"):
        key = f"caption of {item.key}"
        st.session_state[key] = item.caption  # the list holds it, which outlives a change of page
        st.text_input("Caption", key=key, max_chars=200, on_change=_rename, args=(report, item.key, key))
        with st.popover("Look", key=f"look at {item.key}", on_change="rerun") as look:
            if look.open:
                preview(item)
                note(item.sentence)
                note(item.source)
        st.button("Up", key=f"up {item.key}", on_click=partial(report.move, item.key, -1), disabled=is_first)
        st.button("Down", key=f"down {item.key}", on_click=partial(report.move, item.key, 1), disabled=is_last)
        st.button("Remove", key=f"remove {item.key}", on_click=partial(report.remove, item.key))


def _rename(report: ReportList, item: str, widget: str) -> None:
    """Give an item the caption that somebody typed; an empty one changes nothing."""
    caption = st.session_state[widget].strip()
    if caption:
        report.rename(item, caption)


def preview(item: ReportItem) -> None:
    """Show what an item is, as the report will hold it."""
    if item.chart:
        draw(f"drawn {item.key}", item.chart.dark if palette().is_dark else item.chart.light)
    elif item.table:
        text_table(item.table)
    else:
        st.image(item.picture.png, alt=item.picture.title)
