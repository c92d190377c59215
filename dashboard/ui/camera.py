"""A camera in the page: its video, with what was drawn into it, and a part of the page that follows it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.store.live import Camera, missing_package
from dashboard.ui.address import end_page
from dashboard.ui.messages import info, note, show_problems, shown_errors
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


def camera_video(camera: Camera, key: str, begin: Callable[[], None]) -> bool:
    """Show a switch, and the camera's video while it is on; return whether it is.

    Args:
        begin: says what is asked of the pictures, before the first comes: loading a network would starve the video.
    """
    is_on = st.toggle("Camera", key=f"{key} is on")  # not in the address: no link switches a camera on
    if is_on:
        with shown_errors(), st.spinner("Loading networks"):
            begin()
        show_video(camera, key)
    else:
        camera.rest()
        info(f"Switch the camera on and let the browser use it. {NEEDS}")
    note(ETHICS)
    note(PRIVACY)
    return is_on


def show_video(camera: Camera, key: str) -> None:
    """Show the video, from now on and until this is not called again."""
    from streamlit_webrtc import webrtc_streamer  # most pages do without it

    webrtc_streamer(
        f"video {key}",
        rtc_configuration={"iceServers": []},  # none is asked where this computer is: no network at run time
        media_stream_constraints={**WANTED, "audio": False},
        video_frame_callback=camera.on_frame,
        desired_playing_state=True,
    )


def every_second(draw: Callable[[], None]) -> None:
    """Draw a part of the page, and again every second."""
    st.fragment(draw, run_every=EVERY_S)()


def say_problem(camera: Camera) -> None:
    """Say why nothing is looked at, and offer to begin again; nothing while all is well."""
    if problem := camera.worker.problem:
        show_problems([problem])
        if st.button("Try again"):
            camera.rest()
            st.rerun()
