"""Cards of the release before: read as they are, and migrated for good by a script that can run twice."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from support.audits import photos
from support.checkpoint import NAME, publish_sample
from support.corruption_predictions import made_up
from support.format_1 import as_format_1

from fer_core import checkpoints, files
from fer_core.checkpoints.card import read_card
from fer_core.checkpoints.corruption_predictions import load_corruption_predictions, save_corruption_predictions
from fer_core.checkpoints.upgrade import RECIPE_NAMES, upgraded_card, upgraded_command, upgraded_run
from fer_core.data.audit import report
from fer_core.training.recipes import RECIPES
from scripts import migrate_checkpoints

TAGGED = "mini_xception.fer2013-cpu-taught-s0"


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    """A scored checkpoint with corruptions, under a name of the release before."""
    root = tmp_path_factory.mktemp("older")
    folder = publish_sample(root).rename(root / TAGGED)
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps({**card, "name": TAGGED}))
    card = read_card(folder)
    stored = made_up()
    logits = np.eye(7, dtype=np.float32)[stored.answers["clean"]]
    checkpoints.add_split(folder, "PrivateTest", checkpoints.StoredLogits(logits, stored.labels, stored.rows))
    save_corruption_predictions(read_card(folder), "PrivateTest", stored)
    return as_format_1(folder)


@pytest.fixture
def older(published, tmp_path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "checkpoints" / TAGGED))


def test_a_card_of_format_1_is_read_under_todays_names(older):
    card = read_card(older)
    assert (card.format, card.training.recipe, card.teacher_logits) == (2, "cpu-kd", None)
    assert card.training.settings == {
        "lr": 0.1,
        "clip_grad_value": 0.0,
        "init_from": "a.fer2013-short-s0",
        "teacher": "b.fer2013-short-s0",
        "distill_weight": 0.5,
        "distill_start": 10,
    }
    assert card.training.command == (
        "fer train mini_xception --recipe cpu-kd --set init_from=a.fer2013-short-s0 --set lr=0.1 --threads 1 "
        "--tag cpu-taught-s0"
    )
    assert json.loads((older / "card.json").read_text())["format"] == 1  # reading writes nothing


def test_a_checkpoint_of_the_release_before_is_true_and_whole(older):
    assert (older / "reactions-PrivateTest.safetensors").is_file()
    assert checkpoints.verify(older) == []
    assert load_corruption_predictions(read_card(older), "PrivateTest").seed == 0


def test_predictions_that_are_stored_again_take_the_new_name(older):
    card = read_card(older)
    save_corruption_predictions(card, "PrivateTest", load_corruption_predictions(card, "PrivateTest"))
    assert [path.name for path in older.glob("*ctions-*")] == []
    assert (older / "corruptions-PrivateTest.safetensors").is_file() and checkpoints.verify(older) == []


def test_the_migration_renames_and_rewrites_small_files_only_and_once(older, tmp_path, capsys):
    big = {path: (files.sha256(path), path.stat().st_mtime_ns) for path in older.glob("*-P*.safe*")}
    big = {path: kept for path, kept in big.items() if not path.name.startswith("reactions")}
    big |= {path: (files.sha256(path), path.stat().st_mtime_ns) for path in older.glob("model*")}
    history, card = (older / "history.jsonl").read_bytes(), read_card(older)
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    write_old_audit(evidence)
    arguments = ["--checkpoints", str(older.parent), "--evidence", str(evidence)]

    assert migrate_checkpoints.main([*arguments, "--dry-run"]) == 0
    assert json.loads((older / "card.json").read_text())["format"] == 1
    said = capsys.readouterr().out
    assert migrate_checkpoints.main(arguments) == 0
    assert capsys.readouterr().out == said
    assert said == (
        f"{TAGGED}: card.json in format 2; reactions-PrivateTest.safetensors is called "
        "corruptions-PrivateTest.safetensors\nfer2013: audit-fer2013.json in format 3\n"
    )
    assert len(big) == 3 and all((files.sha256(p), p.stat().st_mtime_ns) == kept for p, kept in big.items())
    assert (older / "history.jsonl").read_bytes() == history and older.name == TAGGED
    assert read_card(older) == card and checkpoints.verify(older) == []
    written = json.loads((older / "card.json").read_text())
    assert written["format"] == 2 and "lesson" not in written and "teacher_share" not in written["training"]["settings"]

    before = {path: path.read_bytes() for path in (*older.iterdir(), *evidence.iterdir())}
    assert migrate_checkpoints.main(arguments) == 0
    assert capsys.readouterr().out == ""
    assert {path: path.read_bytes() for path in (*older.iterdir(), *evidence.iterdir())} == before


def test_a_card_that_is_not_true_is_left_and_stops_no_other(older, tmp_path, capsys):
    bad = Path(shutil.copytree(older, older.parent / NAME))
    card = json.loads((bad / "card.json").read_text())
    (bad / "card.json").write_text(json.dumps({**card, "name": NAME, "params": card["params"] + 1}))
    before = {path.name: path.read_bytes() for path in bad.iterdir()}
    arguments = ["--checkpoints", str(older.parent), "--evidence", str(tmp_path / "none")]
    assert migrate_checkpoints.main(arguments) == 1
    said = capsys.readouterr()
    assert f"left: {NAME} was not true before, and is left as it is: params is 57096" in said.err
    assert TAGGED in said.out and {path.name: path.read_bytes() for path in bad.iterdir()} == before


def write_old_audit(root: Path) -> None:
    """Write an audit as format 2 called its entries."""
    old = {"nearest_neighbours": "kinship", "leak_effects": "prices", "sequences": "filmed", "n_subjects": "subjects"}
    values = {{**old, "n_sequences": "sequences"}.get(key, key): value for key, value in photos().items()}
    (root / "audit-fer2013.json").write_text(json.dumps({**values, "format": 2}))


def test_an_audit_of_format_2_is_read_under_todays_names(tmp_path):
    write_old_audit(tmp_path)
    assert report.read("fer2013", tmp_path) == report.from_values(photos())


@pytest.mark.parametrize("old", RECIPE_NAMES)
def test_each_new_recipe_name_is_one_and_no_old_name_is(old):
    assert RECIPE_NAMES[old] in RECIPES and old not in RECIPES


@pytest.mark.parametrize(
    ("command", "name", "new"),
    [
        ("fer train a --recipe cpu-tuned --epochs 30", "a.rafdb-cpu-tuned-s0", " --epochs 30 --tag cpu-tuned-s0"),
        ("fer train a --recipe cpu-tuned --tag x", "a.rafdb-x", " --tag x"),
        ("fer train a --recipe cpu-tuned", "a.ckplus-frame-cpu-tuned-s3-smoke", " --tag cpu-tuned-s3-smoke"),
    ],
)
def test_a_command_still_makes_the_checkpoint_of_its_name(command, name, new):
    assert upgraded_command(command, name) == f"fer train a --recipe cpu-finetune{new}"


@pytest.mark.parametrize("command", ["", "none", "fer train 'a", "fer train a --recipe", "fer train a --recipe lens"])
def test_other_commands_stay_as_they_are(command):
    assert upgraded_command(command, "a.fer2013-s0") == command


@pytest.mark.parametrize("value", [{}, {"format": 2, "lesson": 1}, {"format": True}, {"format": "1"}])
def test_cards_of_other_formats_are_left_to_the_model(value):
    assert upgraded_card(dict(value)) == value


def test_odd_parts_of_an_old_card_are_left_to_the_model():
    odd = {"format": 1, "training": 3, "protocol": [], "lesson": "x"}
    assert upgraded_card(odd) == {"protocol": [], "teacher_logits": "x", "format": 2, "training": 3}


@pytest.mark.parametrize("config", [None, [], {"seed": 1}, {"settings": 3, "recipe": [], "protocol": None}])
def test_odd_run_configs_are_left_as_they_are(config):
    assert upgraded_run(config) == config
