"""A page of tables and charts as one HTML file that opens with the network off: light, dark and on paper.

Plotly's script lies inside, compressed, and the browser unpacks it (DecompressionStream: Chrome 80, Firefox 113,
Safari 16.4 and later). A content security policy forbids the file to fetch anything from anywhere.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from dashboard.plotting.chart import Chart
from dashboard.plotting.theme import DARK, LIGHT

_ENVIRONMENT = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True)
class TextTable:
    """A table of texts, for HTML and LaTeX alike.

    `numbers` are the places of columns that stand to the right, `prose` of those with sentences, which wrap.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str
    numbers: tuple[int, ...]
    prose: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Figure:
    """A chart in both themes, with the line that says when, with what and from which weights it was made."""

    key: str
    light: Chart
    dark: Chart
    source: str
    address: str


def as_html(title: str, intro: Sequence[str], tables: Sequence[TextTable], figures: Sequence[Figure]) -> bytes:
    """Return the file; all texts are escaped, and an address becomes a link only if it is one of the web."""
    return (
        _ENVIRONMENT.get_template("report.html")
        .render(
            title=title,
            intro=intro,
            tables=tables,
            figures=figures,
            drawn=_json({one.key: {"light": _drawn(one.light), "dark": _drawn(one.dark)} for one in figures}),
            plotly=_plotly(),
            light=LIGHT,
            dark=DARK,
        )
        .encode()
    )


def _drawn(chart: Chart) -> dict[str, object]:
    return json.loads(chart.figure.to_json())


def _json(value: object) -> Markup:
    """Return JSON for a script element, which nothing inside can close."""
    text = json.dumps(value, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


@lru_cache(maxsize=1)
def _plotly() -> str:
    return base64.b64encode(gzip.compress(get_plotlyjs().encode(), mtime=0)).decode()
