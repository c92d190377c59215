"""`fer explain`, driven as a user drives it: its pictures and numbers are those of the face lab, its panel is whole."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from support.app_driver import PROJECT, open_page
from support.checkpoints import PLUS, A, B
from support.pdf_text import pdf_words
from support.photos import needs_centerface

from dashboard.pages.face_lab.crop_data import crop_warnings
from dashboard.pages.face_lab.data import (
    Refusal,
    attention,
    default_request,
    explain_face,
    method_titles,
    overlay,
    own_attention,
    predict,
    shared_end,
)
from dashboard.pages.face_lab.panel_data import panel_file
from dashboard.pages.face_lab.score_data import measures, score_map, with_random_weights
from dashboard.plotting.theme import LIGHT
from dashboard.store.checkpoints import first_choice, load_checkpoints
from fer_core import cli, files, models
from fer_core.cli.explain import chosen
from fer_core.errors import ConfigError
from fer_core.images import face_detection
from fer_core.images.face_crop import FaceCrop, LevelEyes, ManualCrop, read_face_photo
from fer_core.report import canvas, draw_panel, fonts, output, panel
from fer_core.report.explanations import NO_ATTENTION, OPACITY, PREDICTED, SIGNS, ExplanationRequest

SAMPLE = PROJECT / "dashboard" / "assets" / "sample-astronaut.jpg"
METHODS = ("grad_cam", "guided_grad_cam", "integrated_gradients")

needs_detector = pytest.mark.skipif(not face_detection.detectors(), reason="dlib-bin is not installed")


def explain(out, *words: str) -> dict:
    """Run the command on the sample photo into a folder and return its JSON."""
    assert cli.main(["explain", str(SAMPLE), "--out", str(out), *words]) == 0
    return json.loads((out / output.JSON).read_text())


def crop_of(found: dict) -> FaceCrop:
    """The face of the sample that was taken."""
    return read_face_photo(SAMPLE.read_bytes()).crop(None if found["face"] is None else found["face"] - 1)


def pixels(path) -> np.ndarray:
    return np.asarray(Image.open(path))


@pytest.fixture(scope="module")
def scored(shelf, tmp_path_factory):
    """The sample photo, explained by two networks with scores: its folder and its JSON."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FER_CHECKPOINTS", str(shelf))
        out = tmp_path_factory.mktemp("explained")
        return out, explain(out, "--networks", A, B, "--methods", *METHODS, "--scores")


def test_the_maps_have_the_very_pixels_that_the_page_shows(scored, here, session):
    out, found = scored
    crop, shown = crop_of(found), 0
    for network in found["networks"]:
        for method, entry in network["methods"].items():
            one = explain_face(network["checkpoint"], crop, network["target"], method)
            if isinstance(one, Refusal):
                assert entry == {"refused": one.reason}
                continue
            page = overlay(crop, one, OPACITY)
            np.testing.assert_array_equal(pixels(out / entry["file"]), page)
            shown += 1
    assert shown == 2 * len(METHODS) - 1  # guided Grad-CAM has no rule for SELU
    page = overlay(crop, own_attention(attention(A, crop)), OPACITY)
    np.testing.assert_array_equal(pixels(out / f"{A}--attention.png"), page)
    assert found["networks"][1]["attention"] is None and not (out / f"{B}--attention.png").exists()


def test_the_numbers_are_those_of_the_page(scored, here, session):
    _, found = scored
    crop = crop_of(found)
    for network in found["networks"]:
        answer = predict(network["checkpoint"], crop)
        assert network["probabilities"] == dict(zip(answer.expressions, answer.probabilities, strict=True))
        assert network["answer"] == network["target"] == answer.expression
    which = B, crop, found["networks"][1]["target"], "integrated_gradients"
    entry = found["networks"][1]["methods"]["integrated_gradients"]
    for measure in measures():
        score = score_map(*which, measure)
        assert entry["scores"][measure]["value"] == score.value
        assert list(entry["scores"][measure]["baselines"].values()) == [value for _, value in score.baselines]
    badge = with_random_weights(*which)
    assert entry["random_weights"] == {"changes": badge.changes, "half": badge.half, "all": badge.all}
    assert entry["completeness_error"] == explain_face(*which).heatmap.completeness_error


