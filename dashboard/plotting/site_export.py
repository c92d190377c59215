"""Pages of the static site as HTML files, with one style sheet, one script, and Plotly's beside them.

Nothing is fetched from elsewhere: a content security policy forbids it. Figures lie in their page as JSON, since a
browser reads no second file for a page that was opened from a folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from dashboard.plotting.marked import marked_html
from dashboard.plotting.report_item import MOST_ROWS
from dashboard.plotting.site_page import SitePage
from dashboard.plotting.theme import DARK, FAMILY_COLOURS, LIGHT, Palette

TABLE_STYLE = Path(__file__).resolve().parents[1] / "assets" / "style.css"

_ENVIRONMENT = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
_ENVIRONMENT.filters["values_of"] = lambda row: row.values()
_ENVIRONMENT.filters["marked"] = marked_html


def _variables(palette: Palette) -> dict[str, str]:
    """Return the colours that our tables are painted with, by the names of CSS variables."""
    own = {"surface": palette.surface, "warning": palette.diverging[2], "reference": palette.reference}
    return {**own, "dense": palette.dense, **{name: palette.family(name) for name in FAMILY_COLOURS}}


# For cells of tables: whose colours follow the reader's theme.
BY_VARIABLE = replace(
    LIGHT,
    accent="var(--accent)",
    reference="var(--reference)",
    dense="var(--dense)",
    families={name: f"var(--{name})" for name in FAMILY_COLOURS},
)


def shared_files() -> dict[str, bytes]:
    """Return what all pages of the site use, by name."""
    style = _ENVIRONMENT.get_template("site.css").render(light=LIGHT, dark=DARK, variables=_variables)
    return {
        "site.css": f"{style}\n{TABLE_STYLE.read_text(encoding='utf-8')}".encode(),
        "site.js": _ENVIRONMENT.get_template("site.js").render().encode(),
        "plotly.js": get_plotlyjs().encode(),
    }


def page_html(page: SitePage, menu: Sequence[tuple[str, str]], foot: str) -> bytes:
    """Return a page; all texts are escaped.

    Args:
        menu: (words, file) of what every page links to; foot: what stands under every page.
    """
    drawn = {
        f"figure-{part}-{place}": figure.item.chart.drawn()
        for part, section in enumerate(page.sections, 1)
        for place, figure in enumerate(section.figures, 1)
        if figure.item.chart
    }
    values = {"page": page, "menu": menu, "foot": foot, "drawn": _in_script(drawn), "most_rows": MOST_ROWS}
    return _ENVIRONMENT.get_template("site.html").render(values).encode()


def _in_script(figures: Mapping[str, object]) -> Markup:
    """Return figures as JSON in which nothing can close a script element; "" for none."""
    text = json.dumps(figures, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c")) if figures else Markup()
