"""A loaded checkpoint answers the same alone and in a batch, and the shipped ones still score what their cards say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.checkpoint import publish_sample
from support.paths import PROJECT, data_root, needs_data, toy_faces

from fer_core import checkpoints
from fer_core.errors import CheckpointError
from fer_core.inference.predictor import Evaluation, Predictor, evaluate, predict_split

# Only what is scored already: a test must never be the first to touch a test split.
SHIPPED = [c for c in checkpoints.list_checkpoints(PROJECT / "checkpoints") if c.data.test_split in c.scores]


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


def test_reproduced_means_exactly():
    result = Evaluation("PrivateTest", 3589, 0.5, 0.5, 1e-6)
    assert result.is_reproduced
    assert not replace(result, accuracy=0.5 + 1 / 3589).is_reproduced
    assert replace(result, stored_accuracy=None).is_reproduced


def test_another_order_of_expressions_is_refused(tmp_path, monkeypatch):
    folder = publish_sample(tmp_path)
    faces = toy_faces(8)
    swapped = replace(faces, expressions=faces.expressions[::-1])
    monkeypatch.setattr("fer_core.inference.predictor.open_dataset", lambda name, root: swapped)
    with pytest.raises(CheckpointError, match="its scores would mean nothing"):
        evaluate(folder)


def test_another_edition_of_the_data_is_refused(tmp_path, monkeypatch):
    folder = publish_sample(tmp_path)
    split = next(iter(checkpoints.cards.read(folder).scores))
    faces = toy_faces(5, split=split)
    monkeypatch.setattr("fer_core.inference.predictor.open_dataset", lambda name, root: faces)
    with pytest.raises(CheckpointError, match="not the same edition of the data"):
        evaluate(folder, split)


@needs_data
@pytest.mark.parametrize("card", SHIPPED, ids=lambda card: card.name)
def test_shipped_checkpoints_score_what_their_cards_say(card):
    if card.weights is None:
        pytest.skip("ships answers only, which `fer check` compares with the card")
    result = evaluate(card.folder, root=data_root())
    scores = card.scores[card.data.test_split]
    assert result.n == scores["n"]
    assert result.accuracy == pytest.approx(scores["accuracy"]["value"], abs=1e-12)
    assert result.is_reproduced
