"""Cells of our tables as HTML: numbers with an interval drawn beside them, claims in italics, dashes with a reason.

Streamlit's grid is a canvas: it can neither draw an interval in a cell nor give a single dash its reason. This is
plain HTML with its own few rules, in a frame that scrolls sideways by itself on a phone. Everything that comes from a
file or an address is escaped here.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from dashboard.formatting import DASH, estimate, signed
from dashboard.plotting.theme import Palette
from fer_core.evaluation.intervals import Estimate

BAR_PX = 72
LANE_PX = 9
LONG = 110  # letters of a sentence in a cell that are always seen
SHORT = 14  # letters of a word that a narrow column can hold
LONG_SMALL = 28  # letters below a number that stay on one line


@dataclass(frozen=True)
class Scale:
    """What the ends of the drawn intervals mean, the same for all rows of a column."""

    low: float
    high: float

    @classmethod
    def around(cls, intervals: Sequence[Estimate | None]) -> Scale:
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


def text(words: str, small: str = "", colour: str = "", link: str = "", indent: int = 0) -> str:
    """A cell of words, `indent` pixels in; `colour` puts a dot before them, `link` leads somewhere."""
    dot = f'<span class="dot" style="background:{colour}"></span>' if colour else ""
    body = f'<a href="{escape(link)}">{_unbroken(words)}</a>' if link else _unbroken(words)
    inside = f' class="in" style="--in:{indent}px"' if indent else ""
    return f"<td{inside}>{dot}{body}{_small(small)}</td>"


def _unbroken(words: str) -> str:
    """Escape words; a short one with a hyphen, as I-MobileNetV2, does not break at it."""
    return " ".join(
        f'<span class="whole">{escape(word)}</span>' if "-" in word and len(word) <= SHORT else escape(word)
        for word in words.split(" ")
    )


def number(words: str, small: str = "", reason: str = "") -> str:
    """A right-aligned cell; a dash has its `reason` on hover and on focus."""
    if words == DASH and reason:
        return f'<td class="number"><span class="dash" tabindex="0" title="{escape(reason)}">{DASH}</span></td>'
    return f'<td class="number">{escape(words)}{_small(small)}</td>'


def claim(words: str, source: str, small: str = "", is_struck: bool = False) -> str:
    """A claimed number: grey and italic, with its source on hover and on focus; struck through if it cannot be."""
    kind = "claim struck" if is_struck else "claim"
    where = f'<small class="where">{escape(small)}</small>' if small else ""
    return (
        f'<td class="number"><span class="{kind}" tabindex="0" title="{escape(source)}">{escape(words)}</span>'
        f"{where}</td>"
    )


def picture(png: bytes | None, alt: str) -> str:
    """A cell with a small picture, or an empty one."""
    if png is None:
        return "<td></td>"
    source = f"data:image/png;base64,{b64encode(png).decode()}"
    return f'<td><img class="face" src="{source}" alt="{escape(alt)}"></td>'


def prose(words: str, small: str, links: Sequence[str] = ()) -> str:
    """A cell of sentences, which wraps; a long one opens from its beginning. `links` are numbered behind it."""
    ends = "".join(f' <a href="{escape(link)}" target="_blank">[{i}]</a>' for i, link in enumerate(links, 1))
    if len(small) <= LONG:
        return f'<td class="prose">{escape(words)}<small>{escape(small)}{ends}</small></td>'
    start = small.rfind(" ", 0, LONG)
    return (
        f'<td class="prose">{escape(words)}<details><summary>{escape(small[:start])}<span> …</span></summary>'
        f"{escape(small[start:].lstrip())}</details><small>{ends}</small></td>"
    )


def both(value: Estimate | None, claimed: float | None, scale: Scale, colour: str) -> str:
    """A cell with a measurement drawn as a dot on its interval, and a claim as a hollow mark."""
    bar = "" if value is None else _drawn(value, scale, colour)
    hollow = "" if claimed is None else f'<span class="hollow" style="left:{scale.place(claimed):.1f}%"></span>'
    return f'<td class="drawn"><span class="bar">{bar}{hollow}</span></td>'


def interval(value: Estimate | None, scale: Scale, colour: str, small: str = "", reason: str = "") -> str:
    """Two cells: a number with its reach, and both drawn as a dot on a bar."""
    if value is None:
        return number(DASH, reason=reason) + '<td class="drawn"></td>'
    return "".join(interval_cells(estimate(value), value, scale, colour, small))


def interval_cells(words: str, value: Estimate, scale: Scale, colour: str, small: str = "") -> tuple[str, str]:
    """Two cells: words for a number, and its interval drawn as a dot on a bar, with a tick at 0 where 0 is inside."""
    bar = f'<span class="bar">{_drawn(value, scale, colour)}</span>'
    return f'<td class="number">{escape(words)}{_small(small)}</td>', f'<td class="drawn">{bar}</td>'


def _drawn(value: Estimate, scale: Scale, colour: str) -> str:
    left, right, middle = scale.place(value.low), scale.place(value.high), scale.place(value.value)
    zero = f'<span class="zero" style="left:{scale.place(0):.1f}%"></span>' if scale.low < 0 < scale.high else ""
    return (
        f'{zero}<span class="reach" style="left:{left:.1f}%;width:{right - left:.1f}%;background:{colour}">'
        f'</span><span class="mark" style="left:{middle:.1f}%;background:{colour}"></span>'
    )


def brackets(lanes: Sequence[tuple[str, str] | None]) -> str:
    """A cell of bracket pieces, a lane each from left to right: ("start" | "through" | "end", words), or None.

    Pieces of the rows above each other make brackets.
    """
    pieces = "".join(
        f'<span class="{lane[0]}" style="left:{place * LANE_PX}px" title="{escape(lane[1])}"></span>'
        for place, lane in enumerate(lanes)
        if lane is not None
    )
    return f'<td class="brackets" style="min-width:{max(1, len(lanes)) * LANE_PX + 5}px">{pieces}</td>'


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
    kind = ' class="long"' if len(words) > LONG_SMALL else ""
    return f"<small{kind}>{escape(words)}</small>" if words else ""


def _rules(palette: Palette) -> str:
    return f"""<style>
