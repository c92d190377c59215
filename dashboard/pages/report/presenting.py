"""Present mode: one figure and one sentence per screen, half as large again, from the list or from the guided story."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from dashboard.pages.report.story import story_item, story_steps
from dashboard.pages.report.story_data import story_view
from dashboard.pages.report.tables import text_table
from dashboard.pages.report.text import GUIDED_STORY
from dashboard.plotting.enlarged import enlarged
from dashboard.plotting.report_item import ReportItem, TextTable
from dashboard.store.provenance import made
from dashboard.ui.address import asked, keep, settle, single
from dashboard.ui.chart_panel import draw, palette
from dashboard.ui.messages import answer, info, note, page_title
from dashboard.ui.report_list import page_address, report_list

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView

ON, LIST, STORY = "1", "list", "story"
LARGER = 1.5  # than on the pages
ROOM_PX = 376  # for a figure on a projector of 1280 x 720 px, below two lines and above the buttons
LETTERS, LINE_PX, LEAST_PX = 100, 38, 180  # of a line of the sentence; what a third one takes from the figure
WIDE_PX, LETTER_PX, CELL_PX, ROW_PX = 800, 7.6, 12, 34  # the screen's width, and what a table takes of it, at size 1
# Streamlit's header and menu are away, and words are larger, on a phone 18 px. Charts are drawn larger: `enlarged`.
STYLE = """<style>
header[data-testid="stHeader"] { display: none; }
[data-testid="stMainBlockContainer"] { padding: 20px 40px 8px; }
.st-key-said h1 { font-size: 1.5rem; padding: 0 0 .75rem; }
.st-key-figure img { max-height: %(room)dpx; width: auto; }
@media (max-width: 899px) { .st-key-large { display: none; } .st-key-said, .st-key-below { zoom: 1.3; } }
@media (min-width: 900px) {
  .st-key-said, .st-key-below { zoom: %(larger)s; }
  .st-key-figure .fer { zoom: %(table).3f; }
  .st-key-small { display: none; }
}
</style>"""


def is_presented() -> bool:
    """Whether the address, or a button, asks for present mode."""
    return single(asked("present", None)) == ON


def start_presenting(source: str) -> None:
    """Begin with the first screen of LIST or STORY, in the next run."""
    for key, value in (("present", ON), ("step", "1"), ("show", source)):
        keep(key, [value])


def present(rows: Mapping[str, CheckpointView]) -> None:
    """Show the screen that the address names; `rows` are all checkpoints by name. Raises FerError."""
    item, step, n, source = _chosen(rows, max(1, _number(single(asked("step", None)))))
    settle("present", [ON], [])
    settle("show", [source], [])
    settle("step", [str(step)], [])
    if item is None:
        info("No network is scored yet, so there is nothing to present.")
        return
    size = LARGER * _narrowed(item)
    st.set_page_config(page_title=f"{item.caption} · FER Lens")
    st.html(STYLE % {"room": ROOM_PX, "larger": LARGER, "table": size})
    with st.container(key="said"):
        page_title(item.caption)
        answer(item.sentence)
    with st.container(key="figure"):
        _figure(item, size, _room(item.sentence))
    with st.container(key="below"):
        note(_where(item))
        _buttons(step, n)


class Screen(NamedTuple):
    """What is shown: an item, None for none; its number from 1, of how many; and whether it is of LIST or of STORY."""

    item: ReportItem | None
    step: int
    n: int
    source: str


def _chosen(rows: Mapping[str, CheckpointView], step: int) -> Screen:
    """Return the screen of a number from 1; an empty list is replaced by the story. Draws no other step."""
    kept = report_list().items
    source = single(asked("show", None)) or LIST
    if kept and source != STORY:
        step = min(len(kept), step)
        return Screen(kept[step - 1], step, len(kept), LIST)
    steps = story_steps(story_view(rows))
    if not steps:
        return Screen(None, 0, 0, STORY)
    step, address = min(len(steps), step), f"{page_address()}?present={ON}&show={STORY}&step="
    return Screen(story_item(steps[step - 1], step, made(), address), step, len(steps), STORY)


def _number(given: str | None) -> int:
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < 4 else 1


def _narrowed(item: ReportItem) -> float:
    """Return how much smaller a table is set so that no column is cut."""
    return min(1.0, WIDE_PX / _breadth(item.table)) if item.table else 1.0


def _breadth(table: TextTable) -> float:
    columns = zip(table.header, *table.rows, strict=True)
    return sum(CELL_PX + LETTER_PX * max(map(len, column)) for column in columns)


def _room(sentence: str) -> float:
    """Return how high a figure may be below a sentence: two lines leave ROOM_PX."""
    lines = ceil(len(sentence) / LETTERS)
    return max(LEAST_PX, ROOM_PX - LINE_PX * max(0, lines - 2))


def _figure(item: ReportItem, size: float, room_px: float) -> None:
    if item.chart:
        shown = item.chart.dark if palette().is_dark else item.chart.light
        for name, chart in (("large", enlarged(shown, LARGER, room_px)), ("small", shown)):  # STYLE shows one of them
            with st.container(key=name):
                draw(f"{name} {item.key}", chart)
    elif item.table:
        text_table(item.table, most_rows=max(1, int(room_px / size / ROW_PX) - 1))
    elif item.picture:
        st.image(item.picture.png, alt=item.picture.title)


def _where(item: ReportItem) -> str:
    """Return on which faces it was measured, in a line; the rest of the source is in the report."""
    return "; ".join([*item.faces[:2], *([f"{len(item.faces) - 2} more"] if len(item.faces) > 2 else []), item.made])


def _buttons(step: int, n: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        for words, place, key in (("Previous", step - 1, "Left"), ("Next", step + 1, "Right")):
            st.button(words, key=words, on_click=keep, args=("step", [str(place)]), shortcut=key,
                      disabled=not 1 <= place <= n)  # fmt: skip
        note(f"{step} of {n}")
        st.button("Close", on_click=keep, args=("present", []), shortcut="Esc", type="tertiary")


def present_buttons(n_items: int) -> None:
    """Offer to present the list, or the story where it is empty; and the story beside a list."""
    source = LIST if n_items else STORY
    with st.container(horizontal=True):
        st.button("Present", on_click=start_presenting, args=(source,), shortcut="P", type="primary")
        if n_items:
            st.button(GUIDED_STORY, on_click=start_presenting, args=(STORY,))
