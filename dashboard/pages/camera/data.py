"""What is asked of a camera's pictures."""

from __future__ import annotations

from dashboard.pages.camera.views import AnswerView
from fer_core.live.looking import MAPS, NO_MAP, Look, LookOptions

MOST_NETWORKS = 3
SMOOTH_S = 1.0


def maps() -> tuple[str, ...]:
    """Name the kinds of maps that can be asked for, none of them first."""
    return MAPS


def options(kind: str, is_smooth: bool) -> LookOptions:
    """Return what is asked of each picture; `kind` is one of `maps`."""
    return LookOptions(SMOOTH_S if is_smooth else 0.0, kind)


def shows_map(kind: str) -> bool:
    """Whether a map is made at all."""
    return kind != NO_MAP


def answers(look: Look) -> list[AnswerView]:
    """Return each network's most probable expression for each face, the largest face first."""
    return [
        AnswerView(seen.track, name, answer.expression, float(answer.probabilities.max()))
        for seen in look.faces
        for name, answer in seen.answers.items()
    ]
