"""How many of a camera's pictures are looked at in a second: 640 x 480 px, a walking face, one network and three.

    make bench                                    or python -m benchmarks.live; --small only shows that it runs

Pictures go one after the other through the frame processor of the pages Camera and Player, and what is seen is drawn
over them; a camera's own decoding and encoding come on top, in threads of their own. Their times are 1/15 s apart, as a
camera's are, so everything is searched in every eighth picture. Beside the rate by the clock stands the rate by the
time that this thread computed, which others on the machine change less. The first pictures, which load networks, are
left out.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import cycle

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np  # noqa: E402 - the line above must come before torch
from PIL import Image  # noqa: E402

from benchmarks.face_lab import five  # noqa: E402
from benchmarks.face_scenes import moving_face  # noqa: E402
from benchmarks.serving import CHECKPOINTS, is_small, machine  # noqa: E402
from fer_core.cli.arguments import aligned  # noqa: E402
from fer_core.images.face_detection import detectors  # noqa: E402
from fer_core.live.analysis import AnalysisOptions, FrameAnalyzer  # noqa: E402
from fer_core.live.drawing import drawn  # noqa: E402
from fer_core.threads import use_threads  # noqa: E402

NETWORKS, ASKED = (1, 3), 10.0  # frames a second, of one network
PICTURES, SMALL_PICTURES, WARM = 60, 4, 3
APART_S = 1 / 15
QUARTILES = (50, 25, 75)


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print."""
    pictures = SMALL_PICTURES if is_small("benchmarks.live", words) else PICTURES
    names = five()[: max(NETWORKS)]
    if not names or not detectors():
        sys.exit("make bench needs a network with weights, trained on FER2013, in checkpoints/, and a face detector.")
    print(f"Live, 640 x 480 px, {pictures} pictures, {detectors()[0]}, 1 thread; {machine()}")
    header = ("networks", "frames/s", "quartiles", "computed", "quartiles", "faces")
    print("\n".join(aligned([header, *rows(names, pictures)])), flush=True)
    print(f"asked of one network: {ASKED:g} frames/s; afterwards: {machine()}")


def rows(names: Sequence[str], pictures: int) -> Iterator[tuple[str, ...]]:
    """Yield a row a number of networks."""
    use_threads(1)
    from fer_core.inference.predictor import Predictor

    predictors = [Predictor(CHECKPOINTS / name) for name in names]
    scenes = list(moving_face(30))
    for count in NETWORKS:
        analyzer = FrameAnalyzer(predictors[:count], AnalysisOptions())
        clock, computed, faces = times(analyzer, {name: name for name in names}, scenes, pictures)
        yield (", ".join(names[:count]), *rate(clock), *rate(computed), f"{faces} of {pictures}")


def times(
    analyzer: FrameAnalyzer, titles: dict[str, str], scenes: Sequence[Image.Image], pictures: int
) -> tuple[np.ndarray, np.ndarray, int]:
    """Return the seconds of each picture by the clock and as computed, and in how many pictures the face was found."""
    seconds, faces = [], 0
    for k, scene in zip(range(-WARM, pictures), cycle(scenes)):
        started, began = time.perf_counter(), time.thread_time()
        analysis = analyzer.analyze(scene, k * APART_S)
        drawn(analysis, titles, 1 / APART_S)
        if k >= 0:
            seconds.append((time.perf_counter() - started, time.thread_time() - began))
            faces += len(analysis.faces) == 1
    clock, computed = np.array(seconds).T
    return clock, computed, faces


def rate(seconds: np.ndarray) -> tuple[str, str]:
    """Return pictures a second as words: the median, and the quartiles."""
    median, slow, fast = 1 / np.percentile(seconds, QUARTILES)[[0, 2, 1]]
    return f"{median:.1f}", f"{slow:.1f} to {fast:.1f}"


if __name__ == "__main__":
    main()
