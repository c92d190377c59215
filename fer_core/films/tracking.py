"""Which face of a frame is which face of the frames before: by where it is, never by who it is.

Each frame's boxes are paired with the last boxes of the tracks so that the sum of their overlaps (intersection over
union) is as large as it can be (`scipy.optimize.linear_sum_assignment`); a pair that overlaps by less than MIN_OVERLAP
is none. A box without a pair begins a track. A track without a box waits for FORGET_S and can go on where it was.

So a face that moves by more than about half its width between two frames begins a new track, and after a cut to another
scene a face at the same place goes on with the number of the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from fer_core.images.centerface import overlap
from fer_core.images.face_detection import Face

MIN_OVERLAP = 0.2
FORGET_S = 1.0


@dataclass
class _Track:
    number: int
    box: np.ndarray  # (4,): left, top, right, bottom
    seen_s: float


@dataclass
class Tracker:
    """The tracks of one film, numbered from 1 in the order in which they begin."""

    _tracks: list[_Track] = field(default_factory=list)
    _begun: int = 0

    def follow(self, time_s: float, faces: Sequence[Face]) -> list[int]:
        """Return the track of each face of the next frame, which is shown at `time_s`."""
        self._tracks = [track for track in self._tracks if time_s - track.seen_s <= FORGET_S]
        boxes = [np.array([face.left, face.top, face.right, face.bottom], np.float64) for face in faces]
        paired = self._paired(boxes)
        return [self._seen(paired.get(place), box, time_s) for place, box in enumerate(boxes)]

    def _paired(self, boxes: Sequence[np.ndarray]) -> dict[int, _Track]:
        """Return the tracks that go on, by the place of their box."""
        overlaps = np.array([[overlap(box, track.box) for track in self._tracks] for box in boxes])
        overlaps = overlaps.reshape(len(boxes), len(self._tracks))
        overlaps[overlaps < MIN_OVERLAP] = 0  # such a pair must not outweigh others
        pairs = zip(*linear_sum_assignment(overlaps, maximize=True), strict=True)
        return {int(row): self._tracks[column] for row, column in pairs if overlaps[row, column] > 0}

    def _seen(self, track: _Track | None, box: np.ndarray, time_s: float) -> int:
        if track is None:
            self._begun += 1
            track = _Track(self._begun, box, time_s)
            self._tracks.append(track)
        track.box, track.seen_s = box, time_s
        return track.number
