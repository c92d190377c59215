"""The address of a view, and what of it stays in the session.

The address holds all choices of a page: what it does not name has its default, and a deliberate choice of nothing is
EMPTY, so that Back, a pasted link and a fresh browser show the same. It is written once, at the end of a run, so that a
run is one step in the history, and holds nothing that its page does not know.

A new value in the address wins. Otherwise choices stay as they are: on their own page, and everywhere for what TRAVELS;
a page opened from the menu takes what other pages selected, see `selection`. A choice that a page cannot offer is left
alone for the pages that can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.ui.renamed_params import renamed
from dashboard.ui.selection import SELECTED, proposal, replaced_by

EMPTY = "none"  # in the address: deliberately nothing
TRAVELS = SELECTED | {"report"}
SESSION_KEY = "address"

Values = list[str]


@dataclass
class _Address:
    """One session's.

    `expected` is what the address says if only we changed it; `given` is what it newly asks for, None for nothing,
    of which the keys `settled` were asked and those `fresh` in this run. `wanted` is what the page's choices are, by
    key, [] for the default; `shown` what its widgets held; `chosen` is deliberate, by page, or "" for what travels, and
    key.
    """

    page: str | None = None
    is_new_page: bool = True
    is_running: bool = False
    expected: dict[str, Values] = field(default_factory=dict)
    given: dict[str, Values] | None = None
    settled: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    wanted: dict[str, Values] = field(default_factory=dict)
    shown: dict[str, Values] = field(default_factory=dict)
    chosen: dict[tuple[str, str], Values] = field(default_factory=dict)


@contextmanager
def page_address(page: str) -> Iterator[None]:
    """Run a page, named as in the path; in the end the address says what was chosen on it."""
    known = _known()
    _open(known, page)
    try:
        yield
        _publish(known, is_whole=True)
    finally:
        known.is_running = known.is_new_page = False  # parts of the page may be drawn again by themselves
        known.fresh = set()


def end_page() -> NoReturn:
    """End a page early; what it did not come to stays in the address."""
    _publish(_known(), is_whole=False)
    st.stop()


@contextmanager
def fragment_address() -> Iterator[None]:
    """Run a part of a page that is drawn again by itself; in the end the address says what was chosen in it."""
    yield
    known = _known()
    if not known.is_running:
        _publish(known, is_whole=False)


def asked(
    key: str, now: Values | None, merge: Callable[[Values, Values], Values] = lambda before, now: now
) -> Values | None:
    """Return what shall be chosen, as the address writes it; None for the default.

    Args:
        now: what the widget holds; None if it is not on the page yet.
        merge: makes a deliberate choice of what was chosen before and what somebody chose now.
    """
    known = _known()
    place = ("" if key in TRAVELS else known.page or "", key)
    if known.given is not None and key not in known.settled:
        known.settled.add(key)
        known.fresh.add(key)
        if key in known.given:
            _decide(known, place, known.given[key])
        else:
            known.chosen.pop(place, None)
    elif now is not None and not known.is_new_page and now != known.shown.get(key):
        _decide(known, place, merge(known.chosen.get(place, []), now))
    return known.chosen.get(place)


def _decide(known: _Address, place: tuple[str, str], values: Values) -> None:
    """Note a deliberate choice; what it replaces elsewhere is no longer chosen."""
    if known.chosen.get(place) != values:
        for replaced in replaced_by(place[1]):
            known.chosen.pop(("", replaced), None)
    known.chosen[place] = values


def proposed(key: str) -> Values | None:
    """Return what the choices on other pages propose for `key`, [] for nothing.

    None where nothing is to be proposed: the address says what is wanted, or something is chosen already.
    """
    known = _known()
    if known.given is not None or not known.is_new_page or ("", key) in known.chosen:
        return None
    return proposal(key, {name: values for (page, name), values in known.chosen.items() if not page})


def chosen_data() -> str | None:
    """Return the data set that was chosen on any page, None for none."""
    return single(_known().chosen.get(("", "data")))


def is_from_address(key: str) -> bool:
    """Whether the address, and nobody in this session, asks for what stands under `key`."""
    return key in _known().fresh


def settle(key: str, values: Values, default: Values) -> None:
    """Note what stands under `key` on the page; the default is not written, short addresses stay short."""
    known = _known()
    known.shown[key] = values
    known.wanted[key] = [] if values == default else values or [EMPTY]


def keep(key: str, values: Values) -> None:
    """Make a deliberate choice."""
    known = _known()
    known.chosen["" if key in TRAVELS else known.page or "", key] = values


def forget(*keys: str) -> None:
    """Take choices of this page back, before their widgets are drawn; what the address newly asks for stays."""
    known = _known()
    for key in keys:
        known.chosen.pop((known.page or "", key), None)
        known.shown.pop(key, None)
        st.session_state.pop(key, None)


def link(**choices: str | None) -> str:
    """Return the address of this page with some choices changed, None being the default, and all others as they are."""
    known = _known()
    said_now = {**(known.given if known.given is not None else known.expected), **known.wanted}
    changed = {key: [value] if value else [] for key, value in choices.items()}
    return "?" + urlencode({key: values for key, values in {**said_now, **changed}.items() if values}, doseq=True)


def select(key: str, value: str) -> None:
    """Choose one value under a key that travels, for the pages that are opened next."""
    _decide(_known(), ("", key), [value])


def add(key: str, value: str) -> None:
    """Add to what is deliberately chosen under a key that travels; what is there already comes last."""
    before = _known().chosen.get(("", key), [])
    keep(key, [*(earlier for earlier in before if earlier not in (value, EMPTY)), value])


def _known() -> _Address:
    return st.session_state.setdefault(SESSION_KEY, _Address())


def _open(known: _Address, page: str) -> None:
    now = said()
    known.is_new_page, known.page = known.page != page, page
    known.is_running, known.wanted, known.fresh = True, {}, set()
    if known.is_new_page:
        known.shown = {}
    if now != known.expected or known.is_new_page:
        # A page that is opened by its name in the menu, with an empty address, takes what travels along.
        is_by_name = known.is_new_page and not now and not _is_back()
        known.given, known.settled = (None if is_by_name else renamed(page, now)), set()
    known.expected = now


def _publish(known: _Address, is_whole: bool) -> None:
    unreached = {} if is_whole else known.given if known.given is not None else known.expected
    chosen = {key: values for key, values in {**unreached, **known.wanted}.items() if values}
    if is_whole:
        known.given = None
    known.expected = chosen
    if chosen != said():
        st.query_params.from_dict(chosen)


def said() -> dict[str, Values]:
    """Return what the address says now."""
    return {key: st.query_params.get_all(key) for key in st.query_params}


def _is_back() -> bool:
    """Whether this run comes from the browser's Back or Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def single(values: Sequence[str] | None) -> str | None:
    """Return the last of several values, as a browser does; None for none."""
    return values[-1] if values else None
