"""Options of a camera's analysis."""

from __future__ import annotations

from dashboard.pages.camera.views import AnswerView
from fer_core.live.analysis import MAPS, AnalysisOptions, FrameAnalysis

MOST_NETWORKS = 3
SMOOTH_S = 1.0


def maps() -> tuple[str, ...]:
    """Name the kinds of maps that can be asked for, none of them first."""
    return MAPS


def options(kind: str, is_smooth: bool) -> AnalysisOptions:
    """Return what is asked of each picture; `kind` is one of `maps`."""
    return AnalysisOptions(SMOOTH_S if is_smooth else 0.0, kind)


def answers(analysis: FrameAnalysis) -> list[AnswerView]:
    """Return each network's most probable expression for each face, the largest face first."""
    return [
        AnswerView(seen.track, name, answer.expression, float(answer.probabilities.max()))
        for seen in analysis.faces
        for name, answer in seen.answers.items()
    ]
