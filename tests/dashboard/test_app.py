"""Every page as a user meets it: empty, with checkpoints, with bad photos, with foreign addresses."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from threading import Timer

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from support.app_driver import PROJECT, open_page, words
from support.artifacts import store_artifacts
from support.checkpoints import PLUS, A, B

from dashboard.navigation import PAGES
from dashboard.store.preload import preload
from fer_core.images import face_detection
from fer_core.profiling import profiles

FOLDERS = [page.folder for page in PAGES]
SAMPLE = PROJECT / "dashboard" / "assets" / "sample-astronaut.jpg"

needs_detector = pytest.mark.skipif(not face_detection.detectors(), reason="dlib-bin is not installed")


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def with_photo(data: bytes, name: str = "photo.png", **address: str) -> AppTest:
    """Upload a photo in the face lab."""
    app = open_page("face_lab", photo="upload", **address)
    return app.file_uploader[0].upload(name, data, "image/png").run()


@pytest.mark.parametrize(
    "page", ["start", "overview", "confusion", "differences", "paired", "device", "calibration", "face_lab"]
)
def test_without_checkpoints_a_page_says_how_to_make_one(page, tmp_path, profiled, monkeypatch):
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path))
    monkeypatch.setenv("FER_WARM", "0")
    app = open_page(page)
    assert not app.exception
    assert "fer train mobilenet_v2 --data fer2013" in words(app)


def test_without_profiles_efficiency_says_how_to_make_them(here, tmp_path, monkeypatch):
    monkeypatch.setattr(profiles, "PATH", tmp_path / "profiles.json")
    app = open_page("efficiency")
    assert not app.exception
    assert "is missing; write it anew" in words(app)


@pytest.fixture
def complete(here, tmp_path, monkeypatch):
    """A copy of the shelf in which everything that pages read is stored beside both checkpoints of FER2013."""
    root = tmp_path / "complete"
    shutil.copytree(here, root)
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    for name in (A, B):
        store_artifacts(root / name)


@pytest.mark.parametrize("page", FOLDERS)
def test_every_page_asks_its_question_and_answers_it(page, complete):
    app = open_page(page)
    assert not app.exception
    assert not app.error
    assert app.title[0].value.endswith("?")
    # The answer names its subject in bold; the start page recommends in large numbers, some wait for a film or a face.
    waits = page in ("film", "camera", "player") and app.info
    assert "**" in app.markdown[0].value or (page == "start" and app.metric) or waits


def test_overview_states_number_interval_split_n_and_claim(here):
    shown = words(open_page("overview"))
    assert "94.3 % ± 8.1" in shown  # 66 of 70; Wilson's lower end is 86.2 %
    assert "PrivateTest, n = 70" in shown
    assert "68.62 %" in shown  # the paper's claim for I-MobileNetV2, from evidence/claims.json
    assert "No paper prints an accuracy" in words(open_page("overview", data="ferplus"))  # why there is a dash


def test_overview_answers_with_the_paired_difference(here):
    # A leads B by 20 of 70, 28.6 points: B makes A's four mistakes and 20 of its own.
    shown = words(open_page("overview"))
    assert (
        "**I-MobileNetV2** is best on validation faces, with 94.3 % ± 8.1 on FER2013. It is better than the other."
        in shown
    )
    assert '<td class="number">better<small>+28.6: ' in shown


def test_overview_filters_by_data_and_size(here):
    shown = words(open_page("overview", data="ferplus", size="1m"))
    assert "**mini-Xception** is best on validation faces, with 88.8 % ± 8.8 on FER+" in shown
    assert "I-MobileNetV2" not in shown


def test_a_damaged_checkpoint_hides_no_other(here, tmp_path, monkeypatch):
    for name in (A, B):
        shutil.copytree(here / name, tmp_path / name)
    (tmp_path / B / "card.json").write_text("{")
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path))
    app = open_page("overview")
    assert "is not JSON" in app.warning[0].value
    assert "I-MobileNetV2** is best on validation faces" in words(app)


def test_confusion_tells_the_commonest_mistake(here):
    shown = words(open_page("confusion", a=A))
    assert "**I-MobileNetV2** most often takes fear for surprise: 40 % of the fear faces" in shown
    assert "It recognises fear least often, 60 % ± 29 of 10." in shown


def test_confusion_compares_two_checkpoints(here):
    app = open_page("confusion", a=A, b=B)
    assert not app.exception
    # Two matrices, their difference, both answers to one face, a measure of each expression, a curve.
    assert len(app.get("plotly_chart")) == 7
    assert "**I-MobileNetV2** is more accurate than **mini-Xception**: +28.6 points" in words(app)


def test_confusion_of_two_data_sets_is_refused_in_a_sentence(here):
    app = open_page("confusion", a=A, b=PLUS)
    assert not app.exception
    assert "only networks that were scored on the same faces can be compared" in words(app)


def test_confusion_with_missing_logits_says_so(here, tmp_path, monkeypatch):
    for name in (A, B):
        shutil.copytree(here / name, tmp_path / name)
    (tmp_path / B / "logits-PrivateTest.safetensors").write_bytes(b"cut short")
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path))
    app = open_page("confusion", a=A, b=B)
    assert not app.exception
    assert "was changed after its card was written" in words(app)


def test_confusion_column_view_comes_from_the_address(here):
    app = open_page("confusion", a=A, view="columns")
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    # Column surprise holds 10 right ones and 4 fear faces: 71 % and 29 %.
    texts = figure["data"][1]["text"]
    assert sum(text.startswith("71") for text in texts) == 1
    assert sum(text.startswith("29") for text in texts) == 1


def test_efficiency_shows_each_network_and_where_it_was_measured(here):
    app = open_page("efficiency", network="i_mobilenet_v2")
    shown = words(app)
    assert "870,127" in shown
    assert "7,187,712" in shown
    stages = json.loads(app.get("plotly_chart")[-1].proto.spec)
    assert stages["layout"]["yaxis"]["ticktext"][1] == "Row 24, block 1, 12 × 12"
    assert "1 thread, batch 1, torch" in shown


def test_face_lab_shows_answers_and_maps_of_the_sample(here):
    app = open_page("face_lab", networks=[A, B])
    assert not app.exception
    assert not app.error
    shown = words(app)
    assert "The network" in shown
    assert "nothing is written to disk" in shown
    assert "Grad-CAM" in shown
    assert "It has no attention modules" in shown  # mini-Xception
    assert "Completeness error" in shown


def test_face_lab_explains_the_chosen_expression(here):
    app = open_page("face_lab", networks=B, target="happy")
    assert app.selectbox(key="target").value == "happy"
    assert not app.exception


def test_face_lab_says_when_a_network_does_not_know_the_expression(here):
    shown = words(open_page("face_lab", networks=[PLUS, B], target="contempt"))
    assert "was not taught “contempt”" in shown


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"no picture at all", "can be read"),
        (SAMPLE.read_bytes()[:20_000], "damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    ],
    ids=["empty", "text", "truncated", "svg"],
)
def test_a_bad_photo_is_a_sentence(data, sentence, here):
    app = with_photo(data)
    assert not app.exception
    assert sentence.lower() in app.error[0].value.lower()


@needs_detector
def test_a_photo_without_a_face_offers_the_whole_picture(here):
    app = with_photo(png(Image.new("RGB", (200, 200), "grey")), networks=B)
    assert "found no face" in app.warning[0].value
    assert not app.get("plotly_chart")  # nothing is predicted before somebody agrees
    app.segmented_control(key="whole").set_value("yes").run()
    assert not app.exception
    assert app.get("plotly_chart")


@needs_detector
def test_of_two_faces_one_is_chosen(here):
    face = Image.open(SAMPLE)
    both = Image.new("RGB", (1024, 512))
    both.paste(face, (0, 0))
    both.paste(face, (512, 0))
    app = with_photo(png(both), networks=B)
    assert app.segmented_control(key="face").options[2:] == ["Whole picture", "Cut by hand"]
    assert [option.split(") ")[1] for option in app.segmented_control(key="face").options[:2]] == ["1", "2"]
    app.segmented_control(key="face").set_value("2").run()
    assert not app.exception
    assert app.query_params["face"] in ("2", ["2"])


FOREIGN = {"data": "imagenet", "size": "<b>", "cost": "gold", "a": "../../etc/passwd", "b": A * 40, "view": "`x`",
           "measure": "roc", "network": "vit", "networks": ["nobody", "‮"], "target": "joy", "opacity": "-1",
           "photo": "film", "face": "99", "whole": "perhaps", "cell": "joy~<b>", "row": "-1", "curve": "det",
           "expression": "joy", "sort": "luck", "checkpoints": ["nobody"], "status": "true", "part": "x", "scale": "x",
           "risk": "1e9", "report": ["nobody"], "set": "imagenet", "data_row": "9" * 40}  # fmt: skip

TAKE_NOTHING = ("glossary", "film", "player")  # from the address: the first ever, the others before film and songs


@pytest.mark.parametrize("page", [page for page in FOLDERS if page not in TAKE_NOTHING])
def test_a_foreign_address_leaves_the_page_standing(page, complete):
    app = open_page(page, **FOREIGN)
    assert not app.exception
    assert not app.error
    assert any("which is not here" in element.value for element in app.info)


def test_a_choice_is_written_to_the_address_and_the_default_is_not(here):
    app = open_page("confusion")
    assert "cells" not in app.query_params
    app.segmented_control(key="cells").set_value("counts").run()
    assert app.query_params["cells"] in ("counts", ["counts"])


def test_torch_is_warmed_once_and_in_the_background(monkeypatch):
    started = []
    monkeypatch.setattr(Timer, "start", lambda timer: started.append(timer))
    monkeypatch.setattr("dashboard.store.preload._is_started", False)
    monkeypatch.setenv("FER_WARM", "0")
    preload()
    assert started == []
    monkeypatch.delenv("FER_WARM")
    preload()
    preload()
    assert [timer.daemon for timer in started] == [True]


PAINT = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("streamlit_app.py", default_timeout=60).run()
assert not app.exception and app.title[0].value
print("torch" in sys.modules, "captum" in sys.modules, "matplotlib" in sys.modules)
"""


def test_the_first_page_is_painted_before_torch_is_loaded(shelf):
    environment = {**os.environ, "FER_CHECKPOINTS": str(shelf), "FER_WARM": "0"}
    command = [sys.executable, "-W", "ignore", "-c", PAINT]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["False"] * 3, done.stderr
