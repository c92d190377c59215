"""A network that is fed and read as it was trained is green; each mutation turns its own line red, and no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.onnx_networks import stripes_network, write_stripes

from fer_core import checkpoints, cli
from fer_core.checkpoints.card import read_card
from fer_core.checkpoints.contract_report import load_report
from fer_core.contract.answers import batch_independence, flip_sensitivity, output_kind
from fer_core.contract.check import check_contract, contract
from fer_core.contract.subject import Subject, subject_of
from fer_core.errors import CheckpointError
from fer_core.inference.importing import import_network
from fer_core.labels import FER2013, RAFDB

ALPHABETICAL, RAF = ([FER2013.index(name) for name in order] for order in (sorted(FER2013), RAFDB))


@pytest.fixture
def world(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("FER_DATA", str(write_stripes(tmp_path)))
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path / "checkpoints"))
    return tmp_path


def imported(world: Path, pixels: str = "grey,0..1", **mutation: object) -> Path:
    """Import a network that may be mutated, told FER2013's order."""
    (world / "network.onnx").write_bytes(stripes_network(**mutation))
    root = world / "checkpoints"
    return import_network(world / "network.onnx", root, network="stripes", columns=FER2013, pixels=pixels)


def states(folder: Path) -> dict[str, str]:
    return {line.check: line.state for line in check_contract(folder).lines}


def test_a_network_read_as_it_was_trained_is_green_all_over(world):
    assert set(states(imported(world)).values()) == {"green"}


@pytest.mark.parametrize(
    ("mutation", "red"),
    [
        ({"order": ALPHABETICAL}, {"label order"}),
        ({"order": RAF, "probabilities": True}, {"label order"}),
        ({"pixels": "grey,-1..1"}, {"input scale"}),
        ({"pixels": "grey,0..255", "layout": "NHWC"}, {"input scale", "output"}),  # all out of its reach: all zero
        ({"pixels": "grey,imagenet", "order": ALPHABETICAL}, {"input scale", "output"}),
        ({"batch_mean": True}, {"same answer in any batch"}),
        ({"noise": True}, {"determinism", "same answer in any batch"}),
    ],
)
def test_a_mutation_turns_its_own_line_red(world, mutation, red):
    found = states(imported(world, **mutation))
    assert {check for check, state in found.items() if state == "red"} == red


@pytest.mark.parametrize(("order", "name"), [(ALPHABETICAL, "alphabetical"), (RAF, "rafdb")])
def test_a_wrong_order_is_named_and_its_remedy_makes_it_green(world, order, name):
    report = check_contract(imported(world, order=order))
    line = report.lines[0]
    columns = [FER2013[place] for place in order]
    assert f"({name} order)" in line.found and line.fix.endswith(f"--labels {','.join(columns)}")
    moved = [entry.expression for entry in report.order if entry.given.value < entry.best.value == 1]
    assert set(moved) == {one for one, other in zip(FER2013, columns, strict=True) if one != other}
    again = import_network(
        world / "network.onnx", world / "checkpoints", network="stripes", columns=columns, pixels="grey,0..1", tag="b"
    )
    assert states(again)["label order"] == "green"


def test_a_wrong_scale_names_the_right_one_with_its_accuracy(world):
    report = check_contract(imported(world, pixels="grey,0..255"))
    assert report.lines[1].fix.endswith("--input grey,0..1")
    accuracy = {entry.scale: entry.accuracy.value for entry in report.scales}
    assert accuracy["0..1"] == 1 and accuracy["as the card says"] < 0.3 and "0..255" not in accuracy


def test_a_card_that_calls_probabilities_logits_is_red(world):
    subject = subject_of(imported(world, probabilities=True))
    assert output_kind(subject, subject.outputs()).state == "green"
    network = subject.card.network
    config = {**network.config, "output": "logits"}
    card = subject.card.model_copy(update={"network": network.model_copy(update={"config": config})})
    assert output_kind(replace(subject, card=card), subject.outputs()).state == "red"


@pytest.mark.parametrize("outputs", [np.full((4, 7), np.nan), np.ones((4, 7))])
def test_outputs_that_say_nothing_are_red(world, outputs):
    assert output_kind(subject_of(imported(world)), outputs).state == "red"


def test_answers_that_change_under_mirroring_are_red(world):
    subject = subject_of(imported(world, right_half=True))
    assert flip_sensitivity(subject, subject.outputs()).state == "green"
    images = subject.faces.images.copy()
    images[:, :, :24] //= 8  # light from the right
    lit = replace(subject, faces=replace(subject.faces, images=images))
    assert flip_sensitivity(lit, lit.outputs()).state == "red"


def test_rounding_between_batches_is_no_fault(world):
    subject = subject_of(imported(world))

    def rounded(scale: float) -> Subject:
        return replace(subject, run=lambda given: subject.run(given) + scale * len(given))

    assert batch_independence(rounded(1e-7)).state == "green" and batch_independence(rounded(1e-3)).state == "red"


def test_an_old_opset_is_amber(world):
    assert states(imported(world, opset=12))["opset"] == "amber"


def test_the_report_is_stored_bound_to_its_weights_and_verified(world):
    folder = imported(world)
    card = read_card(folder)
    with pytest.raises(CheckpointError, match="not checked yet"):
        load_report(card)
    report = check_contract(folder)
    assert load_report(card) == report and checkpoints.verify(folder) == []
    path = folder / "contract.json"
    path.write_text(path.read_text().replace(report.weights, "0" * 64))
    assert any("other weights" in one for one in checkpoints.verify(folder))


def test_the_command_ends_with_1_where_a_line_is_red(world, capsys):
    good, bad = imported(world).name, "stripes.fer2013-imported"
    assert good == bad and cli.main(["contract", good]) == 0
    (world / "checkpoints" / good / "card.json").unlink()
    imported(world, order=ALPHABETICAL)
    assert cli.main(["contract", bad]) == 1
    assert "red    label order" in capsys.readouterr().out


def test_a_network_of_this_project_is_checked_alike(world):
    from support.checkpoint import publish_sample

    subject = subject_of(publish_sample(world / "own"))
    report = contract(subject)
    assert report.n == 210 and {line.check for line in report.lines} >= {"label order", "size", "file"}
    assert [line.state for line in report.lines if line.check in ("determinism", "output", "file")] == ["green"] * 3
