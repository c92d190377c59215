"""The faces of a kind, a page at a time: pictures where the data set is here, a table of rows elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from dashboard.formatting import DASH, count, percent
from dashboard.pages.differences.csv import faces_file
from dashboard.pages.differences.data import compared_faces
from dashboard.pages.differences.text import KINDS
from dashboard.store.confusion_cells import face_images
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import number, prose, table, text
from dashboard.ui.html_templates import picture_source, show_html
from dashboard.ui.messages import note
from dashboard.ui.query_params import whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.pages.differences.views import ComparedFaceView, ComparedView

ON_PAGE = 24


def faces_section(view: ComparedView, kind: str, order: str) -> None:
    """Show the faces of a kind, at most ON_PAGE at once, and offer all of them as a file."""
    if not view.counts[kind]:
        note("No such faces.")
        return
    a, b = view.a.name, view.b.name
    place = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        page = _page(view.counts[kind])
        faces_file(a, b, kind, order)
    shown = compared_faces(a, b, kind, order, slice(ON_PAGE * (page - 1), ON_PAGE * page))
    pictures = face_images(a, [compared.face for compared in shown])
    title = view.a.data_title
    with place:
        if pictures is None:
            _faces_table(view, kind, shown)
            note(f"These pictures of {title} are not on this machine; numbers are its rows, and lead to Confusion.")
        else:
            _grid(view, shown, pictures)
            note(f"Bold answers are right. Numbers are {title}'s rows; a face leads to its row on Confusion.")


def _page(n: int) -> int:
    pages = -(-n // ON_PAGE)
    return whole_number(f"Page of {count(pages)}", key="page", default=1, low=1, high=pages)


def _grid(view: ComparedView, shown: Sequence[ComparedFaceView], pictures: Mapping[int, bytes]) -> None:
    faces = [
        {
            "row": count(compared.face.row),
            "source": picture_source(pictures[compared.face.row]),
            "link": _confusion_link(view, compared),
            "label": compared.face.true,
            "answers": _answers(compared),
            "disagreement": f"{compared.disagreement:.2f}",
        }
        for compared in shown
    ]
    show_html("face_grid.html", palette(), faces=faces)


def _answers(compared: ComparedFaceView) -> list[dict[str, object]]:
    sides = zip("AB", compared.face.predicted, compared.confidences, strict=True)
    return [
        {"words": f"{letter} {predicted} {percent(confidence, 0)}", "is_right": predicted == compared.face.true}
        for letter, predicted, confidence in sides
    ]


def _faces_table(view: ComparedView, kind: str, shown: Sequence[ComparedFaceView]) -> None:
    header = [("Row", ""), ("Label", ""), ("Answer A", ""), ("Answer B", ""), ("Disagreement", "number")]
    has_votes = any(compared.face.votes for compared in shown)
    header += [("People said", "")] if has_votes else []
    body = []
    for compared in shown:
        row = [text(count(compared.face.row), link=_confusion_link(view, compared)), text(compared.face.true)]
        row += [text(*pair) for pair in _predictions(compared)]
        row.append(number(f"{compared.disagreement:.2f}"))
        ballots = ", ".join(f"{who} {votes}" for who, votes in compared.face.votes)
        body.append([*row, prose("", ballots or DASH)] if has_votes else row)
    table(header, body, palette(), f"{KINDS[kind]}: faces with both answers", view)


def _predictions(compared: ComparedFaceView) -> list[tuple[str, str]]:
    return [
        (predicted, percent(confidence))
        for predicted, confidence in zip(compared.face.predicted, compared.confidences, strict=True)
    ]


def _confusion_link(view: ComparedView, compared: ComparedFaceView) -> str:
    params = {"a": view.a.name, "b": view.b.name, "cell": "~".join(compared.cell), "row": compared.face.row}
    return f"confusion?{urlencode(params)}"
