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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("check", "verify"),
        ("slim", "drop-weights"),
        ("pack", "quantize"),
        ("react", "robustness"),
        ("features", "embed"),
    ],
)
def test_an_old_verb_still_works_and_says_the_new_one(folder, capsys, old, new):
    answers = []
    for verb in (old, new):
        code = cli.main([verb, "mini_xception.fer2013-none"])
        answers.append((code, capsys.readouterr().err.splitlines()))
    (code, (said, *rest)), (same, lines) = answers
    assert said == f"fer: `fer {old}` is called `fer {new}` now; the old word goes with the next release"
    assert code == same != 0 and rest == lines


def test_an_old_recipe_and_its_fields_still_train_and_the_card_says_todays_words(folder, capsys):
    words = [
        "train",
        "mini_xception",
        "--recipe",
        "cpu-tuned",
        "--smoke",
        "--set",
        "clamp_gradient=0.5",
        "--threads",
        "1",
    ]
    assert cli.main(words) == 0
    said = capsys.readouterr().err
    assert "fer: 'cpu-tuned' is called 'cpu-finetune' now" in said
    assert "fer: 'clamp_gradient' is called 'clip_grad_value' now" in said
    name = "mini_xception.fer2013-cpu-tuned-s0-smoke"
    card = json.loads((folder / "checkpoints" / name / "card.json").read_text())
    assert (card["name"], card["training"]["recipe"], card["training"]["settings"]["clip_grad_value"]) == (
        name, "cpu-finetune", 0.5
    )  # fmt: skip
    assert card["training"]["command"] == (
        "fer train mini_xception --recipe cpu-finetune --smoke --set clip_grad_value=0.5 --threads 1 "
        f"--tag cpu-tuned-s0-smoke --set precision={card['training']['settings']['precision']}"
    )


def test_from_training_to_a_reproduced_score(folder, capsys):
    assert cli.main(TRAIN) == 0
    assert (folder / "checkpoints" / NAME / "card.json").exists()
    assert cli.main(["evaluate", NAME]) == 0
    assert "PrivateTest, n = 64" in capsys.readouterr().out
    assert cli.main(["evaluate", "--all"]) == 0
    assert "the stored answers again" in capsys.readouterr().out
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
    assert "the stored answers again" in capsys.readouterr().out
    assert cli.main(["quantize", NAME]) == 2
    assert f"the weights of {NAME} are stored in 8 bits already" in capsys.readouterr().err


def test_the_card_tells_how_it_was_made(folder):
    cli.main(TRAIN)
    card = json.loads((folder / "checkpoints" / NAME / "card.json").read_text())
    assert card["expressions"] == list(FER2013)
    chosen = card["training"]["settings"]["precision"]  # on this machine; the recipe leaves it open
    assert card["training"]["command"] == "fer " + " ".join(TRAIN) + f" --set precision={chosen}"
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


@pytest.mark.parametrize("place", ["runs", "checkpoints"])
def test_a_file_in_the_place_of_a_folder_is_told_before_any_training(folder, capsys, place):
    (folder / place).write_text("")
    assert cli.main(TRAIN) == 2
    error = capsys.readouterr().err
    assert f"{place} is a file; move what is in the way" in error and "Traceback" not in error
    assert not (folder / "runs" / NAME).exists()


def test_two_starts_of_one_training_do_not_meet(folder, capsys):
    from pathlib import Path

    from fer_core.training import run_lock

    with run_lock.hold(Path("runs"), NAME, "fer train elsewhere"):
        assert cli.main(TRAIN) == 2
    assert f"{NAME} is being trained by process " in (error := capsys.readouterr().err) and "elsewhere" in error
    assert not (folder / "runs" / NAME).exists()
    assert cli.main(TRAIN) == 0


def test_pictures_in_folders_are_trained_and_scored_on_faces_that_chose_nothing(folder, capsys):
    from PIL import Image

    shutil.rmtree(folder / "data" / "fer2013")
    rng = np.random.default_rng(0)
    for split, n in (("train", 40), ("test", 12)):
        for i in range(n):
            place = folder / "data" / "fer2013" / split / ("happy", "sad", "fear")[i % 3]
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rng.integers(0, 256, (48, 48)).astype(np.uint8)).save(place / f"{i}.png")
    assert cli.main([*TRAIN, "--set", "batch_size=16"]) == 0
    assert (
        "note: validation is a tenth of train" in (shown := capsys.readouterr().out)
        and "not one on PrivateTest" in shown
    )
    assert cli.main(["evaluate", NAME]) == 0
    card = json.loads((folder / "checkpoints" / NAME / "card.json").read_text())
    assert {split: one["n"] for split, one in card["fingerprint"].items()} == {"train": 37, "validation": 3, "test": 12}
    assert {split: one["n"] for split, one in card["scores"].items()} == {"validation": 3, "test": 12}
    assert cli.main(["check"]) == 0


