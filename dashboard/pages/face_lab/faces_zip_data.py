"""All faces as one ZIP: the table as CSV and JSON, and one panel per face."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from dashboard.pages.face_lab.all_faces_data import FaceAnswers, faces_csv
from dashboard.pages.face_lab.panel_data import face_part, file_name, panel_file
from dashboard.store.checkpoints import card_of
from dashboard.store.photos import face_photo
from fer_core import files
from fer_core.report.archive import to_zip
from fer_core.report.output import file_stem
from fer_core.report.panel import MEASURED_WITH
from fer_core.versions import MADE_BY, versions

if TYPE_CHECKING:
    from fer_core.report.explanations import ExplanationRequest

MOST_PANELS = 24  # of 2.5 MB each; the session holds the ZIP
CSV, JSON = "faces.csv", "faces.json"


def panel_names(faces: Sequence[FaceAnswers]) -> list[str]:
    """Return the file of each face's panel, "" where there is no face, and behind the first MOST_PANELS.

    Photos of one name are told apart by number.
    """
    stems = {face.photo: file_stem(face.photo_name).lower() for face in faces}
    shared = {stem for stem, n in Counter(stems.values()).items() if n > 1}
    numbers = {photo: f"{photo + 1}-" if stem in shared else "" for photo, stem in stems.items()}
    panels, left = [], MOST_PANELS
    for face in faces:
        has_panel = face.record.picture is not None and left > 0
        name = f"{numbers[face.photo]}{file_name(face.photo_name, face_part(face.record.face))}.png"
        panels.append(name if has_panel else "")
        left -= has_panel
    return panels


def faces_zip(
    faces: Sequence[FaceAnswers],
    photos: Sequence[tuple[str, bytes]],
    names: Sequence[str],
    request: ExplanationRequest,
    has_level_eyes: bool,
    tell: Callable[[int], None],
) -> bytes:
    """Return the ZIP; maps are not scored, which would take minutes a face.

    Args:
        photos: names and files. names: of checkpoints whose weights are here.
        tell: called with the number of panels that are done, before the next one.
    """
    request, panels = replace(request, is_scored=False), panel_names(faces)
    contents = {CSV: faces_csv(faces, names), JSON: files.pretty_json(_as_dict(faces, panels, names, request)).encode()}
    drawn = [(face, panel) for face, panel in zip(faces, panels, strict=True) if panel]
    for done, (face, panel) in enumerate(drawn):
        tell(done)
        photo, at = face_photo(photos[face.photo][1]), face.record.face
        crop = photo.crop(None if at is None else photo.spec_of(at, has_level_eyes))
        contents[panel] = panel_file(names, crop, request)("png")
    return to_zip(contents)


def _as_dict(
    faces: Sequence[FaceAnswers], panels: Sequence[str], names: Sequence[str], request: ExplanationRequest
) -> dict[str, object]:
    return {
        "made_by": MADE_BY,
        "versions": versions(MEASURED_WITH),
        "request": asdict(request),
        "networks": [{"checkpoint": name, "weights_sha256": card_of(name).shipped.sha256} for name in names],
        "faces": [{**face.row, "panel": panel or None} for face, panel in zip(faces, panels, strict=True)],
    }
