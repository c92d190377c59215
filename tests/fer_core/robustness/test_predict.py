"""Answers to changed faces: asked, stored, read back, and what they are worth, counted by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from support.checkpoint import INPUT, NAME, of_other_weights, publish_sample
from support.corruption_predictions import made_up
from support.paths import toy_faces

from fer_core import checkpoints, cli, models
from fer_core.checkpoints.card import Card, read_card
from fer_core.checkpoints.corruption_predictions import (
    StoredCorruptionPredictions,
    corruption_predictions_path,
    load_corruption_predictions,
    save_corruption_predictions,
)
from fer_core.errors import CheckpointError, DataError
from fer_core.evaluation.intervals import mean, proportion
from fer_core.evaluation.paired import difference
from fer_core.images.preprocessing import images_to_input
from fer_core.inference.predictor import Predictor
from fer_core.robustness import scores
from fer_core.robustness.corruptions import CORRUPTIONS, corrupt_all, mirror
from fer_core.robustness.predict import is_current, predict_corrupted, store_corruption_predictions

SPLIT = "PrivateTest"


@pytest.fixture
def card(tmp_path, monkeypatch) -> Card:
    """A published sample, and a data set of 30 faces to ask it about."""
    monkeypatch.setattr("fer_core.inference.predictor.open_dataset", lambda name, root: toy_faces(30, split=SPLIT))
    return read_card(publish_sample(tmp_path))


def test_every_condition_is_asked_at_the_networks_size(card):
    stored = store_corruption_predictions(card.folder, faces=14)
    assert set(stored.answers) == {"clean", "mirror"} | {f"{name}-{i}" for name in CORRUPTIONS for i in range(1, 6)}
    network, faces = Predictor(card.folder).network, toy_faces(30)
    for condition, pictures in (
        ("clean", faces.images),
        ("mirror", mirror(faces.images)),
        ("jpeg-4", corrupt_all(faces.images[stored.sample], "jpeg", 4)),
    ):
        with torch.inference_mode():
            expected = network(torch.from_numpy(images_to_input(pictures, INPUT))).argmax(1).numpy()
        assert np.array_equal(stored.answers[condition], expected)
    assert (len(stored.rows), len(stored.sample)) == (30, 14)


def test_open_gates_are_asked_where_there_are_gates_and_closed_again():
    torch.manual_seed(0)
    network = models.build("a_mobilenet").eval()
    faces, place = toy_faces(3), np.arange(3)
    given = torch.from_numpy(images_to_input(faces.images, INPUT))
    with torch.inference_mode():
        before = network(given)
        stored = predict_corrupted(network, INPUT, faces, place[:1])
        after = network(given)
    assert torch.equal(before, after)
    assert set(stored.answers) >= {"gates-open", "clean"}
    assert len(stored.answers["gates-open"]) == 3


def test_predictions_come_back_as_they_were_stored(card):
    assert not is_current(card.folder)
    stored = store_corruption_predictions(card.folder, faces=14, seed=3)
    again = load_corruption_predictions(card, SPLIT)
    assert is_current(card.folder)
    assert again.seed == 3
    for name in ("rows", "labels", "sample"):
        assert np.array_equal(getattr(again, name), getattr(stored, name))
    assert all(np.array_equal(again.answers[name], stored.answers[name]) for name in stored.answers)


def test_missing_predictions_name_the_command(card):
    with pytest.raises(CheckpointError, match="no stored predictions for corrupted faces of PrivateTest; `fer rob"):
        load_corruption_predictions(card, SPLIT)


def test_predictions_of_other_weights_are_refused(card):
    save_corruption_predictions(card, SPLIT, made_up())
    other = of_other_weights(card)
    with pytest.raises(CheckpointError, match="was computed with other weights than the card of mini_xception"):
        load_corruption_predictions(other, SPLIT)


def damaged(card: Card, **changes: np.ndarray | None) -> None:
    """Store made-up predictions with some tensors replaced, or left out for None."""
    path = save_corruption_predictions(card, SPLIT, made_up())
    arrays = {**load_file(path), **changes}
    about = {"about": json.dumps({"weights": card.weights.sha256, "seed": 0})}
    save_file({name: array for name, array in arrays.items() if array is not None}, path, metadata=about)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"fog-9": np.zeros(10, np.uint8)}, r"it holds 'fog-9'"),
        ({"clean": None}, r"it lacks clean"),
        ({"sample": None}, r"does not hold predictions for corrupted faces of PrivateTest: it lacks sample"),
        ({"mirror": np.zeros(3, np.uint8)}, r"mirror has the shape \(3,\), not 20"),
        ({"blur-1": np.full(10, 7, np.uint8)}, r"blur-1 reaches from 7 to 7, beyond 0 to 6"),
        ({"sample": np.full(10, 20, np.int32)}, r"sample reaches from 20 to 20, beyond 0 to 19"),
    ],
)
def test_what_does_not_fit_is_named(card, changes, sentence):
    damaged(card, **changes)
    with pytest.raises(CheckpointError, match=sentence):
        load_corruption_predictions(card, SPLIT)


def test_a_file_cut_short_is_no_file(card):
    path = save_corruption_predictions(card, SPLIT, made_up())
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(CheckpointError, match=f"`fer robustness {NAME}` writes it anew"):
        load_corruption_predictions(card, SPLIT)
    assert any("is not a whole safetensors file" in problem for problem in checkpoints.verify(card.folder))


def test_the_audit_compares_clean_answers_with_stored_logits(card):
    """Eye logits answer the label itself; made-up predictions answer five of twenty otherwise."""
    labels = made_up().labels.astype(np.int64)
    logits = checkpoints.StoredLogits(np.eye(7, dtype=np.float32)[labels], labels, np.arange(20))
    checkpoints.add_split(card.folder, SPLIT, logits)
    assert checkpoints.verify(card.folder) == []
    save_corruption_predictions(card, SPLIT, made_up())
    (problem,) = checkpoints.verify(card.folder)
    assert "gives unchanged faces the answers of the stored logits for 75.0% of them only" in problem
    save_corruption_predictions(
        card, SPLIT, replace(made_up(), answers={**made_up().answers, "clean": made_up().labels})
    )
    assert checkpoints.verify(card.folder) == []


def test_resilience_by_hand():
    """Of 20 faces 15 are right unchanged; of the 10 corrupted, 8 are; of these 4 at every severity of everything."""
    found = scores.robustness_summary(made_up())
    assert (found.n, found.n_corrupted) == (20, 10)
    assert found.clean == proportion(15, 20)
    assert found.corrupted == mean(np.repeat([1.0, 0.0], [4, 6]))
    assert found.drop == mean(np.repeat([0.0, 1.0, 0.0], [4, 4, 2]))
    assert found.mirror_changes == proportion(2, 20)
    assert found.gates.difference == difference(1, 4, 20)
    assert (found.gates.only_trained, found.gates.only_open) == (4, 1)
    assert found.gates.p == pytest.approx(2 * (1 + 5) / 2**5)  # 0 or 1 heads of 5


def test_a_curve_starts_at_the_unchanged_faces_of_the_sample():
    assert scores.by_severity(made_up(), "blur") == (proportion(8, 10), *[proportion(4, 10)] * 5)
    assert scores.by_corruption(made_up(), "blur").value == pytest.approx(0.4)


def test_a_network_without_gates_has_no_difference():
    answers = {name: one for name, one in made_up().answers.items() if name != "gates-open"}
    assert scores.robustness_summary(replace(made_up(), answers=answers)).gates is None


def test_an_older_files_lack_gets_a_sentence():
    answers = {name: one for name, one in made_up().answers.items() if name != "jpeg-5"}
    with pytest.raises(DataError, match=r"no answers under 'jpeg-5'; .* run `fer robustness` again"):
        scores.robustness_summary(replace(made_up(), answers=answers))


def test_the_command_stores_once_and_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path))
    monkeypatch.setattr("fer_core.inference.predictor.open_dataset", lambda name, root: toy_faces(120, split=SPLIT))
    folder = publish_sample(tmp_path)
    assert cli.main(["robustness", "--all", "--faces", "50"]) == 0
    assert "unchanged (n = 120)" in capsys.readouterr().out
    written = corruption_predictions_path(folder, SPLIT).stat().st_mtime_ns
    assert cli.main(["robustness", "--all"]) == 0
    assert "1 of 1 are stored already; name one to ask it anew" in capsys.readouterr().out
    assert corruption_predictions_path(folder, SPLIT).stat().st_mtime_ns == written
    assert cli.main(["robustness", NAME, "--faces", "3"]) == 2
    assert "--faces 3 shows nothing; give 50 or more, or 0 for all" in capsys.readouterr().err


def test_stored_predictions_say_who_is_right():
    labels, sample = np.array([0, 1, 2], np.uint8), np.array([2, 0])
    answers = {"clean": np.array([0, 0, 2]), "blur-1": np.array([2, 1])}
    stored = StoredCorruptionPredictions(np.arange(3), labels, sample, answers, seed=0)
    assert stored.is_right("clean").tolist() == [True, False, True]
    assert stored.is_right("blur-1").tolist() == [True, False]
