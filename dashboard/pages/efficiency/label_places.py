"""Where labels of marks go in this page's scatter plots, even on a phone."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.plotting.label_placement import LabelBox, place_labels

WIDTH_PX = 300  # only for placing: the plot's width on a phone
MARK_PX = 5  # half of a mark

Place = tuple[float, float]  # of a mark: shares of the way across and up, 0..1


def label_places(
    named: Sequence[Place], words: Sequence[str], height_px: int, others: Sequence[Place] = ()
) -> list[str | None]:
    """Return a Plotly `textposition` for each named mark; None where a label would cover one, and hovering must do.

    Args:
        height_px: of the plot's area.
        others: marks without a name.
    """
    anchors, beside = ([(WIDTH_PX * x, height_px * (1 - y)) for x, y in some] for some in (named, others))
    marks = [LabelBox(x - MARK_PX, y - MARK_PX, x + MARK_PX, y + MARK_PX) for x, y in (*anchors, *beside)]
    placed = place_labels(anchors, words, marks, LabelBox(0, 0, WIDTH_PX, height_px))
    return [place if cost == 0 else None for place, cost in placed]