class Killed(BaseException):
    pass


@pytest.fixture
def begun(folder, monkeypatch):
    """A run of two epochs that was killed after its first, with the words that go on."""
    from fer_core.training.runs import Run

    words = ["train", "mini_xception", "--recipe", "short", "--tag", "t", "--epochs", "2", "--set", "lr=0.01"]
    save = Run.save

    def save_and_die(run, progress, tensors):
        save(run, progress, tensors)
        raise Killed

    monkeypatch.setattr(Run, "save", save_and_die)
    with pytest.raises(Killed):
        cli.main(words)
    monkeypatch.setattr(Run, "save", save)
    return words


def change_row(folder, at: int, old: str, new: str) -> None:
    """Replace the start of a line of the table; line 1 is its first row."""
    path = folder / "data" / "fer2013" / "fer2013.csv"
    lines = path.read_text().splitlines()
    assert lines[at].startswith(old)
    lines[at] = new + lines[at][len(old) :]
    path.write_text("\n".join(lines) + "\n")


def test_a_run_goes_on_with_the_data_it_was_begun_with_only(begun, folder, capsys):
    change_row(folder, 3, "2,", "5,")
    assert cli.main(begun) == 2
    error = capsys.readouterr().err
    assert f"runs/{NAME} was begun with other data: changed since then: the labels of Training; put the old" in error
    assert not (folder / "checkpoints" / NAME).exists()
    change_row(folder, 3, "5,", "2,")
    assert cli.main(begun) == 0
    assert cli.main(["check"]) == 0
    card = json.loads((folder / "checkpoints" / NAME / "card.json").read_text())
    assert {split: one["n"] for split, one in card["fingerprint"].items()} == SPLITS


def test_a_pixel_that_changed_is_noticed_and_a_test_face_is_no_matter_to_a_training(begun, folder, capsys):
    path = folder / "data" / "fer2013" / "fer2013.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:-1]) + "\n")  # one face less in PrivateTest
    code, head, *rest = lines[300].replace(",", " ", 1).split(" ")
    path.write_text(
        "\n".join([*lines[:300], f"{code},{(int(head) + 1) % 256} {' '.join(rest)}", *lines[301:-1]]) + "\n"
    )
    assert cli.main(begun) == 2
    assert "changed since then: the pixels of PublicTest; put" in capsys.readouterr().err
    path.write_text("\n".join(lines[:-1]) + "\n")
    assert cli.main(begun) == 0


def test_a_run_from_before_fingerprints_goes_on_with_a_note(begun, folder, capsys):
    path = folder / "runs" / NAME / "config.json"
    config = json.loads(path.read_text())
    assert set(config.pop("fingerprint")) == {"Training", "PublicTest"}
    path.write_text(json.dumps(config))
    change_row(folder, 3, "2,", "5,")
    assert cli.main(begun) == 0
    assert "was begun before runs remembered their data" in capsys.readouterr().out
    assert json.loads((folder / "checkpoints" / NAME / "card.json").read_text())["fingerprint"] is None


def test_a_card_is_not_scored_on_other_faces(folder, capsys):
    cli.main(TRAIN)
    at = 1 + SPLITS["Training"] + SPLITS["PublicTest"]
    change_row(folder, at, "0,", "1,")
    assert cli.main(["evaluate", NAME]) == 2
    error = capsys.readouterr().err
    assert (
        "was trained and scored on another edition of FER2013: changed since then: the labels of PrivateTest" in error
    )
    change_row(folder, at, "1,", "0,")
    assert cli.main(["evaluate", NAME]) == 0
    assert cli.main(["evaluate", NAME, "--split", "Validation"]) == 2
    assert "is scored on Training, PublicTest, PrivateTest; Validation may hold faces" in capsys.readouterr().err


