"""The camera page: what it says, draws and hands on of the pictures that a camera delivers, without a browser."""

from __future__ import annotations

from time import monotonic, sleep

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from support.app_driver import open_page, words
from support.checkpoints import PLUS, A, B
from support.photos import needs_detector

from benchmarks.face_scenes import moving_face
from dashboard.store import live
from dashboard.store.live import Camera
from dashboard.ui.photo_input import UPLOADS
from dashboard.upload_limits import READ_ONLY
from fer_core.images.photos import open_photo
from fer_core.live.analysis import FrameAnalyzer

av = pytest.importorskip("av", reason="PyAV is not installed (requirements-films.txt)")
pytest.importorskip("streamlit_webrtc", reason="it is not installed (requirements-camera.txt)")
PICTURE = next(moving_face(4))
LIMIT_S = 60.0


@pytest.fixture
def no_video(here, monkeypatch) -> None:
    """No component of a browser; the test delivers the frames."""
    monkeypatch.setattr("dashboard.ui.camera.show_video", lambda camera, key: None)
    monkeypatch.setattr(live, "collect_rarely", lambda: None)  # tests leave garbage that is to be collected


def switched_on(**address: str | list[str]) -> AppTest:
    return open_page("camera", **address).toggle(key="camera is on").set_value(True).run()


def camera_of(app: AppTest) -> Camera:
    return app.session_state[live.KEPT]["camera"]


def delivered(camera: Camera, until) -> Image.Image:
    """Deliver the picture again and again until something holds; return what is shown for it then."""
    end = monotonic() + LIMIT_S
    while not until():
        assert monotonic() < end
        camera.on_frame(av.VideoFrame.from_image(PICTURE))
        sleep(0.01)
    return camera.on_frame(av.VideoFrame.from_image(PICTURE)).to_image()


def difference(one: Image.Image, other: Image.Image) -> np.ndarray:
    """How far two pictures are apart, (H, W)."""
    return np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16)).max(axis=2)


def test_before_the_start_the_page_says_what_a_browser_needs(here):
    app = open_page("camera", networks=B)
    assert not app.exception
    assert "`https://` or `localhost` only" in words(app) and "nothing is stored" in words(app)
    assert not app.button


def test_a_read_only_server_and_one_without_the_package_have_no_camera(here, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(live, "PACKAGE", "no_such_package")
        app = open_page("camera")
        assert "`pip install -r requirements-camera.txt`" in app.info[0].value and not app.exception
        assert "camera is on" not in app.session_state
    monkeypatch.setenv("FER_READ_ONLY", "1")
    app = open_page("camera")
    assert READ_ONLY in words(app) and not app.exception and "camera is on" not in app.session_state


@needs_detector
def test_what_networks_see_is_drawn_said_and_becomes_a_photo(no_video):
    app = switched_on(networks=[A, B], map="grad_cam")
    assert "Waiting for the first picture" in words(app) and not app.exception
    camera = camera_of(app)
    shown = delivered(camera, camera.seen)
    face = camera.seen().analysis.faces[0]
    apart = difference(shown, PICTURE)
    assert apart[face.face.top, face.face.left : face.face.right].min() > 20  # the upper edge of the box
    assert np.percentile(apart, 50) < 8  # the codec's colours; nothing is drawn elsewhere
    app.run()
    for name, answer in face.answers.items():
        assert answer.expression in words(app) and f"{answer.probabilities.max():.0%}"[:-1] in words(app), name
    assert "frames a second are looked at" in words(app) and "Made anew every second." in words(app)
    app.button[0].click().run()
    assert app.title[0].value != "What do networks see while you move?" and not app.exception
    ((name, photo),) = app.session_state[UPLOADS]
    assert name.startswith("camera ") and difference(open_photo(photo).image, PICTURE).max() < 30


@needs_detector
def test_other_networks_are_asked_from_the_next_picture_on_and_three_at_most(no_video):
    app = switched_on(networks=[A, B])
    camera = camera_of(app)
    delivered(camera, camera.seen)
    assert set(camera.seen().analysis.faces[0].answers) == {A, B}
    app.multiselect(key="networks").set_value([PLUS]).run()
    assert camera_of(app) is camera
    delivered(camera, lambda: (seen := camera.seen()) and set(seen.analysis.faces[0].answers) == {PLUS})


def test_an_error_becomes_a_sentence_and_the_video_goes_on(no_video, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(FrameAnalyzer, "analyze", lambda *args: 1 / 0)
        app = switched_on(networks=B)
        camera = camera_of(app)
        shown = delivered(camera, lambda: camera.worker.problem)
        assert np.percentile(difference(shown, PICTURE), 99) < 30
        assert "ZeroDivisionError" in app.run().warning[0].value and not app.exception
    (again,) = [button for button in app.button if button.label == "Try again"]
    again.click().run()
    assert not app.warning and not app.exception and camera.worker.problem == ""


def test_a_large_picture_is_reduced_before_anybody_looks_at_it(no_video, monkeypatch):
    sizes = []
    monkeypatch.setattr(
        "fer_core.live.newest_frame.NewestFrameWorker.give", lambda worker, image, time_s: sizes.append(image.size)
    )
    camera = Camera(live.NewestFrameWorker(live._turn))
    for size in ((2560, 1440), (640, 480)):
        camera.on_frame(av.VideoFrame.from_image(Image.new("RGB", size)))
    assert sizes == [(1280, 720), (640, 480)]
