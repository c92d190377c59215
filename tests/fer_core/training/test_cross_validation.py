"""Training under a protocol: each face is answered by a network that has not seen its person; others start or teach."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from support.data_sets import write_ck48, write_rafdb
from support.paths import toy_faces

from fer_core import checkpoints, cli, models
from fer_core.checkpoints import StoredLogits, load_logits, looks, read_logits, save_logits
from fer_core.checkpoints.card import read_card
from fer_core.checkpoints.logits import logits_path
from fer_core.data import open_dataset, protocols
from fer_core.errors import CheckpointError, ConfigError
from fer_core.evaluation import wilson
from fer_core.evaluation.clustered import score_clustered
from fer_core.images.preprocessing import InputSpec, fitted
from fer_core.inference.predictor import faces_of, predict_split
from fer_core.labels import CKPLUS, FER2013
from fer_core.models.attention import CBAM
from fer_core.training import config as plans
from fer_core.training import distillation
from fer_core.training.recipes import RECIPES

CROSSED = ["train", "mini_xception", "--data", "ckplus", "--protocol", "ckplus-subject", "--recipe", "short", "--smoke"]
NAME = "mini_xception.ckplus-subject-short-s0-smoke"


@pytest.fixture
def ckplus(tmp_path, monkeypatch):
    write_ck48(tmp_path / "data", subjects=12)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FER_DATA", raising=False)
    monkeypatch.delenv("FER_CHECKPOINTS", raising=False)
    return tmp_path


def test_ten_networks_each_answer_for_people_they_have_not_seen(ckplus, capsys):
    assert cli.main(CROSSED) == 0
    faces, folder = open_dataset("ckplus"), ckplus / "checkpoints" / NAME
    drawn = protocols.build("ckplus-subject", faces)
    stored = load_logits(read_card(folder), "test")
    assert sorted(stored.rows) == sorted(faces.rows)
    for k, fold in enumerate(drawn.folds):
        assert stored.rows[stored.folds == k].tolist() == faces.rows[fold.test].tolist()
    subject = dict(zip(faces.rows.tolist(), faces.subjects.tolist(), strict=True))
    assert [f"S{number:03d}" for number in stored.clusters] == [subject[row] for row in stored.rows]
    card = json.loads((folder / "card.json").read_text())
    assert card["protocol"]["sha256"] == drawn.sha256 and card["protocol"]["folds"] == 10
    assert card["weights"] is None and not list(folder.glob("model*"))
    (look,) = looks.read().looks  # all ten test folds are scored at once
    assert (look.why, look.protocol, look.split, look.n) == (looks.FOLDS, "ckplus-subject", "test", len(stored.rows))
    assert look.score == card["scores"]["test"]["accuracy"]["value"] and look.precision == "float16"
    assert [json.loads(line)["fold"] for line in (folder / "history.jsonl").read_text().splitlines()] == list(range(10))
    capsys.readouterr()
    assert cli.main(["verify"]) == 0
    assert cli.main(["evaluate", NAME]) == 2
    said = capsys.readouterr().err
    assert f"the weights of {NAME} are not shipped" in said
    assert f"move its folder away, and this makes them again: {card['training']['command']}" in said
    assert cli.main(["evaluate", "--all"]) == 0
    assert f"not recomputed: {NAME}: it ships answers and no weights" in capsys.readouterr().out


def test_a_cross_validation_goes_on_after_a_kill(ckplus, monkeypatch):
    """The fold that was interrupted, and those after it, are trained; finished ones are not again."""
    from fer_core.training import runner

    fitted_parts, fit = [], runner._fit

    def dying(plan, part, place, *rest):
        fitted_parts.append(place.name)
        if place.name == "fold-3" and fitted_parts.count("fold-3") == 1:
            raise KeyboardInterrupt
        return fit(plan, part, place, *rest)

    monkeypatch.setattr(runner, "_fit", dying)
    assert cli.main(CROSSED) == 130
    states = {path: path.stat().st_mtime_ns for path in (ckplus / "runs" / NAME).glob("fold-*/state.safetensors")}
    assert len(states) == 3
    assert cli.main(CROSSED) == 0
    assert all(path.stat().st_mtime_ns == before for path, before in states.items())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--protocol", "ckplus-lineage"], "has no validation faces"),
        (["--protocol", "fer2013-official"], "is a protocol of fer2013, not of ckplus"),
        ([], r"CK\+ has no official splits; choose a protocol with --protocol: ckplus-subject"),
        (["--protocol", "ckplus-subject", "--set", "teacher=votes"], r"nobody's votes are known for the faces of CK\+"),
    ],
)
def test_requests_that_cannot_be(ckplus, words, message, capsys):
    import re

    assert cli.main(["train", "mini_xception", "--data", "ckplus", "--recipe", "short", *words]) == 2
    assert re.search(message, capsys.readouterr().err)


def test_a_protocol_with_one_fold_ships_weights_and_is_scored_under_it(tmp_path, monkeypatch, capsys):
    write_rafdb(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FER_DATA", raising=False)
    words = ["--data", "rafdb", "--protocol", "rafdb-official", "--recipe", "short", "--smoke"]
    sizes = ["--set", "size_px=48", "--set", "color=grey"]
    assert cli.main(["train", "mini_xception", *words, *sizes]) == 0
    name = "mini_xception.rafdb-official-short-s0-smoke"
    assert cli.main(["evaluate", name]) == 0
    assert f"{name}: test, n = 7" in capsys.readouterr().out
    card = checkpoints.list_checkpoints()[0]
    assert (card.input.size_px, card.input.color) == (48, "grey") and card.weights
    protocol = card.protocol.model_copy(update={"sha256": "0" * 64})
    moved = card.model_copy(update={"protocol": protocol})
    with pytest.raises(CheckpointError, match="another draw of RAF-DB, official with validation"):
        faces_of(moved, "test")


# --- what a training takes over


@pytest.mark.parametrize("name", models.list_networks())
def test_the_answering_layer_has_a_row_for_each_expression(name):
    network = models.build(name, num_classes=11)
    assert network.state_dict()[f"{distillation.answering_layer(network)}.weight"].shape[0] == 11
    assert network.state_dict()[f"{distillation.answering_layer(network)}.bias"].shape == (11,)


def test_the_last_layer_is_taken_over_by_name():
    older, new = models.build("mini_xception"), models.build("mini_xception", num_classes=7)
    last = distillation.answering_layer(new)
    fresh = new.state_dict()[f"{last}.weight"].clone()
    rows = distillation._by_name(older.state_dict()[f"{last}.weight"], FER2013, fresh.clone(), CKPLUS)
    for i, name in enumerate(CKPLUS):
        expected = older.state_dict()[f"{last}.weight"][FER2013.index(name)] if name in FER2013 else fresh[i]
        assert torch.equal(rows[i], expected)
    assert "contempt" in CKPLUS and "contempt" not in FER2013


def test_annotators_can_teach():
    faces = replace(toy_faces(4), votes=np.full((4, 7), 1 / 7, np.float32))
    plan = plans.Plan(None, None, None, RECIPES["cpu-softlabels"], None, ("a", "b", "c"), (), None)
    assert distillation.soft_targets(plan, plans.Fold(faces, faces), None, None) is faces.votes


def test_a_teacher_still_teaches_when_its_weights_are_gone(tmp_path, monkeypatch, capsys):
    write_rafdb(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FER_DATA", raising=False)
    monkeypatch.delenv("FER_CHECKPOINTS", raising=False)
    words = [
        "train",
        "mini_xception",
        "--data",
        "rafdb",
        "--protocol",
        "rafdb-official",
        "--recipe",
        "short",
        "--smoke",
    ]
    teacher = "mini_xception.rafdb-official-short-s0-smoke"
    sizes = ["--set", "size_px=48", "--set", "color=grey"]
    assert cli.main([*words, *sizes]) == 0
    folder = tmp_path / "checkpoints" / teacher
    network, card = checkpoints.load_network(folder)
    assert cli.main(["evaluate", teacher]) == 0 and cli.main(["drop-weights", teacher, "--teacher"]) == 0
    assert not list(folder.glob("model*"))
    plan = plans.prepare(
        plans.Request("mini_xception", "rafdb", protocol="rafdb-official", changes={"teacher": teacher})
    )
    faces = plan.parts[0].training
    said = distillation.soft_targets(plan, plan.parts[0], tmp_path / "checkpoints", tmp_path / "runs")
    wanted = predict_split(network, card.input.spec, faces).logits
    assert np.allclose(said, torch.from_numpy(wanted).softmax(1).numpy(), atol=1e-6)
    assert not (tmp_path / "runs" / "teachers").exists()
    assert cli.main([*words, *sizes, "--set", f"teacher={teacher}", "--tag", "taught"]) == 0
    assert cli.main(["verify"]) == 0


def test_a_network_keeps_the_input_of_the_one_it_starts_from(shelf):
    start = sorted(path.parent.name for path in shelf.glob("*/card.json"))[0]
    given = checkpoints.list_checkpoints(shelf)[0].input
    part = plans.Fold(replace(toy_faces(4), images=np.zeros((4, 60, 60, 3), np.uint8)), toy_faces(4))
    recipe = replace(RECIPES["cpu-finetune"], init_from=start)
    spec = plans.input_spec((part,), 3, recipe, shelf)
    assert (spec.size_px, spec.color, spec.mean) == (given.size_px, given.color, given.mean)
    assert plans.input_spec((part,), 3, replace(recipe, size_px=64), shelf).size_px == 64


def test_gates_start_even_on_request_and_come_along_with_the_weights_of_a_checkpoint(tmp_path, monkeypatch):
    write_rafdb(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FER_DATA", raising=False)
    monkeypatch.delenv("FER_CHECKPOINTS", raising=False)

    def last_weights(tag: str, **fields: str) -> list[torch.Tensor]:
        """The last layers of the gates after a training in which nothing moves."""
        still = {"lr": "0", "size_px": "48", "color": "grey", **fields}
        sets = [word for key, value in still.items() for word in ("--set", f"{key}={value}")]
        words = ["--data", "rafdb", "--protocol", "rafdb-official", "--recipe", "short", "--smoke", "--tag", tag]
        assert cli.main(["train", "a_mobilenet-cbam", *words, *sets]) == 0
        network, _ = checkpoints.load_network(tmp_path / "checkpoints" / f"a_mobilenet-cbam.rafdb-official-{tag}")
        gates = [module for module in network.modules() if isinstance(module, CBAM)]
        return [weight for gate in gates for weight in (gate.channel.expand.weight, gate.spatial.conv.weight)]

    drawn, even = last_weights("drawn", gate_start="random"), last_weights("even", gate_start="even")
    assert len(drawn) == 8 and all(weight.any() for weight in drawn)
    assert not any(weight.any() for weight in even)
    kept = last_weights("kept", gate_start="even", init_from="a_mobilenet-cbam.rafdb-official-drawn")
    assert all(map(torch.equal, kept, drawn))


def test_ten_folds_share_an_input_that_no_test_face_has_a_part_in():
    part = plans.Fold(toy_faces(7), toy_faces(7))
    spec = plans.input_spec((part, part), 3, RECIPES["short"])
    assert (spec.mean, spec.std) == ((0.5,), (0.25,))


def test_fitted_rows_are_resized_as_one_picture_is():
    images = np.random.default_rng(0).integers(0, 256, (3, 50, 40, 3)).astype(np.uint8)
    spec = InputSpec(24, 3, "grey", (0.5,), (0.25,))
    assert fitted(images, spec).shape == (3, 24, 24)
    assert fitted(images[:, :24, :24], spec).shape == (3, 24, 24)


# --- scores of clustered rows


def test_intervals_know_that_rows_of_a_person_fall_together():
    """Two people of three rows, one right and one wrong: drawing two of two gives accuracies 0, 1/2 and 1."""
    labels, said = np.array([0, 0, 0, 0, 0, 0, 1]), np.array([0, 0, 0, 1, 1, 1, 1])
    who = np.array([1, 1, 1, 2, 2, 2, 3])
    scores = score_clustered(np.eye(2)[said], labels, ("sad", "happy"), who)
    assert scores.accuracy.value == pytest.approx(4 / 7)
    assert (scores.accuracy.low, scores.accuracy.high) == (0, 1)
    recall = scores.per_class[0].recall
    assert recall.value == 0.5
    assert (recall.low, recall.high) == pytest.approx(wilson(1, 2))


def test_stored_answers_keep_their_people_and_folds(tmp_path):
    stored = StoredLogits(np.eye(3, 2, dtype=np.float32), np.array([0, 1, 0]), np.arange(3), np.array([5, 5, 7]))
    save_logits(tmp_path, "test", stored, ("sad", "happy"))
    found = read_logits(logits_path(tmp_path, "test"), ("sad", "happy"))
    assert found.clusters.tolist() == [5, 5, 7] and found.folds is None
    assert found.take(np.array([2, 0])).clusters.tolist() == [7, 5]
    with pytest.raises(CheckpointError, match="N,. for all else"):
        save_logits(tmp_path, "test", replace(stored, clusters=np.array([1])), ("sad", "happy"))


def test_a_network_of_another_kind_is_no_start(shelf):
    network = models.build("mini_xception")
    start = sorted(path.parent.name for path in shelf.glob("*/card.json"))[0]
    recipe = replace(RECIPES["cpu-finetune"], init_from=start)
    request = plans.Request("mini_xception", "fer2013")
    plan = plans.Plan(
        request, None, models.config_from("mini_xception", {"in_channels": 1}), recipe, None, (), (), None
    )
    with pytest.raises(CheckpointError, match="is another network than mini_xception"):
        distillation.start_from(plan, network, shelf)


def test_larger_maps_start_from_the_weights_of_smaller_ones(shelf):
    start = "i_mobilenet_v2.fer2013-s0"
    config = models.config_from("i_mobilenet_v2", {"output_stride": 16})
    request = plans.Request("i_mobilenet_v2", "fer2013")
    recipe = replace(RECIPES["cpu-finetune"], init_from=start)
    plan = plans.Plan(request, None, config, recipe, None, (), (plans.Fold(toy_faces(7), toy_faces(7)),), None)
    network = models.build_config("i_mobilenet_v2", config)
    distillation.start_from(plan, network, shelf)
    older, _ = checkpoints.load_network(shelf / start)
    assert all(torch.equal(weights, older.state_dict()[name]) for name, weights in network.state_dict().items())
    face = torch.zeros(1, 3, 48, 48)
    assert [one.eval().features(face).shape[-1] for one in (older, network)] == [2, 3]


def test_unknown_protocols_are_named():
    with pytest.raises(ConfigError, match="ckplus-subject"):
        protocols.build("ckplus-subjects", toy_faces(7))