def test_a_score_that_does_not_come_out_again_says_what_differs(folder, capsys):
    """Two labels are exchanged, so that the accuracy of a network that answers one thing would be the same."""
    cli.main(TRAIN)
    cli.main(["evaluate", NAME])
    at = 1 + SPLITS["Training"] + SPLITS["PublicTest"]
    change_row(folder, at, "0,", "1,")
    change_row(folder, at + 1, "1,", "0,")
    capsys.readouterr()
    assert cli.main(["evaluate", NAME]) == 1
    said = capsys.readouterr().out
    assert "NOT what is stored" in said and "the labels of PrivateTest, the labels of 2 faces" in said


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
        (["--set", "schedule=linear"], "'linear' is not a known schedule"),
        (["--epochs", "0"], "epochs='0' must be a whole number from 1"),
        (["--set", "batch_size=-4"], "batch_size='-4' must be a whole number from 2"),
        (["--set", "lr=-inf"], "lr='-inf' must be a number from 0 to 100"),
        (["--set", "label_smoothing=1"], "label_smoothing='1' must be a number from 0 to below 1"),
        (["--set", "teacher=nobody.fer2013-s0"], "nobody.fer2013-s0 is not a folder"),
        (["--set", "start=nobody.fer2013-s0"], "nobody.fer2013-s0 is not a folder"),
        (["--network-set", "num_classes=5"], "num_classes=5 cannot be set: a network answers with the expressions of"),
        (["--network-set", "loss=triplet"], "'triplet' is not a known loss"),
        (["--network-set", "in_channels=2"], "in_channels=2 is not valid"),
        (["--seed", "-1"], "seed=-1 must be a whole number from 0"),
        (["--protocol", "ckplus-subject"], "ckplus-subject is a protocol of ckplus, not of fer2013"),
        (["--threads", "-2"], "--threads -2 is not valid"),
        (["--tag", "a b"], "is not a checkpoint's name"),
    ],
)
def test_a_run_with_a_refused_value_never_exists(folder, capsys, words, message):
    train = ["train", "mini_xception", "--recipe", "short", *words]
    assert cli.main(train) == 2
    assert message in capsys.readouterr().err
    assert not (folder / "runs").exists() and not (folder / "checkpoints").exists()


def test_all_problems_of_a_request_are_said_together_also_without_training(folder, capsys):
    words = ["train", "mini_xceptoin", "--data", "fer13", "--epochs", "0", "--seed", "-7", "--set", "optimizer=lion"]
    for more in ([], ["--dry-run"], ["--budget", "1m"]):
        assert cli.main([*words, *more]) == 2
        error = capsys.readouterr().err
        assert all(word in error for word in ("for 4 reasons", "mini_xceptoin", "fer13", "epochs='0'", "lion", "-7"))
    assert not (folder / "runs").exists()


def test_network_settings_that_cannot_be_built_get_a_sentence(folder, capsys):
    words = ["train", "i_mobilenet_v2", "--recipe", "short", "--network-set", "activation=swish"]
    assert cli.main(words) == 2
    assert "cannot be built for pictures of 48 px ('swish')" in capsys.readouterr().err
    assert not (folder / "runs").exists()


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
        (["profile", "mobilenet_v1", "--size", "0"], "pictures of 0 px cannot be; give 1 to 1024"),
        (["profile", "mobilenet_v1", "--size", "100000"], "pictures of 100000 px cannot be; give 1 to 1024"),
        (["profile", "vgg19_bn", "--size", "5"], "cannot be built for pictures of 5 px"),
        (["profile", "--all", "--size", "-1"], "pictures of -1 px cannot be"),
        (["profile", "mobilenet_v1", "--network-set", "dropout=nan"], "cannot be built for pictures of 48 px"),
        (["profile", "resnet18", "--network-set", "stages=1"], "stages=1 must be a list"),
        (["profile", "mobilenet_v1", "--latency", "--threads", "99999"], "--threads 99999 is not valid; give 1 to 256"),
        (["regions", "--all", "--threads", "-2"], "--threads -2 is not valid"),
        (["robustness", "--all", "--threads", "0"], "--threads 0 is not valid"),
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
    from support.paths import data_root

    monkeypatch.setenv("FER_DATA", str(data_root()))
    monkeypatch.chdir(tmp_path)
    assert cli.main(TRAIN) == 0
    assert cli.main(["evaluate", NAME]) == 0
    assert "PrivateTest, n = 3,589" in capsys.readouterr().out
