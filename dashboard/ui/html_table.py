"""Table cells: numbers with an interval drawn beside them, claims in italics, dashes with a reason.

Streamlit's grid is a canvas: it can neither draw an interval in a cell nor give a single dash its reason. So a table is
HTML (`templates/`), in a frame that scrolls sideways by itself on a phone. What comes from a file or an address is
escaped by the templates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import streamlit as st
from markupsafe import Markup

from dashboard.formatting import DASH, IntervalLike, Span, estimate, signed
from dashboard.plotting.html_cells import text_table
from dashboard.plotting.report_item import TextTable
from dashboard.plotting.theme import Palette
from dashboard.store.glossary import html_link
from dashboard.ui.html_templates import html, macros, picture_source, show_html
from dashboard.ui.report_list import report_button

LONG = 110  # letters of a sentence in a cell that are always seen
LIMITS = {
    "SHORT": 14,  # letters of a word that a narrow column can hold
    "LONG_SMALL": 28,  # letters below a number that stay on one line
}


@dataclass(frozen=True)
class Scale:
    """What the ends of the drawn intervals mean, the same for all rows of a column."""

    low: float
    high: float

    @classmethod
    def around(cls, intervals: Sequence[IntervalLike | None]) -> Scale:
        """Return the scale on which all the intervals fit."""
        known = [interval for interval in intervals if interval is not None]
        low = min((interval.low for interval in known), default=0.0)
        high = max((interval.high for interval in known), default=1.0)
        return cls(low, high if high > low else low + 1e-6)

    @property
    def words(self) -> str:
        """The ends of a scale of differences, in points."""
        return f"{signed(self.low, 0)} to {signed(self.high, 0)}"

    def place(self, value: float) -> float:
        """Return a value's place in percent of the bar, cut off at its ends."""
        return 100 * min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


class TableParts(NamedTuple):
    """What `table` takes: a table before it is shown, or written to a file."""

    header: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Markup]]
    palette: Palette
    caption: str
    about: object = ()

    @property
    def html(self) -> Markup:
        """The table as HTML; its colours are variables of the surrounding page."""
        return html("table.html", header=_heads(self.header), rows=self.rows, caption=self.caption, colours="")

    @property
    def words(self) -> TextTable:
        """The table as words."""
        return text_table(self.caption, self.header, self.rows)


def text(words: str, small: str = "", colour: str = "", link: str = "", indent: int = 0) -> Markup:
    """A cell of words, `indent` pixels in; `colour` puts a dot before them, `link` leads somewhere."""
    return _cells().text(words, small, colour, link, indent)


def number(words: str, small: str = "", reason: str = "") -> Markup:
    """A right-aligned cell; a dash has its `reason` on hover and on focus."""
    return _cells().dash(words, reason) if words == DASH and reason else _cells().number(words, small)


def claim(words: str, source: str, small: str = "", is_struck: bool = False) -> Markup:
    """A claimed number: grey and italic, with its source on hover and on focus; struck through if it cannot be."""
    return _cells().claim(words, source, small, is_struck)


def picture(content: bytes, alt: str) -> Markup:
    """A cell with a small picture, a PNG or a JPEG."""
    return _cells().picture(picture_source(content), alt)


def prose(words: str, small: str, links: Sequence[str] = ()) -> Markup:
    """A cell of sentences, which wraps; a long one opens from its beginning. Web `links` are numbered behind it."""
    cut = small.rfind(" ", 0, LONG) if len(small) > LONG else len(small)
    known = [link for link in links if link.startswith(("https://", "http://"))]
    return _cells().prose(words, small[:cut], small[cut:].lstrip(), known)


def both(value: IntervalLike | None, claimed: float | None, scale: Scale, colour: str) -> Markup:
    """A cell with a measurement drawn as a dot on its interval, and a claim as a hollow mark."""
    return _drawn(value, scale, colour, None if claimed is None else scale.place(claimed))


def interval(value: IntervalLike | None, scale: Scale, colour: str, small: str = "", reason: str = "") -> Markup:
    """Two cells: a number with its reach, and both drawn as a dot on a bar."""
    if value is None:
        return number(DASH, reason=reason) + empty("drawn")
    return Markup().join(interval_cells(estimate(value), value, scale, colour, small))


def interval_cells(
    words: str, value: IntervalLike, scale: Scale, colour: str, small: str = ""
) -> tuple[Markup, Markup]:
    """Two cells: words for a number, and its interval drawn as a dot on a bar, with a tick at 0 where 0 is inside."""
    return _cells().number(words, small), _drawn(value, scale, colour)


def empty(kind: str = "") -> Markup:
    """A cell with nothing in it; `kind` as in a header."""
    return _cells().empty(kind)


def table(
    header: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[Markup]],
    palette: Palette,
    caption: str,
    about: object = (),
) -> None:
    """Show a table, which can be put into the report.

    Args:
        header: (words, class) a column; class is "" or "number" or "drawn". Words that the glossary knows
            link to it.
        rows: cells of this module, in the header's order.
        caption: what the table holds, unique on the page; read aloud, not shown.
        about: the views that it shows, as `report_button` takes them.
    """
    draw_table(header, rows, palette, caption)
    _report(text_table(caption, header, rows), about)


def draw_table(
    header: Sequence[tuple[str, str]], rows: Sequence[Sequence[Markup]], palette: Palette, caption: str
) -> None:
    """Show a table, as `table` does, where there is nothing to put into the report."""
    show_html("table.html", palette, header=_heads(header), rows=rows, caption=caption)


def _heads(header: Sequence[tuple[str, str]]) -> list[tuple[Markup, str]]:
    return [(html_link(title), kind) for title, kind in header]


@st.fragment
def _report(content: TextTable, about: object) -> None:
    report_button(content.title, content, lambda: content, about)


def _drawn(value: IntervalLike | None, scale: Scale, colour: str, claimed: float | None = None) -> Markup:
    reach = value and Span(*map(scale.place, (value.value, value.low, value.high)))
    zero = scale.place(0) if scale.low < 0 < scale.high else None
    return _cells().drawn(reach, claimed, zero, colour)


def _cells() -> Any:
    return macros("cells.html", **LIMITS)
