"""The what-if bench: change a face, and see at once what every network makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import charts, services
from dashboard.components.figures import show
from dashboard.components.labels import label
from dashboard.components.links import choose_many, slide, slide_range
from dashboard.components.messages import answer, note, shown_errors
from dashboard.robustness import ChangeView
from dashboard.views import CheckpointView
from dashboard.what_if import BOX, MIRROR, broken, replied
from dashboard.wording import several

CHANGES = "what_if"  # key of the chosen changes, in the address
ACROSS, DOWN = "box_x", "box_y"  # keys of the box's ends in percent, in the address
FIRST, FIRST_SEVERITY = "cover-mouth", 3
FIRST_BOX = {ACROSS: (30, 70), DOWN: (40, 65)}  # over the nose, so that there is a box to be moved
COLUMNS = 3
BOX_PX = 240
DRAWN = "what-if curve drawn"
NOBODY = "None of the chosen networks has its weights here, so none can be asked."
DRAG = "Drag over the changed face to cover a part of it."
LEGEND = "Bars: the changed face. Strokes: the face as it is. A severity means what it means on the Robustness page."


@st.fragment  # a slider must not draw the maps above again
def what_if_bench(rows: Sequence[CheckpointView], photo: bytes, face: services.Where) -> None:
    """Show controls that change the chosen face, and the answers of the networks of `rows` to it.

    Args:
        rows: the chosen checkpoints; those without weights here are left out, as their own rows say why.
        photo, face: as `services.predict` takes them.
    """
    st.markdown("##### What if the face were different?")
    rows = [row for row in rows if row.has_weights]
    if not rows:
        note(NOBODY)
        return
    known = {change.name: change for change in services.changes()}
    names = choose_many(
        "Changes", [MIRROR, *known, BOX], key=CHANGES, default=[FIRST], words=lambda name: _title(name, known)
    )
    changes = _severities(names, known)
    faces = st.container(horizontal=True)
    pictures = faces.container(horizontal=True, width="content")
    with faces.container(width=BOX_PX):
        box = _box() if BOX in names else None
        note(DRAG)
    with shown_errors():
        with pictures:
            _pictures(rows[0], photo, face, changes, box)
        _replies(rows, photo, face, changes, box)
    if any(name in known for name in names):
        _curve(rows, photo, face, names, box, known)


def _title(name: str, known: Mapping[str, ChangeView]) -> str:
    return {MIRROR: "Mirrored", BOX: "A box covered"}.get(name) or known[name].title


def _box() -> services.Box:
    """Ask for the box in numbers; what a drag does, these sliders do."""
    across = slide_range("Box, left to right (%)", key=ACROSS, default=FIRST_BOX[ACROSS])
    down = slide_range("Box, top to bottom (%)", key=DOWN, default=FIRST_BOX[DOWN])
    return services.Box(*across, *down)


def _take_box(across: Sequence[float], down: Sequence[float]) -> None:
    """Make a box that was drawn on the changed face, in percent, one of its changes."""
    for key, ends in ((ACROSS, across), (DOWN, down)):
        st.session_state[key] = tuple(min(100, max(0, round(end))) for end in sorted(ends))
    st.session_state[CHANGES] = list(dict.fromkeys([*st.session_state[CHANGES], BOX]))


def _severities(names: Sequence[str], known: Mapping[str, ChangeView]) -> tuple[tuple[str, int], ...]:
    """Return each change with its severity, asked on sliders side by side; the mirror and the box have none."""
    found = [(MIRROR, 1)] if MIRROR in names else []
    sliding = [name for name in names if name in known]
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


def _pictures(
    row: CheckpointView,
    photo: bytes,
    face: services.Where,
    changes: tuple[tuple[str, int], ...],
    box: services.Box | None,
) -> None:
    before, after = services.faces_shown(row.name, photo, face, changes, box)
    edges = None if box is None or box.is_empty else (box.left, box.right, box.top, box.bottom)
    who = f"as {row.network.title} reads it"
    with st.container(gap=None, width=before.width):
        st.image(before, width=before.width, alt=f"As it is, {who}")
        note("As it is")
    with st.container(gap=None, width=after.width):
        # Under a key of its own, each box comes without the outline of the drag that drew it.
        key = "what-if face" if edges is None else "what-if face " + " ".join(map(str, edges))
        show(key, charts.face_with_box, after, edges, f"Changed, {who}", heading=False, on_box=_take_box)
        note("Changed")


def _replies(
    rows: Sequence[CheckpointView],
    photo: bytes,
    face: services.Where,
    changes: tuple[tuple[str, int], ...],
    box: services.Box | None,
) -> None:
    replies = [services.reply(row, photo, face, changes, box) for row in rows]
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
    box: services.Box | None,
    known: Mapping[str, ChangeView],
) -> None:
    """Draw answers over severity once asked to; the drawing stays until face, changes or networks change."""
    wanted = hash((photo, face, tuple(names), box, tuple(row.name for row in rows)))
    if st.button("Draw the curve over severity", key="what-if curve"):
        st.session_state[DRAWN] = wanted
    if st.session_state.get(DRAWN) != wanted:
        return
    found = []
    with shown_errors():
        progress = st.progress(0.0, text="Asking")
        for done, row in enumerate(rows):
            progress.progress(done / len(rows), text=f"Asking {row.network.title}, {done + 1} of {len(rows)}")
            found.append(services.course(row, photo, face, names, box))
        progress.empty()
    if len(found) == len(rows):
        words = several([_title(name, known) for name in names])
        called = {row.name: label({one.name: one for one in rows}, row.name) for row in rows}
        answer(broken(found))
        show("what-if over severity", charts.answer_courses, found, called, words)
