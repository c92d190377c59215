"""Our own HTML: templates that escape whatever they are given, in the theme's colours. Its rules are in style.css."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dashboard.plotting.theme import Palette
from dashboard.store.errors import without_server_paths

JPEG_START = b"\xff\xd8"
STYLE = Path(__file__).resolve().parents[1] / "assets" / "style.css"


def _told(value: object) -> object:
    """What a template shows of a value: a text names no path of the server. `Markup` came out of a template."""
    return without_server_paths(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_told,
)


def show_html(template: str, palette: Palette, **values: object) -> None:
    """Show a template of `templates/` with its values; text among them is escaped, `Markup` is not."""
    st.html(html(template, **values, colours=_colours(palette)))


def html(template: str, **values: object) -> Markup:
    """Return a template of `templates/` with its values, escaped likewise; `colours` are CSS variables, "" for none."""
    return Markup(_ENVIRONMENT.get_template(template).render(**values))


@lru_cache(maxsize=4)
def macros(template: str, **constants: object) -> Any:
    """Return the macros of a template, which give `Markup`; `constants` are names that it uses."""
    return _ENVIRONMENT.get_template(template).make_module(constants)


def picture_source(content: bytes) -> str:
    """Return a PNG or a JPEG as the source of an <img>, so that nothing is fetched from anywhere."""
    kind = "jpeg" if content.startswith(JPEG_START) else "png"
    return f"data:image/{kind};base64,{b64encode(content).decode()}"


def _colours(palette: Palette) -> str:
    """The variables that style.css paints with."""
    known = {
        "text": palette.text,
        "muted": palette.muted,
        "grid": palette.grid,
        "surface": palette.surface,
        "accent": palette.accent,
        "warning": palette.diverging[2],
    }
    return ";".join(f"--{name}:{colour}" for name, colour in known.items())
