"""Sentences in their place: titles, answers, errors, and empty rooms that say what belongs in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from dashboard.store.checkpoints import load_checkpoints
from dashboard.views.checkpoints import CheckpointView
from fer_core.errors import FerError
from fer_core.paths import checkpoints_root

SAID = "errors on this page"  # in the session: sentences that stand on the page since its title was written


def page_title(question: str) -> None:
    """Open a page with its question."""
    st.session_state[SAID] = []
    st.title(question, anchor=False)


def answer(sentence: str) -> None:
    """Answer the page's question from the data at hand; `sentence` may hold Markdown."""
    st.markdown(sentence)


def note(sentence: str) -> None:
    """Small print, as it is. Not `st.caption`, whose half-transparent text falls short of a contrast of 4.5:1."""
    st.markdown(f":small[:gray[{plain(sentence)}]]")


@contextmanager
def shown_errors() -> Iterator[None]:
    """Show a FerError as its sentence, here; a sentence that stands on the page already is pointed at instead.

    Anything else that is raised is a bug and stays loud.
    """
    try:
        yield
    except FerError as error:
        said = st.session_state.setdefault(SAID, [])
        if str(error) in said:
            note("Nothing to show here, for the reason given above.")
            return
        said.append(str(error))
        st.error(plain(str(error)))


def show_problems(sentences: Sequence[str]) -> None:
    """Show what could not be read, beside what could."""
    for sentence in sentences:
        st.warning(plain(sentence))


def available_checkpoints() -> dict[str, CheckpointView]:
    """Return all checkpoints by name; say which cannot be read. Without any, say what brings one and end the page."""
    shelf = load_checkpoints()
    show_problems(shelf.problems)
    if not shelf.checkpoints:
        _no_checkpoints()
    return {row.name: row for row in shelf.checkpoints}


def _no_checkpoints() -> None:
    st.info(
        f"There is no trained network in `{checkpoints_root().name}/` yet. This command trains one, scores it "
        "and puts it there; then reload this page."
    )
    st.code("fer train mobilenet_v2 --data fer2013", language="bash")
    st.stop()


def nothing_fits() -> None:
    """Say that the filters leave nothing to draw."""
    st.info("No scored checkpoint fits these filters; widen the size, or choose another data set.")


def plain(text: str) -> str:
    """Return text that Markdown will show as it is: messages quote what strangers typed."""
    for sign in "\\`*_[]<>$#~:|":
        text = text.replace(sign, "\\" + sign)
    return text
