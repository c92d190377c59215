"""Colours and type: one palette for the light theme, one for the dark one, the same networks in both.

Networks carry Okabe & Ito's colours (Color Universal Design, 2008), whose eight hues stay apart under the common
kinds of colour blindness. Their yellow is left out, since it vanishes on white; the reference networks are grey.
Expressions never carry a colour of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import plotly.graph_objects as go
from plotly import colors

FONT = "Source Sans, Source Sans Pro, Helvetica Neue, Arial, sans-serif"  # the first is bundled with Streamlit

FAMILY_COLOURS = {
    "i_mobilenet_v2": "#d55e00",  # vermillion
    "a_mobilenet": "#0072b2",  # blue
    "lightexnet": "#009e73",  # bluish green
    "mobilenet_v1": "#56b4e9",  # sky blue
    "mobilenet_v2": "#e69f00",  # orange
    "mobilenet_v3": "#cc79a7",  # reddish purple
}

# A variant keeps its family's colour and takes the next shape, in registry order.
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")


@dataclass(frozen=True)
class Palette:
    """Everything a chart may colour with. `is_dark` decides only what cannot be derived from the colours."""

    is_dark: bool
    background: str
    surface: str
    text: str
    muted: str  # secondary text, at least 4.5:1 on the background
    grid: str
    accent: str
    dense: str  # the yardstick network: black, or near-white in the dark theme
    reference: str  # grey of the reference networks
    chosen: str  # frame of what was clicked
    band: str  # where chance alone would put a mark
    diverging: tuple[str, str, str]  # negative, middle, positive
    sequential: tuple[str, ...] = tuple(colors.sequential.Cividis)  # Nunez, Anderton and Renslow 2018
    families: dict[str, str] = field(default_factory=lambda: dict(FAMILY_COLOURS), hash=False)

    def family(self, name: str) -> str:
        """Return a network family's colour; an unknown family is grey, like the references."""
        return self.families.get(name, self.dense if name == "dense_resnet" else self.reference)


LIGHT = Palette(
    is_dark=False,
    background="#ffffff",
    surface="#f3f5f7",
    text="#1b2026",
    muted="#59636e",
    grid="#e3e7eb",
    accent="#1f5f8b",
    dense="#000000",
    reference="#7a7a7a",
    chosen="#d01c8b",
    band="#d3d9df",
    diverging=("#2166ac", "#ffffff", "#d9730d"),
)

DARK = replace(
    LIGHT,
    is_dark=True,
    background="#14181d",
    surface="#1e242b",
    text="#e6eaee",
    muted="#a3aeb9",
    grid="#2c343d",
    accent="#3f86bb",
    dense="#f2f2f2",
    reference="#a0a0a0",
    chosen="#f15fb5",
    band="#414b55",
    diverging=("#5fa8e6", "#2b3138", "#f0953a"),
    # Okabe-Ito's blue is too dark for a dark ground (2.9:1); one step lighter reaches 5:1 and keeps the hue.
    families=FAMILY_COLOURS | {"a_mobilenet": "#3d9be0"},
)


def symbol(variant: int) -> str:
    """Return the mark of a family's n-th variant; shapes repeat after the sixth."""
    return SYMBOLS[variant % len(SYMBOLS)]


@lru_cache(maxsize=4)
def template(palette: Palette) -> go.layout.Template:
    """Build the Plotly template. Given explicitly: `import streamlit` replaces Plotly's default by placeholders."""
    axis = {
        "gridcolor": palette.grid,
        "linecolor": palette.muted,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": palette.grid,
        "automargin": True,
        "title": {"font": {"size": 14, "color": palette.muted}, "standoff": 8},
        "tickfont": {"size": 14, "color": palette.text},
    }
    layout = go.Layout(
        font={"family": FONT, "size": 14, "color": palette.text},
        paper_bgcolor=palette.background,
        plot_bgcolor=palette.background,
        xaxis=axis,
        yaxis=axis,
        colorway=list(palette.families.values()),
        hoverlabel={"bgcolor": palette.surface, "font": {"color": palette.text, "family": FONT, "size": 14}},
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        showlegend=False,
        hovermode="closest",
    )
    return go.layout.Template(layout=layout)


def readable_on(fill: str) -> str:
    """Return black or white, whichever contrasts more with a `#rrggbb` fill (WCAG 2 relative luminance)."""
    return "#000000" if luminance(fill) > 0.179 else "#ffffff"


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two `#rrggbb` colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def interpolate(stops: Sequence[str], positions: Iterable[float]) -> list[str]:
    """Return the `#rrggbb` at each position in 0..1 along equally spaced stops, as a colour scale draws it."""
    places = [min(max(position, 0.0), 1.0) for position in positions]
    sampled = colors.sample_colorscale(colour_scale(stops), places, colortype="tuple")
    return ["#" + "".join(f"{round(255 * part):02x}" for part in colour) for colour in sampled]


def colour_scale(stops: Sequence[str]) -> list[list[object]]:
    """Return stops as a Plotly colour scale."""
    return colors.make_colorscale(list(stops))
