"""Photos that were given together: one table, one CSV, one ZIP; and faces that a person adds to them."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from html import unescape
from urllib.parse import parse_qs

import numpy as np
import pytest
from PIL import Image
from support.app_driver import blocks, words
from support.checkpoints import A, B
from support.photos import SAMPLE, needs_detector, png, two_faces, uploaded

from dashboard.pages.face_lab.all_faces_data import FaceAnswers, FaceRecord, all_faces, faces_csv
from dashboard.pages.face_lab.box_chart import photo_to_cut
from dashboard.pages.face_lab.crop_data import dragged_crop, shares
from dashboard.pages.face_lab.data import predict
from dashboard.pages.face_lab.faces_zip_data import CSV, JSON, MOST_PANELS, faces_zip, panel_names
from dashboard.pages.face_lab.panel_data import panel_file
from dashboard.plotting.theme import LIGHT
from dashboard.store import photos as photo_store
from fer_core import cli
from fer_core.images.face_crop import ManualCrop, read_face_photo
from fer_core.inference.predictor import Predictor
from fer_core.report.explanations import ExplanationRequest

TWO, ONE, BAD = ("two.png", two_faces()), ("sample.jpg", SAMPLE.read_bytes()), ("x.jpg", b"no picture")
BY_HAND = ManualCrop(700, 600, 300, 20)


@pytest.fixture
def asked(here, session, monkeypatch) -> list[FaceAnswers]:
    """All faces of three files, one of which is no photo, through A and B; a face was added to the second."""
    added = {read_face_photo(ONE[1]).sha256: (BY_HAND,)}
    monkeypatch.setattr(photo_store, "_added", lambda: added)
    return all_faces([TWO, ONE, BAD], [A, B], False, lambda place: None)


def table_rows(app) -> list[str]:
    (table,) = [block for block in blocks(app) if "Every face with" in block]
    return table.split("<tr>")[2:]


def by_path(content: bytes) -> list[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(content.decode()))
    return [{key: value for key, value in row.items() if key != "path"} for row in rows]


@needs_detector
def test_every_face_of_every_photo_has_the_answers_that_it_gets_alone(asked, here):
    photos = [read_face_photo(TWO[1]), read_face_photo(ONE[1]).with_added((BY_HAND,))]
    assert [(face.photo, face.record.name) for face in asked] == [
        (0, "Face 1"), (0, "Face 2"), (1, "Face 1"), (1, "Face 2, by hand"), (2, "Cannot be read"),
    ]  # fmt: skip
    for name in (A, B):
        predictor = Predictor(here / name)
        for face in asked[:-1]:
            alone = predictor.predict(photos[face.photo].crop(face.record.face).pixels)
            np.testing.assert_array_equal(np.float32(face.answers[name].probabilities), alone.probabilities)
        assert asked[-1].answers[name] is None
    assert "not a picture" in asked[-1].record.columns["problem"]


@needs_detector
def test_the_csv_is_that_of_fer_predict(here, session, tmp_path):
    faces = all_faces([TWO, ONE, BAD], [B], False, lambda place: None)
    for name, content in (TWO, ONE, BAD):
        (tmp_path / name).write_bytes(content)
    paths = [str(tmp_path / name) for name in ("two.png", "sample.jpg", "x.jpg")]
    (tmp_path / "list.txt").write_text("\n".join(paths))
    out = tmp_path / "out.csv"
    assert cli.main(["predict", *paths, "--networks", B, "--out", str(out)]) == 1
    commands = sorted(map(str, by_path(out.read_bytes())))
    assert len(commands) == 4 and sorted(map(str, by_path(faces_csv(faces, [B])))) == commands


def test_an_added_faces_row_tells_its_square_and_turn(asked):
    row = next(face.row for face in asked if face.record.columns["status"] == "face by hand")
    side = round(0.3 * 512)
    assert (row["left"], row["right"] - row["left"], row["turn"]) == (round(0.7 * 512 - side / 2), side, 20)
    assert "score" not in row and row["face"] == 1 + len(read_face_photo(ONE[1]).faces)


@needs_detector
def test_the_table_leads_to_every_face_and_says_which_is_chosen(here, without_maps):
    app = uploaded(TWO, ONE, BAD, networks=B, of="1", face="2")
    assert not app.exception
    rows = table_rows(app)
    assert [row.count("<small>chosen</small>") for row in rows] == [0, 1, 0, 0]
    links = [parse_qs(unescape(re.search(r'href="\?([^"]*)"', row).group(1))) for row in rows]
    assert [(link.get("of"), link.get("face")) for link in links] == [
        (None, None), (None, ["2"]), (["2"], None), (["3"], None),
    ]  # fmt: skip
    assert all((link["networks"], link["photo"]) == ([B], ["upload"]) for link in links)
    app.query_params.clear()
    app.query_params.update(links[2])
    app.run()
    assert "2 of 3: sample.jpg" in words(app)
    assert [row.count("<small>chosen</small>") for row in table_rows(app)] == [0, 0, 1, 0]


@needs_detector
def test_the_newest_photo_is_looked_at_and_starts_with_its_own_first_face(here, without_maps):
    app = uploaded(TWO, networks=B)
    app.segmented_control(key="face").set_value("2").run()
    files = [(name, content, "image/png") for name, content in (TWO, ONE)]
    app.file_uploader[0].set_value(files).run()
    assert not app.exception
    assert "2 of 2: sample.jpg" in words(app) and app.query_params["of"] in ("2", ["2"])
    assert app.segmented_control(key="face").value == "1" and "face" not in app.query_params


@needs_detector
def test_a_face_is_added_where_the_detector_missed_it_and_removed(here, without_maps):
    drawn = png(Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 250, 3), dtype=np.uint8)))
    app = uploaded(("noise.png", drawn), networks=B)
    app.segmented_control(key="whole").set_value("hand").run()
    for key, value in {"cut_x": 400, "cut_y": 500, "cut_side": 600}.items():
        app.number_input(key=key).set_value(value)
    app.slider(key="cut_turn").set_value(90).run()
    for _ in range(2):
        app.button(key="add face").click().run()
        app.segmented_control(key="face").set_value("hand").run()
    app.segmented_control(key="face").set_value("2").run()
    assert not app.exception
    square = np.rot90(np.asarray(Image.open(io.BytesIO(drawn)))[40:160, 40:160], -1)  # 0.6 x 200 around (100, 100)
    alone = Predictor(here / B).predict(square)
    said = f"{alone.expression} {100 * alone.probabilities.max():.0f}\xa0%"
    assert [said in row and "by hand" in row for row in table_rows(app)] == [True, True]
    app.button(key="remove face").click().run()
    assert not app.exception and app.segmented_control(key="face").options[0] == "Face 1, by hand"
    app.button(key="remove face").click().run()
    assert "found no face" in app.warning[0].value or "No face detector" in app.warning[0].value


@needs_detector
def test_the_zip_holds_the_table_and_a_panel_a_face(here, session):
    request = ExplanationRequest(methods=("saliency",), is_scored=True)
    faces, done = all_faces([TWO, BAD], [B], False, lambda place: None), []
    with zipfile.ZipFile(io.BytesIO(faces_zip(faces, [TWO, BAD], [B], request, False, done.append))) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert list(held) == [CSV, JSON, "two--face-1.png", "two--face-2.png"] and done == [0, 1]
    assert held[CSV] == faces_csv(faces, [B])
    panel = panel_file([B], read_face_photo(TWO[1]).crop(1), ExplanationRequest(methods=("saliency",)))
    assert held["two--face-2.png"] == panel("png")
    rows = json.loads(held[JSON])["faces"]
    answer = predict(B, read_face_photo(TWO[1]).crop(0))
    assert [rows[0][f"{B}:{name}"] for name in answer.expressions] == list(answer.probabilities)
    assert [row["panel"] for row in rows] == ["two--face-1.png", "two--face-2.png", None]


def test_panels_of_photos_of_one_name_are_told_apart_and_not_more_than_can_be_held():
    def faces(*given: tuple[int, str, int | None]) -> list[FaceAnswers]:
        return [FaceAnswers(at, name, FaceRecord(face, "", {}, b"jpeg"), {}) for at, name, face in given]

    assert panel_names(faces((0, "A.jpg", 0), (1, "a.png", None), (2, r"..\b.jpg", 1))) == [
        "1-A--face-1.png", "2-a--whole.png", ".._b--face-2.png",
    ]  # fmt: skip
    many = panel_names(faces(*((0, "a.jpg", face) for face in range(MOST_PANELS + 2))))
    assert [bool(name) for name in many] == [True] * MOST_PANELS + [False] * 2


@pytest.mark.parametrize(
    ("across", "down", "expected"),
    [
        ((200, 400), (300, 500), ManualCrop(300, 400, 400)),  # of 1000 x 500: 200 x 100 px, so 200 px of 500
        ((400, 200), (900, 700), ManualCrop(300, 800, 400)),  # dragged to the upper left
        ((-50, 100), (0, 1300), ManualCrop(50, 500, 1000)),  # beyond the photo
    ],
)
def test_a_drag_becomes_the_square_around_its_box(across, down, expected):
    assert dragged_crop((1000, 500), across, down) == expected


def test_the_photo_to_drag_on_has_its_own_proportions_and_the_turned_square():
    square = ManualCrop(500, 500, 400, 90)
    corners = shares(square, (200, 100))
    np.testing.assert_allclose(corners, [(400, 700), (400, 300), (600, 300), (600, 700)], atol=1e-9)
    figure = photo_to_cut(Image.new("RGB", (200, 100)), corners, 140, palette=LIGHT).figure
    assert figure.layout.yaxis.scaleratio == 0.5 and figure.layout.yaxis.scaleanchor == "x"
    assert figure.layout.shapes[1].path == "M400.0,700.0L400.0,300.0L600.0,300.0L600.0,700.0Z"