def test_the_json_says_what_was_seen_and_by_whom(scored, here):
    out, found = scored
    photo = SAMPLE.read_bytes()
    assert found["photo"]["sha256"] == hashlib.sha256(photo).hexdigest()
    seen = read_face_photo(photo)
    assert [(one["left"], one["top"], one["right"], one["bottom"]) for one in found["faces"]] == [
        (face.left, face.top, face.right, face.bottom) for face in seen.faces
    ]
    np.testing.assert_array_equal(pixels(out / found["crop"]["file"]), crop_of(found).pixels)
    for network in found["networks"]:
        assert network["weights_sha256"] == files.sha256(here / network["checkpoint"] / "model.safetensors")
    assert found["versions"]["torch"] == torch.__version__


def test_the_panel_holds_every_map_pixel_by_pixel(scored):
    out, found = scored
    panel = np.asarray(Image.open(out / "panel.png").convert("RGB"))
    for file in out.glob("*--*.png"):
        assert is_inside(pixels(file), panel), file.name


def is_inside(part: np.ndarray, whole: np.ndarray) -> bool:
    """Whether a picture lies in another, unscaled."""
    tall, wide = part.shape[:2]
    corners = np.argwhere((whole[: -tall + 1, : -wide + 1] == part[0, 0]).all(axis=2))
    return any(np.array_equal(whole[y : y + tall, x : x + wide], part) for y, x in corners)


def test_a_part_is_found_only_where_it_is():
    whole = np.random.default_rng(0).integers(0, 256, (20, 20, 3))
    assert is_inside(whole[3:9, 5:11], whole) and not is_inside(whole[3:9, 5:11][::-1], whole)


