"""A report item from the views that it shows: their checkpoints give its faces and weights."""

from __future__ import annotations

from dashboard.plotting.report_item import ChartPair, Picture, ReportItem, TextTable
from dashboard.store.provenance import weights_sha256
from dashboard.views.found_checkpoints import checkpoints_in, faces_of

Content = ChartPair | TextTable | Picture


def measured_item(
    key: str, content: Content, about: object, *, caption: str, sentence: str, made: str, address: str
) -> ReportItem:
    """Return an item; `about` are the views that it shows, the rest is as in `ReportItem`."""
    rows = checkpoints_in(about)
    return ReportItem(
        key=key,
        caption=caption,
        sentence=sentence,
        content=content,
        faces=tuple(dict.fromkeys(map(faces_of, rows))),
        hashes=tuple((row.name, sha256) for row in rows if (sha256 := weights_sha256(row.name))),
        made=made,
        address=address,
    )
