"""A report as one HTML file that opens with the network off: light, dark and on paper, its figures still interactive.

Plotly's script lies inside once, and beside it all figures, both compressed; the browser unpacks them
(DecompressionStream: Chrome 80, Firefox 113, Safari 16.4 and later). The script is the one that the plotly package
brings, whole: 4.8 MB, here 2.0 MB. A content security policy forbids the file to fetch anything from anywhere.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from plotly.offline import get_plotlyjs

from dashboard.plotting.report_item import MOST_ROWS, ReportItem
from dashboard.plotting.theme import DARK, LIGHT

_ENVIRONMENT = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
_ENVIRONMENT.filters["values_of"] = lambda row: row.values()


def as_html(title: str, intro: Sequence[str], items: Sequence[ReportItem]) -> bytes:
    """Return the file; all texts are escaped, and an address becomes a link only if it is one of the web."""
    drawn = {f"figure-{place}": item.chart.drawn() for place, item in enumerate(items, 1) if item.chart}
    return (
        _ENVIRONMENT.get_template("report.html")
        .render(
            title=title,
            intro=intro,
            items=items,
            drawn=_packed(json.dumps(drawn, separators=(",", ":"))),
            plotly=_plotly(),
            most_rows=MOST_ROWS,
            light=LIGHT,
            dark=DARK,
        )
        .encode()
    )


def _packed(text: str) -> str:
    """Return a text compressed and in base64, in which nothing can close a script element."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


@lru_cache(maxsize=1)
def _plotly() -> str:
    return _packed(get_plotlyjs())
