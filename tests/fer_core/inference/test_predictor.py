"""A loaded checkpoint answers the same alone and in a batch, and the shipped ones still give their stored logits."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest
from support.checkpoint import publish_sample
from support.paths import PROJECT, data_root, needs_data, toy_faces

from fer_core import checkpoints
from fer_core.checkpoints import StoredLogits
from fer_core.checkpoints.card import read_card
from fer_core.data import open_dataset
from fer_core.errors import CheckpointError
from fer_core.inference.predictor import Predictor, evaluate, faces_of, predict_split
from fer_core.inference.reproduction import Evaluation, accuracy, answer_differences, largest_difference

# Only what is scored already: a test must never be the first to touch a test split.
CARDS = checkpoints.list_checkpoints(PROJECT / "checkpoints")
WITH_WEIGHTS = [card for card in CARDS if card.weights is not None and card.data.test_split in card.scores]

SAMPLED = 64  # faces of each split


@pytest.fixture
def predictor(tmp_path) -> Predictor:
    return Predictor(publish_sample(tmp_path))


def test_probabilities_follow_the_cards_order(predictor):
    prediction = predictor.predict(toy_faces(1).images[0])
    assert prediction.probabilities.shape == (len(predictor.card.expressions),)
    assert prediction.probabilities.sum() == pytest.approx(1)
    assert prediction.expression == predictor.card.expressions[prediction.probabilities.argmax()]


def test_a_face_scores_the_same_alone_in_a_batch_and_shuffled(predictor):
    faces = toy_faces(20)
    together = predict_split(predictor.network, predictor.spec, faces).logits
    order = np.random.default_rng(0).permutation(20)
    shuffled = predict_split(predictor.network, predictor.spec, faces.take(order)).logits
    assert np.allclose(together[order], shuffled, atol=1e-5)
    alone = predictor.predict(faces.images[3]).probabilities
    exp = np.exp(together[3] - together[3].max())
    assert np.allclose(alone, exp / exp.sum(), atol=1e-5)


def stored(n: int = 40) -> StoredLogits:
    logits = np.random.default_rng(0).normal(size=(n, 7)).astype(np.float32)
    return StoredLogits(logits, np.arange(n) % 7, np.arange(100, 100 + n))


def test_rounding_is_reproduced_and_a_moved_logit_is_not_though_no_answer_changes():
    before = stored()
    assert answer_differences(before, replace(before, logits=before.logits + 2e-5)) == []
    moved = before.logits.copy()
    moved[[4, 9], before.logits[[4, 9]].argmax(1)] += 4.8
    now = replace(before, logits=moved)
    assert accuracy(now) == accuracy(before) and largest_difference(before, now) == pytest.approx(4.8)
    assert answer_differences(before, now) == ["the logits of 2 faces, by up to 4.8"]
    assert not Evaluation("test", 40, 0.5, 0.5, 4.8, ("the logits of 2 faces",)).is_reproduced


def test_what_cannot_be_compared_is_no_reproduction():
    before = stored()
    assert answer_differences(before, before.take(np.arange(39))) == [
        "the faces: 40 rows are stored, and these 39 are others"
    ]
    assert answer_differences(before, replace(before, rows=before.rows[::-1]))[0].startswith("the faces")
    assert largest_difference(before, before.take(np.arange(39))) is None
    hollow = before.logits.copy()
    hollow[7, 3] = np.nan
    assert "the logits of 1 faces" in answer_differences(before, replace(before, logits=hollow))[0]


def test_exchanged_labels_and_changed_answers_are_named():
    before = stored()
    labels = before.labels.copy()
    labels[[0, 1]] = labels[[1, 0]]
    swapped = before.logits.copy()
    swapped[5] = -swapped[5]
    now = replace(before, labels=labels, logits=swapped)
    assert [words.split(",")[0] for words in answer_differences(before, now)] == [
        "the labels of 2 faces", "the logits of 1 faces", "the answers to 1 faces"
    ]  # fmt: skip


def test_another_order_of_expressions_is_refused(tmp_path, monkeypatch):
    folder = publish_sample(tmp_path)
    faces = toy_faces(8)
    swapped = replace(faces, expressions=faces.expressions[::-1])
    monkeypatch.setattr("fer_core.inference.predictor.open_dataset", lambda name, root: swapped)
    with pytest.raises(CheckpointError, match="its scores would mean nothing"):
        evaluate(folder)


def test_another_edition_of_the_data_is_no_reproduction(tmp_path, monkeypatch):
    folder = publish_sample(tmp_path)
    split = next(iter(read_card(folder).scores))
    faces = toy_faces(5, split=split)
    monkeypatch.setattr("fer_core.inference.predictor.open_dataset", lambda name, root: faces)
    found = evaluate(folder, split)
    assert not found.is_reproduced and found.largest_difference is None
    assert found.differences == ("the faces: 30 rows are stored, and these 5 are others",)


@pytest.fixture(scope="module")
def opened_once():
    """Each data set's pictures are read once for all of its networks, and kept for these tests only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fer_core.inference.predictor.open_dataset", functools.cache(open_dataset))
        yield


@needs_data
@pytest.mark.usefixtures("opened_once")
@pytest.mark.parametrize("card", WITH_WEIGHTS, ids=lambda card: card.name)
def test_shipped_weights_give_the_stored_logits(card):
    """Of faces from all over the split: weights, order or preprocessing cannot be wrong for the others alone.

    That a card's scores are those of the stored logits, also without weights, is what `verify` is asked elsewhere;
    `fer evaluate` asks all.
    """
    split = card.data.test_split
    faces, stored = faces_of(card, split, data_root()), checkpoints.load_logits(card, split)
    assert np.array_equal(faces.rows, stored.rows)
    sample = np.linspace(0, len(faces) - 1, num=SAMPLED).round().astype(int)
    network, _ = checkpoints.load_network(card.folder)
    now = predict_split(network, card.input.spec, faces.take(sample))
    before = StoredLogits(stored.logits[sample], stored.labels[sample], stored.rows[sample])
    assert answer_differences(before, now) == []
