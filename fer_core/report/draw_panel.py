"""Draw a panel for paper: a PNG or a PDF on white, its words inside, every map with the pixels that the page shows."""

from __future__ import annotations

import io
import math
from threading import Lock

import matplotlib
import numpy as np

from fer_core.explain.metrics import RandomWeights, Score
from fer_core.explain.overlay import SIDE_PX, legend
from fer_core.report.canvas import DPI, GRID, INK, MUTED, Canvas, TextStyle, breadth
from fer_core.report.panel import Cell, Panel, Row, shown_title
from fer_core.versions import MADE_BY

MARGIN, GAP, STEP = 60, 36, 12  # all lengths are pixels
MAPS_A_LINE = 4  # with the answer 18.5 cm wide: a page of two columns
TITLE, NAME = TextStyle(11, bold=True), TextStyle(8.5, bold=True)
WORDS, BOLD, SMALL_PRINT = TextStyle(6.5), TextStyle(6.5, bold=True), TextStyle(6.5, ink=MUTED)
SCORE_ROW = 34
ROOM = SIDE_PX - 8  # for words under a map; matplotlib sets them a little wider than they measure
REFERENCE = "#7a7a7a"
# The page's colours of the networks, after Okabe and Ito; a test compares both.
COLOURS = {
    "i_mobilenet_v2": "#d55e00",
    "a_mobilenet": "#0072b2",
    "lightexnet": "#009e73",
    "mobilenet_v1": "#56b4e9",
    "mobilenet_v2": "#e69f00",
    "mobilenet_v3": "#cc79a7",
    "dense_resnet": "#000000",
}
CHANGES = {True: "Changes with the weights", False: "Hardly changes with the weights"}

_drawing = Lock()  # matplotlib's settings are one set for all threads


def as_png(panel: Panel) -> bytes:
    """The panel as PNG at DPI dots an inch."""
    return _file(panel, "png", {"Software": MADE_BY, "Title": panel.title, **_named("Source", panel)})


def as_pdf(panel: Panel) -> bytes:
    """The panel as PDF on one page of its own size; its words are text in TrueType, as publishers ask."""
    return _file(
        panel, "pdf", {"Creator": MADE_BY, "Title": panel.title, "CreationDate": None, **_named("Subject", panel)}
    )


def _named(key: str, panel: Panel) -> dict[str, str]:
    return {key: panel.photo} if panel.photo else {}


def _file(panel: Panel, kind: str, metadata: dict[str, str | None]) -> bytes:
    file = io.BytesIO()
    with _drawing, matplotlib.rc_context({"pdf.fonttype": 42}):
        drawn(panel).figure(MARGIN).savefig(file, format=kind, dpi=DPI, metadata=metadata)
    return file.getvalue()


def drawn(panel: Panel) -> Canvas:
    """The panel on a sheet: what it is about, one row per network, the small print."""
    a_line = maps_a_line(max((len(row.cells) for row in panel.rows), default=0))
    sheet = Canvas(2 * MARGIN + SIDE_PX + max(2, a_line) * (SIDE_PX + GAP))
    room = sheet.width - 2 * MARGIN
    _heading(sheet, panel)
    for row in panel.rows:
        _rule(sheet)
        _row(sheet, row, a_line)
    _rule(sheet)
    y = _scales(sheet, sheet.bottom + STEP)
    for paragraph in panel.footer:
        y = sheet.words(MARGIN, y, paragraph, room, SMALL_PRINT) + STEP / 2
    return sheet


def maps_a_line(n: int) -> int:
    """How many of n maps stand side by side: no more than MAPS_A_LINE, and the lines as even as can be."""
    return math.ceil(n / max(1, math.ceil(n / MAPS_A_LINE)))


def _scales(sheet: Canvas, y: float) -> float:
    """Both colour scales with what their ends mean; returns where the next line would begin."""
    x = MARGIN
    for signed, low, high in ((False, "nothing", "strongest"), (True, "against", "for the expression")):
        base = y + WORDS.px
        sheet.word(x, base, low, SMALL_PRINT)
        x += round(breadth(low, SMALL_PRINT)) + STEP
        sheet.picture(x, round(y), np.repeat(legend(signed)[None], round(WORDS.px), axis=0))
        x += len(legend(signed)) + STEP
        sheet.word(x, base, high, SMALL_PRINT)
        x += round(breadth(high, SMALL_PRINT)) + 2 * GAP
    return sheet.bottom + STEP


