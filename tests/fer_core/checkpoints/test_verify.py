"""A card cannot lie: committed checkpoints hold what their cards say, and every kind of falsehood gives a sentence."""

from __future__ import annotations

import json
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from support.checkpoint import NAME, publish_sample

from fer_core import checkpoints, files
from fer_core.checkpoints.card import FILE_NAME, read_card, write_card
from fer_core.checkpoints.upgrade import upgraded_card
from fer_core.errors import CheckpointError

ROOT = Path(__file__).resolve().parents[3]
COMMITTED = sorted(path.parent for path in (ROOT / "checkpoints").glob(f"*/{FILE_NAME}"))


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    return publish_sample(tmp_path_factory.mktemp("checkpoints"))


@pytest.fixture
def folder(published, tmp_path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(published, tmp_path / NAME))


def edit(folder: Path, change: Callable[[dict], object]) -> None:
    path = folder / FILE_NAME
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


@pytest.mark.parametrize("folder", COMMITTED or [None], ids=lambda path: path.name if path else "none")
def test_committed_cards_tell_the_truth(folder):
    if folder is None:
        pytest.skip("no finished checkpoint in checkpoints/")
    assert checkpoints.verify(folder) == []


@pytest.mark.parametrize("format_", [1, 2])
def test_a_config_field_that_came_after_the_card_is_filled_in(format_):
    def config(name: str, **given: object) -> dict:
        return upgraded_card({"format": format_, "network": {"name": name, "config": given}})["network"]["config"]

    assert config("lightexnet-s16", dropout=0.2) == {"dropout": 0.2, "attention_norm": "none"}
    assert config("lightexnet-norm", attention_norm="batch") == {"attention_norm": "batch"}
    assert config("mini_xception", dropout=0.2) == {"dropout": 0.2}


@pytest.mark.parametrize("network", [None, {}, {"name": "lightexnet"}, {"name": "lightexnet", "config": []}])
def test_an_odd_network_entry_is_left_to_the_model(network):
    assert upgraded_card({"format": 2, "network": network}) == {"format": 2, "network": network}


def test_a_fresh_card_tells_the_truth(published):
    assert checkpoints.verify(published) == []


def swap_two(names: list[str]) -> None:
    names[0], names[3] = names[3], names[0]


def swap_everywhere(card: dict) -> None:
    swap_two(card["expressions"])
    for one, name in zip(card["scores"]["PublicTest"]["per_class"], card["expressions"], strict=True):
        one["expression"] = name


FALSE_CARDS = {
    "params": (lambda c: c.update(params=c["params"] + 1), "params is 57096, the weights say 57095"),
    "macs": (lambda c: c.update(macs=c["macs"] * 2), "macs is 11650304, the weights say 5825152"),
    "accuracy": (
        lambda c: c["scores"]["PublicTest"]["accuracy"].update(value=0.9),
        r"scores.PublicTest.accuracy.value is 0.9, the stored logits give 0\.",
    ),
    "interval": (
        lambda c: c["scores"]["PublicTest"]["macro_f1"].update(low=-0.5),
        "scores.PublicTest.macro_f1.low is -0.5; it must be",
    ),
    "swapped expressions": (lambda c: swap_two(c["expressions"]), "per_class lists .* it must follow expressions"),
    "swapped throughout": (swap_everywhere, r"expressions are \['happy', .* has its columns as \['angry'"),
    "other classes": (lambda c: c["network"]["config"].update(num_classes=8), "is of another network"),
    "other network": (lambda c: c["network"]["config"].update(width=2), "'width' is not a field of mini_xception"),
    "other input": (lambda c: c["input"].update(channels=1), "input.channels is 1, the weights say 3"),
    "other dtype": (lambda c: c["weights"].update(dtype="int8"), "weights.dtype is int8, the weights say float16"),
    "claim": (lambda c: c["claim"].update(accuracy=0.5), "claim is .*0.5.* evidence/claims.json says"),
    "epochs": (lambda c: c["training"].update(epochs=9), "history.jsonl has 2 lines, training.epochs is 9"),
    "name": (
        lambda c: c.update(name="mini_xception.fer2013-other"),
        "the folder is .*-test, the card's name is .*-other",
    ),
}


