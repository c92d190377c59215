"""One picture of a camera after the other -> the faces in each, followed, with what networks answer.

Everything is searched every SEARCH_EVERY_S; in between, faces are looked for where they were, and everything again as
soon as one of them is missing there. A face is cut out and answered as a photo's is.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from fer_core.errors import ConfigError
from fer_core.films.smoothing import window_mean
from fer_core.films.tracking import Tracker
from fer_core.images.face_detection import Face, find_faces
from fer_core.images.square import cut, framed
from fer_core.live.nearby import find_nearby

if TYPE_CHECKING:
    from fer_core.explain.heatmap import Heatmap
    from fer_core.inference.predictor import Prediction, Predictor

SEARCH_EVERY_S, MAP_EVERY_S = 0.5, 1.0
MOST_FACES = 4  # of a picture, the largest
NO_MAP, GRAD_CAM, GATES = MAPS = ("none", "grad_cam", "gates")
MAP_OPACITY = 0.55  # the face lab's first


@dataclass(frozen=True)
class AnalysisOptions:
    """What is asked of each picture.

    Args:
        smooth_s: probabilities are means over so many seconds up to the picture; 0 leaves each its own.
        map: one of MAPS, of the first network and the largest face.
    """

    smooth_s: float = 0.0
    map: str = NO_MAP


@dataclass(frozen=True, eq=False)
class TrackedFace:
    """A face, which of those that were followed it is, from 1, and each network's answer by its checkpoint's name."""

    face: Face
    track: int
    answers: Mapping[str, Prediction]


@dataclass(frozen=True, eq=False)
class FaceMap:
    """Where a network looked on a face: uint8 (S, S, 3), the map over the grey face; or the reason why there is none.

    Args:
        expression: that is explained; "" for gates, which explain none.
    """

    network: str
    expression: str
    picture: np.ndarray | None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class FrameAnalysis:
    """What was seen in the picture of one moment, in seconds of a clock that does not go back; largest face first."""

    image: Image.Image
    time_s: float
    faces: tuple[TrackedFace, ...]
    map: FaceMap | None


class FrameAnalyzer:
    """Looks at pictures in the order of time; one thread at a time."""

    def __init__(self, predictors: Sequence[Predictor], options: AnalysisOptions):
        self._predictors, self._options = tuple(predictors), options
        self._tracker, self._known = Tracker(), list[Face]()
        self._searched_s = self._mapped_s = float("-inf")
        self._history: dict[int, deque[tuple[float, np.ndarray]]] = defaultdict(deque)
        self._map: FaceMap | None = None

    def analyze(self, image: Image.Image, time_s: float) -> FrameAnalysis:
        """Find, follow and answer the faces of an RGB picture. Raises FerError."""
        self._known = self._faces(image, time_s)
        tracks = self._tracker.follow(time_s, self._known)
        crops = [np.asarray(cut(image, framed(face))) for face in self._known]
        seen = [
            TrackedFace(face, track, self._answers(crop, track, time_s))
            for face, track, crop in zip(self._known, tracks, crops, strict=True)
        ]
        self._forget_others(tracks, time_s)
        self._remap(seen, crops, time_s)
        return FrameAnalysis(image, time_s, tuple(seen), self._map)

    def _faces(self, image: Image.Image, time_s: float) -> list[Face]:
        is_due = time_s - self._searched_s >= SEARCH_EVERY_S
        if not is_due and not self._known:
            return []
        nearby = [] if is_due else find_nearby(image, self._known)[:MOST_FACES]
        if nearby and len(nearby) >= len(self._known):
            return nearby
        self._searched_s = time_s
        return find_faces(image)[:MOST_FACES]

    def _answers(self, crop: np.ndarray, track: int, time_s: float) -> dict[str, Prediction]:
        answers = {predictor.card.name: predictor.predict(crop) for predictor in self._predictors}
        if not self._options.smooth_s:
            return answers
        past = self._history[track]
        past.append((time_s, np.concatenate([answer.probabilities for answer in answers.values()])))
        while time_s - past[0][0] > self._options.smooth_s:
            past.popleft()
        times, values = np.array([time for time, _ in past]), np.stack([value for _, value in past])
        mean = window_mean(times, values, 2 * self._options.smooth_s)[-1]  # half a window back: nothing comes after
        ends = np.cumsum([len(answer.probabilities) for answer in answers.values()])
        parts = np.split(mean, ends[:-1])
        return {
            name: replace(answer, probabilities=part)
            for (name, answer), part in zip(answers.items(), parts, strict=True)
        }

    def _forget_others(self, tracks: Sequence[int], time_s: float) -> None:
        for track in [track for track, past in self._history.items() if track not in tracks]:
            if time_s - self._history[track][-1][0] > self._options.smooth_s:
                del self._history[track]

    def _remap(self, seen: Sequence[TrackedFace], crops: Sequence[np.ndarray], time_s: float) -> None:
        """Make the map anew once the last one is MAP_EVERY_S old; without a face there is none."""
        if not seen or self._options.map == NO_MAP or not self._predictors:
            self._map = None
        elif time_s - self._mapped_s >= MAP_EVERY_S:
            self._mapped_s = time_s
            predictor = self._predictors[0]
            answer = seen[0].answers[predictor.card.name]
            self._map = _face_map(predictor, crops[0], answer, self._options.map)


def _face_map(predictor: Predictor, crop: np.ndarray, answer: Prediction, kind: str) -> FaceMap:
    from fer_core.explain.overlay import blend

    expression = answer.expression if kind == GRAD_CAM else ""
    try:
        heatmap = _grad_cam(predictor, crop, answer) if kind == GRAD_CAM else _gates(predictor, crop)
    except ConfigError as error:
        return FaceMap(predictor.card.name, expression, None, str(error))
    picture = blend(crop, heatmap.values, MAP_OPACITY, signed=heatmap.signed)
    return FaceMap(predictor.card.name, expression, picture)


def _grad_cam(predictor: Predictor, crop: np.ndarray, answer: Prediction) -> Heatmap:
    from fer_core.explain.attribution import attribute

    return attribute(predictor, predictor.to_input(crop), int(answer.probabilities.argmax()), GRAD_CAM)


def _gates(predictor: Predictor, crop: np.ndarray) -> Heatmap:
    """Return the map that stands for a network's own attention. Raises ConfigError if it has none."""
    from fer_core.explain.attention_maps import native_attention
    from fer_core.explain.heatmap import most_telling
    from fer_core.report.explanations import NO_ATTENTION

    modules = native_attention(predictor, predictor.to_input(crop))
    if not modules:
        raise ConfigError(NO_ATTENTION)
    return most_telling(modules).heatmap
