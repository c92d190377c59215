"""What the face lab is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fer_core.images.face_crop import FaceCrop
    from fer_core.report.explanations import ExplanationRequest


@dataclass(frozen=True)
class FaceQuery:
    """A face, what is asked of each network about it, and what it truly shows, None if nobody knows.

    `photo_name` is that of its photo's file.
    """

    crop: FaceCrop
    photo_name: str
    request: ExplanationRequest
    truth: str | None = None
