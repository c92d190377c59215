"""Where a direct label goes, so that a scatter needs no legend: beside its mark, off the others and their bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from textwrap import wrap

LETTER_PX, LINE_PX, GAP_PX = 7.2, 17, 10
MOST_LETTERS = 22  # a phone has no room for more; the table beside the chart has the whole name
EDGE_COST = 3.0  # leaving the plot is worse than touching a bar

# Right and left first: above and below a mark there is its own interval bar.
PLACES = {
    "middle right": (1, 0),
    "middle left": (-1, 0),
    "top right": (1, -1),
    "bottom right": (1, 1),
    "top left": (-1, -1),
    "bottom left": (-1, 1),
}


@dataclass(frozen=True)
class LabelBox:
    """A rectangle in pixels; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def shared_with(self, other: LabelBox) -> float:
        """Return the overlap with another box as a share of the smaller one."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        if width <= 0 or height <= 0:
            return 0.0
        return width * height / max(1.0, min(self.area, other.area))

    @property
    def area(self) -> float:
        """In pixels squared."""
        return (self.right - self.left) * (self.bottom - self.top)


def place_labels(
    anchors: Sequence[tuple[float, float]],
    words: Sequence[str],
    taken: Sequence[LabelBox],
    frame: LabelBox,
    most: float = inf,
) -> list[tuple[str, float]]:
    """Choose a Plotly `textposition` for each label, greedily and in the order given, and say what it covers.

    Args:
        anchors: (x, y) of the marks in pixels.
        words: the labels, one an anchor.
        taken: boxes of marks and interval bars to keep off.
        frame: the plot's area; a label should stay inside.
        most: a label that would cost more is not going to be drawn, so it keeps no room free.

    Returns:
        (textposition, cost) a label; a cost of 0 touches nothing.
    """
    placed: list[LabelBox] = []
    places = []
    for anchor, word in zip(anchors, words, strict=True):
        boxes = {place: _label_box(anchor, word, *direction) for place, direction in PLACES.items()}
        best = min(boxes, key=lambda place: _cost(boxes[place], [*taken, *placed], frame))
        cost = _cost(boxes[best], [*taken, *placed], frame)
        if cost <= most:
            placed.append(boxes[best])
        places.append((best, cost))
    return places


def _label_box(anchor: tuple[float, float], word: str, across: int, down: int) -> LabelBox:
    x, y = anchor
    near, far = x + across * GAP_PX, x + across * (GAP_PX + LETTER_PX * len(word))
    middle = y + down * LINE_PX * 0.8
    return LabelBox(min(near, far), middle - LINE_PX / 2, max(near, far), middle + LINE_PX / 2)


def _cost(box: LabelBox, taken: Sequence[LabelBox], frame: LabelBox) -> float:
    outside = 1 - box.shared_with(frame)
    return EDGE_COST * outside + sum(box.shared_with(other) for other in taken)


def dodge(heights: Sequence[float], least: float, ceiling: float) -> list[float]:
    """Move words that stand closer than `least` up, the lowest first; what would pass the ceiling moves down again."""
    placed: dict[int, float] = {}
    order = sorted(range(len(heights)), key=heights.__getitem__)
    floor = float("-inf")
    for place in order:
        placed[place] = max(heights[place], floor)
        floor = placed[place] + least
    for place in reversed(order):
        placed[place] = min(placed[place], ceiling)
        ceiling = placed[place] - least
    return [placed[place] for place in range(len(heights))]


def end_labels(names: Sequence[str], line_px: float, plot_px: float) -> tuple[list[str], float]:
    """Return what stands at the ends of lines, and how many pixels apart at least: long names in two lines, or cut.

    Args:
        line_px: of one line; plot_px: the plot's height.
    """
    lines = [in_lines(name) for name in names]
    most = 1 + max(label.count("<br>") for label in lines)
    if most <= 2 and most * line_px * len(names) <= plot_px:
        return lines, most * line_px
    return [_truncated(name) for name in names], line_px


def in_lines(name: str) -> str:
    """Return a name in as many lines as it takes on a phone."""
    return "<br>".join(wrap(name, MOST_LETTERS, break_on_hyphens=False))


def margin_px(labels: Sequence[str]) -> int:
    """Return how wide the longest line of some labels is."""
    return round(LETTER_PX * max(len(line) for label in labels for line in label.split("<br>")))


def _truncated(name: str) -> str:
    return name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1]}…"
