"""Publishing, finding and loading checkpoints."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from safetensors import safe_open
from support.checkpoint import HISTORY, NAME, TRAINING, answers, publish_sample

from fer_core import checkpoints, files, models
from fer_core.checkpoints import StoredLogits
from fer_core.checkpoints.card import FILE_NAME, read_card
from fer_core.errors import CheckpointError, DataError


@pytest.fixture
def folder(tmp_path):
    return publish_sample(tmp_path)


def test_the_loaded_network_gives_the_stored_logits(folder):
    network, card = checkpoints.load_network(folder)
    stored = checkpoints.load_logits(read_card(folder), "PublicTest")
    assert not network.training
    np.testing.assert_allclose(answers(network).logits, stored.logits, atol=1e-6)
    assert card.folder == folder


def test_the_temperature_on_the_card_is_that_of_the_validation_answers(folder):
    generator = np.random.default_rng(0)
    labels = np.arange(140) % 7
    logits = generator.normal(size=(140, 7)).astype(np.float32) + 2 * np.eye(7, dtype=np.float32)[labels]
    rows = np.arange(140)
    cool = checkpoints.add_split(folder, "PublicTest", StoredLogits(logits, labels, rows))
    hot = checkpoints.add_split(folder, "PublicTest", StoredLogits(3 * logits, labels, rows))
    tested = checkpoints.add_split(folder, "PrivateTest", StoredLogits(logits, labels, rows))
    assert hot.temperature == pytest.approx(3 * cool.temperature) == tested.temperature


def test_as_stored_rounds_a_copy():
    network = models.build("mini_xception")
    weight = network.head[0].weight
    with torch.no_grad():
        weight[0, 0, 0, 0] = 1.0001  # between float16's 1 and 1.00098
    stored = checkpoints.as_stored(network)
    assert (weight[0, 0, 0, 0].item(), stored.head[0].weight[0, 0, 0, 0].item()) == (pytest.approx(1.0001), 1.0)


def test_weights_beyond_float16_are_refused():
    network = models.build("mini_xception")
    with torch.no_grad():
        network.head[0].weight[0] = 1e6
    with pytest.raises(CheckpointError, match="head.0.weight holds values that float16 cannot"):
        checkpoints.as_stored(network)


def test_weights_that_storing_would_change_are_refused(tmp_path):
    with pytest.raises(CheckpointError, match=r"would change \d+ weights, first features.* publish as_stored"):
        publish_sample(tmp_path, network=models.build("mini_xception"))
    assert checkpoints.list_checkpoints(tmp_path) == []


def test_a_finished_checkpoint_is_not_overwritten(folder):
    with pytest.raises(CheckpointError, match="is a finished checkpoint; choose another tag"):
        publish_sample(folder.parent)


def test_an_unfinished_folder_is_not_listed_and_is_made_anew(folder):
    (folder / FILE_NAME).unlink()
    (folder / "logits-Old.safetensors").touch()
    assert checkpoints.list_checkpoints(folder.parent) == []
    publish_sample(folder.parent)
    assert checkpoints.verify(folder) == []


def test_a_failure_before_the_card_leaves_no_card(tmp_path, monkeypatch):
    def full(_: int) -> None:
        if any(tmp_path.glob("*/history.jsonl")):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(CheckpointError, match="logits-PublicTest.safetensors cannot be written: No space left"):
        publish_sample(tmp_path)
    assert sorted(path.name for path in (tmp_path / NAME).iterdir()) == ["history.jsonl", "model.safetensors"]


def test_an_incomplete_record_leaves_the_weights_and_no_card(tmp_path):
    training = {key: value for key, value in TRAINING.items() if key != "seed"}
    with pytest.raises(CheckpointError, match="would not be true: training.seed is missing"):
        publish_sample(tmp_path, training=training)
    assert (tmp_path / NAME / "model.safetensors").exists()
    assert not (tmp_path / NAME / FILE_NAME).exists()


def test_a_card_that_its_files_contradict_is_not_written(tmp_path):
    with pytest.raises(CheckpointError, match="history.jsonl has 1 lines, training.epochs is 2"):
        publish_sample(tmp_path, history_lines=HISTORY[:1])
    assert not (tmp_path / NAME / FILE_NAME).exists()


@pytest.mark.parametrize("name", ["../evil.fer2013-x", "a/b.fer2013-x", "mini_xception", "x.fer2013-a.b", ""])
def test_names_that_are_paths_or_no_names(tmp_path, name):
    with pytest.raises(CheckpointError, match="is not a checkpoint's name; it must read <network>.<data>-<tag>"):
        checkpoints.publish(
            tmp_path, name, network=None, network_name="", config={}, expressions=(), input_spec=None, data={},
            training={}, history_lines=[], logits={},
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("split", ["../Test", "a/b", "", ".hidden"])
def test_splits_that_would_leave_the_folder(folder, split):
    stored = checkpoints.load_logits(read_card(folder), "PublicTest")
    with pytest.raises(CheckpointError, match="is not a split's name; use letters, digits"):
        checkpoints.load_logits(read_card(folder), split)
    with pytest.raises(CheckpointError, match="is not a split's name"):
        checkpoints.add_split(folder, split, stored)
    assert checkpoints.verify(folder) == []


def test_add_split_scores_and_keeps_the_rest(folder):
    network, before = checkpoints.load_network(folder)
    stored = answers(network, rows=50, seed=1)
    card = checkpoints.add_split(folder, "PrivateTest", stored)
    assert card == read_card(folder)
    assert card.scores["PrivateTest"].accuracy.value == (stored.logits.argmax(1) == stored.labels).mean()
    assert card.scores["PublicTest"] == before.scores["PublicTest"]
    assert (before.headline_split, card.headline_split) == ("PublicTest", "PrivateTest")
    assert checkpoints.verify(folder) == []


def test_adding_the_same_split_again_changes_nothing(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    checkpoints.add_split(folder, "PublicTest", checkpoints.load_logits(read_card(folder), "PublicTest"))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_logits_of_other_expressions_are_refused_and_change_nothing(folder):
    stored = StoredLogits(np.zeros((4, 8), np.float32), np.zeros(4, int), np.arange(4))
    with pytest.raises(DataError, match="8 columns for 7 expressions"):
        checkpoints.add_split(folder, "PrivateTest", stored)
    assert checkpoints.verify(folder) == []


def test_logits_without_a_row_each_are_refused(tmp_path):
    stored = StoredLogits(np.zeros((4, 2), np.float32), np.zeros(4, int), np.arange(3))
    with pytest.raises(CheckpointError, match=r"'rows': \(3,\)}; with 2 expressions they must be \(N, 2\), and"):
        checkpoints.save_logits(tmp_path, "Test", stored, ("angry", "happy"))


def test_logits_survive_storing(tmp_path):
    stored = StoredLogits(np.array([[0.25, -3.5], [1e-6, 9]], np.float32), np.array([1, 0]), np.array([7, 3]))
    checkpoints.save_logits(tmp_path, "Test", stored, ("angry", "happy"))
    found = checkpoints.read_logits(tmp_path / "logits-Test.safetensors", ("angry", "happy"))
    for name in ("logits", "labels", "rows"):
        np.testing.assert_array_equal(getattr(found, name), getattr(stored, name))


def test_whole_numbers_take_no_more_bytes_on_disk_than_they_need(tmp_path):
    n, rows = 500, np.arange(35_000, 35_500)
    stored = StoredLogits(np.zeros((n, 2), np.float32), np.ones(n, int), rows, clusters=np.arange(n) - 1)
    path = checkpoints.save_logits(tmp_path, "Test", stored, ("angry", "happy"))
    with safe_open(path, framework="numpy") as file:
        kinds = {name: file.get_tensor(name).dtype for name in ("labels", "rows", "clusters")}
    assert kinds == {"labels": np.uint8, "rows": np.uint16, "clusters": np.int64}  # -1 needs a sign
    found = checkpoints.read_logits(tmp_path / "logits-Test.safetensors", ("angry", "happy"))
    assert {found.labels.dtype, found.rows.dtype, found.clusters.dtype} == {np.dtype(np.int64)}
    np.testing.assert_array_equal(found.rows, rows)
    np.testing.assert_array_equal(found.clusters, stored.clusters)


@pytest.mark.parametrize("content", [b"", b"not safetensors at all"])
def test_damaged_logits(folder, content):
    (folder / "logits-PublicTest.safetensors").write_bytes(content)
    with pytest.raises(CheckpointError, match="was changed after its card was written; restore the file"):
        checkpoints.load_logits(read_card(folder), "PublicTest")


def test_foreign_tensors_are_no_logits(folder):
    (folder / "logits-PublicTest.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    with pytest.raises(CheckpointError, match="was changed after its card was written"):
        checkpoints.load_logits(read_card(folder), "PublicTest")


def test_missing_logits_name_the_splits_there_are(folder):
    with pytest.raises(CheckpointError, match="has no logits of 'PrivateTest', only of PublicTest; run `fer evaluate"):
        checkpoints.load_logits(read_card(folder), "PrivateTest")


def test_history_is_one_object_a_line(folder):
    lines = (folder / "history.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == HISTORY


def test_the_summary_row_is_flat_and_comes_from_the_card(folder):
    card = read_card(folder)
    row = checkpoints.summary_row(card)
    accuracy = card.scores["PublicTest"].accuracy
    assert list(row) == [
        "name", "network", "data", "split", "n", "accuracy", "accuracy_low", "accuracy_high", "macro_f1", "params",
        "macs", "paper_accuracy",
    ]  # fmt: skip
    assert (row["split"], row["n"], row["accuracy"], row["accuracy_low"]) == (
        "PublicTest",
        30,
        accuracy.value,
        accuracy.low,
    )
    assert (row["params"], row["macs"], row["paper_accuracy"]) == (57095, 5825152, 0.6726)


def test_without_a_claim_the_row_says_null(folder):
    assert checkpoints.summary_row(read_card(folder).model_copy(update={"claim": None}))["paper_accuracy"] is None


def test_no_root_is_no_checkpoints(tmp_path):
    assert checkpoints.list_checkpoints(tmp_path / "nothing") == []


@pytest.mark.parametrize("draft", ["card.json", "logits-PrivateTest.safetensors"])
def test_a_draft_that_a_kill_left_bars_nothing(folder, draft):
    network = checkpoints.load_network(folder)[0]
    (folder / f".{draft}.part").write_bytes(b"{")
    card = checkpoints.add_split(folder, "PrivateTest", answers(network, seed=3))
    assert set(card.scores) == {"PublicTest", "PrivateTest"} and checkpoints.verify(folder) == []


def test_a_kill_after_the_logits_and_before_the_card_is_made_good_by_the_same_command(folder, monkeypatch):
    network = checkpoints.load_network(folder)[0]

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("fer_core.checkpoints.save.write_true", killed)
    with pytest.raises(KeyboardInterrupt):
        checkpoints.add_split(folder, "PrivateTest", answers(network, seed=3))
    monkeypatch.undo()
    assert set(checkpoints.add_split(folder, "PrivateTest", answers(network, seed=3)).scores) == {
        "PublicTest", "PrivateTest"
    }  # fmt: skip
    assert checkpoints.verify(folder) == []


def test_a_kill_while_weights_are_removed_is_made_good_by_the_same_command(folder):
    network, card = checkpoints.load_network(folder)
    checkpoints.add_split(folder, "PrivateTest", answers(network, seed=3))
    weights = (folder / "model.safetensors").read_bytes()
    checkpoints.drop_weights(folder)
    (folder / "model.safetensors").write_bytes(weights)  # the card was written, this was not removed yet
    assert checkpoints.drop_weights(folder) == len(weights) and checkpoints.verify(folder) == []
    with pytest.raises(CheckpointError, match="nothing is left to remove"):
        checkpoints.drop_weights(folder)