@pytest.mark.parametrize(("change", "match"), FALSE_CARDS.values(), ids=FALSE_CARDS)
def test_a_false_card_is_found_out(folder, change, match):
    edit(folder, change)
    assert re.search(match, "\n".join(checkpoints.verify(folder)))


def flip_a_byte(folder: Path) -> None:
    path = folder / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def alter_a_row(folder: Path) -> None:
    path = folder / "logits-PublicTest.safetensors"
    tensors = load_file(path)
    tensors["logits"][3] += 0.25  # the same class still wins: no score changes
    save_file(tensors, path, metadata={"expressions": json.dumps(list(read_card(folder).expressions))})


def repeat_a_row(folder: Path) -> None:
    path = folder / "logits-PublicTest.safetensors"
    tensors = load_file(path)
    tensors["rows"][1] = tensors["rows"][0]
    save_file(tensors, path, metadata={"expressions": json.dumps(list(read_card(folder).expressions))})


def cut_the_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:5000])


def cut_the_card(folder: Path) -> None:
    path = folder / FILE_NAME
    path.write_text(path.read_text()[:700])


SPOILED_FILES = {
    "a byte of the weights": (flip_a_byte, r"model.safetensors has SHA-256 .* it was changed; restore the file"),
    "cut weights": (cut_the_weights, r"has 5,000 bytes and its card says 131,\d+: it was cut short"),
    "no weights": (lambda f: (f / "model.safetensors").unlink(), "model.safetensors is missing; restore it"),
    "a row of logits": (alter_a_row, "logits-PublicTest.safetensors was changed after its card was written"),
    "a row twice": (repeat_a_row, "was changed after its card was written"),
    "no logits": (
        lambda f: (f / "logits-PublicTest.safetensors").unlink(),
        "logits-PublicTest.safetensors is missing",
    ),
    "a foreign file": (lambda f: (f / "notes.txt").touch(), "notes.txt is no part of this checkpoint; remove it"),
    "no history": (lambda f: (f / "history.jsonl").unlink(), "history.jsonl is missing"),
    "half a history": (lambda f: (f / "history.jsonl").write_text('{"epoch'), "is not one JSON object a line"),
    "no card": (lambda f: (f / "card.json").unlink(), "has no card.json: its training did not finish"),
    "half a card": (cut_the_card, "card.json is not JSON .* restore the file or train again"),
    "no folder": (shutil.rmtree, "is not a folder; give one of the folders in checkpoints/"),
}


@pytest.mark.parametrize(("spoil", "match"), SPOILED_FILES.values(), ids=SPOILED_FILES)
def test_a_spoiled_file_is_found_out(folder, spoil, match):
    spoil(folder)
    assert re.search(match, "\n".join(checkpoints.verify(folder)))


def record_as_true(folder: Path) -> None:
    """Make the card vouch for whatever lies in model.safetensors."""
    path = folder / "model.safetensors"
    edit(folder, lambda c: c["weights"].update(sha256=files.sha256(path), bytes=path.stat().st_size))


def test_a_pickle_under_the_weights_name_is_not_even_opened(folder):
    trap = folder / "opened"
    (folder / "model.safetensors").write_bytes(pickle.dumps(Trap(str(trap))))
    record_as_true(folder)
    with pytest.raises(CheckpointError, match="not a whole safetensors file .* pickles above all, are not read"):
        checkpoints.load_network(folder)
    assert not trap.exists()


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path: str):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


def test_truncated_safetensors_that_the_card_vouches_for(folder):
    cut_the_weights(folder)
    record_as_true(folder)
    with pytest.raises(CheckpointError, match="not a whole safetensors file"):
        checkpoints.load_network(folder)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda t: t.pop("head.0.weight"), r"lacks 1 of its weights \(first head.0.weight\)"),
        (lambda t: t.update(extra=np.zeros(1, np.float32)), r"has 1 foreign ones \(first extra\)"),
        (
            lambda t: t.update({"head.0.weight": np.zeros((7, 128, 1, 1), np.float16)}),
            r"head.0.weight is torch.float16 \(7, 128, 1, 1\), the card's network needs torch.float32 \(7, 128, 3, 3\)",
        ),
    ],
)
def test_weights_of_another_network_that_the_card_vouches_for(folder, change, match):
    path = folder / "model.safetensors"
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path)
    record_as_true(folder)
    with pytest.raises(CheckpointError, match=match):
        checkpoints.load_network(folder)


