"""White paper to draw on with matplotlib, in pixels from the upper left corner, which grows downwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure  # not pyplot: that keeps every figure until it is closed
from matplotlib.patches import Rectangle
from PIL import ImageFont

from fer_core.report.fonts import FONT, drawable, font_file

DPI = 300
LEADING = 1.3  # from line to line, in units of the letters
INK, MUTED, GRID = "#1b2026", "#59636e", "#e3e7eb"


@dataclass(frozen=True)
class TextStyle:
    """How a line is set; `pt` is the size of the letters in points."""

    pt: float
    bold: bool = False
    ink: str = INK

    @property
    def px(self) -> float:
        """The size of the letters in pixels."""
        return self.pt * DPI / 72


class Canvas:
    """A sheet `width` pixels wide; `bottom` is the lowest place that anything reaches.

    At DPI dots an inch a picture's pixels are the file's pixels.
    """

    def __init__(self, width: int):
        self.width, self.bottom = width, 0.0
        self._figure = Figure(dpi=DPI, facecolor="white")
        FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()

    def words(self, x: float, y: float, text: str, room: float, style: TextStyle) -> float:
        """Write from (x, y) downwards in lines of at most `room`; returns where the next line would begin."""
        for line in wrapped(drawable(text), room, style):
            self.word(x, y + style.px, line, style)
            y += style.px * LEADING
        self.bottom = max(self.bottom, y)
        return y

    def word(self, x: float, base: float, text: str, style: TextStyle, align: str = "left") -> None:
        """Write one line whose letters stand on `base`."""
        # Without parse_math a file's name with two dollar signs would be a formula.
        self._axes.text(x, base, drawable(text), fontsize=style.pt, weight="bold" if style.bold else "normal",
                        family=FONT, color=style.ink, ha=align, va="baseline", parse_math=False)  # fmt: skip

    def picture(self, x: int, y: int, pixels: np.ndarray) -> None:
        """Lay a picture with its upper left corner at (x, y), pixel on pixel."""
        tall, wide = pixels.shape[:2]
        self._axes.imshow(pixels, extent=(x, x + wide, y + tall, y), interpolation="nearest", aspect="auto")
        self.bottom = max(self.bottom, y + tall)

    def bar(self, x: float, y: float, wide: float, tall: float, colour: str, edge: str = "none") -> None:
        """Fill a rectangle."""
        self._axes.add_patch(Rectangle((x, y), wide, tall, facecolor=colour, edgecolor=edge, linewidth=0.4))
        self.bottom = max(self.bottom, y + tall)

    def dot(self, x: float, y: float, ink: str, is_filled: bool) -> None:
        """Set a round mark."""
        self._axes.plot([x], [y], marker="o", markersize=3.4, markeredgewidth=0.7, markeredgecolor=ink,
                        markerfacecolor=ink if is_filled else "none", linestyle="")  # fmt: skip

    def figure(self, margin: int) -> Figure:
        """All of it, with a margin below the lowest thing."""
        height = round(self.bottom) + margin
        self._figure.set_size_inches(self.width / DPI, height / DPI)
        self._axes.set(xlim=(0, self.width), ylim=(height, 0))
        return self._figure


def wrapped(text: str, room: float, style: TextStyle) -> Iterator[str]:
    """Lines of at most `room` pixels, broken between words; a word that is longer by itself is broken inside."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if breadth(longer, style) <= room:
            line = longer
            continue
        if line:
            yield line
        while breadth(word, style) > room and len(word) > 1:
            fits = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or breadth(word[:n], style) <= room)
            yield word[:fits]
            word = word[fits:]
        line = word
    if line:
        yield line


@lru_cache(maxsize=4096)
def breadth(text: str, style: TextStyle) -> float:
    """How wide a line is, in pixels."""
    return _letters(style.pt, style.bold).getlength(text)


@lru_cache(maxsize=16)
def _letters(pt: float, bold: bool) -> ImageFont.FreeTypeFont:
    """The font that matplotlib will draw with, to measure by: matplotlib's own measuring takes seconds a sheet."""
    return ImageFont.truetype(font_file(bold), pt * DPI / 72)