def test_the_pdf_carries_its_captions_as_text(scored):
    out, found = scored
    pdf = (out / "panel.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    words = pdf_words(pdf)
    for network in found["networks"]:
        answer, top = network["answer"], max(network["probabilities"].values())
        assert f"{network['title']}: {answer} {100 * top:.0f} %. {network['checkpoint']}, weights" in words
        assert f"{network['title']}, maps explain {answer}" in words
    refused = found["networks"][0]["methods"]["guided_grad_cam"]["refused"]
    assert refused in words and NO_ATTENTION in words
    error = found["networks"][1]["methods"]["integrated_gradients"]["completeness_error"]
    assert f"Completeness error {error:.3f} logits." in words
    deletion = found["networks"][1]["methods"]["grad_cam"]["scores"]["deletion"]["value"]
    assert f"Deletion {deletion:.2f}" in words
    assert f"sample-astronaut.jpg, SHA-256 {found['photo']['sha256'][:12]}, {found['crop']['words']}." in words
    assert SIGNS in words and f"torch {torch.__version__}" in words


def test_png_and_pdf_are_the_same_size_on_paper_and_white(scored):
    out, _ = scored
    panel = Image.open(out / "panel.png")
    assert panel.getpixel((2, 2))[:3] == (255, 255, 255)
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", (out / "panel.pdf").read_bytes())
    assert [float(side) / 72 * 300 for side in box.groups()] == pytest.approx(panel.size, abs=0.5)


def test_networks_have_the_pages_colours_on_paper():
    families = {models.entry(name).family for name in models.list_networks()}
    for family in families:
        assert draw_panel.COLOURS.get(family, draw_panel.REFERENCE) == LIGHT.family(family)
    assert (LIGHT.text, LIGHT.muted, LIGHT.grid) == (canvas.INK, canvas.MUTED, canvas.GRID)


@pytest.mark.parametrize(("n", "expected"), [(1, 1), (2, 2), (4, 4), (5, 3), (8, 4), (9, 3), (10, 4)])
def test_maps_stand_in_lines_as_even_as_can_be(n, expected):
    assert draw_panel.maps_a_line(n) == expected


def test_words_are_broken_where_the_room_ends_and_none_is_lost():
    text = "guided backpropagation has a rule for ReLU only " + "x" * 80
    lines = list(canvas.wrapped(text, 300, draw_panel.WORDS))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(lines) > 3 and all(canvas.breadth(line, draw_panel.WORDS) <= 300 for line in lines)


def test_one_scale_a_method_makes_the_weaker_network_darker(here, tmp_path, session):
    found = explain(tmp_path, "--networks", A, B, "--methods", "grad_cam", "--scale", "method", "--opacity", "100")
    crop = crop_of(found)
    names = [network["checkpoint"] for network in found["networks"]]
    targets = [network["target"] for network in found["networks"]]
    maps = [explain_face(name, crop, target, "grad_cam")
            for name, target in zip(names, targets, strict=True)]  # fmt: skip
    for name, one in zip(names, maps, strict=True):
        page = overlay(crop, one, 1.0, shared_end(maps))
        np.testing.assert_array_equal(pixels(tmp_path / f"{name}--grad_cam.png"), page)


def test_a_chosen_expression_is_explained_and_refused_by_who_does_not_know_it(here, tmp_path):
    words = ("--networks", B, PLUS, B, "--methods", "saliency", "--target", "contempt")
    found = explain(tmp_path, *words)
    assert [network["checkpoint"] for network in found["networks"]] == [B, PLUS]  # named twice is asked once
    refused, explained = (network["methods"]["saliency"] for network in found["networks"])
    assert "was not taught “contempt”" in refused["refused"] and explained["file"] == f"{PLUS}--saliency.png"


def test_without_words_it_asks_what_the_page_opens_with(here, tmp_path, session):
    found = explain(tmp_path)
    assert [one["checkpoint"] for one in found["networks"]] == first_choice(load_checkpoints().checkpoints)
    assert all(list(one["methods"]) == list(default_request().methods) for one in found["networks"])
    assert found["opacity"] == OPACITY and found["target"] == PREDICTED


def test_all_methods_are_all(here, tmp_path):
    found = explain(tmp_path, "--networks", B, "--methods", "all", "--whole")
    assert list(found["networks"][0]["methods"]) == list(method_titles())
    assert found["face"] is None and found["crop"]["words"] == "the whole picture"


def two_faces(path) -> None:
    """The sample beside a smaller copy of itself."""
    face, both = Image.open(SAMPLE), Image.new("RGB", (900, 512))
    both.paste(face, (0, 0))
    both.paste(face.resize((384, 384)), (514, 0))
    both.save(path)


@needs_detector
def test_of_several_faces_one_is_chosen_by_number(here, tmp_path, capsys):
    photo = tmp_path / "two.png"
    two_faces(photo)
    assert cli.main(["explain", str(photo), "--networks", B, "--face", "2", "--out", str(tmp_path / "out")]) == 0
    found = json.loads((tmp_path / "out" / output.JSON).read_text())
    assert found["face"] == 2 and found["crop"]["words"] == "face 2 of 2, numbered by size"
    assert found["faces"][1]["left"] > 514
    capsys.readouterr()
    seen = read_face_photo(photo.read_bytes())
    assert chosen(photo, seen, None, False) == 0
    assert "2 faces found; the largest is taken, --face 2 names the other" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "spec"),
    [
        (("--square", "440,255,200,-10"), ManualCrop(440, 255, 200, -10)),
        pytest.param(("--level-eyes",), LevelEyes(0), marks=needs_centerface),
    ],
)
def test_the_crop_is_the_one_that_the_page_makes_of_the_same_choice(here, tmp_path, words, spec):
    found = explain(tmp_path, "--networks", B, "--methods", "saliency", *words)
    crop = read_face_photo(SAMPLE.read_bytes()).crop(spec)
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / output.CROP)), crop.pixels)
    assert found["crop"]["square"] == {"x": crop.square.x, "y": crop.square.y, "side": crop.square.side,
                                       "turn": crop.square.turn}  # fmt: skip


