"""What cannot be scored or trained again here is listed with its reason, and one bad checkpoint stops nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.checkpoint import DATA, TRAINING, publish_sample
from support.paths import toy_faces

from fer_core import checkpoints, cli
from fer_core.checkpoints.card import read_card
from fer_core.checkpoints.recomputing import find_data_problems, obstacles
from fer_core.errors import DataError

HERE = SimpleNamespace(weights={"sha256": "a"}, teacher_logits=None, how_to_remake="remake")
BARE = SimpleNamespace(weights=None, teacher_logits=None, how_to_remake="run `fer train start`")
TEACHER = SimpleNamespace(weights=None, teacher_logits={"split": "Training"}, how_to_remake="remake")
SHELF = {"here.fer2013-s0": HERE, "bare.fer2013-s0": BARE, "teacher.fer2013-s0": TEACHER}


def card(weights: object = "some", **settings: str) -> SimpleNamespace:
    """What `obstacles` reads of a card."""
    return SimpleNamespace(
        weights=weights,
        how_to_remake="move its folder away, and this makes them again: fer train x",
        data=SimpleNamespace(name="fer2013", title="FER2013"),
        training=SimpleNamespace(settings=settings),
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (card(), []),
        (card(init_from="", teacher="votes"), []),
        (card(init_from="imagenet"), []),
        (card(init_from="here.fer2013-s0", teacher="here.fer2013-s0"), []),
        (card(teacher="teacher.fer2013-s0"), []),  # what it said of its training faces is kept
        (card(None), ["ships answers and no weights; move its folder away, and this makes them again: fer train x"]),
        (
            card(init_from="bare.fer2013-s0"),
            ["its training starts from bare.fer2013-s0, whose weights are not shipped; run `fer train start`"],
        ),
        (
            card(init_from="teacher.fer2013-s0"),  # answers are no weights
            ["its training starts from teacher.fer2013-s0, whose weights are not shipped; remake"],
        ),
        (card(teacher="gone.fer2013-s0"), ["its training learns from gone.fer2013-s0, which is not here"]),
    ],
)
def test_each_obstacle_is_named(given, expected):
    assert list(obstacles(given, SHELF, {})) == expected


def test_a_data_set_that_is_not_here_is_named_with_its_reason(tmp_path):
    missing = find_data_problems(["fer2013", "ckplus", "fer2013"], tmp_path)
    assert set(missing) == {"fer2013", "ckplus"}
    (reason,) = obstacles(card(), {}, {"fer2013": "no such file"})
    assert reason == "FER2013 is not here: no such file"


@pytest.fixture
def several(tmp_path, monkeypatch) -> Path:
    """Four checkpoints of one network: whole, with a damaged card, without weights, of a data set that is not here."""
    root = tmp_path / "checkpoints"
    faces = toy_faces(14, split="PrivateTest")

    def opened(name: str, folder: object = None) -> object:
        if name == "fer2013":
            return faces
        raise DataError(f"{name} is missing")

    monkeypatch.setattr("fer_core.inference.predictor.open_dataset", opened)
    monkeypatch.setattr("fer_core.checkpoints.recomputing.open_dataset", opened)
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    put(root, "a-whole")
    (put(root, "b-damaged") / "card.json").write_text("{")
    folder = put(root, "c-bare")
    stored = checkpoints.load_logits(read_card(folder), "PublicTest")
    checkpoints.add_split(folder, "PrivateTest", stored)
    checkpoints.drop_weights(folder)
    put(root, "d-elsewhere", data="rafdb")
    put(root, "e-whole", settings={"init_from": "mini_xception.fer2013-c-bare"})
    return root


def put(root: Path, tag: str, data: str = "fer2013", **training: object) -> Path:
    """Publish the sample under another name."""
    made = publish_sample(root.parent / tag, data={**DATA, "name": "fer2013"}, training={**TRAINING, **training})
    folder = root / f"mini_xception.{data}-{tag}"
    root.mkdir(exist_ok=True)
    shutil.move(made, folder)
    text = (folder / "card.json").read_text().replace(made.name, folder.name)
    (folder / "card.json").write_text(text.replace('"name": "fer2013"', f'"name": "{data}"'))
    return folder


def test_evaluating_all_goes_on_after_a_bad_checkpoint(several, capsys):
    assert cli.main(["evaluate", "--all"]) == 2
    said = capsys.readouterr().out
    assert "mini_xception.fer2013-a-whole: PrivateTest, n = 14" in said
    assert "mini_xception.fer2013-e-whole: PrivateTest, n = 14" in said  # the last, after all that failed
    assert "not recomputed: mini_xception.fer2013-b-damaged: " in said and "is not JSON" in said
    assert "not recomputed: mini_xception.fer2013-c-bare: it ships answers and no weights" in said
    assert "not recomputed: mini_xception.rafdb-d-elsewhere: rafdb is missing" in said
    assert "2 of 5 recomputed here" in said


def test_answers_without_weights_are_no_failure(several, capsys):
    for name in ("mini_xception.fer2013-b-damaged", "mini_xception.rafdb-d-elsewhere"):
        shutil.rmtree(several / name)
    assert cli.main(["evaluate", "--all"]) == 0
    assert "2 of 3 recomputed here" in capsys.readouterr().out


def test_several_named_checkpoints_are_all_scored(several, capsys):
    assert cli.main(["evaluate", "mini_xception.fer2013-b-damaged", "mini_xception.fer2013-e-whole"]) == 2
    said = capsys.readouterr()
    assert "e-whole: PrivateTest" in said.out and "b-damaged: " in said.err


def test_a_score_that_does_not_come_out_again_is_told_apart_from_one_that_cannot_be_had(several, capsys, monkeypatch):
    name = "mini_xception.fer2013-a-whole"
    cli.main(["evaluate", name])
    said = checkpoints.load_logits(read_card(several / name), "PrivateTest").logits.argmax(axis=1)
    relabelled = replace(toy_faces(14, split="PrivateTest"), labels=said)  # all are right now
    monkeypatch.setattr("fer_core.inference.predictor.open_dataset", lambda name, root: relabelled)
    assert cli.main(["evaluate", name]) == 1
    stored = read_card(several / name).scores["PrivateTest"].accuracy.value
    assert (
        stored < 1
        and f"accuracy 1.000000; NOT what is stored: stored is accuracy {stored:.6f}" in capsys.readouterr().out
    )


def test_checking_all_lists_what_cannot_be_recomputed(several, capsys):
    assert cli.main(["verify", "--all"]) == 1  # one card is damaged, another names a data set of other expressions
    said = capsys.readouterr().out
    assert "mini_xception.fer2013-b-damaged: " in said and "is not JSON" in said
    assert "mini_xception.fer2013-e-whole: the card agrees with its files" in said
    assert "cannot be recomputed here: mini_xception.fer2013-c-bare: ships answers and no weights" in said
    assert "cannot be recomputed here: mini_xception.rafdb-d-elsewhere: FER2013 is not here: rafdb is missing" in said
    started = "its training starts from mini_xception.fer2013-c-bare, whose weights are not shipped"
    assert f"cannot be recomputed here: mini_xception.fer2013-e-whole: {started}" in said
    assert "1 of 5 can be scored and trained again here" in said
    assert cli.main(["verify"]) == 1
    assert "cannot be recomputed" not in capsys.readouterr().out
