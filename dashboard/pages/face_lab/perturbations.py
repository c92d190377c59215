"""Perturb a face, and see at once how every network's answer changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.formatting import several
from dashboard.pages.face_lab.box_chart import face_with_box
from dashboard.pages.face_lab.perturbation_charts import perturbed_bars, severity_curves
from dashboard.pages.face_lab.perturbation_data import faces_shown, perturbed_answers, severity_curve
from dashboard.pages.face_lab.perturbation_views import BOX, MIRROR, Edges, Perturbation, broken, replied
from dashboard.store.corruptions import corruptions
from dashboard.ui.address import fragment_address
from dashboard.ui.chart_panel import show
from dashboard.ui.labels import labels
from dashboard.ui.messages import answer, heading, note, plain, shown_errors
from dashboard.ui.query_params import choose_many, slide, slide_range
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.corruptions import CorruptionView

if TYPE_CHECKING:
    from fer_core.images.face_crop import FaceCrop

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
@fragment_address()
def perturbation_panel(rows: Sequence[CheckpointView], crop: FaceCrop) -> None:
    """Show controls that perturb the chosen face, and the answers of the networks of `rows` to it.

    Checkpoints without weights here are left out, as their own rows say why.
    """
    heading("What if the face were different?")
    rows = [row for row in rows if row.has_weights]
    if not rows:
        note(NOBODY)
        return
    known = {corruption.name: corruption for corruption in corruptions()}
    names = choose_many(
        "Changes", [MIRROR, *known, BOX], key=CHANGES, default=[FIRST], words=lambda name: _title(name, known)
    )
    severities = _severities(names, known)
    faces = st.container(horizontal=True)
    pictures = faces.container(horizontal=True, width="content")
    with faces.container(width=BOX_PX):
        box = _box() if BOX in names else None
        note(DRAG)
    perturbation = Perturbation(severities, MIRROR in names, box)
    with shown_errors():
        with pictures:
            _pictures(rows[0], crop, perturbation)
        _replies(rows, crop, perturbation)
    if severities:
        _curve(rows, crop, perturbation, several([_title(name, known) for name in names]))


def _title(name: str, known: Mapping[str, CorruptionView]) -> str:
    return {MIRROR: "Mirrored", BOX: "A box covered"}.get(name) or known[name].title


def _box() -> Edges:
    """Ask for the box in numbers; what a drag does, these sliders do."""
    across = slide_range("Box, left to right (%)", key=ACROSS, default=FIRST_BOX[ACROSS])
    down = slide_range("Box, top to bottom (%)", key=DOWN, default=FIRST_BOX[DOWN])
    return *across, *down


def _select_box(across: Sequence[float], down: Sequence[float]) -> None:
    """Make a box that was drawn on the changed face, in percent, one of its changes."""
    for key, ends in ((ACROSS, across), (DOWN, down)):
        st.session_state[key] = tuple(min(100, max(0, round(end))) for end in sorted(ends))
    st.session_state[CHANGES] = list(dict.fromkeys([*st.session_state[CHANGES], BOX]))


def _severities(names: Sequence[str], known: Mapping[str, CorruptionView]) -> tuple[tuple[str, int], ...]:
    """Return each corruption with its severity, asked on sliders side by side."""
    severities = []
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
            severities.append((name, severity))
    return tuple(severities)


def _pictures(row: CheckpointView, crop: FaceCrop, perturbation: Perturbation) -> None:
    before, after = faces_shown(row.name, crop, perturbation)
    edges = perturbation.effective.box
    who = f"as {row.network.title} reads it"
    with st.container(gap=None, width=before.width):
        st.image(before, width=before.width, alt=f"As it is, {who}")
        note("As it is")
    with st.container(gap=None, width=after.width):
        # Under a key of its own, each box comes without the outline of the drag that drew it.
        key = "what-if face" if edges is None else "what-if face " + " ".join(map(str, edges))
        show(key, face_with_box, after, edges, f"Changed, {who}", heading=False, on_box=_select_box)
        note("Changed")


def _replies(rows: Sequence[CheckpointView], crop: FaceCrop, perturbation: Perturbation) -> None:
    replies = [perturbed_answers(row, crop, perturbation) for row in rows]
    names = labels(rows)
    answer(replied(replies))
    for start in range(0, len(replies), COLUMNS):
        for place, reply in zip(st.columns(COLUMNS), replies[start : start + COLUMNS], strict=False):
            with place:
                answer(f"**{names[reply.checkpoint.name]}**")
                show(f"{reply.checkpoint.name} what if", perturbed_bars, reply, heading=False)
    note(LEGEND)


def _curve(rows: Sequence[CheckpointView], crop: FaceCrop, perturbation: Perturbation, title: str) -> None:
    """Draw answers over severity once asked to; the drawing stays until face, changes or networks change."""
    wanted = hash((crop, perturbation.at(1), tuple(row.name for row in rows)))
    if st.button("Draw the curve over severity", key="what-if curve"):
        st.session_state[DRAWN] = wanted
    if st.session_state.get(DRAWN) != wanted:
        return
    curves = []
    with shown_errors():
        progress = st.progress(0.0, text="Asking")
        for done, row in enumerate(rows):
            progress.progress(done / len(rows), text=plain(f"Asking {row.network.title}, {done + 1} of {len(rows)}"))
            curves.append(severity_curve(row, crop, perturbation))
        progress.empty()
    if len(curves) == len(rows):
        answer(broken(curves))
        show("what-if over severity", severity_curves, curves, labels(rows), title)