@needs_detector
def test_without_a_face_the_whole_picture_is_taken_and_that_is_said(here, tmp_path, capsys):
    photo = tmp_path / "grey.png"
    Image.new("RGB", (200, 200), "grey").save(photo)
    assert cli.main(["explain", str(photo), "--networks", B, "--methods", "saliency", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert "grey.png shows no face that was found, so the whole picture is taken" in said.err
    assert "wrote 5 files into" in said.out and "explain.json" in said.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.jpg"], "nowhere.jpg cannot be read (No such file or directory); give the path of a picture file"),
        (["words.txt"], "words.txt: The file is not a picture"),
        ([str(SAMPLE), "--networks", "nobody"], "nobody is not a folder"),
        ([str(SAMPLE), "--methods", "gradcam"], "'gradcam' is not a known attribution method"),
        ([str(SAMPLE), "--methods", "deep_lift"], "deep_lift is not offered"),
        ([str(SAMPLE), "--networks", B, "--target", "joy"], "'joy' is not a known expression of these networks"),
        ([str(SAMPLE), "--square", "0,0,1001"], "--square 0,0,1001 is not valid; give its centre (0 to 1000 of"),
        ([str(SAMPLE), "--square", "1,1,10,181"], "--square 1,1,10,181 is not valid"),
        ([str(SAMPLE), "--opacity", "101"], "--opacity 101 is not valid; give 0 (face alone) to 100 (map alone)"),
        ([str(SAMPLE), "--networks", B, "--out", "words.txt/x"], "words.txt/x cannot be written to (Not a directory)"),
    ],
)
def test_mistakes_get_a_sentence(words, message, here, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.txt").write_text("no picture")
    assert cli.main(["explain", *words]) == 2
    error = capsys.readouterr().err
    assert message in error and "Traceback" not in error


@needs_detector
@pytest.mark.parametrize(
    ("number", "message"),
    [("2", "1 face was found; give 1"), ("0", "1 face was found; give 1")],
)
def test_a_face_number_out_of_range_is_a_sentence(number, message, here, capsys):
    assert cli.main(["explain", str(SAMPLE), "--face", number]) == 2
    assert f"--face {number} is not valid: in {SAMPLE} {message}" in capsys.readouterr().err


@needs_detector
def test_a_face_number_says_how_many_there_are(tmp_path):
    two_faces(tmp_path / "two.png")
    with pytest.raises(ConfigError, match="2 faces were found, numbered by size; give 1 to 2"):
        chosen(tmp_path / "two.png", read_face_photo((tmp_path / "two.png").read_bytes()), 3, False)
    Image.new("RGB", (200, 200), "grey").save(tmp_path / "grey.png")
    with pytest.raises(ConfigError, match="no face was found; leave it out or give --whole"):
        chosen(tmp_path / "grey.png", read_face_photo((tmp_path / "grey.png").read_bytes()), 1, False)


def test_without_checkpoints_the_command_that_makes_one_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path))
    assert cli.main(["explain", str(SAMPLE), "--out", str(tmp_path / "out")]) == 2
    assert "`fer train i_mobilenet_v2 --recipe short` makes one" in capsys.readouterr().err


def test_weights_that_are_not_shipped_are_a_sentence(here, tmp_path, monkeypatch, capsys):
    shutil.copytree(here / B, tmp_path / B)
    card = json.loads((tmp_path / B / "card.json").read_text())
    (tmp_path / B / "card.json").write_text(json.dumps({**card, "weights": None}))
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path))
    assert cli.main(["explain", str(SAMPLE), "--networks", B, "--out", str(tmp_path / "out")]) == 2
    assert f"the weights of {B} are not shipped" in capsys.readouterr().err


