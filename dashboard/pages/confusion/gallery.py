"""The faces behind a cell of a confusion matrix: choose the cell by a click or in a box, a face from the list."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.formatting import count, several
from dashboard.plotting.probability_bars import probability_bars
from dashboard.store.confusion_cells import cell_images
from dashboard.ui.chart_panel import show
from dashboard.ui.links import page_link
from dashboard.ui.messages import heading, note
from dashboard.ui.photo_input import DATA_SET
from dashboard.ui.query_params import choose
from dashboard.views.checkpoints import MatrixView, told_apart
from dashboard.views.comparisons import CellView, FaceView
from dashboard.views.mistakes import commonest_mistake

JOINT = "~"  # between the two expressions of a cell in the address
LIST_PX, ROW_PX = 216, 48
FACE_PX = 120
Pictures = Mapping[int, bytes] | None  # by row; None where the data set is not on this machine
SIDES = ("both", "only the first", "only the second")


def cell_choice(matrix: MatrixView) -> tuple[str, str]:
    """Return the chosen cell (true, called); at first the commonest mistake. What a click does, this box does."""
    names, counts = matrix.expressions, matrix.counts
    k = range(len(names))
    cells = sorted(((i, j) for i in k for j in k), key=lambda cell: (cell[0] == cell[1], -counts[cell[0]][cell[1]]))
    titles = {
        JOINT.join((names[i], names[j])): f"{names[i]} called {names[j]}: {count(counts[i][j])}" for i, j in cells
    }
    first = JOINT.join(names[place] for place in commonest_mistake(matrix))
    cell = choose("Faces of the cell", list(titles), key="cell", default=first, words=titles.__getitem__)
    true, predicted = cell.split(JOINT)
    return true, predicted


def select_cell(clicked: Sequence[str]) -> None:
    """Make a clicked cell (true, called) the chosen one."""
    st.session_state["cell"] = JOINT.join(clicked[:2])


def face_section(cell: CellView, listed: DeltaGenerator, detail: DeltaGenerator) -> None:
    """List the faces of a cell, and show the chosen one closely: its picture, all answers, votes, the way onwards.

    Pictures appear where the data set is on this machine; everything else comes from stored logits.
    """
    if not cell.faces:
        with listed:
            note(f"No {cell.true} face was called {cell.predicted}. Choose another cell, by a click or in the box.")
        return
    pictures = cell_images(cell)
    rows = [str(face.row) for face in cell.faces]
    key = " ".join(["faces", cell.true, cell.predicted, *(row.name for row in cell.checkpoints)])
    with listed:
        frame = st.container()
    who, *sides = detail.columns([2, *[3] * len(cell.checkpoints)])
    with who:
        chosen = choose("Row", rows, key="row", words=lambda row: count(int(row)))
        face = cell.faces[rows.index(chosen)]
        _told_of(cell, face, pictures)
    names = told_apart(cell.checkpoints)
    for side, row, name, shares in zip(sides, cell.checkpoints, names, face.probabilities, strict=True):
        with side:
            network = replace(row.network, title=name)
            show(f"{row.name} on {chosen}", probability_bars, network, cell.expressions, shares)
    with frame:
        _face_list(key, cell, rows, rows.index(chosen), pictures)


def _face_list(key: str, cell: CellView, rows: Sequence[str], chosen: int, pictures: Pictures) -> None:
    heading(f"{count(len(rows))} {cell.true} {'face' if len(rows) == 1 else 'faces'} called {cell.predicted}")
    chosen_row: Any = {"selection": {"rows": [chosen]}}
    st.dataframe(
        _listed(cell, pictures),
        hide_index=True,
        height=LIST_PX,
        row_height=ROW_PX if pictures else None,
        column_config=_columns(cell, pictures is not None),
        key=key,
        on_select=lambda: _select_face(key, rows),
        selection_mode="single-row-required",
        selection_default=chosen_row,
        alt=f"{len(rows)} faces that are {cell.true} and were called {cell.predicted}",
    )
    note(_caption(cell, pictures is not None))


def _told_of(cell: CellView, face: FaceView, pictures: Pictures) -> None:
    first = cell.checkpoints[0]
    if pictures is not None:
        st.image(pictures[face.row], width=FACE_PX, alt=f"The face, row {face.row}")
    says = f"{first.data_title} says {face.true}."
    if face.votes:
        people = sum(number for _, number in face.votes)
        says += f" {people} people said {several([f'{name} {number}' for name, number in face.votes])}."
    note(says)
    if pictures is not None:
        address: dict[str, str | list[str]] = {"photo": DATA_SET, "set": first.data, "data_row": str(face.row)}
        # The lab can only ask networks whose weights are here; without any it asks those of its own choice.
        if names := [row.name for row in cell.checkpoints if row.has_weights]:
            address["networks"] = names
        page_link("face_lab", "Open in the face lab", address)


def _listed(cell: CellView, pictures: Pictures) -> list[dict[str, object]]:
    entries = []
    for side, group in zip(SIDES, cell.groups, strict=False):
        for face in group:
            entry: dict[str, object] = {}
            if pictures is not None:
                entry["face"] = f"data:image/png;base64,{base64.b64encode(pictures[face.row]).decode()}"
            entry["row"] = face.row
            if len(cell.checkpoints) > 1:
                entry["called so by"] = side
            entry |= _shares(cell, face)
            if face.votes:
                entry["votes"] = ", ".join(f"{name} {votes}" for name, votes in face.votes)
            entries.append(entry)
    return entries


def _shares(cell: CellView, face: FaceView) -> dict[str, float]:
    """Return the probabilities of the cell's two expressions in percent, a column each and a checkpoint."""
    wanted = dict.fromkeys((cell.predicted, cell.true))
    letters = ("A: ", "B: ") if len(cell.checkpoints) > 1 else ("",)
    return {
        f"{letter}{name} %": 100 * shares[cell.expressions.index(name)]
        for letter, shares in zip(letters, face.probabilities, strict=True)
        for name in wanted
    }


def _columns(cell: CellView, has_pictures: bool) -> dict[str, Any]:
    known: dict[str, object] = {"row": st.column_config.NumberColumn(format="localized", width="small")}
    known |= {
        name: st.column_config.NumberColumn(format="%.0f", width="small") for name in _shares(cell, cell.faces[0])
    }
    if has_pictures:
        known["face"] = st.column_config.ImageColumn(width="small")
    return known


def _caption(cell: CellView, has_pictures: bool) -> str:
    parts = [f"{len(group)} {side}" for side, group in zip(SIDES, cell.groups, strict=False)]
    who = f"Called so by {', '.join(parts)}. " if len(cell.groups) > 1 else ""
    title = cell.checkpoints[0].data_title
    where = "" if has_pictures else f" These pictures of {title} are not on this machine, so row numbers stand in."
    return f"{who}Most confident first; numbers are {title}'s row numbers.{where}"


def _select_face(key: str, rows: Sequence[str]) -> None:
    chosen = st.session_state[key]["selection"]["rows"]
    if chosen:
        st.session_state["row"] = rows[chosen[0]]