INVALID_CARDS = {
    "missing": (lambda c: c.pop("limits"), "limits is missing"),
    "unknown": (lambda c: c["training"].update(sead=c["training"].pop("seed")), r"seed is missing \(closest: sead\)"),
    "type": (lambda c: c["training"].update(seed="zero"), "training.seed is 'zero'; it must be a whole number"),
    "bool": (lambda c: c.update(params=True), "params is True; it must be a whole number"),
    "format": (lambda c: c.update(format=3), "has format 3; this version reads formats 1 and 2"),
    "no list": (lambda c: c.update(expressions="angry"), "expressions is 'angry'; it must be a list"),
    "no object": (lambda c: c.update(data=[]), r"data is \[\]; it must be an object"),
    "name": (lambda c: c.update(name="../evil"), "name is '../evil'; it must be <network>.<data>-<tag>"),
    "other data": (lambda c: c["data"].update(name="ferplus"), "data.name is 'ferplus'; they must agree"),
    "twice": (lambda c: c["expressions"].__setitem__(1, "angry"), "each must stand once"),
    "unknown expression": (lambda c: c["expressions"].__setitem__(1, "bored"), "is 'bored'; it must be one of 'ang"),
    "input": (lambda c: c["input"].update(std=[0.0]), "input.std=.* cannot divide"),
    "best epoch": (lambda c: c["training"].update(best_epoch=3), r"best_epoch is 3; it must lie in 0\.\.2"),
    "no params": (lambda c: c.update(params=0), "params is 0; it must be 1 or more"),
    "unscored": (lambda c: c.update(scores={}, logits={}), "neither the test nor the validation split"),
    "no logits": (lambda c: c.update(logits={}), r"logits has \[\]; they must agree"),
    "split": (lambda c: c["scores"].update({"../x": c["scores"]["PublicTest"]}), "it must be a split's name"),
    "confusion": (lambda c: c["scores"]["PublicTest"]["confusion"].pop(), "must have 7 rows of 7 counts"),
    "n": (lambda c: c["scores"]["PublicTest"].update(n=31), "PublicTest.n is 31, but confusion counts 30 rows"),
}


@pytest.mark.parametrize(("change", "match"), INVALID_CARDS.values(), ids=INVALID_CARDS)
def test_an_invalid_card_is_not_read(folder, change, match):
    edit(folder, change)
    with pytest.raises(CheckpointError, match=match):
        read_card(folder)


def test_all_problems_are_named_together(folder):
    edit(folder, lambda c: (c.pop("limits"), c.update(macs="many"), c["weights"].pop("bytes")))
    with pytest.raises(CheckpointError) as caught:
        read_card(folder)
    heading, *reasons = str(caught.value).split("\n- ")
    assert heading.endswith("is not a valid card, for 3 reasons:")
    assert sorted(reasons) == [
        "limits is missing",
        "macs is 'many'; it must be a whole number",
        "weights.bytes is missing",
    ]


def test_a_card_survives_writing_and_reading(folder):
    card = read_card(folder)
    before = (folder / FILE_NAME).read_bytes()
    write_card(folder, card)
    assert read_card(folder) == card
    assert (folder / FILE_NAME).read_bytes() == before


def test_an_invalid_card_is_not_written(folder):
    before = (folder / FILE_NAME).read_bytes()
    with pytest.raises(CheckpointError, match="cannot be written: macs is 0; it must be 1 or more"):
        write_card(folder, read_card(folder).model_copy(update={"macs": 0}))
    assert (folder / FILE_NAME).read_bytes() == before


def test_a_full_disk_leaves_the_old_card(folder, monkeypatch):
    before = sorted(folder.iterdir()), (folder / FILE_NAME).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(CheckpointError, match="cannot be written: No space left on device; nothing was left half"):
        write_card(folder, read_card(folder))
    assert (sorted(folder.iterdir()), (folder / FILE_NAME).read_bytes()) == before


