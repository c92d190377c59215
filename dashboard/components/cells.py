"""Cells of our tables as HTML: numbers with an interval drawn beside them, claims in italics, dashes with a reason.

Streamlit's grid is a canvas: it can neither draw an interval in a cell nor give a single dash its reason. This is
plain HTML with its own few rules, in a frame that scrolls sideways by itself on a phone. Everything that comes from a
file or an address is escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from dashboard.theme import Palette
from dashboard.views import Interval
from dashboard.wording import DASH, estimate

BAR_PX = 96


@dataclass(frozen=True)
class Scale:
    """What the ends of the drawn intervals mean, the same for all rows of a column."""

    low: float
    high: float

    @classmethod
    def around(cls, intervals: Sequence[Interval | None]) -> Scale:
        """Return the scale on which all the intervals fit."""
        known = [interval for interval in intervals if interval is not None]
        low = min((interval.low for interval in known), default=0.0)
        high = max((interval.high for interval in known), default=1.0)
        return cls(low, high if high > low else low + 1e-6)

    def place(self, value: float) -> float:
        """Return a value's place in percent of the bar, cut off at its ends."""
        return 100 * min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def text(words: str, small: str = "", colour: str = "", link: str = "") -> str:
    """A cell of words; `colour` puts a dot before them, `link` leads somewhere."""
    dot = f'<span class="dot" style="background:{colour}"></span>' if colour else ""
    body = f'<a href="{escape(link)}">{escape(words)}</a>' if link else escape(words)
    return f"<td>{dot}{body}{_small(small)}</td>"


def number(words: str, small: str = "", reason: str = "") -> str:
    """A right-aligned cell; a dash has its `reason` on hover and on focus."""
    if words == DASH and reason:
        return f'<td class="number"><span class="dash" tabindex="0" title="{escape(reason)}">{DASH}</span></td>'
    return f'<td class="number">{escape(words)}{_small(small)}</td>'


def claim(words: str, source: str) -> str:
    """A claimed number: grey and italic, with its source on hover and on focus."""
    return f'<td class="number"><span class="claim" tabindex="0" title="{escape(source)}">{escape(words)}</span></td>'


def interval(value: Interval | None, scale: Scale, colour: str, small: str = "", reason: str = "") -> str:
    """Two cells: a number with its reach, and both drawn as a dot on a bar."""
    if value is None:
        return number(DASH, reason=reason) + '<td class="drawn"></td>'
    left, right, middle = scale.place(value.low), scale.place(value.high), scale.place(value.value)
    bar = (
        f'<span class="bar"><span class="reach" style="left:{left:.1f}%;width:{right - left:.1f}%;background:{colour}">'
        f'</span><span class="mark" style="left:{middle:.1f}%;background:{colour}"></span></span>'
    )
    return f'<td class="number">{estimate(value)}{_small(small)}</td><td class="drawn">{bar}</td>'


def table(header: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], palette: Palette, caption: str) -> None:
    """Show a table.

    Args:
        header: (words, class) a column; class is "" or "number" or "drawn".
        rows: cells of this module, in the header's order.
        caption: what the table holds; read aloud, not shown.
    """
    head = "".join(f'<th scope="col" class="{kind}">{escape(words)}</th>' for words, kind in header)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    st.html(
        f'{_rules(palette)}<div class="fer-frame" tabindex="0"><table class="fer"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _small(words: str) -> str:
    return f"<small>{escape(words)}</small>" if words else ""


def _rules(palette: Palette) -> str:
    return f"""<style>
.fer-frame {{ overflow-x: auto; }}
.fer {{ border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }}
.fer caption {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
.fer th {{ font-weight: 600; font-size: .875rem; color: {palette.muted}; text-align: left; white-space: nowrap;
  padding: 0 14px 8px 0; border-bottom: 1px solid {palette.muted}; }}
.fer td {{ padding: 7px 14px 7px 0; border-bottom: 1px solid {palette.grid}; white-space: nowrap; line-height: 1.25;
  vertical-align: baseline; }}
.fer .number {{ text-align: right; }}
.fer small {{ display: block; font-size: .8125rem; color: {palette.muted}; }}
.fer a {{ color: inherit; text-decoration: underline;
  text-decoration-color: {palette.muted}; text-underline-offset: 3px; }}
.fer .claim {{ font-style: italic; color: {palette.muted}; cursor: help; }}
.fer .dash {{ color: {palette.muted}; cursor: help; }}
.fer .dot {{ display: inline-block; width: 10px; height: 10px; border-radius: 5px; margin-right: 8px; }}
.fer .bar {{ position: relative; display: inline-block; width: {BAR_PX}px; height: 12px; vertical-align: middle; }}
.fer .reach {{ position: absolute; top: 5px; height: 2px; }}
.fer .mark {{ position: absolute; top: 1px; width: 10px; height: 10px; border-radius: 5px; margin-left: -5px; }}
</style>"""
