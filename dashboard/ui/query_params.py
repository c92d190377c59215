"""Choices that live in the address, so that a pasted link restores the view; `address` has the rules.

Streamlit's own `bind="query-params"` writes what a choice is called on the screen; a link should hold the name of a
checkpoint, which stays when a title is reworded. So the address is read and written here, in one way for all widgets. A
value that is not offered is named in a sentence and left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from dashboard.ui.address import EMPTY, asked, is_from_address, keep, proposed, settle, single
from dashboard.ui.closest import closest, is_in
from dashboard.ui.html_templates import picture_source
from dashboard.ui.messages import info, note, plain

LONGEST_ECHO = 60  # letters of a foreign value that are repeated on the page
SHORT_LIST = 10  # options; Streamlit opens no keyboard over these on a phone
CORRECTED = "corrected choice"  # in the session: the key of a list in which a name was mistyped, and what to say
RANGE = re.compile(r"([0-9]{1,3})-([0-9]{1,3})")


def choose(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    default: str | None = None,
    words: Callable[[str], str] = str,
    width: int | Literal["stretch"] = "stretch",
    unfolded: Container[str] | None = None,
    opens: str | None = None,
) -> str:
    """A select box over `options`, `width` pixels wide; `words` gives their names on the screen.

    Args:
        unfolded: those of them that are listed, None for all; what is chosen is listed in any case.
        opens: what is taken instead of the default where no page selected anything.
    """
    _take_selection(key, options, [] if opens is None else [opens])
    first = _adopt_one(label, options, key, default)
    listed = _listed(options, unfolded, [st.session_state[key]])
    value = st.selectbox(plain(label), listed, key=key, format_func=words, width=width, **_typing(key, options, words))
    _say_correction(key)
    settle(key, [value], [first])
    return value


def segments(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    default: str | None = None,
    words: Callable[[str], str] = str,
    pictures: Mapping[str, bytes] | None = None,
    alt: str = "",
) -> str:
    """A row of buttons of which one is down; `pictures`, PNGs or JPEGs, each read as `alt`, stand before some words."""
    first = _adopt_one(label, options, key, default)

    def shown(option: str) -> str:
        # A button's words are read as Markdown, a list's are not.
        picture = f"![{plain(alt)}]({picture_source(pictures[option])}) " if pictures and option in pictures else ""
        return picture + plain(words(option))

    down = st.segmented_control(plain(label), options, key=key, format_func=shown, required=True, wrap=True)
    value = first if down is None else down  # None is no answer: `required`
    settle(key, [value], [first])
    return value


def choose_many(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    default: Sequence[str],
    words: Callable[[str], str] = str,
    unfolded: Container[str] | None = None,
    opens: Sequence[str] = (),
) -> list[str]:
    """A select box for several `options`, in the order chosen; `unfolded` and `opens` as in `choose`."""
    _take_selection(key, options, opens, fill=default)

    def merged(before: list[str], now: list[str]) -> list[str]:
        """What is not offered here, as the networks of another data set, stays chosen for the pages that offer it."""
        return [*(value for value in before if value not in options and value != EMPTY), *(now or [EMPTY])]

    wanted = asked(key, st.session_state.get(key), merged)
    st.session_state[key] = list(default) if wanted is None else _offered(label, options, key, wanted, default)
    listed = _listed(options, unfolded, st.session_state[key])
    values = st.multiselect(
        plain(label), listed, key=key, format_func=words, wrap=True, select_all=False, **_typing(key, options, words)
    )
    _say_correction(key)
    settle(key, values, list(default))
    return values


def _typing(key: str, options: Sequence[str], words: Callable[[str], str]) -> dict[str, Any]:
    """Settings with which a long list takes what is typed and not in it: its own filter finds no swapped letters."""
    if len(options) <= SHORT_LIST:
        return {}
    held = st.session_state[key]
    return {"accept_new_options": True, "on_change": _correct, "args": (key, options, words, held)}


def _correct(key: str, options: Sequence[str], words: Callable[[str], str], held: str | list[str]) -> None:
    """Replace a name that was typed by the option that is meant; where none is like it, `held` stays."""
    now = st.session_state[key]
    given = [now] if isinstance(now, str) else now
    typed = next((value for value in given if value not in options), None)
    if typed is None:
        return
    names = {option: words(option) for option in options if option not in given}
    beside = words(held) if isinstance(held, str) else " ".join(map(words, held[:1]))
    meant = closest(typed, names, beside)
    if meant is None:
        st.session_state[key] = held
    else:
        st.session_state[key] = (
            meant if isinstance(now, str) else [meant if value == typed else value for value in given]
        )
    if meant is None or not is_in(typed, names[meant]):
        then = "nothing in it is called like it" if meant is None else f"{names[meant]} is the closest name"
        st.session_state[CORRECTED] = (key, f"“{typed[:LONGEST_ECHO]}” is not in the list; {then}.")


def _say_correction(key: str) -> None:
    corrected, sentence = st.session_state.get(CORRECTED, ("", ""))
    if corrected == key:
        del st.session_state[CORRECTED]
        note(sentence)


def _take_selection(key: str, options: Sequence[str], opens: Sequence[str], fill: Sequence[str] = ()) -> None:
    """Choose what other pages selected, as far as it is offered here.

    One network alone is filled up from `fill`, of which a page shows no more than it opens with, or two.
    """
    selection = proposed(key)
    if selection is None:
        return
    selected = [value for value in selection if value in options]
    if len(selected) == 1:
        selected += [value for value in fill if value not in selected]
    if chosen := selected[: max(2, len(fill))] or list(opens):
        keep(key, chosen)


def _listed(options: Sequence[str], unfolded: Container[str] | None, chosen: Container[str]) -> list[str]:
    return [value for value in options if unfolded is None or value in unfolded or value in chosen]


def switch(label: str, *, key: str) -> bool:
    """A switch that is off at first."""
    offered = {"no": False, "yes": True}
    held = st.session_state.get(key)
    wanted = single(asked(key, None if held is None else ["yes" if held else "no"]))
    if wanted is not None and wanted not in offered:
        mention(label, key, [wanted])
    st.session_state[key] = offered.get(wanted or "no", False)
    value = st.toggle(plain(label), key=key)
    settle(key, ["yes" if value else "no"], ["no"])
    return value


def _offered(label: str, options: Sequence[str], key: str, wanted: list[str], default: Sequence[str]) -> list[str]:
    known = [value for value in dict.fromkeys(wanted) if value in options]
    mention(label, key, [value for value in wanted if value not in options and value != EMPTY])
    return known or ([] if EMPTY in wanted else list(default))


def opened(label: str, options: Sequence[str], *, key: str) -> list[str]:
    """Return which of `options` stand open; tell `settle_opened` afterwards which do."""
    wanted = asked(key, None) or []
    mention(label, key, [value for value in wanted if value not in options])
    return [value for value in wanted if value in options]


def settle_opened(key: str, values: Sequence[str]) -> None:
    """Note what stands open."""
    keep(key, list(values))
    settle(key, list(values), [])


def slide(label: str, *, key: str, default: int, low: int = 0, high: int = 100, step: int = 5) -> int:
    """A slider over whole numbers."""
    offered = {str(value): value for value in range(low, high + 1, step)}
    _adopt_number(label, key, offered.get, default)
    value = st.slider(plain(label), low, high, step=step, key=key)
    settle(key, [str(value)], [str(default)])
    return value


def whole_number(label: str, *, key: str, default: int, low: int, high: int) -> int:
    """A box for a whole number from `low` to `high`."""

    def read(given: str) -> int | None:
        is_short = given.isascii() and given.isdigit() and len(given) <= len(str(high))
        return int(given) if is_short and low <= int(given) <= high else None

    _adopt_number(label, key, read, default)
    value = st.number_input(plain(label), low, high, step=1, key=key)
    settle(key, [str(value)], [str(default)])
    return value


def _adopt_number(label: str, key: str, read: Callable[[str], int | None], default: int) -> None:
    held = st.session_state.get(key)
    wanted = single(asked(key, None if held is None else [str(held)]))
    value = None if wanted is None else read(wanted)
    if wanted is not None and value is None:
        mention(label, key, [wanted])
    st.session_state[key] = default if value is None else value


def slide_range(label: str, *, key: str, default: tuple[int, int]) -> tuple[int, int]:
    """A slider with two ends over the whole numbers from 0 to 100; "20-60" in the address."""
    held = st.session_state.get(key)
    wanted = single(asked(key, None if held is None else [_range_words(held)]))
    ends = None if wanted is None else _ends(wanted)
    if wanted is not None and ends is None:
        mention(label, key, [wanted])
    st.session_state[key] = ends or default
    # Two ends, as the state has; its type here is that of a slider with one.
    value: Any = st.slider(plain(label), 0, 100, step=1, key=key)
    low_end, high_end = value
    settle(key, [_range_words((low_end, high_end))], [_range_words(default)])
    return low_end, high_end


def _range_words(ends: tuple[int, int]) -> str:
    return f"{ends[0]}-{ends[1]}"


def _ends(given: str) -> tuple[int, int] | None:
    match = RANGE.fullmatch(given)
    low, high = map(int, match.groups()) if match else (1, 0)
    return (low, high) if low <= high <= 100 else None


def _adopt_one(label: str, options: Sequence[str], key: str, default: str | None) -> str:
    """Give a widget its value, and return the default."""
    first = default if default is not None and default in options else options[0]
    held = st.session_state.get(key)
    wanted = single(asked(key, None if held is None else [held]))
    if wanted is not None and wanted not in options:
        mention(label, key, [wanted])
    st.session_state[key] = wanted if wanted in options else first
    return first


def mention(label: str, key: str, foreign: Sequence[str]) -> None:
    """Say which values that the address asks for are not offered."""
    for value in foreign if is_from_address(key) else ():
        info(f"The address asks for “{value[:LONGEST_ECHO]}” under {label}, which is not here; it is left out.")
