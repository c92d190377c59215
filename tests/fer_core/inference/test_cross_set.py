"""A network scored on sets that it was not trained on: by name, over what both know, stored and reproduced."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from support.checkpoint import NAME, publish_sample
from support.data_sets import CK_FOLDERS, write_ck48
from support.paths import toy_faces

from fer_core import checkpoints, cli
from fer_core.checkpoints import load_logits, looks
from fer_core.checkpoints.card import read_card, write_card
from fer_core.data import open_dataset
from fer_core.errors import CheckpointError, DataError
from fer_core.inference.cross_set import evaluate_across, plan_cross_set
from fer_core.inference.predictor import predict_split
from fer_core.inference.quantize import replace_weights
from fer_core.labels import FER2013

SHARED = ("angry", "disgust", "fear", "happy", "sad", "surprise")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A checkpoint with random weights, trained on FER2013 as it says, beside CK+ and own pictures."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FER_DATA", raising=False)
    monkeypatch.delenv("FER_CHECKPOINTS", raising=False)
    write_ck48(tmp_path / "data", subjects=4, expressions=len(CK_FOLDERS))
    rng = np.random.default_rng(3)
    for i, word in enumerate(("happy", "happy", "sad", "contempt", "Neutral", "sad")):
        path = tmp_path / "data" / "own" / word / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (60, 50)).astype(np.uint8)).save(path)
    return publish_sample(tmp_path / "checkpoints")


def test_answers_are_those_of_the_shared_expressions_by_name(folder):
    crossing, found = evaluate_across(folder, "ckplus")
    assert crossing.shared.expressions == SHARED and found.n == 4 * 6 * 3 and found.stored_accuracy is None
    card = read_card(folder)
    stored = load_logits(card, "ckplus-All")
    network, _ = checkpoints.load_network(folder)
    raw = predict_split(network, card.input.spec, crossing.faces).logits
    assert np.array_equal(stored.logits, raw[:, [FER2013.index(name) for name in SHARED]])
    truth = open_dataset("ckplus")
    names = np.array(truth.expressions)[truth.labels[stored.rows]]
    assert found.accuracy == np.mean(np.array(SHARED)[stored.logits.argmax(1)] == names)
    assert "contempt" not in names and set(stored.clusters.tolist()) == {0, 1, 2, 3}
    entry = card.cross_sets["ckplus-All"]
    assert entry.expressions == SHARED and entry.scores.n == 72 and entry.title == "CK+"
    assert list(card.scores) == ["PublicTest"] and checkpoints.verify(folder) == []


def test_each_scoring_of_another_set_is_a_look_at_its_faces(folder):
    _, first = evaluate_across(folder, "ckplus")
    evaluate_across(folder, "ckplus")
    found = looks.read(looks.log_path()).looks[-2:]
    assert [(one.data, one.protocol, one.split, one.why) for one in found] == [
        ("ckplus", "", "All", looks.FIRST), ("ckplus", "", "All", looks.AGAIN)
    ]  # fmt: skip
    assert {(one.n, one.score) for one in found} == {(first.n, first.accuracy)}


def test_a_second_time_compares_and_says_what_changed(folder, capsys):
    assert cli.main(["evaluate", NAME, "--data", "own"]) == 0
    assert f"{NAME}: own All, n = 5, accuracy" in (said := capsys.readouterr().out) and "first time" in said
    assert cli.main(["evaluate", NAME, "--data", "own"]) == 0
    assert "the stored answers again" in capsys.readouterr().out
    image = Path("data/own/sad/5.png")
    Image.fromarray(255 - np.asarray(Image.open(image))).save(image)
    assert cli.main(["evaluate", NAME, "--data", "own"]) == 1
    said = capsys.readouterr().out
    assert "NOT what is stored" in said and "the pixels of All" in said and "the logits of 1 faces" in said
    image.unlink()
    Path("data/own/sad/2.png").unlink()
    assert cli.main(["evaluate", NAME, "--data", "own"]) == 1
    assert "the shared expressions, which were happy, sad, neutral" in capsys.readouterr().out


def test_a_dry_run_shows_the_mapping_and_asks_no_network(folder, monkeypatch, capsys):
    monkeypatch.setattr(checkpoints, "load_network", None)
    assert cli.main(["evaluate", NAME, "--data", "own", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    for line in ("happy: 2 faces", "sad: 2 faces", "neutral: 1 faces", "contempt: 1 faces left out, the network does",
                 "answers left out, the set has none of it: angry, disgust, fear, surprise",
                 "labels: Neutral is neutral (1)"):  # fmt: skip
        assert line in shown
    assert read_card(folder).cross_sets == {}


def test_the_list_of_a_set_holds_networks_of_other_sets(folder, capsys):
    cli.main(["evaluate", NAME, "--data", "ck+"])
    cli.main(["evaluate", NAME, "--data", "own"])
    capsys.readouterr()
    assert cli.main(["list", "--data", "own", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["name"], row["data"], row["split"], row["n"], row["paper_accuracy"]) == (NAME, "own", "All", 5, None)
    assert cli.main(["list", "--data", "rafdb"]) == 0
    assert "nothing is scored on rafdb yet; `fer evaluate CHECKPOINT --data rafdb`" in capsys.readouterr().out


def test_rounding_the_weights_takes_answers_to_other_sets_with_it(folder):
    evaluate_across(folder, "own")
    network, card = checkpoints.load_network(folder)
    network = checkpoints.as_stored(network, "int8")
    from support.checkpoint import answers

    card = replace_weights(card, network, {"PublicTest": answers(network)}, "int8")
    assert card.cross_sets == {} and not (folder / "logits-own-All.safetensors").exists()
    assert checkpoints.verify(folder) == []


def test_what_is_wrong_with_stored_answers_to_another_set_is_noticed(folder):
    evaluate_across(folder, "own")
    path = folder / "logits-own-All.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 0x40
    path.write_bytes(bytes(content))
    assert any("logits-own-All.safetensors was changed" in problem for problem in checkpoints.verify(folder))
    path.unlink()
    assert any(problem.startswith("own-All: ") and "is missing" in problem for problem in checkpoints.verify(folder))
    card = read_card(folder)
    wrong = {"own-Some": card.cross_sets["own-All"]}
    with pytest.raises(CheckpointError, match="cross_sets: 'own-Some' is of own, All"):
        write_card(folder, card.model_copy(update={"cross_sets": wrong}))


def test_a_network_that_learned_from_one_trained_there_is_not_tested_there(folder):
    card = read_card(folder)
    for key in ("init_from", "teacher"):
        training = card.training.model_copy(update={"settings": {key: "mini_xception.ckplus-subject-x"}})
        taught = card.model_copy(update={"training": training})
        with pytest.raises(CheckpointError, match="learned from mini_xception.ckplus-subject-x, which was trained on"):
            plan_cross_set(taught, "ckplus")
        assert plan_cross_set(taught, "own").name == "own-All"


def test_one_that_cannot_be_scored_stops_no_other(folder, capsys):
    torch.manual_seed(1)
    other = folder.with_name("mini_xception.fer2013-other")
    card = json.loads((folder / "card.json").read_text())
    other.mkdir()
    for path in folder.iterdir():
        (other / path.name).write_bytes(path.read_bytes())
    (other / "card.json").write_text(json.dumps({**card, "name": other.name}))
    (folder / "model.safetensors").write_bytes(b"cut")
    assert cli.main(["evaluate", "--all", "--data", "own"]) == 2
    said = capsys.readouterr().out
    assert (
        f"not recomputed: {NAME}: " in said
        and "was cut short" in said
        and f"{other.name}: own All, n = 5, accuracy" in said
    )


def test_a_set_is_not_crossed_with_itself_or_with_its_own_pictures(folder, monkeypatch):
    faces = replace(toy_faces(14), name="ferplus", split=np.repeat(["Training", "PrivateTest"], 7))
    monkeypatch.setattr("fer_core.inference.cross_set.open_dataset", lambda name, root: faces)
    with pytest.raises(DataError, match="only PrivateTest is unseen"):
        plan_cross_set(read_card(folder), "ferplus", "All")
    assert len(plan_cross_set(read_card(folder), "ferplus").faces) == 7
