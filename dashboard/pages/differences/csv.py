"""All faces of a kind as a CSV file: one row per face, unrounded."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dashboard.pages.differences.data import compared_faces
from dashboard.plotting.export import rows_as_csv
from dashboard.ui.chart_panel import csv_file

if TYPE_CHECKING:
    from dashboard.pages.differences.views import ComparedFaceView


def faces_file(a: str, b: str, kind: str, order: str) -> None:
    """Offer the faces of a kind as a file, in the order of the screen."""
    csv_file(f"{a} {b} {kind}", partial(faces_csv, a, b, kind, order))


def faces_csv(a: str, b: str, kind: str, order: str) -> bytes:
    """Return the faces of a kind as CSV; shares are 0..1. Raises FerError as `compared_faces`."""
    return rows_as_csv([_flat(a, b, compared) for compared in compared_faces(a, b, kind, order)])


def _flat(a: str, b: str, compared: ComparedFaceView) -> dict[str, object]:
    face = compared.face
    return {
        "row": face.row,
        "label": face.true,
        "a": a,
        "a_answer": face.predicted[0],
        "a_confidence": compared.confidences[0],
        "b": b,
        "b_answer": face.predicted[1],
        "b_confidence": compared.confidences[1],
        "disagreement": compared.disagreement,
        "votes": "; ".join(f"{name} {number}" for name, number in face.votes),
    }
