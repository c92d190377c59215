"""Boxes for numbers that live in the address, with a fraction or empty."""

from __future__ import annotations

from math import isfinite

import streamlit as st

from dashboard.ui.address import asked, settle, single
from dashboard.ui.messages import plain
from dashboard.ui.query_params import mention

LEAST = 0.001
LONGEST = 12  # letters of a number in an address


def optional_number(label: str, *, key: str, high: float) -> float | None:
    """A box for a number above 0 and up to `high`, which may stay empty: None."""
    return _number(label, key, high, None)


def number_box(label: str, *, key: str, default: float, high: float) -> float:
    """A box for a number above 0 and up to `high`; an emptied one means the default."""
    value = _number(label, key, high, default)
    return default if value is None else value


def _number(label: str, key: str, high: float, default: float | None) -> float | None:
    now = _written(st.session_state[key]) if key in st.session_state else None
    wanted = single(asked(key, now))
    value = None if wanted is None else _read(wanted, high)
    if wanted is not None and value is None:
        mention(label, key, [wanted])
    st.session_state[key] = default if value is None else value
    chosen = st.number_input(
        plain(label), LEAST, float(high), value=None, step=1.0, format="%g", key=key, placeholder="no limit"
    )
    settle(key, _written(chosen), _written(default))
    return chosen


def _written(value: float | None) -> list[str]:
    return [] if value is None else [f"{value:.10g}"]


def _read(written: str, high: float) -> float | None:
    try:
        value = float(written) if len(written) <= LONGEST else -1.0
    except ValueError:
        return None
    return value if isfinite(value) and LEAST <= value <= high else None
