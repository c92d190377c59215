"""A camera of this session: its pictures go to networks, and come back with what they see. Nothing is stored.

Each picture takes its own turn among the computations, as each step of a film does: in the order of asking, after
others' answers and maps, which wait for one picture at most. While a camera waits, its video goes on without answers.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from time import monotonic
from typing import TYPE_CHECKING, Any

import streamlit as st
from PIL import Image

from dashboard.store.closed_sessions import collect_rarely
from dashboard.store.computation_queue import QUEUE, Cost
from dashboard.store.networks import loaded, network_key
from fer_core.live.analysis import AnalysisOptions, FrameAnalysis, FrameAnalyzer
from fer_core.live.newest_frame import AnnotatedFrame, NewestFrameWorker

if TYPE_CHECKING:
    import av

PACKAGE, INSTALL = "streamlit_webrtc", "pip install -r requirements-camera.txt"
MOST_PX = 1280  # of a picture's longest side; a larger one is reduced before anything looks at it
KEPT = "cameras that are watched"  # in the session, by page


@dataclass
class Camera:
    """A page's camera, and the settings of its analyzer."""

    worker: NewestFrameWorker
    settings: Hashable = None

    def analyze_with(self, names: Mapping[str, str], options: AnalysisOptions) -> None:
        """Analyze each frame with these networks; `names` maps checkpoints to titles. Raises FerError."""
        settings = (tuple(network_key(name) for name in names), options)
        if settings != self.settings:
            self.worker.begin(FrameAnalyzer([loaded(key) for key in settings[0]], options), names)
            collect_rarely()
            self.settings = settings

    def rest(self) -> None:
        """Note that the camera is off; once it is on again, analysis starts afresh."""
        self.settings = None

    def seen(self) -> AnnotatedFrame | None:
        """Return the current analysis, if there is one."""
        return self.worker.seen()

    def on_frame(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Return what to show for a frame of the video, in the thread that delivers it; never raises."""
        try:
            self.worker.give(_picture(frame), monotonic())
            seen = self.seen()
            return frame if seen is None else type(frame).from_image(seen.picture)
        except Exception as error:  # or the video would end without a word
            self.worker.fail(error)
            return frame


def missing_package() -> str:
    """Return why no camera can be used here, as a sentence; "" if one can."""
    if find_spec(PACKAGE):
        return ""
    return (
        f"The camera needs streamlit-webrtc, which is not installed here; `{INSTALL}` brings it. Then restart the app."
    )


def camera_of(page: str, tell: Callable[[FrameAnalysis], None] | None = None) -> Camera:
    """Return this session's camera on a page; `tell` is told each analysis, in another thread."""
    cameras: dict[str, Camera] = st.session_state.setdefault(KEPT, {})
    if page not in cameras:
        cameras[page] = Camera(NewestFrameWorker(_turn, tell))
    return cameras[page]


def snapshot(camera: Camera) -> bytes | None:
    """Return the picture that is seen now as a PNG, without anything drawn into it; None if there is none."""
    seen, file = camera.seen(), BytesIO()
    if seen is None:
        return None
    seen.analysis.image.save(file, "PNG")
    return file.getvalue()


def _turn() -> AbstractContextManager[None]:
    return QUEUE.turn(Cost.SCORE)


def _picture(frame: Any) -> Image.Image:
    ratio = min(1.0, MOST_PX / max(frame.width, frame.height))
    if ratio == 1:
        return frame.to_image()
    return frame.to_image(width=round(frame.width * ratio), height=round(frame.height * ratio))
