"""A map that shows the picture survives random weights, one that shows the network does not."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from captum.attr import GuidedBackprop
from support.paths import PROJECT
from torch import nn

from fer_core.explain.attribution import attribute
from fer_core.explain.sanity_checks import SAME, Randomised, randomise_weights, randomised
from fer_core.images.face_crop import read_face_photo
from fer_core.inference.predictor import Predictor

pytestmark = pytest.mark.filterwarnings("ignore:Setting backward hooks on ReLU")

# Whichever training of the dense network ships its weights.
DENSE = next(PROJECT.glob("checkpoints/dense_resnet.fer2013-*/model.safetensors")).parent
SAMPLE = PROJECT / "dashboard" / "assets" / "sample-astronaut.jpg"


class Net(nn.Module):
    """logits = W x; no weight is like another."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(64, 64, bias=False)
        self.last = nn.Linear(64, 3, bias=False)

    def forward(self, x):
        return self.last(self.first(x.flatten(1)))


def loaded(network: nn.Module) -> SimpleNamespace:
    """The part of a Predictor that explanations see."""
    return SimpleNamespace(network=network.eval(), lock=threading.Lock())


@pytest.fixture
def linear() -> SimpleNamespace:
    torch.manual_seed(0)
    return loaded(Net())


def picture(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def test_the_gradient_of_a_linear_network_changes_with_its_weights(linear):
    array = picture(1, 8, 8)
    values = attribute(linear, array, 1, "saliency").values
    found = randomised(linear, array, 1, "saliency", values)
    # 64 independent ranks correlate by chance with a standard deviation of 1 / 8; two draws are averaged.
    assert all(abs(correlation) < 4 / 8 for correlation in found.correlations) and found.changes


def test_a_map_that_ignores_the_weights_is_found_out(linear, monkeypatch):
    monkeypatch.setattr(
        "fer_core.explain.sanity_checks.attribute",
        lambda predictor, array, target, method: SimpleNamespace(values=array[0]),
    )
    found = randomised(linear, picture(1, 8, 8), 1, "edges", picture(1, 8, 8)[0])
    assert found.correlations == pytest.approx((1, 1)) and not found.changes


def test_one_share_of_layers_that_leaves_the_map_is_enough_to_be_found_out():
    assert Randomised((SAME - 0.01, 0.0)).changes and not Randomised((SAME, 0.0)).changes


def test_the_live_network_keeps_its_weights(linear):
    before = {name: weights.clone() for name, weights in linear.network.state_dict().items()}
    randomised(linear, picture(1, 8, 8), 0, "saliency", picture(8, 8))
    assert all(torch.equal(weights, before[name]) for name, weights in linear.network.state_dict().items())
    assert not linear.lock.locked()


def test_shuffling_keeps_the_values_of_the_last_layers_and_leaves_the_first_alone():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(9, 8), nn.ReLU(), nn.Linear(8, 7))
    before = [p.clone() for p in network.parameters()]
    randomise_weights(network, share=0.5, seed=0)
    after = list(network.parameters())
    assert torch.equal(before[0], after[0]) and torch.equal(before[1], after[1])
    assert not torch.equal(before[2], after[2])
    assert torch.equal(before[2].flatten().sort().values, after[2].flatten().sort().values)


def test_a_seed_shuffles_the_same_way_again_and_another_does_not():
    networks = [nn.Linear(9, 9, bias=False) for _ in range(3)]
    for network, seed in zip(networks, (1, 1, 2), strict=True):
        network.weight.data.copy_(torch.arange(81.0).view(9, 9))
        randomise_weights(network, share=1, seed=seed)
    assert torch.equal(networks[0].weight, networks[1].weight)
    assert not torch.equal(networks[0].weight, networks[2].weight)


@pytest.mark.skipif(not DENSE.is_dir(), reason="the checkpoint of the dense network does not lie here")
def test_guided_backpropagation_is_found_out_on_a_trained_network_and_grad_cam_is_not(monkeypatch):
    predictor = Predictor(DENSE)
    array = predictor.to_input(read_face_photo(SAMPLE.read_bytes()).crop(None).pixels)

    def guided(one, array, target, method):
        batch = torch.from_numpy(array)[None].requires_grad_()
        values = GuidedBackprop(one.network).attribute(batch, target=target).sum(dim=1)[0]
        return SimpleNamespace(values=values.detach().numpy())

    cam = attribute(predictor, array, 3, "grad_cam").values
    assert randomised(predictor, array, 3, "grad_cam", cam).changes
    monkeypatch.setattr("fer_core.explain.sanity_checks.attribute", guided)
    assert not randomised(predictor, array, 3, "guided", guided(predictor, array, 3, "guided").values).changes