.fer-frame {{ overflow-x: auto; }}
.fer {{ border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }}
.fer caption {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
.fer th {{ font-weight: 600; font-size: .875rem; color: {palette.muted}; text-align: left; white-space: nowrap;
  padding: 0 12px 8px 0; border-bottom: 1px solid {palette.muted}; }}
.fer td {{ padding: 7px 12px 7px 0; border-bottom: 1px solid {palette.grid}; white-space: nowrap; line-height: 1.25;
  vertical-align: baseline; }}
.fer .number {{ text-align: right; }}
.fer small {{ display: block; font-size: .8125rem; color: {palette.muted}; }}
.fer a {{ color: inherit; text-decoration: underline;
  text-decoration-color: {palette.muted}; text-underline-offset: 3px; }}
.fer .claim {{ font-style: italic; color: {palette.muted}; cursor: help; }}
.fer .struck {{ text-decoration: line-through; }}
.fer .whole {{ white-space: nowrap; }}
.fer .in {{ padding-left: var(--in); }}
.fer .where {{ white-space: normal; width: 128px; margin-left: auto; }}
.fer .number .long {{ white-space: normal; width: 160px; margin-left: auto; text-wrap: balance; }}
.fer .brackets + td {{ white-space: normal; min-width: 150px; }}
@media (max-width: 640px) {{
  .fer td:first-child:not(.brackets) {{ white-space: normal; min-width: 112px; }}
  .fer .in {{ padding-left: calc(var(--in) / 3); }}
  .fer .number .long {{ width: 112px; }}
}}
.fer .prose {{ white-space: normal; min-width: 180px; max-width: 320px; }}
.fer .face {{ width: 48px; height: 48px; border-radius: 4px; vertical-align: middle; }}
.fer details {{ font-size: .8125rem; color: {palette.muted}; }}
.fer summary {{ cursor: pointer; list-style: none; }}
.fer summary span {{ text-decoration: underline; }}
.fer details[open] summary span {{ display: none; }}
.fer .hollow {{ position: absolute; top: 1px; width: 6px; height: 6px; border-radius: 5px; margin-left: -5px;
  border: 2px solid {palette.muted}; }}
.fer .dash {{ color: {palette.muted}; cursor: help; }}
.fer .dot {{ display: inline-block; width: 10px; height: 10px; border-radius: 5px; margin-right: 8px; }}
.fer .bar {{ position: relative; display: inline-block; width: {BAR_PX}px; height: 12px; vertical-align: middle; }}
.fer .zero {{ position: absolute; top: -4px; bottom: -4px; width: 1px; background: {palette.muted}; }}
.fer .reach {{ position: absolute; top: 5px; height: 2px; }}
.fer .brackets {{ position: relative; padding: 0; }}
.fer .brackets span {{ position: absolute; top: -1px; bottom: 0; width: 5px; border-left: 2px solid {palette.muted}; }}
.fer .brackets .start {{ top: 40%; border-top: 2px solid {palette.muted}; }}
.fer .brackets .end {{ bottom: 40%; border-bottom: 2px solid {palette.muted}; }}
.fer .mark {{ position: absolute; top: 1px; width: 10px; height: 10px; border-radius: 5px; margin-left: -5px; }}
</style>"""
