"""The `fer` command, driven as a user drives it, on a data set made here."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from support.paths import needs_data

from fer_core import cli
from fer_core.labels import FER2013

SPLITS = {"Training": 256, "PublicTest": 256, "PrivateTest": 64}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty place to work in, with a tiny fer2013.csv under data/."""
    rng = np.random.default_rng(0)
    lines = ["emotion,pixels,Usage"]
    for split, n in SPLITS.items():
        for i in range(n):
            image = rng.integers(0, 90, (48, 48))
            image[i % 7 * 6 : i % 7 * 6 + 6] += 150
            lines.append(f"{i % 7},{' '.join(map(str, image.ravel()))},{split}")
    (tmp_path / "data" / "fer2013").mkdir(parents=True)
    (tmp_path / "data" / "fer2013" / "fer2013.csv").write_text("\n".join(lines) + "\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FER_DATA", raising=False)
    monkeypatch.delenv("FER_CHECKPOINTS", raising=False)
    return tmp_path


TRAIN = ["train", "mini_xception", "--recipe", "short", "--tag", "t", "--smoke", "--set", "lr=0.01"]
NAME = "mini_xception.fer2013-t"


def test_from_training_to_a_reproduced_score(folder, capsys):
    assert cli.main(TRAIN) == 0
    assert (folder / "checkpoints" / NAME / "card.json").exists()
    assert cli.main(["evaluate", NAME]) == 0
    assert "PrivateTest, n = 64" in capsys.readouterr().out
    assert cli.main(["evaluate", "--all"]) == 0
    assert "the stored accuracy, exactly" in capsys.readouterr().out
    assert cli.main(["verify"]) == 0
    capsys.readouterr()
    assert cli.main(["list", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert set(row) >= {
        "name", "network", "data", "split", "n", "accuracy", "accuracy_low", "accuracy_high", "macro_f1", "params",
        "macs", "paper_accuracy",
    }  # fmt: skip
    assert (row["name"], row["split"], row["n"], row["params"]) == (NAME, "PrivateTest", 64, 57_095)
    assert row["accuracy_low"] < row["accuracy"] < row["accuracy_high"]
    assert cli.main(["list"]) == 0
    assert NAME in capsys.readouterr().out


def test_weights_in_8_bits_are_scored_as_they_are_stored(folder, capsys):
    cli.main([*TRAIN, "--set", "lr=0.1"])
    cli.main(["evaluate", NAME])
    old = (folder / "checkpoints" / NAME / "model.safetensors").stat().st_size
    capsys.readouterr()
    assert cli.main(["quantize", NAME]) == 0
    said = capsys.readouterr().out
    assert "PublicTest" in said and "PrivateTest" in said and "scores are of the rounded weights" in said
    assert (folder / "checkpoints" / NAME / "model.safetensors").stat().st_size < 0.8 * old
    assert cli.main(["verify"]) == 0 and cli.main(["evaluate", NAME]) == 0
    assert "the stored accuracy, exactly" in capsys.readouterr().out
    assert cli.main(["quantize", NAME]) == 2
    assert f"the weights of {NAME} are stored in 8 bits already" in capsys.readouterr().err


def test_the_card_tells_how_it_was_made(folder):
    cli.main(TRAIN)
    card = json.loads((folder / "checkpoints" / NAME / "card.json").read_text())
    assert card["expressions"] == list(FER2013)
    assert card["training"]["command"] == "fer " + " ".join(TRAIN)
    assert card["training"]["settings"]["lr"] == 0.01
    assert card["training"]["epochs"] == 1
    assert card["data"]["n_train"] == 256
    assert list(card["scores"]) == ["PublicTest"]  # the test split is not touched by training


def test_a_finished_checkpoint_is_not_overwritten(folder, capsys):
    cli.main(TRAIN)
    assert cli.main(TRAIN) == 2
    assert "is a finished checkpoint; choose another tag" in capsys.readouterr().err


def test_a_training_starts_from_another_and_only_from_the_same_network(folder, capsys):
    cli.main(TRAIN)
    again = ["train", "mini_xception", "--recipe", "short", "--tag", "again", "--smoke", "--set", f"start={NAME}"]
    assert cli.main([*again, "--set", "lr=0"]) == 0
    first, second = (
        json.loads((folder / "checkpoints" / name / "card.json").read_text())
        for name in (NAME, "mini_xception.fer2013-again")
    )
    assert f"started from {NAME}" in second["training"]["schedule_note"]
    assert first["params"] == second["params"]
    other = ["train", "mobilenet_v2", "--recipe", "short", "--smoke", "--set", f"start={NAME}"]
    capsys.readouterr()
    assert cli.main(other) == 2
    assert f"{NAME} is another network than mobilenet_v2" in capsys.readouterr().err


def test_a_run_is_not_continued_under_other_settings(folder, capsys):
    cli.main(TRAIN)
    shutil.rmtree(folder / "checkpoints")
    assert cli.main([*TRAIN[:-1], "lr=0.02"]) == 2
    assert "give this one another --tag" in capsys.readouterr().err


def test_altered_logits_are_noticed(folder, capsys):
    cli.main(TRAIN)
    path = folder / "checkpoints" / NAME / "logits-PublicTest.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    capsys.readouterr()
    assert cli.main(["verify"]) == 1
    assert NAME in capsys.readouterr().out


def test_profile_prints_what_the_paper_network_has(capsys):
    assert cli.main(["profile", "i_mobilenet_v2", "--size", "48"]) == 0
    out = capsys.readouterr().out
    assert "870,127 parameters" in out
    assert out.count("7.188 M MACs") == 2


def test_latency_states_how_it_was_measured(capsys):
    assert cli.main(["profile", "mini_xception", "--latency"]) == 0
    out = capsys.readouterr().out
    assert "ms median" in out
    assert "batch 1, 1 thread(s)" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train", "mobilenet_v4"], "'mobilenet_v4' is not a known network"),
        (["train", "mobilenet_v2", "--data", "fer2014"], "'fer2014' is not a known data set"),
        (["train", "mobilenet_v2", "--set", "lr"], "'lr' sets nothing; write FIELD=VALUE"),
        (["train", "mobilenet_v2", "--tag", "lr0.1"], "is not a checkpoint's name"),
        (["train", "mobilenet_v2", "--network-set", "output_stride=5"], "output_stride=5 is not a stride plan"),
        (["train", "mobilenet_v2", "--data", "ferplus"], "fer2013new.csv"),
        (["evaluate"], "name a checkpoint, or give --all"),
        (["evaluate", "nothing.fer2013-s0"], "is not a folder"),
        (["profile"], "name a network, or give --all"),
    ],
)
def test_mistakes_get_a_sentence(folder, capsys, words, message):
    assert cli.main(words) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_no_checkpoints_yet(folder, capsys):
    assert cli.main(["list"]) == 0
    assert "`fer train i_mobilenet_v2 --recipe short` makes one" in capsys.readouterr().out


@needs_data
def test_real_faces_walk_the_whole_path(tmp_path, monkeypatch, capsys):
    from conftest import data_root

    monkeypatch.setenv("FER_DATA", str(data_root()))
    monkeypatch.chdir(tmp_path)
    assert cli.main(TRAIN) == 0
    assert cli.main(["evaluate", NAME]) == 0
    assert "PrivateTest, n = 3,589" in capsys.readouterr().out
