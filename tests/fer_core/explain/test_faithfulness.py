"""Measures of a map equal their formulas on networks whose answers are known by hand, and change nothing."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from fer_core.errors import ConfigError
from fer_core.explain.attribution import attribute
from fer_core.explain.faithfulness import Case, blurred, deletion_curve, insertion_curve, measure_map, turn
from fer_core.explain.metrics import BASELINES, MEASURES


class LinearNet(nn.Module):
    """logits = (w . x, 0), x of any channels."""

    def __init__(self, weights: np.ndarray):
        super().__init__()
        self.weights = nn.Parameter(torch.from_numpy(weights))

    def forward(self, x):
        logit = (x * self.weights).flatten(1).sum(1)
        return torch.stack([logit, torch.zeros_like(logit)], dim=1)


def loaded(network: nn.Module) -> SimpleNamespace:
    """The part of a Predictor that explanations see."""
    return SimpleNamespace(network=network.eval(), lock=threading.Lock())


def picture(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def case(array: np.ndarray, values: np.ndarray) -> Case:
    return Case(array, 0, values.astype(np.float32), lambda other: values.astype(np.float32))


def sigmoid(logit: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logit))


@pytest.fixture
def patch() -> tuple[SimpleNamespace, np.ndarray, np.ndarray]:
    """A network that reads one patch of 8 x 8 of 32 x 32 pixels, a bright picture, and the true map."""
    weights = np.zeros((1, 32, 32), np.float32)
    weights[0, 4:12, 18:26] = 6 / 64
    array = np.ones((1, 32, 32), np.float32)
    return loaded(LinearNet(weights)), array, weights[0]


def test_deletion_takes_the_strongest_pixels_first():
    """24 pixels are 24 steps, one each; the logit falls by w x at each."""
    weights = picture(1, 4, 6)
    contributions = np.sort(weights.ravel())[::-1]  # of a picture of ones
    curve = deletion_curve(loaded(LinearNet(weights)), case(np.ones((1, 4, 6), np.float32), weights[0]))
    left = contributions.sum() - np.concatenate([[0], np.cumsum(contributions)])
    assert curve == pytest.approx(sigmoid(left), abs=1e-6)


def test_the_deletion_score_is_the_area_by_trapezoids():
    weights, array = picture(1, 4, 6), np.ones((1, 4, 6), np.float32)
    predictor, one = loaded(LinearNet(weights)), case(array, weights[0])
    curve = deletion_curve(predictor, one)
    assert measure_map(predictor, one, "deletion") == pytest.approx((curve[:-1] + curve[1:]).mean() / 2, abs=1e-6)


def test_insertion_puts_the_strongest_pixels_back_into_a_blurred_picture():
    weights, array = picture(1, 4, 6), picture(1, 4, 6)[:, ::-1].copy()
    gains = (weights * (array - blurred(array))).ravel()[np.argsort(-weights.ravel())]
    curve = insertion_curve(loaded(LinearNet(weights)), case(array, weights[0]))
    start = (weights * blurred(array)).sum()
    assert curve == pytest.approx(sigmoid(start + np.concatenate([[0], np.cumsum(gains)])), abs=1e-5)


def test_a_blurred_picture_keeps_a_uniform_one_and_evens_out_another():
    assert blurred(np.full((2, 8, 8), 3, np.float32)) == pytest.approx(3)
    assert blurred(picture(1, 48, 48)).std() < 0.2 * picture(1, 48, 48).std()


def test_pixels_take_turns_from_the_strongest_and_ties_are_drawn_by_lot():
    assert turn(np.float32([[3, 1], [2, 4]])).tolist() == [[1, 3], [2, 0]]
    flat = turn(np.zeros((8, 8), np.float32))
    assert sorted(flat.ravel()) == list(range(64)) and flat.ravel().tolist() != list(range(64))


@pytest.mark.parametrize("channels", [1, 3])
def test_a_linear_network_is_explained_without_rest_by_its_contributions(channels):
    weights, array = picture(channels, 12, 12), picture(channels, 12, 12) + 2
    predictor = loaded(LinearNet(weights))
    exact = (weights * array).sum(axis=0)
    assert measure_map(predictor, case(array, exact), "infidelity") == pytest.approx(0, abs=1e-5)
    assert measure_map(predictor, case(array, 7 * exact), "infidelity") == pytest.approx(0, abs=1e-5)  # any scale


def test_a_map_of_nothing_explains_nothing():
    weights, array = picture(1, 12, 12), picture(1, 12, 12)
    assert measure_map(loaded(LinearNet(weights)), case(array, np.zeros((12, 12))), "infidelity") == pytest.approx(1)


def test_a_network_that_ignores_the_picture_leaves_nothing_to_explain():
    predictor = loaded(LinearNet(np.zeros((1, 12, 12), np.float32)))
    assert measure_map(predictor, case(picture(1, 12, 12), picture(12, 12)), "infidelity") == 0


def test_sensitivity_is_the_largest_relative_change_of_the_map_near_by():
    """The map of a picture is the picture: it changes by at most 0.02 a pixel, relative to pixels of 1."""
    array = np.ones((1, 16, 16), np.float32)
    found = measure_map(loaded(LinearNet(array)), Case(array, 0, array[0], lambda other: other[0]), "sensitivity")
    # Uniform noise in -0.02..0.02 has a root mean square of 0.02 / sqrt(3).
    assert found == pytest.approx(0.02 / np.sqrt(3), rel=0.1)
    assert measure_map(loaded(LinearNet(array)), case(array, array[0]), "sensitivity") == 0


def test_the_true_patch_is_near_the_best_possible_and_beats_every_baseline(patch):
    predictor, array, truth = patch
    best = measure_map(predictor, case(array, truth), "deletion")
    # The patch is a sixteenth of the picture, gone after 1.5 of 24 steps: from sigmoid(6) to sigmoid(0) = 0.5.
    assert best == pytest.approx(0.5 + 0.5 * 0.75 / 24, abs=0.02)
    for baseline in BASELINES.values():
        scores = [
            measure_map(predictor, case(array, baseline.draw(array, seed)), "deletion")
            for seed in range(baseline.draws)
        ]
        assert np.mean(scores) > best + 0.1


def test_a_random_map_scores_near_chance(patch):
    """It takes the patch away in proportion: the mean over q of sigmoid(6 (1 - q)) is log((1 + e^6) / 2) / 6."""
    predictor, array, _ = patch
    draw = BASELINES["random"].draw
    scores = [measure_map(predictor, case(array, draw(array, seed)), "deletion") for seed in range(10)]
    assert np.mean(scores) == pytest.approx(np.log((1 + np.exp(6)) / 2) / 6, abs=0.02)


def test_random_maps_are_the_same_for_a_seed_and_unlike_for_another():
    draw, array = BASELINES["random"].draw, picture(3, 8, 8)
    assert np.array_equal(draw(array, 1), draw(array, 1)) and not np.array_equal(draw(array, 1), draw(array, 2))
    assert draw(array, 0).shape == (8, 8) and draw(array, 0).min() >= 0 and draw(array, 0).max() < 1


def test_the_edge_map_is_strong_where_brightness_steps_and_nowhere_else():
    array = np.zeros((1, 6, 6), np.float32)
    array[:, :, 3:] = 2  # central differences see the step from both sides: 2 / 2
    assert BASELINES["edges"].draw(array, 0)[0].tolist() == [0, 0, 1, 1, 0, 0]


def test_the_blob_is_centred_and_falls_off_as_a_gaussian():
    blob = BASELINES["blob"].draw(np.zeros((1, 9, 9), np.float32), 0)
    assert blob[4, 4] == 1 and np.array_equal(blob, blob[::-1]) and np.array_equal(blob, blob.T)
    assert blob[4, 7] == pytest.approx(np.exp(-(3**2) / (2 * (9 / 4) ** 2)))


@pytest.mark.parametrize("measure", MEASURES)
def test_measuring_leaves_the_network_as_it_was(measure):
    network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 3))
    predictor, array = loaded(network), picture(1, 8, 8)
    network[0].train()
    weights = [p.clone() for p in network.parameters()]
    values = attribute(predictor, array, 1, "saliency").values
    measure_map(
        predictor, Case(array, 1, values, lambda other: attribute(predictor, other, 1, "saliency").values), measure
    )
    assert [m.training for m in network] == [True, False, False, False] and not predictor.lock.locked()
    assert not any(m._forward_hooks or m._backward_hooks for m in network)
    assert all(torch.equal(a, b) and b.grad is None for a, b in zip(weights, network.parameters(), strict=True))


def test_an_unknown_measure_is_refused_with_the_closest_name():
    with pytest.raises(ConfigError, match=r"'deletions' is not a known measure of a map; .*\(closest: deletion\)"):
        measure_map(loaded(LinearNet(picture(1, 4, 4))), case(picture(1, 4, 4), picture(4, 4)), "deletions")
