"""Which words stand on a page's first screen, as far as can be told without a browser: heights are estimates.

A desk's browser of 1440 x 900 px has 800 px for the page below the menu. Columns share their row's width by their
weights and stand beside each other; the rest stands below each other. Words in charts and in cells of tables are not
counted, nor what opens on a click.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from streamlit.testing.v1 import AppTest

WIDTH_PX, HEIGHT_PX, GAP_PX = 1280, 800, 16
LETTER_PX, LINE_PX = 7.6, 24
CLOSED = ("expandable", "popover")
TEXTS = ("title", "header", "subheader", "markdown", "info", "warning", "error", "success")
FIXED_PX = {"title": 60, "button_group": 68, "selectbox": 68, "multiselect": 68, "slider": 68,
            "number_input": 68, "plotly_chart": 400, "arrow_data_frame": 220, "imgs": 110, "download_button": 40,
            "file_uploader": 120, "code": 56, "page_link": 32}  # fmt: skip
ROW_PX = 46  # of a table
MARKS = re.compile(r"\\|\*\*|`|:small|:gray|[\[\]]")


def first_screen(app: AppTest) -> list[str]:
    """Return the sentences that begin above the fold, in the order of the page."""
    return [words for top, words in _walk(app.main, 0.0, WIDTH_PX) if top < HEIGHT_PX]


def count_words(sentences: list[str]) -> int:
    """Count words, numbers among them."""
    return sum(len(MARKS.sub("", sentence).split()) for sentence in sentences)


def _walk(block: Any, top: float, width: float) -> Iterator[tuple[float, str]]:
    """Yield (top, words) of a block's texts."""
    is_row = _is_row(block)
    for child, share in _children(block):
        inside = width * share
        if hasattr(child, "children"):
            if child.type not in CLOSED:
                yield from _walk(child, top, inside)
        elif child.type in TEXTS:
            yield top, str(child.value)
        if not is_row:
            top += _height(child, inside) + GAP_PX


def _height(node: Any, width: float) -> float:
    if not hasattr(node, "children"):
        return _leaf_height(node, width)
    if node.type in CLOSED:
        return 40.0
    heights = [_height(child, width * share) for child, share in _children(node)]
    if _is_row(node):
        return max(heights, default=0.0)
    return sum(heights) + GAP_PX * max(0, len(heights) - 1)


def _leaf_height(node: Any, width: float) -> float:
    if node.type == "plotly_chart":
        return float(json.loads(node.proto.spec)["layout"].get("height", FIXED_PX["plotly_chart"]))
    if node.type == "html":
        return ROW_PX * node.proto.body.count("<tr>")
    if node.type in TEXTS and node.type != "title":
        return LINE_PX * (1 + len(str(node.value)) * LETTER_PX // max(width, 1.0))
    return FIXED_PX.get(node.type, 40)


def _is_row(block: Any) -> bool:
    children = list(block.children.values())
    flow = getattr(block.proto, "flex_container", None) if block.proto is not None else None
    return bool(children) and (children[0].type == "column" or (flow is not None and flow.direction == 2))


def _children(block: Any) -> list[tuple[Any, float]]:
    children = list(block.children.values())
    weights = [child.weight if child.type == "column" else 1.0 for child in children]
    is_shared = _is_row(block)
    return [
        (child, weight / sum(weights) if is_shared else 1.0) for child, weight in zip(children, weights, strict=True)
    ]
