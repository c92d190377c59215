"""Weights in 8 bits: what a file holds, what it costs, and that the old checkpoint stays until the new one is whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from support.checkpoint import answers, publish_sample

from fer_core import checkpoints, files, labels, models
from fer_core.checkpoints import quantization, weights
from fer_core.checkpoints.card import read_card, write_card
from fer_core.errors import CheckpointError, ConfigError
from fer_core.inference.quantize import replace_weights

NETWORKS = ["lightexnet", "a_mobilenet", "mobilenet_v3-small", "dense_resnet-small", "i_mobilenet_v2"]


@pytest.fixture
def folder(tmp_path):
    return publish_sample(tmp_path)


def eight_bits(folder):
    """Repack the sample; returns its rounded network."""
    network, card = checkpoints.load_network(folder)
    network = checkpoints.as_stored(network, "int8")
    replace_weights(card, network, {"PublicTest": answers(network)}, "int8")
    return network


@pytest.mark.parametrize("precision", ["float16", "int8"])
@pytest.mark.parametrize("name", NETWORKS)
def test_storing_changes_no_weight_of_a_rounded_network(tmp_path, name, precision):
    network = checkpoints.as_stored(models.build(name), precision)
    path = weights.save_weights(tmp_path, network, name, labels.FER2013, precision)
    state = quantization.dequantized(load_file(path))
    assert state.keys() == network.state_dict().keys()
    assert all(torch.equal(value, state[key].to(value.dtype)) for key, value in network.state_dict().items())


def test_no_value_moves_by_more_than_half_a_step_of_its_channel():
    weight = torch.randn(64, 32, 3, 3) * torch.logspace(-6, 2, 64).reshape(-1, 1, 1, 1)
    moved = (quantization.rounded("w", weight, "int8") - weight).abs().flatten(1).amax(1)
    assert (moved <= weight.flatten(1).abs().amax(1) / 127 * 0.51).all() and (moved > 0).all()


def test_a_channel_of_zeros_stays_zero():
    assert torch.equal(quantization.rounded("w", torch.zeros(2, 3), "int8"), torch.zeros(2, 3))


@pytest.mark.parametrize("precision", ["float16", "int8"])
def test_rounding_twice_is_rounding_once(precision):
    once = quantization.rounded("w", torch.randn(256, 64), precision)
    assert torch.equal(quantization.rounded("w", once, precision), once)


def test_an_unknown_precision_is_named():
    with pytest.raises(ConfigError, match="'int4' is not a known precision.*float16, int8"):
        quantization.rounded("w", torch.ones(1, 1), "int4")


def test_weights_that_are_not_rounded_to_8_bits_are_refused(tmp_path):
    with pytest.raises(CheckpointError, match=r"storing as int8 would change \d+ weights, first features"):
        weights.save_weights(
            tmp_path, checkpoints.as_stored(models.build("mini_xception")), "mini_xception", labels.FER2013, "int8"
        )


def test_a_repacked_checkpoint_scores_what_its_file_holds(folder):
    before, network = read_card(folder), eight_bits(folder)
    after, loaded = read_card(folder), checkpoints.load_network(folder)[0]
    assert checkpoints.verify(folder) == []
    assert after.weights.bytes < before.weights.bytes and after.weights.dtype.startswith("int8")
    assert all(torch.equal(value, network.state_dict()[key]) for key, value in loaded.state_dict().items())
    assert (checkpoints.load_logits(read_card(folder), "PublicTest").logits == answers(loaded).logits).all()
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_what_was_computed_with_the_old_weights_goes(folder):
    (folder / "features-PublicTest.safetensors").write_bytes(b"bound")
    eight_bits(folder)
    assert not (folder / "features-PublicTest.safetensors").exists()


def test_a_repacking_that_fails_leaves_the_old_checkpoint(folder, monkeypatch):
    before = {path.name: files.sha256(path) for path in folder.iterdir()}

    def full_disk(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copytree", full_disk)
    with pytest.raises(CheckpointError, match="cannot be written anew: No space left on device; it stays as it was"):
        eight_bits(folder)
    assert {path.name: files.sha256(path) for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), KeyboardInterrupt()])
def test_the_old_checkpoint_comes_back_when_the_new_one_cannot_take_its_place(folder, monkeypatch, error):
    before, rename = {path.name: files.sha256(path) for path in folder.iterdir()}, Path.rename

    def fails_for_the_new(path, target):
        if path.parent != folder.parent and target == folder and path.name != "before":
            raise error
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails_for_the_new)
    with pytest.raises((CheckpointError, KeyboardInterrupt)):
        eight_bits(folder)
    assert {path.name: files.sha256(path) for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


class Power(BaseException):
    """The process is gone at once: no handler runs, but in a test it has to be stopped by something."""


def killed_at(folder, monkeypatch, count: int) -> None:
    """Repack, and lose power right after the `count`-th rename of a folder."""
    rename, seen = Path.rename, []

    def counted(path, target):
        if len(seen) >= count:
            raise Power  # also what a handler would try
        result = rename(path, target)
        seen.append(path)
        if len(seen) == count:
            raise Power
        return result

    with monkeypatch.context() as power:
        power.setattr(Path, "rename", counted)
        with pytest.raises(Power):
            eight_bits(folder)


@pytest.mark.parametrize("count", [1, 2])
def test_a_kill_between_two_renames_costs_no_checkpoint(folder, monkeypatch, count):
    name, root = folder.name, folder.parent
    killed_at(folder, monkeypatch, count)
    assert folder.exists() == (count == 2)
    (card,) = checkpoints.list_checkpoints(root)
    assert card.name == name and card.weights.dtype.startswith("int8") and checkpoints.verify(folder) == []
    assert [path.name for path in root.iterdir()] == [name]


def test_a_kill_before_the_new_folder_is_whole_leaves_the_old_one(folder, monkeypatch):
    before = {path.name: files.sha256(path) for path in folder.iterdir()}
    place = folder.with_name(f".{folder.name}.packing")
    (place / folder.name).mkdir(parents=True)
    (place / folder.name / "model.safetensors").write_bytes(b"half")
    checkpoints.recover(folder.parent)
    assert {path.name: files.sha256(path) for path in folder.iterdir()} == before and not place.exists()
    (place / folder.name).mkdir(parents=True)
    eight_bits(folder)
    assert checkpoints.verify(folder) == [] and not place.exists()


def test_an_old_folder_alone_comes_back(folder):
    place = folder.with_name(f".{folder.name}.packing")
    place.mkdir()
    folder.rename(place / "before")
    assert [card.name for card in checkpoints.list_checkpoints(folder.parent)] == [folder.name]
    assert checkpoints.verify(folder) == []


def test_nobody_recovers_what_another_process_is_at_work_on(folder):
    from fer_core.checkpoints import replacing

    with replacing.workplace(folder) as after:
        shutil.copytree(folder, after)
        checkpoints.recover(folder.parent)
        assert after.is_dir()
        with pytest.raises(CheckpointError, match="is being written anew by another process; wait"):
            eight_bits(folder)
    assert not after.exists() and checkpoints.verify(folder) == []


def test_answers_of_other_weights_are_not_stored_beside_rounded_ones(folder):
    network, card = checkpoints.load_network(folder)
    with pytest.raises(CheckpointError, match="storing as int8 would change"):
        replace_weights(card, network, {"PublicTest": answers(network)}, "int8")
    assert read_card(folder) == card and checkpoints.verify(folder) == []


def test_an_8_bit_weight_without_its_scale_is_refused(folder):
    eight_bits(folder)
    path = folder / "model.safetensors"
    state = load_file(path)
    lost = next(key for key in state if key.endswith(".scale"))
    save_file({key: value for key, value in state.items() if key != lost}, path)
    card = read_card(folder)
    write_card(folder, card.model_copy(update={"weights": weights.describe(path)}))
    with pytest.raises(CheckpointError, match=r"is torch.int8 .*, the card's network needs torch.float32"):
        checkpoints.load_network(folder)
