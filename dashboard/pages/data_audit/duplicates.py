"""Pictures that belong together, side by side, where their data set is here; their rows and a command elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.formatting import count, several
from dashboard.pages.data_audit.data import face_groups
from dashboard.pages.data_audit.image_data import duplicate_images
from dashboard.pages.data_audit.text import KINDS, kinds
from dashboard.pages.data_audit.views import AuditView, DuplicateImagesView, FaceGroupView
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import table, text
from dashboard.ui.html_templates import picture_source, show_html
from dashboard.ui.messages import info, note
from dashboard.ui.query_params import segments, whole_number

ON_PAGE = 12  # groups
MOST = 12  # pictures of one group; a watermark can fill a page of its own


def face_groups_section(audit: AuditView) -> None:
    """Ask which kind of finding to look at, and show its pictures, a page at a time."""
    known = kinds(audit)
    if not known:
        note(f"No two faces of {audit.title} are equal or nearly so, and none is empty.")
        return
    left, right = st.columns([6, 2], vertical_alignment="bottom")
    with left:
        kind = segments("Found", known, key="found", words=KINDS.__getitem__)
    groups = face_groups(audit.data, kind)
    pages = max(1, -(-len(groups) // ON_PAGE))
    with right:
        page = whole_number(f"Page of {count(pages)}", key="page", default=1, low=1, high=pages)
    shown = groups[ON_PAGE * (page - 1) : ON_PAGE * page]
    album = duplicate_images(audit.data, [row for group in shown for row in group.rows])
    if album.problem:
        _without(audit, shown, album.problem)
    else:
        show_html("face_groups.html", palette(), groups=[_group(group, album) for group in shown])
    note(f"{KINDS[kind]}: {count(len(groups))}. Rows count in {audit.title}'s own file. {audit.terms}")


def _without(audit: AuditView, shown: Sequence[FaceGroupView], problem: str) -> None:
    info(f"The faces are not shown: {problem}. Rows stand in for them. This command checks the set again.")
    st.code(f"fer audit {audit.data}", language="bash")
    body = [
        [
            text(", ".join(count(row) for row in group.rows[:MOST]), _more(group)),
            text(several(list(dict.fromkeys(group.expressions)))),
            text(group.words),
        ]
        for group in shown
    ]
    table([("Rows", ""), ("Labels", ""), ("What they are", "")], body, palette(), "Rows that belong together")


def _group(group: FaceGroupView, album: DuplicateImagesView) -> dict[str, object]:
    title = ", ".join(filter(None, (group.words, _more(group))))
    return {"words": title, "faces": [_face(row, *album.faces[row]) for row in group.rows[:MOST]]}


def _face(row: int, png: bytes, expression: str, split: str) -> dict[str, object]:
    return {"row": row, "source": picture_source(png), "expression": expression, "split": split, "count": count(row)}


def _more(group: FaceGroupView) -> str:
    left = len(group.rows) - MOST
    return f"{count(left)} more" if left > 0 else ""