def _rule(sheet: Canvas) -> None:
    sheet.bar(MARGIN, sheet.bottom + GAP / 2, sheet.width - 2 * MARGIN, 2, GRID)
    sheet.bottom += GAP / 2


def _heading(sheet: Canvas, panel: Panel) -> None:
    sheet.picture(MARGIN, MARGIN, panel.face)
    x = MARGIN + SIDE_PX + GAP
    room = sheet.width - MARGIN - x
    y = sheet.words(x, MARGIN, panel.title, room, TITLE) + STEP
    for line in panel.about:
        y = sheet.words(x, y, line, room, WORDS) + STEP


def _row(sheet: Canvas, row: Row, a_line: int) -> None:
    """A network's name, its answer, and to the right of it the cells in lines."""
    words = f"{shown_title(row.explanation.network)}, maps explain {row.explanation.target}"
    top = round(sheet.words(MARGIN, sheet.bottom, words, sheet.width - 2 * MARGIN, NAME)) + STEP
    _bars(sheet, row, top)
    for start in range(0, len(row.cells), a_line):
        for place, cell in enumerate(row.cells[start : start + a_line], 1):
            _cell(sheet, cell, MARGIN + place * (SIDE_PX + GAP), top)
        top = round(sheet.bottom) + GAP


def _bars(sheet: Canvas, row: Row, top: float) -> None:
    """One bar per expression, in the card's order; only the answer has the network's colour."""
    network, probabilities = row.explanation.network, row.explanation.probabilities
    tall = SIDE_PX / len(probabilities)
    names, numbers = 0.34 * SIDE_PX, 0.17 * SIDE_PX  # room left and right of the bars
    for place, (expression, share) in enumerate(zip(network.expressions, probabilities, strict=True)):
        y, is_answer = top + place * tall, expression == row.explanation.predicted
        base = y + tall / 2 + 0.36 * WORDS.px
        colour = COLOURS.get(network.family, REFERENCE) if is_answer else GRID
        style = BOLD if is_answer else WORDS
        sheet.word(MARGIN + names - STEP, base, expression, style, align="right")
        wide = share * (SIDE_PX - names - numbers)
        sheet.bar(MARGIN + names, y + 0.15 * tall, wide, 0.7 * tall, colour, MUTED)
        sheet.word(MARGIN + names + wide + STEP / 2, base, f"{100 * share:.0f} %", style)
    sheet.bottom = max(sheet.bottom, top + SIDE_PX)


def _cell(sheet: Canvas, cell: Cell, x: int, top: int) -> None:
    y = round(sheet.words(x, top, cell.title, ROOM, BOLD)) + STEP // 2
    if cell.picture is not None:
        sheet.picture(x, y, cell.picture)
        y += SIDE_PX + STEP // 2
    below = sheet.words(x, y, cell.words, ROOM, SMALL_PRINT) + STEP / 2
    for score in cell.scores:
        _score(sheet, score, x, below)
        below += SCORE_ROW
    if cell.random_weights is not None:
        _random_weights(sheet, cell.random_weights, x, below)


def _score(sheet: Canvas, score: Score, x: float, y: float) -> None:
    """A measure's name, its number, and on a line from 0 to 1 the map's mark among those of the baselines."""
    is_best = score.is_low_good is not None and score.beats_all
    base, middle = y + 0.75 * SCORE_ROW, y + 0.5 * SCORE_ROW
    left, wide = x + 0.66 * SIDE_PX, 0.32 * SIDE_PX
    sheet.word(x, base, score.title, WORDS)
    sheet.word(x + 0.6 * SIDE_PX, base, f"{score.value:.2f}", BOLD if is_best else WORDS, align="right")
    sheet.bar(left, middle - 1, wide, 2, GRID)
    for value in (value for _, value in score.baselines):
        sheet.dot(left + wide * min(1.0, max(0.0, value)), middle, MUTED, is_filled=False)
    sheet.dot(left + wide * min(1.0, max(0.0, score.value)), middle, INK, is_filled=True)


def _random_weights(sheet: Canvas, checked: RandomWeights, x: float, y: float) -> None:
    y = sheet.words(x, y, CHANGES[checked.changes], ROOM, WORDS if checked.changes else BOLD)
    numbers = f"{checked.half:.2f} half random, {checked.all:.2f} all".replace("-", "−")
    sheet.words(x, y, numbers, ROOM, SMALL_PRINT)
