"""Pages of a report as PDF: words, tables and pictures on white. A page is as large as what stands on it. No torch."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from threading import Lock

import matplotlib
import numpy as np
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from PIL import Image

from fer_core.report.canvas import GRID, MUTED, Canvas, TextStyle, breadth
from fer_core.versions import MADE_BY

MARGIN, GAP, ROW_GAP = 100, 48, 14  # all lengths are pixels
PAGE = 2400  # 20 cm: the width of a sheet of A4 without its border
PROSE = 900  # a column of sentences
CELL = 640  # any other column; what is longer wraps
TITLE, WORDS = TextStyle(13, bold=True), TextStyle(9)
HEAD, CELLS, SMALL_PRINT = TextStyle(7.5, bold=True), TextStyle(7.5), TextStyle(7, ink=MUTED)

drawing = Lock()  # matplotlib's settings are one set for all threads


def as_pdf(title: str, pages: Iterable[Figure]) -> bytes:
    """Return the pages as one file; words are text in TrueType, as publishers ask."""
    file = io.BytesIO()
    metadata = {"Creator": MADE_BY, "Title": title, "CreationDate": None}
    settings = matplotlib.rc_context({"pdf.fonttype": 42, "text.parse_math": False})
    with drawing, settings, PdfPages(file, metadata=metadata) as document:
        for page in pages:
            document.savefig(page)
    return file.getvalue()


def words_page(title: str, paragraphs: Sequence[str]) -> Figure:
    """Return a page of words."""
    sheet = Canvas(PAGE)
    _opening(sheet, title, paragraphs, WORDS)
    return sheet.figure(MARGIN)


def picture_page(title: str, sentence: str, png: bytes, source: str) -> Figure:
    """Return a page with a picture, pixel on pixel, between its sentence and its source."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    sheet = Canvas(max(PAGE, pixels.shape[1] + 2 * MARGIN))
    _opening(sheet, title, [sentence], WORDS)
    sheet.picture(MARGIN, round(sheet.bottom) + GAP, pixels)
    sheet.words(MARGIN, sheet.bottom + GAP, source, sheet.width - 2 * MARGIN, SMALL_PRINT)
    return sheet.figure(MARGIN)


def table_page(
    title: str,
    sentence: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    source: str,
    numbers: Sequence[int] = (),
    prose: Sequence[int] = (),
) -> Figure:
    """Return a page with a table; `numbers` are the places of columns that stand to the right, `prose` of sentences."""
    widths = [_width(place, header, rows, prose) for place in range(len(header))]
    sheet = Canvas(round(max(PAGE, sum(widths) + GAP * (len(widths) - 1) + 2 * MARGIN)))
    _opening(sheet, title, [sentence], WORDS)
    sheet.bottom += GAP
    for place, row in enumerate((header, *rows)):
        _rule(sheet)
        _row(sheet, row, widths, numbers, CELLS if place else HEAD)
    _rule(sheet)
    sheet.words(MARGIN, sheet.bottom + GAP, source, sheet.width - 2 * MARGIN, SMALL_PRINT)
    return sheet.figure(MARGIN)


def _opening(sheet: Canvas, title: str, paragraphs: Sequence[str], style: TextStyle) -> None:
    room, y = sheet.width - 2 * MARGIN, float(MARGIN)
    for text, how in ((title, TITLE), *((paragraph, style) for paragraph in paragraphs)):
        if text:
            y = sheet.words(MARGIN, y, text, room, how) + GAP / 2


def _width(place: int, header: Sequence[str], rows: Sequence[Sequence[str]], prose: Sequence[int]) -> float:
    if place in prose:
        return PROSE
    widest = max((breadth(row[place], CELLS) for row in rows), default=0.0)
    return min(CELL, max(widest, breadth(header[place], HEAD)) + 8)  # matplotlib sets words a little wider


def _row(sheet: Canvas, row: Sequence[str], widths: Sequence[float], numbers: Sequence[int], style: TextStyle) -> None:
    x, top = float(MARGIN), sheet.bottom + ROW_GAP
    for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
        if place in numbers and breadth(cell, style) <= width:
            sheet.word(x + width, top + style.px, cell, style, align="right")
            sheet.bottom = max(sheet.bottom, top + style.px)
        else:
            sheet.words(x, top, cell, width, style)
        x += width + GAP
    sheet.bottom = max(sheet.bottom, top + style.px * 1.3)


def _rule(sheet: Canvas) -> None:
    sheet.bar(MARGIN, sheet.bottom + ROW_GAP, sheet.width - 2 * MARGIN, 2, GRID)
