"""The faces of a kind, a page at a time: pictures where the data set lies here, a table of rows elsewhere."""

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
from dashboard.ui.html_templates import png_source, show_html
from dashboard.ui.messages import note
from dashboard.ui.query_params import whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.pages.differences.views import ComparedFaceView, ComparedView

ON_PAGE = 24


def faces_section(found: ComparedView, kind: str, order: str) -> None:
    """Show the faces of a kind, at most ON_PAGE at once, and offer all of them as a file."""
    if not found.counts[kind]:
        note("No such faces.")
        return
    a, b = found.a.name, found.b.name
    place = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        page = _page(found.counts[kind])
        faces_file(a, b, kind, order)
    shown = compared_faces(a, b, kind, order, slice(ON_PAGE * (page - 1), ON_PAGE * page))
    pictures = face_images(a, [one.face for one in shown])
    title = found.a.data_title
    with place:
        if pictures is None:
            _faces_table(found, kind, shown)
            note(f"These pictures of {title} are not on this machine; numbers are its rows, and lead to Confusion.")
        else:
            _grid(found, shown, pictures)
            note(f"Bold answers are right. Numbers are {title}'s rows; a face leads to its row on Confusion.")


def _page(n: int) -> int:
    pages = -(-n // ON_PAGE)
    return whole_number(f"Page of {count(pages)}", key="page", default=1, low=1, high=pages)


def _grid(found: ComparedView, shown: Sequence[ComparedFaceView], pictures: Mapping[int, bytes]) -> None:
    faces = [
        {
            "row": count(one.face.row),
            "source": png_source(pictures[one.face.row]),
            "link": _confusion_link(found, one),
            "label": one.face.true,
            "answers": _answers(one),
            "disagreement": f"{one.disagreement:.2f}",
        }
        for one in shown
    ]
    show_html("face_grid.html", palette(), faces=faces)


def _answers(one: ComparedFaceView) -> list[dict[str, object]]:
    sides = zip("AB", one.face.called, one.confidences, strict=True)
    return [
        {"words": f"{letter} {called} {percent(sure, 0)}", "is_right": called == one.face.true}
        for letter, called, sure in sides
    ]


def _faces_table(found: ComparedView, kind: str, shown: Sequence[ComparedFaceView]) -> None:
    header = [("Row", ""), ("Label", ""), ("Answer A", ""), ("Answer B", ""), ("Disagreement", "number")]
    has_votes = any(one.face.votes for one in shown)
    header += [("People said", "")] if has_votes else []
    body = []
    for one in shown:
        row = [text(count(one.face.row), link=_confusion_link(found, one)), text(one.face.true)]
        row += [text(*pair) for pair in _called(one)]
        row.append(number(f"{one.disagreement:.2f}"))
        said = ", ".join(f"{who} {votes}" for who, votes in one.face.votes)
        body.append([*row, prose("", said or DASH)] if has_votes else row)
    table(header, body, palette(), f"{KINDS[kind]}: faces with both answers", found)


def _called(one: ComparedFaceView) -> list[tuple[str, str]]:
    return [(called, percent(sure)) for called, sure in zip(one.face.called, one.confidences, strict=True)]


def _confusion_link(found: ComparedView, one: ComparedFaceView) -> str:
    asked = {"a": found.a.name, "b": found.b.name, "cell": "~".join(one.cell), "row": one.face.row}
    return f"confusion?{urlencode(asked)}"
