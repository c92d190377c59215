"""A request to the face lab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fer_core.images.face_crop import FaceCrop
    from fer_core.report.explanations import ExplanationRequest


@dataclass(frozen=True)
class FaceQuery:
    """A face with its photo's file name, the request for each network, and its true label, None if unknown."""

    crop: FaceCrop
    photo_name: str
    request: ExplanationRequest
    truth: str | None = None
