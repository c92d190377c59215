"""An uploaded network becomes a checkpoint with a checked contract, by a button; what is refused is a sentence."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from support.app_driver import open_page, words
from support.checkpoints import B
from support.onnx_networks import stripes_network, write_stripes

from dashboard.pages.contract import import_data
from dashboard.pages.contract.import_data import ImportOptions, orders, suggested_name
from dashboard.pages.contract.import_text import READ_ONLY
from fer_core.checkpoints.card import read_card
from fer_core.checkpoints.contract_report import load_report
from fer_core.labels import FER2013, FERPLUS
from fer_core.onnx import upload

ALPHABETICAL = [FER2013.index(name) for name in sorted(FER2013)]


@pytest.fixture
def own_shelf(here, tmp_path, monkeypatch) -> Path:
    """A shelf of one checkpoint that a test may write to, and striped faces as FER2013."""
    root = tmp_path / "shelf"
    shutil.copytree(here / B, root / B)
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    monkeypatch.setenv("FER_DATA", str(write_stripes(tmp_path)))
    monkeypatch.setattr(upload, "_asked", upload.answer)  # here, which spares the start of a process
    return root


def given(name: str, content: bytes) -> AppTest:
    app = open_page("contract")
    return app.file_uploader[0].set_value((name, content, "application/octet-stream")).run()


def test_a_file_becomes_a_checked_checkpoint_by_the_button_alone(own_shelf):
    app = given("Their net-2.onnx", stripes_network(ALPHABETICAL, probabilities=True, layout="NHWC", channels=3))
    assert "reads NHWC, 3 channels, 48 px, any batch, and gives 7 outputs, behind a softmax: opset 17" in words(app)
    assert app.text_input(key="import name").value == "their_net_2"
    assert [folder.name for folder in own_shelf.iterdir()] == [B]
    app.selectbox(key="labels").set_value("alphabetical")
    app.segmented_control(key="color").set_value("grey").run()
    name = "their_net_2.fer2013-imported"
    assert app.button(key="import").label == f"Import into shelf/{name.replace('_', chr(92) + '_')}"
    app.button(key="import").click().run()
    assert not app.exception and not app.error
    card = read_card(own_shelf / name)
    assert card.scores["PublicTest"].accuracy.value == 1 and set(card.scores) == {"PublicTest"}
    assert card.training.command == (
        "fer import 'Their net-2.onnx' --name their_net_2 --labels alphabetical --input grey,0..1 --data fer2013"
    )
    assert {line.state for line in load_report(card).lines} == {"green"}
    shown = words(app)
    assert app.selectbox(key="network").value == name and f"fer evaluate {name}" in shown
    assert shown.count("green") == len(load_report(card).lines)


def test_a_taken_name_and_labels_of_another_set_are_sentences(own_shelf):
    app = given("a.onnx", stripes_network())
    app.text_input(key="import name").set_value("mini_xception")
    app.button(key="import").click().run()
    assert "mini_xception is a network of this project" in words(app)
    app.text_input(key="import name").set_value("a")
    app.selectbox(key="labels").set_value("one by one").run()
    app.text_input(key="own labels").set_value(",".join((*FER2013[:6], "contempt"))).run()
    app.button(key="import").click().run()
    assert "each must stand once" in app.error[0].value
    assert [folder.name for folder in own_shelf.iterdir() if (folder / "card.json").exists()] == [B]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("model.onnx", pickle.dumps({"weights": [1.0]}), "a pickle, which runs code as it is read"),
        ("model.json", b'{"weightsManifest": [{"paths": ["../secret"]}]}', "the command reads: fer import"),
    ],
)
def test_what_is_not_read_is_a_sentence(own_shelf, name, content, reason):
    app = given(name, content)
    assert not app.exception and reason in app.error[0].value.replace("\\", "")
    assert not app.get("button") or all(one.key != "import" for one in app.button)


def test_a_file_over_the_limit_is_not_read(own_shelf, monkeypatch):
    monkeypatch.setattr(import_data, "MOST_MB", 0)
    app = given("a.onnx", stripes_network())
    assert "this page takes 0 MB" in app.error[0].value


def test_a_read_only_server_takes_no_network(here, monkeypatch):
    monkeypatch.setenv("FER_READ_ONLY", "1")
    app = open_page("contract")
    assert not app.exception and not app.get("file_uploader") and READ_ONLY in words(app)


def test_known_orders_of_so_many_labels_begin_with_the_sets_own():
    assert next(iter(orders(7, "rafdb"))) == "rafdb" and set(orders(7, "rafdb")) >= {"fer2013", "alphabetical"}
    assert orders(8, "ferplus")["ferplus"] == FERPLUS and orders(5, "fer2013") == {}


@pytest.mark.parametrize(("file", "name"), [("Net (v2).ONNX", "net_v2"), ("笑顔.onnx", "theirs"), ("", "theirs")])
def test_a_file_suggests_a_name(file, name):
    assert suggested_name(file) == name


def test_the_command_names_what_was_told():
    options = ImportOptions("theirs", "angry,-", "rgb,0.5/0.25", "rafdb", 64)
    assert options.command("a b.onnx") == (
        "fer import 'a b.onnx' --name theirs --labels angry,- --input rgb,0.5/0.25 --data rafdb --size 64"
    )
