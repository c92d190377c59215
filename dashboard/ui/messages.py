"""Sentences in their place: titles, answers, errors, and empty rooms that say what belongs in them.

Cards, evidence files, folder names, uploads and addresses are written by strangers, and Streamlit reads Markdown: a
picture in a data set's title would be fetched by the browser. So every sentence of a page passes through here, where
all of it is text but what `marked` names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import streamlit as st

from dashboard.plotting.marked import MARKUP, unmarked
from dashboard.store.checkpoints import load_checkpoints
from dashboard.store.errors import errors_told, without_server_paths
from dashboard.ui.address import end_page
from dashboard.views.checkpoints import CheckpointView

SAID = "errors on this page"  # in the session: sentences that stand on the page since its title was written
ANSWERED = "answer on this page"  # in the session: the last sentence that answers the page's question

SIGNS = re.compile(r"[\\`*_\[\]<>$#~:|@]|(?<=www)\.")  # what Markdown and its directives are made of
BREAKS = re.compile(r"[\r\n\t]+(?!- )")  # a list of problems keeps its lines


def plain(text: str) -> str:
    """Return text that Markdown will show as it is."""
    return SIGNS.sub(r"\\\g<0>", BREAKS.sub(" ", without_server_paths(text)))


def marked(sentence: str) -> str:
    """Return a sentence of which Markdown will read **bold** and `commands`, and nothing else."""
    parts = MARKUP.split(without_server_paths(sentence))
    return "".join(part if place % 2 else plain(part) for place, part in enumerate(parts))


def page_title(question: str) -> None:
    """Open a page with its question."""
    st.session_state[SAID] = []
    st.session_state[ANSWERED] = ""
    st.title(question, anchor=False)


def answer(sentence: str) -> None:
    """Answer the page's question from the data at hand; `sentence` is `marked`. Nothing for ""."""
    if sentence:
        st.session_state[ANSWERED] = sentence
        st.markdown(marked(sentence))


def last_answer() -> str:
    """Return what the page answers so far, without marks; "" before it does."""
    return unmarked(st.session_state.get(ANSWERED, ""))


def heading(title: str) -> None:
    """Name a part of the page."""
    st.header(plain(title), anchor=False)


def show_terms(sections: Iterable[tuple[str, Iterable[tuple[str, str, str]]]]) -> None:
    """Explain terms by section: each a name, its other spellings, and a text that is `marked`. `#name` leads to one.

    All of it is one element: the browser scrolls to a heading as soon as it is there, and by elements the page below
    it would still be missing.
    """
    blocks = []
    for section, terms in sections:
        blocks += ["---", f"## {plain(section)}"]
        for name, also, text in terms:
            blocks += [f"### {plain(name)}", _small_print(also), marked(text)]
    st.markdown("\n\n".join(filter(None, blocks)))


def small_heading(title: str, detail: str = "") -> None:
    """Name a picture; `detail` is there for who asks."""
    st.markdown(f":small[**{plain(title)}**]", help=plain(detail) or None)


def note(sentence: str) -> None:
    """Small print. Not `st.caption`, whose half-transparent text falls short of a contrast of 4.5:1. Nothing for ""."""
    if sentence:
        st.markdown(_small_print(sentence))


def _small_print(sentence: str) -> str:
    return f":small[:gray[{plain(sentence)}]]" if sentence else ""


@contextmanager
def how_computed() -> Iterator[None]:
    """Put what a reader who doubts a number wants to know one click deeper."""
    with st.popover("How this was computed", type="tertiary"):
        yield


def info(sentence: str) -> None:
    """Say what belongs here, or what to do next; `sentence` is `marked`."""
    st.info(marked(sentence))


def shown_errors() -> AbstractContextManager[None]:
    """Show what the core refuses as its sentence, here; one that stands on the page already is pointed at instead.

    Anything else that is raised is a bug and stays loud.
    """
    return errors_told(_show_error)


def _show_error(sentence: str) -> None:
    shown = st.session_state.setdefault(SAID, [])
    if sentence in shown:
        note("Nothing to show here, for the reason given above.")
        return
    shown.append(sentence)
    st.error(marked(sentence))


def show_problems(sentences: Sequence[str]) -> None:
    """Show what could not be read, beside what could."""
    for sentence in sentences:
        st.warning(marked(sentence))


def available_checkpoints() -> dict[str, CheckpointView]:
    """Return all checkpoints by name; say which cannot be read. Without any, say what brings one and end the page."""
    listed = load_checkpoints()
    show_problems(listed.problems)
    if not listed.checkpoints:
        _no_checkpoints(listed.root.name)
    return {row.name: row for row in listed.checkpoints}


def _no_checkpoints(folder: str) -> None:
    info(
        f"There is no trained network in `{folder}/` yet. This command trains one, scores it "
        "and puts it there; then reload this page."
    )
    st.code("fer train mobilenet_v2 --data fer2013", language="bash")
    end_page()


def nothing_fits() -> None:
    """Say that the filters leave nothing to draw."""
    info("No scored checkpoint fits these filters; widen the size, or choose another data set.")
