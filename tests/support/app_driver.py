"""Opens pages of the app without a browser and reads what stands on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboard.formatting import NBSP
from dashboard.navigation import PAGES

TEXTS = ("title", "header", "subheader", "markdown", "info", "warning", "error", "success", "code")
FRAME = ("<style>", "<script>")
PROJECT = Path(__file__).resolve().parents[2]


def open_page(page: str, /, **address: str | list[str]) -> AppTest:
    """Open the app at a page, called by its folder, with an address."""
    app = AppTest.from_file(str(PROJECT / "streamlit_app.py"), default_timeout=120)
    for key, value in address.items():
        app.query_params[key] = value
    (opened,) = [entry for entry in PAGES if entry.folder == page]
    if opened is not PAGES[0]:
        # What switch_page does after a first run; a first run would be one of the overview, every time.
        app._page_hash = calc_hash(opened.url_path)
    return app.run()


def words(app: AppTest) -> str:
    """All that stands on the page, tables included, with plain spaces."""
    return "\n".join([*_texts(app.main), *blocks(app)]).replace("\u00a0", " ").replace("\\", "")


def _texts(block: Any) -> Iterator[str]:
    """What is written, in the order of the page."""
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from _texts(child)
        elif child.type in TEXTS:
            yield str(child.value)


def blocks(app: AppTest) -> list[str]:
    """Our own HTML on the page, tables and the like, a text each, without the frame's style and script."""
    return [body for element in app.get("html") if not (body := element.proto.body).startswith(FRAME)]


def spaced(sentence: str) -> str:
    return sentence.replace(NBSP, " ")