def test_only_its_own_files_are_overwritten(here, tmp_path, capsys):
    words = ("--networks", B, "--methods", "saliency")
    explain(tmp_path, *words)
    before = (tmp_path / "panel.png").read_bytes()
    explain(tmp_path, *words)  # a second run replaces the first
    assert (tmp_path / "panel.png").read_bytes() == before  # and gives the same file
    Image.new("RGB", (4, 4)).save(tmp_path / "crop.png")
    theirs = (tmp_path / "crop.png").read_bytes()
    assert cli.main(["explain", str(SAMPLE), "--out", str(tmp_path), *words]) == 2
    assert f"{tmp_path} holds crop.png, which fer explain did not make" in capsys.readouterr().err
    assert (tmp_path / "crop.png").read_bytes() == theirs


def noise(path, seed: int) -> Path:
    """A photo of its own for each seed, as small as a face of a data set."""
    pixels = np.random.default_rng(seed).integers(0, 256, (60, 60, 3), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, "PNG")
    return path


def test_two_photos_of_one_name_have_two_folders_and_one_photo_has_one(here, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first, second = (noise(tmp_path / name / "portrait.png", seed) for seed, name in enumerate(("ann", "bea")))
    for photo in (first, second, first):
        assert cli.main(["explain", str(photo), "--networks", B, "--methods", "saliency"]) == 0
    made = {path.name: json.loads((path / output.JSON).read_text()) for path in (tmp_path / "explained").iterdir()}
    digests = {hashlib.sha256(photo.read_bytes()).hexdigest() for photo in (first, second)}
    assert {found["photo"]["sha256"] for found in made.values()} == digests
    assert set(made) == {f"portrait-{digest[:12]}" for digest in digests}


def test_in_one_folder_the_maps_of_an_earlier_run_go_and_everything_else_stays(here, tmp_path, capsys):
    explain(tmp_path, "--networks", A, B, "--methods", "saliency", "grad_cam")
    theirs = {"notes.txt": b"made by FER Lens", "figure--1.png": (tmp_path / "panel.png").read_bytes(),
              f"{A}--saliency.jpg": b"x", "mine--saliency.png": b"no picture of FER Lens"}  # fmt: skip
    for name, content in theirs.items():
        (tmp_path / name).write_bytes(content)
    capsys.readouterr()
    found = explain(tmp_path, "--networks", B, "--methods", "saliency")
    assert "removed 4 of an earlier run" in capsys.readouterr().out  # A's two maps and attention, B's Grad-CAM
    own = {f"{B}--saliency.png", output.JSON, output.CROP, output.PANEL_PNG, output.PANEL_PDF}
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == own | set(theirs)
    assert all((tmp_path / name).read_bytes() == content for name, content in theirs.items())
    assert [one["checkpoint"] for one in found["networks"]] == [B]


def test_a_run_that_is_cut_off_leaves_no_numbers_beside_other_maps(here, tmp_path, monkeypatch):
    explain(tmp_path, "--networks", B, "--methods", "saliency")
    write = files.write

    def full(path, content: bytes) -> None:
        if path.name == output.CROP:
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(files, "write", full)
    photo = noise(tmp_path / "other.png", 3)
    assert cli.main(["explain", str(photo), "--networks", B, "--methods", "saliency", "--out", str(tmp_path)]) == 2
    assert not (tmp_path / output.JSON).exists()


@pytest.mark.filterwarnings("error:.*[Gg]lyph")
@pytest.mark.parametrize(("name", "is_drawn"), [("ภาพถ่าย.png", False), ("Ελένη.png", True)])
def test_a_name_in_another_script_stands_where_it_can_be_read(here, tmp_path, name, is_drawn):
    photo = noise(tmp_path / name, 4)
    assert cli.main(["explain", str(photo), "--networks", B, "--methods", "saliency", "--out", str(tmp_path)]) == 0
    words = pdf_words((tmp_path / output.PANEL_PDF).read_bytes())
    assert ("Photo: its name stands in the metadata, SHA-256" in words) is not is_drawn
    assert (".png, SHA-256" in words) is is_drawn  # Greek letters have other codes in a PDF than pdf_words reads
    assert Image.open(tmp_path / output.PANEL_PNG).info["Source"] == name
    assert name.encode("utf-16-be") in (tmp_path / output.PANEL_PDF).read_bytes()
    assert json.loads((tmp_path / output.JSON).read_text(encoding="utf-8"))["photo"]["name"] == name


def test_letters_that_the_font_lacks_are_replaced_one_by_one():
    assert fonts.drawable("Net 网络 2, μ = 0") == "Net \ufffd\ufffd 2, μ = 0"
    who = SimpleNamespace(title="网络", name="net.fer2013")
    assert panel.shown_title(who) == "net.fer2013"
    assert panel.shown_title(SimpleNamespace(title="Réseau", name="net.fer2013")) == "Réseau"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' file names are text")
def test_a_file_name_that_is_no_utf_8_is_explained(here, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    photo = noise(tmp_path / os.fsdecode(b"caf\xe9.png"), 5)
    assert cli.main(["explain", str(photo), "--networks", B, "--methods", "saliency"]) == 0
    out = capsys.readouterr().out
    (made,) = (tmp_path / "explained").iterdir()
    assert made.name.startswith("caf_-") and str(made.relative_to(tmp_path)) in out
    found = json.loads((made / output.JSON).read_text(encoding="utf-8"))
    assert found["photo"]["name"] == "caf?.png" and "caf?.png" in found["command"]


@pytest.mark.parametrize(("grey", "word"), [(128, "more blurred"), (10, "darker")])
def test_a_strange_crop_gets_the_pages_warning(here, session, tmp_path, capsys, grey, word):
    square = Image.new("L", (64, 64), grey)
    square.putdata([value % 3 + grey for value in range(64 * 64)] if word == "darker" else [grey] * 64 * 64)
    square.save(tmp_path / "square.png")
    words = ("explain", str(tmp_path / "square.png"), "--networks", B, "--methods", "saliency", "--out", str(tmp_path))
    assert cli.main(words) == 0
    sentence = crop_warnings(read_face_photo((tmp_path / "square.png").read_bytes()).crop(None))[0]
    assert word in sentence and sentence in capsys.readouterr().err
    assert json.loads((tmp_path / output.JSON).read_text())["crop"]["warnings"][0] == sentence
    assert f"Crop: {sentence}" in pdf_words((tmp_path / output.PANEL_PDF).read_bytes())


def test_a_face_like_those_of_the_training_gets_no_warning(scored):
    assert scored[1]["crop"]["warnings"] == []


def test_a_file_that_cannot_be_written_is_named(scored, tmp_path):
    (tmp_path / "x").write_text("a file, not a folder")
    with pytest.raises(ConfigError, match=r"panel\.png cannot be written \(Not a directory\); free the cause"):
        output.write(tmp_path / "x", {"panel.png": b""})


def test_the_page_offers_its_grid_as_png_and_pdf(here):
    app = open_page("face_lab", networks=B, methods="saliency")
    assert not app.exception and not app.error
    labels = [element.proto.label for element in app.get("download_button")]
    assert {"Panel as PNG", "Panel as PDF"} <= set(labels)


def test_no_panel_is_drawn_before_somebody_asks(here, monkeypatch):
    monkeypatch.setattr(draw_panel, "_file", lambda *_: pytest.fail("drawn without being asked"))
    app = open_page("face_lab", networks=B, methods="saliency")
    assert not app.exception and app.get("download_button")


def test_the_pages_panel_is_the_commands(scored, here, session):
    """But for the photo's name, which the page does not tell, and what it makes of the lines after it."""
    out, found = scored
    request = ExplanationRequest(METHODS, is_scored=True)
    draw = panel_file([A, B], crop_of(found), request)
    page, command = Image.open(io.BytesIO(draw("png"))).convert("RGB"), Image.open(out / "panel.png").convert("RGB")
    head = min(page.height, command.height) - 420  # above the small print
    np.testing.assert_array_equal(np.asarray(page)[:head], np.asarray(command)[:head])
    assert "Photo: SHA-256" in pdf_words(draw("pdf"))