def test_reading_cards_does_not_load_torch(published):
    code = (
        "import sys; from fer_core import checkpoints\n"
        f"card, = checkpoints.list_checkpoints({str(published.parent)!r})\n"
        "checkpoints.summary_row(card); checkpoints.load_logits(card, 'PublicTest')\n"
        "assert 'torch' not in sys.modules and 'sklearn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.fixture
def scored(folder) -> Path:
    checkpoints.add_split(folder, "PrivateTest", checkpoints.load_logits(read_card(folder), "PublicTest"))
    return folder


def test_a_slim_checkpoint_keeps_its_scores_and_answers_and_is_still_true(scored):
    before, size = read_card(scored), (scored / "model.safetensors").stat().st_size
    (scored / "features-PrivateTest.safetensors").write_bytes(b"bound")
    assert checkpoints.drop_weights(scored) == size + len(b"bound")
    after = read_card(scored)
    dropped = after.dropped_weights
    assert after == before.model_copy(update={"weights": None, "dropped_weights": dropped})
    assert dropped.sha256 == before.weights.sha256
    assert before.precision == after.precision == "float16"
    assert checkpoints.verify(scored) == []
    with pytest.raises(CheckpointError, match="weights"):
        checkpoints.load_network(scored)


def test_nothing_is_removed_twice(scored):
    checkpoints.drop_weights(scored)
    with pytest.raises(CheckpointError, match="ships answers only already; nothing is left to remove"):
        checkpoints.drop_weights(scored)


def test_weights_stay_until_the_test_split_is_scored(folder):
    with pytest.raises(CheckpointError, match="is not scored on PrivateTest yet.*fer evaluate"):
        checkpoints.drop_weights(folder)
    assert (folder / "model.safetensors").is_file()


@pytest.fixture
def taught(scored) -> Path:
    """A checkpoint without weights whose answers to five training faces stay."""
    answers = checkpoints.load_logits(read_card(scored), "PublicTest").take(np.array([3, 0, 4, 1, 2]))
    checkpoints.drop_weights(scored, answers)
    return scored


def test_a_teacher_without_weights_still_says_what_it_said_of_its_training_faces(taught):
    card, stored = read_card(taught), checkpoints.load_logits(read_card(taught), "PublicTest")
    assert card.weights is None and card.teacher_logits.split == "Training"
    assert checkpoints.verify(taught) == [] and set(card.scores) == {"PublicTest", "PrivateTest"}
    wanted = stored.rows[[2, 0, 1]]
    assert np.array_equal(
        checkpoints.teacher_logits_for(card, wanted, stored.labels[[2, 0, 1]]), stored.logits[[2, 0, 1]]
    )


def test_a_lesson_about_other_faces_at_the_same_places_teaches_nobody(taught):
    card = read_card(taught)
    stored = checkpoints.load_logits(card, "PublicTest")
    labels = stored.labels[:5].copy()
    labels[[0, 3]] = (labels[[0, 3]] + 1) % 7
    with pytest.raises(CheckpointError, match="are to other faces: 2 of these 5 training faces had another label"):
        checkpoints.teacher_logits_for(card, stored.rows[:5], labels)


def test_a_lesson_that_lacks_faces_names_the_command_for_the_weights(taught):
    card, rows = read_card(taught), checkpoints.load_logits(read_card(taught), "PublicTest").rows
    with pytest.raises(CheckpointError, match=r"cover 1 of these 2 training faces.*makes them again: none"):
        checkpoints.teacher_logits_for(card, np.array([rows[0], 10**6]), np.zeros(2, np.int64))


def test_a_changed_lesson_teaches_nobody(taught):
    card, stored = read_card(taught), checkpoints.load_logits(read_card(taught), "Training")
    checkpoints.save_logits(taught, "Training", replace(stored, logits=-stored.logits), card.expressions)
    (problem,) = checkpoints.verify(taught)
    assert "logits-Training.safetensors was changed after its card was written; restore the file" in problem
    with pytest.raises(CheckpointError, match="was changed after its card"):
        checkpoints.teacher_logits_for(card, stored.rows, stored.labels)
    (taught / "logits-Training.safetensors").unlink()
    assert "logits-Training.safetensors is missing" in checkpoints.verify(taught)[0]


def test_a_lesson_is_of_the_training_split(taught):
    card = read_card(taught)
    with pytest.raises(CheckpointError, match="teacher_logits.split is 'PublicTest'; it must be 'Training'"):
        entry = card.teacher_logits.model_copy(update={"split": "PublicTest"})
        write_card(taught, card.model_copy(update={"teacher_logits": entry}))
