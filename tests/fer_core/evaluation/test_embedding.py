"""Distances and planes of features by hand, and their way to disk and back."""

from __future__ import annotations

import numpy as np
import pytest
from support.checkpoint import of_other_weights, publish_sample
from support.paths import toy_faces

from fer_core import checkpoints
from fer_core.checkpoints.card import read_card
from fer_core.errors import CheckpointError, DataError
from fer_core.evaluation.embedding import Spread, principal_components, spread, stratified
from fer_core.inference.predictor import store_features

# Two expressions: pairs at distance 2 around (0, 0) and around (0, 10).
SQUARE = np.array([[-1.0, 0.0], [1.0, 0.0], [-1.0, 10.0], [1.0, 10.0]])
PAIRS = np.array([0, 0, 1, 1])


def test_spread_by_hand():
    found = spread(SQUARE, PAIRS)
    assert (found.within.value, found.between.value, found.ratio.value) == pytest.approx((1, 10, 0.1))


def test_the_ratio_has_no_unit():
    assert spread(SQUARE * 7, PAIRS).ratio.value == pytest.approx(spread(SQUARE, PAIRS).ratio.value)


def test_intervals_hold_the_truth_of_two_clouds():
    """Unit normal clouds in 2-D, centers 4 apart: within = sqrt(pi/2), between = 4."""
    rng, hits = np.random.default_rng(0), np.zeros(2)
    labels = np.repeat([0, 1], 100)
    for seed in range(60):
        points = rng.normal(size=(200, 2)) + np.c_[labels * 4, labels * 0]
        found = spread(points, labels, seed=seed)
        for i, (estimate, truth) in enumerate(((found.within, np.sqrt(np.pi / 2)), (found.between, 4))):
            hits[i] += estimate.low <= truth <= estimate.high
    assert (hits >= 50).all()  # 57 expected; 50 is four standard deviations below


@pytest.mark.parametrize("labels", [[0, 0, 0, 0], [0, 0, 0, 1]])
def test_one_expression_or_one_face_has_no_spread(labels):
    with pytest.raises(DataError, match="have no spread"):
        spread(SQUARE, np.array(labels))


def test_principal_components_keep_distances_and_order_of_variance():
    features = np.random.default_rng(0).normal(size=(50, 4)) * [1, 5, 2, 0.1]
    coordinates, explained = principal_components(features, 4)
    apart = np.linalg.norm(features[:, None] - features[None], axis=2)
    assert np.allclose(np.linalg.norm(coordinates[:, None] - coordinates[None], axis=2), apart)
    assert explained.sum() == pytest.approx(1)
    assert (np.diff(explained) <= 0).all()
    assert np.allclose(principal_components(features[:, ::-1], 1)[0], coordinates[:, :1])


def test_stratified_keeps_shares_and_at_least_two():
    labels = np.repeat([0, 1, 2], [900, 97, 3])
    drawn = labels[stratified(labels, 100)]
    assert np.bincount(drawn).tolist() == [90, 10, 2]
    assert np.array_equal(stratified(labels, 100), stratified(labels, 100))


@pytest.fixture
def card(tmp_path, monkeypatch):
    folder = publish_sample(tmp_path)
    test_split = read_card(folder).data.test_split
    monkeypatch.setattr("fer_core.inference.predictor.open_dataset", lambda name, root: toy_faces(70, split=test_split))
    return read_card(folder)


def test_features_come_back_as_they_were_stored(card):
    stored = store_features(card.folder, faces=40)
    again = checkpoints.load_features(card, card.data.test_split)
    for name in ("rows", "labels", "answers", "components", "tsne"):
        assert np.array_equal(getattr(stored, name), getattr(again, name))
    assert again.spread == stored.spread
    assert again.size == 7  # mini-Xception's features are its logits
    assert again.components.shape[0] == again.tsne.shape[0] == len(again.rows)


def test_the_spread_survives_its_dict():
    found = spread(SQUARE, PAIRS)
    assert Spread.from_dict(found.as_dict()) == found


def test_missing_features_name_the_command(card):
    with pytest.raises(CheckpointError, match="has no stored features of PrivateTest; `fer embed mini_xception"):
        checkpoints.load_features(card, "PrivateTest")


def test_features_of_other_weights_are_refused(card):
    store_features(card.folder, faces=40)
    other = of_other_weights(card)
    with pytest.raises(CheckpointError, match="other weights than the card"):
        checkpoints.load_features(other, card.data.test_split)


def test_the_audit_knows_features_and_reads_them(card):
    before = checkpoints.verify(card.folder)
    store_features(card.folder, faces=40)
    assert checkpoints.verify(card.folder) == before
    path = card.folder / f"features-{card.data.test_split}.safetensors"
    path.write_bytes(path.read_bytes()[:50])
    assert any("does not hold a split's features" in problem for problem in checkpoints.verify(card.folder))


def test_damaged_features_get_a_sentence(card):
    store_features(card.folder, faces=40)
    path = card.folder / f"features-{card.data.test_split}.safetensors"
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(CheckpointError, match="does not hold a split's features"):
        checkpoints.load_features(card, card.data.test_split)
