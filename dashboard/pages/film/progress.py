"""A film is read to its end while its page says how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.ui.messages import plain

if TYPE_CHECKING:
    from dashboard.pages.film.data import FilmReading


def read_on(reading: FilmReading) -> None:
    """Read what is left of a film. Raises FerError; a page that is drawn again goes on with the next frame."""
    if reading.is_done:
        return
    bar = st.progress(0.0)
    while not reading.is_done:
        bar.progress(_share(reading), plain(_words(reading)))
        reading.step()
    bar.empty()


def _reached(reading: FilmReading) -> float:
    return reading.moments[-1].time_s if reading.moments else 0.0


def _share(reading: FilmReading) -> float:
    return min(1.0, _reached(reading) / reading.seconds) if reading.seconds else 0.0


def _words(reading: FilmReading) -> str:
    if not reading.moments:
        return "Reading the film; the first network after a start takes some seconds."
    of = f" of {reading.seconds:.1f}" if reading.seconds else ""
    return f"{_reached(reading):.1f}{of} s, {reading.frames_per_second:.1f} frames a second"
