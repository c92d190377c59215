"""A camera in the page: its video, with what was drawn into it, and a part of the page that follows it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.store.live import Camera, missing_package
from dashboard.ui.address import end_page
from dashboard.ui.messages import info, note, show_problems
from dashboard.upload_limits import READ_ONLY, is_read_only

PRIVACY = "The video stays in the memory of the computer that runs this app; nothing is stored or sent on."
NEEDS = "Browsers give a camera to pages at `https://` or `localhost` only."
ETHICS = "Networks name what a face looks like, not what a person feels. Film only people who agree to it."
WANTED = {"video": {"width": {"ideal": 640}, "height": {"ideal": 480}, "frameRate": {"ideal": 15, "max": 20}}}
EVERY_S = 1.0


def end_without_camera() -> None:
    """Where no camera can be used, say why and end the page."""
    if is_read_only():
        note(READ_ONLY)
        end_page()
    if missing := missing_package():
        info(missing)
        end_page()


def camera_video(camera: Camera, key: str) -> bool:
    """Show the camera's video with its button; return whether it runs."""
    is_on = is_playing(camera, key)
    note(ETHICS)
    note(PRIVACY)
    if not is_on:
        camera.rest()
        info(f"Press START and let the browser use the camera. {NEEDS}")
    return is_on


def is_playing(camera: Camera, key: str) -> bool:
    """Show the video alone; return whether it runs."""
    from streamlit_webrtc import webrtc_streamer  # most pages do without it

    context = webrtc_streamer(
        f"video {key}",
        rtc_configuration={"iceServers": []},  # none is asked where this computer is: no network at run time
        media_stream_constraints={**WANTED, "audio": False},
        video_frame_callback=camera.on_frame,
    )
    return bool(context.state.playing)


def while_on(is_on: bool, draw: Callable[[], None]) -> None:
    """Draw a part of the page, and again every second as long as the camera runs."""
    st.fragment(draw, run_every=EVERY_S if is_on else None)()


def say_problem(camera: Camera) -> None:
    """Say why nothing is looked at, and offer to begin again; nothing while all is well."""
    if problem := camera.watch.problem:
        show_problems([problem])
        if st.button("Try again"):
            camera.rest()
            st.rerun()
