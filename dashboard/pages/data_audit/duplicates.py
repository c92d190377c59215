"""Pictures that belong together, side by side, where their data set lies here; their rows and a command elsewhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape

import streamlit as st

from dashboard.formatting import count, several
from dashboard.pages.data_audit.data import face_groups
from dashboard.pages.data_audit.image_data import duplicate_images
from dashboard.pages.data_audit.text import KINDS, kinds
from dashboard.pages.data_audit.views import AuditView, DuplicateImagesView, FaceGroupView
from dashboard.plotting.theme import Palette
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import table, text
from dashboard.ui.messages import note, plain
from dashboard.ui.query_params import segments, whole_number

ON_PAGE = 12  # groups
MOST = 12  # pictures of one group; a watermark can fill a page of its own
FACE_PX = 88


def face_groups_section(audit: AuditView) -> None:
    """Ask which kind of finding to look at, and show its pictures, a page at a time."""
    known = kinds(audit)
    if not known:
        note(f"No two faces of {audit.title} are equal or nearly so, and none is empty.")
        return
    left, right = st.columns([6, 2], vertical_alignment="bottom")
    with left:
        kind = segments("Found", known, key="kind", words=KINDS.get)
    found = face_groups(audit.data, kind)
    pages = max(1, -(-len(found) // ON_PAGE))
    with right:
        page = whole_number(f"Page of {count(pages)}", key="sheet", default=1, low=1, high=pages)
    shown = found[ON_PAGE * (page - 1) : ON_PAGE * page]
    album = duplicate_images(audit.data, [row for group in shown for row in group.rows])
    if album.problem:
        _without(audit, shown, album.problem)
    else:
        st.html(_rules(palette()) + "".join(_group(group, album) for group in shown))
    note(f"{KINDS[kind]}: {count(len(found))}. Rows count in {audit.title}'s own file. {audit.terms}")


def _without(audit: AuditView, shown: Sequence[FaceGroupView], problem: str) -> None:
    st.info(f"The faces are not shown: {plain(problem)}. Rows stand in for them. This command checks the set again.")
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


def _group(group: FaceGroupView, album: DuplicateImagesView) -> str:
    faces = "".join(_face(row, *album.faces[row]) for row in group.rows[:MOST])
    words = ", ".join(filter(None, (group.words, _more(group))))
    return f'<div class="fer-group"><p>{escape(words)}</p><div>{faces}</div></div>'


def _face(row: int, png: bytes, expression: str, split: str) -> str:
    source = f"data:image/png;base64,{b64encode(png).decode()}"
    alt = f"row {row}, labelled {expression}"
    return (
        f'<figure><img src="{source}" alt="{escape(alt)}"><figcaption><b>{escape(expression)}</b>'
        f"<br>{escape(split)}<br>{count(row)}</figcaption></figure>"
    )


def _more(group: FaceGroupView) -> str:
    left = len(group.rows) - MOST
    return f"{count(left)} more" if left > 0 else ""


def _rules(colours: Palette) -> str:
    return f"""<style>
.fer-group {{ display: inline-block; vertical-align: top; margin: 0 16px 16px 0; padding: 8px 12px;
  background: {colours.surface}; border-radius: 8px; max-width: 100%; }}
.fer-group p {{ margin: 0 0 4px 0; font-size: .875rem; color: {colours.muted}; }}
.fer-group > div {{ display: flex; flex-wrap: wrap; gap: 8px; }}
.fer-group figure {{ margin: 0; width: {FACE_PX}px; }}
.fer-group img {{ width: {FACE_PX}px; height: {FACE_PX}px; border-radius: 4px; display: block; }}
.fer-group figcaption {{ font-size: .8125rem; line-height: 1.3; overflow-wrap: anywhere; }}
</style>"""
