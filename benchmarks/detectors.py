"""Recall and false faces of the installed detectors on generated photographs, by tilt; processor time a photograph.

python -m benchmarks.detectors
"""

from __future__ import annotations

import os
import time
from math import hypot

os.environ.setdefault("OMP_NUM_THREADS", "1")

from benchmarks.face_scenes import Scene, empty_scenes, scenes  # noqa: E402 - the line above must come before numpy
from fer_core.cli.arguments import aligned  # noqa: E402
from fer_core.evaluation import wilson  # noqa: E402
from fer_core.images.face_detection import Face, detectors, find_faces  # noqa: E402

TILTS = (-45, -30, -15, 0, 15, 30, 45)
MAX_OFFSET, MAX_RATIO = 0.35, 2.0  # of a hit: centres apart / side of the face; sides of box and face, either way


def main() -> None:
    """Measure every detector and print a row a tilt."""
    for detector in detectors():
        header = ("tilt", "found", "of", "recall", "95 %", "false", "ms of processor")
        print(f"\n{detector}")
        print("\n".join(aligned([header, *(row(detector, tilt) for tilt in TILTS)])))
        false = sum(len(find_faces(image, detector)) for image in empty_scenes())
        print(f"false faces in {len(empty_scenes())} photographs without a face: {false}")


def row(detector: str, tilt: int) -> tuple[str, ...]:
    """Return the printed row of one detector and tilt."""
    found, false, n, started = 0, 0, 0, 0.0
    for scene in scenes(tilt):
        began = time.process_time()
        faces = find_faces(scene.image, detector)
        started += time.process_time() - began
        hits = sum(is_hit(face, scene) for face in faces)
        found, false, n = found + (hits > 0), false + len(faces) - hits, n + 1
    low, high = wilson(found, n)
    return (
        f"{tilt:+d}",
        str(found),
        str(n),
        f"{found / n:.0%}",
        f"{low:.0%} to {high:.0%}",
        str(false),
        f"{1000 * started / n:.0f}",
    )


def is_hit(face: Face, scene: Scene) -> bool:
    """Whether a box lies on the scene's face."""
    side = (face.right - face.left + face.bottom - face.top) / 2
    offset = hypot((face.left + face.right) / 2 - scene.x, (face.top + face.bottom) / 2 - scene.y)
    return offset <= MAX_OFFSET * scene.side and 1 / MAX_RATIO <= side / scene.side <= MAX_RATIO


if __name__ == "__main__":
    main()
