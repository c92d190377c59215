"""Choices that live in the address, so that a pasted link restores the view.

Streamlit's own `bind="query-params"` writes what a choice is called on the screen; a link should hold the name of a
checkpoint, which stays when a title is reworded. So the address is read and written here, in one way for all widgets:

    the address says something new    -> it wins; a value that is not offered is named in a sentence and left out
    otherwise                         -> the choice made earlier in this session
    neither                           -> the default, which is not written: short addresses stay short
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

import streamlit as st

from dashboard.ui.messages import plain

LONGEST_ECHO = 60  # letters of a foreign value that are repeated on the page


def choose(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    default: str | None = None,
    words: Callable[[str], str] = str,
    width: int | Literal["stretch"] = "stretch",
) -> str:
    """A select box over `options`, `width` pixels wide; `words` gives their names on the screen."""
    first = default if default is not None and default in options else options[0]
    _adopt_one(key, options, first, label)
    value = st.selectbox(label, options, key=key, format_func=words, persist_state="session", width=width)
    _publish(key, [value], [first])
    return value


def segments(
    label: str, options: Sequence[str], *, key: str, default: str | None = None, words: Callable[[str], str] = str
) -> str:
    """A row of buttons of which one is down."""
    first = default if default is not None and default in options else options[0]
    _adopt_one(key, options, first, label)
    down = st.segmented_control(
        label, options, key=key, format_func=words, required=True, persist_state="session", wrap=True
    )
    value = first if down is None else down  # None only where nothing was adopted
    _publish(key, [value], [first])
    return value


def choose_many(
    label: str, options: Sequence[str], *, key: str, default: Sequence[str], words: Callable[[str], str] = str
) -> list[str]:
    """A select box for several `options`, in the order chosen."""
    asked = _asked(key)
    if asked:
        known = [value for value in dict.fromkeys(asked) if value in options]
        _mention(label, [value for value in asked if value not in options])
        st.session_state[key] = known or list(default)
    elif key in st.session_state:
        st.session_state[key] = [value for value in st.session_state[key] if value in options]
    else:
        st.session_state[key] = list(default)
    values = st.multiselect(label, options, key=key, format_func=words, persist_state="session", wrap=True)
    _publish(key, values, list(default))
    return values


def opened(label: str, options: Sequence[str], *, key: str) -> list[str]:
    """Return which of `options` the address wants to stand open; tell `publish_opened` afterwards which do."""
    asked = _asked(key)
    if asked:
        st.session_state[f"{key} asked"] = [value for value in asked if value in options]
        _mention(label, [value for value in asked if value not in options])
    return st.session_state.get(f"{key} asked", [])


def publish_opened(key: str, values: Sequence[str]) -> None:
    """Write to the address what stands open."""
    _publish(key, values, [])


def slide(label: str, *, key: str, default: int, low: int = 0, high: int = 100, step: int = 5) -> int:
    """A slider over whole numbers."""
    options = [str(value) for value in range(low, high + 1, step)]
    asked = _asked(key)
    if asked and asked[-1] in options:
        st.session_state[key] = int(asked[-1])
    elif asked:
        _mention(label, asked[-1:])
    if key not in st.session_state:
        st.session_state[key] = default
    value = st.slider(label, low, high, step=step, key=key, persist_state="session")
    _publish(key, [str(value)], [str(default)])
    return value


def slide_range(label: str, *, key: str, default: tuple[int, int], high: int = 100) -> tuple[int, int]:
    """A slider with two ends over the whole numbers from 0 to `high`; "20-60" in the address."""
    asked = _asked(key)
    if asked and (ends := _ends(asked[-1], high)):
        st.session_state[key] = ends
    elif asked:
        _mention(label, asked[-1:])
    if key not in st.session_state:
        st.session_state[key] = default
    # Two ends, as the state has; its type here is that of a slider with one.
    value: Any = st.slider(label, 0, high, step=1, key=key, persist_state="session")
    low_end, high_end = value
    _publish(key, [f"{low_end}-{high_end}"], ["{}-{}".format(*default)])
    return low_end, high_end


def _ends(given: str, most: int) -> tuple[int, int] | None:
    found = re.fullmatch(r"([0-9]{1,3})-([0-9]{1,3})", given)
    low, high = map(int, found.groups()) if found else (1, 0)
    return (low, high) if low <= high <= most else None


def whole_number(label: str, *, key: str, default: int, low: int, high: int) -> int:
    """A box for a whole number from `low` to `high`."""
    asked = _asked(key)
    if asked and asked[-1].isascii() and asked[-1].isdigit() and low <= int(asked[-1][:12]) <= high:
        st.session_state[key] = int(asked[-1])
    elif asked:
        _mention(label, asked[-1:])
    if not low <= st.session_state.get(key, low - 1) <= high:
        st.session_state[key] = default
    value = st.number_input(label, low, high, step=1, key=key, persist_state="session")
    _publish(key, [str(value)], [str(default)])
    return value


def _adopt_one(key: str, options: Sequence[str], default: str, label: str) -> None:
    asked = _asked(key)
    if asked and asked[-1] in options:
        st.session_state[key] = asked[-1]
    elif asked:
        _mention(label, asked[-1:])
    if st.session_state.get(key) not in options:
        st.session_state[key] = default


def _asked(key: str) -> list[str]:
    """Return what the address says of `key`, if it is not what this page wrote there itself."""
    given = st.query_params.get_all(key)
    return given if given and given != st.session_state.get(_written(key)) else []


def _mention(label: str, foreign: Sequence[str]) -> None:
    for value in foreign:
        echo = plain(value[:LONGEST_ECHO])
        st.info(f"The address asks for “{echo}” under {label}, which is not here; it is left out.")


def _publish(key: str, values: Sequence[str], default: Sequence[str]) -> None:
    wanted = [] if list(values) == list(default) else list(values)
    st.session_state[_written(key)] = wanted
    if st.query_params.get_all(key) == wanted:
        return
    if wanted:
        st.query_params[key] = wanted
    else:
        del st.query_params[key]


def _written(key: str) -> str:
    return f"{key} in the address"
