"""The what-if bench: change a face, and see at once what every network makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import charts, services
from dashboard.components.figures import show
from dashboard.components.labels import label
from dashboard.components.links import choose_many, slide
from dashboard.components.messages import answer, note, shown_errors
from dashboard.robustness import ChangeView
from dashboard.views import CheckpointView
from dashboard.what_if import broken, replied
from dashboard.wording import several

MIRROR = "mirror"
FIRST, FIRST_SEVERITY = "cover-mouth", 3
COLUMNS = 3
DRAWN = "what-if curve drawn"
LEGEND = "Bars: the changed face. Strokes: the face as it is. A severity means what it means on the Robustness page."


@st.fragment  # a slider must not draw the maps above again
def what_if_bench(rows: Sequence[CheckpointView], photo: bytes, face: services.Where) -> None:
    """Show controls that change the chosen face, and the answers of the networks of `rows` to it.

    Args:
        rows: the chosen checkpoints, at least one. photo, face: as `services.predict` takes them.
    """
    st.markdown("##### What if the face were different?")
    known = {change.name: change for change in services.changes()}
    names = choose_many(
        "Changes", [MIRROR, *known], key="what_if", default=[FIRST], words=lambda name: _title(name, known)
    )
    changes = _severities(names, known)
    with shown_errors():
        _pictures(rows[0], photo, face, changes)
        _replies(rows, photo, face, changes)
    if names:
        _curve(rows, photo, face, names, known)


def _title(name: str, known: Mapping[str, ChangeView]) -> str:
    return "Mirrored" if name == MIRROR else known[name].title


def _severities(names: Sequence[str], known: Mapping[str, ChangeView]) -> tuple[tuple[str, int], ...]:
    """Return each change with its severity, asked on sliders side by side; the mirror has none."""
    found = [(MIRROR, 1)] if MIRROR in names else []
    sliding = [name for name in names if name != MIRROR]
    for start in range(0, len(sliding), COLUMNS):
        for place, name in zip(st.columns(COLUMNS), sliding[start : start + COLUMNS], strict=False):
            with place:
                severity = slide(
                    f"{known[name].title}: severity",
                    key=f"what_if_{name}",
                    default=FIRST_SEVERITY,
                    low=0,
                    high=5,
                    step=1,
                )
                note(known[name].levels[severity - 1] if severity else "unchanged")
            found.append((name, severity))
    return tuple(found)


def _pictures(row: CheckpointView, photo: bytes, face: services.Where, changes: tuple[tuple[str, int], ...]) -> None:
    before, after = services.faces_shown(row.name, photo, face, changes)
    with st.container(horizontal=True):
        for picture, words in ((before, "As it is"), (after, "Changed")):
            with st.container(gap=None, width=picture.width):
                st.image(picture, width=picture.width, alt=f"{words}, as {row.network.title} reads it")
                note(words)


def _replies(
    rows: Sequence[CheckpointView], photo: bytes, face: services.Where, changes: tuple[tuple[str, int], ...]
) -> None:
    replies = [services.reply(row, photo, face, changes) for row in rows]
    answer(replied(replies))
    for start in range(0, len(replies), COLUMNS):
        for place, reply in zip(st.columns(COLUMNS), replies[start : start + COLUMNS], strict=False):
            with place:
                st.markdown(f"**{label({row.name: row for row in rows}, reply.checkpoint.name)}**")
                show(f"{reply.checkpoint.name} what if", charts.changed_bars, reply, heading=False)
    note(LEGEND)


def _curve(
    rows: Sequence[CheckpointView],
    photo: bytes,
    face: services.Where,
    names: Sequence[str],
    known: Mapping[str, ChangeView],
) -> None:
    """Draw answers over severity once asked to; the drawing stays until face, changes or networks change."""
    wanted = hash((photo, face, tuple(names), tuple(row.name for row in rows)))
    if st.button("Draw the curve over severity", key="what-if curve"):
        st.session_state[DRAWN] = wanted
    if st.session_state.get(DRAWN) != wanted:
        return
    found = []
    with shown_errors():
        progress = st.progress(0.0, text="Asking")
        for done, row in enumerate(rows):
            progress.progress(done / len(rows), text=f"Asking {row.network.title}, {done + 1} of {len(rows)}")
            found.append(services.course(row, photo, face, names))
        progress.empty()
    if len(found) == len(rows):
        words = several([_title(name, known) for name in names])
        called = {row.name: label({one.name: one for one in rows}, row.name) for row in rows}
        answer(broken(found))
        show("what-if over severity", charts.answer_courses, found, called, words)
