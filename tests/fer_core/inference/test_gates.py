"""What is read from a gate is exactly what the network multiplies with, and every summary equals its formula."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from fer_core import models
from fer_core.explain.attention_maps import native_attention
from fer_core.inference.gates import bypass_attention, bypassed_logits, record_gates
from fer_core.models import Gate
from fer_core.models.i_mobilenet_v2 import ReverseFusion


def loaded(network: nn.Module) -> SimpleNamespace:
    """The part of a Predictor that explanations see."""
    return SimpleNamespace(network=network.eval(), lock=threading.Lock())


def built(name: str) -> SimpleNamespace:
    """A registered network with gates away from one half: larger weights, shaken normalisation."""
    torch.manual_seed(0)
    network = models.build(name, in_channels=1)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.normal_(module.bias, std=0.5)
    return loaded(network)


def picture(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def input_of(predictor: SimpleNamespace, layer: str, array: np.ndarray) -> np.ndarray:
    """What a layer gets in a plain forward pass."""
    got = []
    handle = predictor.network.get_submodule(layer).register_forward_pre_hook(
        lambda module, x: got.append(x[0][0].numpy())
    )
    with torch.no_grad():
        predictor.network(torch.from_numpy(array)[None])
    handle.remove()
    return got[0]


def hook_counts(network: nn.Module) -> list[int]:
    return [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in network.modules()]


class Fixed(nn.Module):
    """Multiplies its input by gates that a test chooses (given as what the sigmoid is applied to)."""

    def __init__(self, kind: str, before_sigmoid: torch.Tensor):
        super().__init__()
        self.before_sigmoid = before_sigmoid
        self.gate = Gate(kind)

    def forward(self, x):
        return x * self.gate(self.before_sigmoid)


@pytest.mark.parametrize(
    ("network", "gate", "next_layer"),
    [
        ("i_mobilenet_v2", "features.1.se.gate", "features.2.expand"),  # row 2's first block has no skip
        ("a_mobilenet", "features.4.attention.channel.gate", "features.4.attention.spatial"),
        ("a_mobilenet", "features.4.attention.spatial.gate", "features.5"),
        ("lightexnet", "features.0.fused_attention.spatial.gate", "features.1"),
    ],
)
def test_gate_times_feature_is_the_next_layers_input_bit_for_bit(network, gate, next_layer):
    predictor, array = built(network), picture(1, 48, 48)
    (activation,) = [activation for activation in record_gates(predictor, array) if activation.name == gate]
    assert np.array_equal(activation.values * activation.features, input_of(predictor, next_layer, array))
    assert np.ptp(activation.values) > 0


def test_the_two_branches_of_a_reverse_fusion_add_up_to_the_next_layers_input():
    predictor, array = built("i_mobilenet_v2"), picture(1, 48, 48)
    activations = {activation.name: activation for activation in record_gates(predictor, array)}
    direct, reverse = activations["features.1.rfm.direct"], activations["features.1.rfm.reverse"]
    assert np.array_equal(direct.values + reverse.values, input_of(predictor, "features.1.project", array))


@pytest.mark.parametrize("name", models.list_networks())
def test_every_gate_of_every_network_is_read_once_in_its_shape(name):
    predictor = built(name)
    activations = record_gates(predictor, picture(1, 48, 48))
    assert sorted(activation.name for activation in activations) == sorted(models.named_gates(predictor.network))
    for activation in activations:
        channels, height, width = activation.features.shape
        shape = {"channel": (channels, 1, 1), "spatial": (1, height, width), "branch": (channels, height, width)}
        assert activation.values.shape == shape[activation.kind]


@pytest.mark.parametrize("name", ["mobilenet_v2", "resnet18", "i_mobilenet_v2-base"])
def test_a_network_without_gates_has_no_native_attention(name):
    assert native_attention(built(name), picture(1, 48, 48)) == []


def test_maps_have_the_inputs_size_and_titles_count_in_forward_order():
    found = native_attention(built("a_mobilenet"), picture(1, 48, 48))
    assert [attention.title for attention in found[:3]] == [
        "Channel gate 1 of 4",
        "Spatial gate 1 of 4",
        "Channel gate 2 of 4",
    ]
    assert found[0].name == "features.4.attention.channel"
    for attention in found:
        assert attention.heatmap.values.shape == (48, 48) and attention.heatmap.target is None
    assert "cells of 256 channels" in found[0].heatmap.note


def test_a_channel_gate_is_summarised_by_its_values_saturation_and_the_strength_it_lets_through():
    gates = torch.tensor([0.01, 0.5, 0.6, 0.99])
    predictor, array = loaded(Fixed("channel", torch.logit(gates).reshape(1, 4, 1, 1))), picture(4, 6, 6)
    (attention,) = native_attention(predictor, array)
    assert attention.values == pytest.approx(gates.numpy(), abs=1e-6)
    assert attention.saturation == 0.5  # 0.01 is below 0.05 and 0.99 above 0.95
    assert "4 channels, gated from 0.01 to 0.99, median 0.55; 50% of the gates are shut" in attention.summary
    strength = np.abs(gates.numpy()[:, None, None] * array).mean(axis=0)
    assert attention.heatmap.values == pytest.approx(strength, abs=1e-6)


def test_a_spatial_gate_is_its_own_map():
    gate = torch.rand(1, 1, 6, 6) * 0.8 + 0.1
    (attention,) = native_attention(loaded(Fixed("spatial", torch.logit(gate))), picture(4, 6, 6))
    assert attention.heatmap.values == pytest.approx(gate[0, 0].numpy(), abs=1e-6)
    assert attention.saturation == 0 and "36 cells" in attention.summary


def test_a_flat_gate_says_so():
    (attention,) = native_attention(loaded(Fixed("spatial", torch.zeros(1, 1, 6, 6))), picture(4, 6, 6))
    assert (attention.heatmap.values == 0.5).all() and "This map is flat" in attention.heatmap.note


def test_the_reverse_branchs_energy_share_is_negative_energy_over_all_energy():
    # relu(y)^2 + relu(-y)^2 = y^2, so the share of the reverse branch is that of the negative values.
    array = np.zeros((2, 2, 2), np.float32)
    array[:, 0, 0], array[:, 0, 1], array[:, 1, 0] = (3, -1), (-2, -2), (5, 5)  # and zero at (1, 1)
    (attention,) = native_attention(loaded(ReverseFusion(2, "sum", "relu")), array)
    assert attention.heatmap.values == pytest.approx(np.array([[0.1, 1.0], [0.0, 0.5]]), abs=1e-6)
    assert attention.values == pytest.approx([4 / 38, 5 / 30], abs=1e-6)  # channels: (3, -2, 5), (-1, -2, 5)
    assert attention.saturation is None and attention.summary == "It carries 13% of the fused energy."  # 9 / 68


def test_hooks_are_gone_and_modes_restored_after_success_and_failure():
    predictor = built("a_mobilenet")
    predictor.network.features[3].train()
    before = hook_counts(predictor.network), [m.training for m in predictor.network.modules()]
    record_gates(predictor, picture(1, 48, 48))
    with pytest.raises(RuntimeError, match="channels"):
        record_gates(predictor, picture(5, 48, 48))
    assert (hook_counts(predictor.network), [m.training for m in predictor.network.modules()]) == before
    assert not predictor.lock.locked()


def test_reading_gates_does_not_change_the_logits():
    predictor, batch = built("i_mobilenet_v2"), torch.from_numpy(picture(1, 48, 48))[None]
    with torch.no_grad():
        before = predictor.network(batch)
        record_gates(predictor, picture(1, 48, 48))
        assert torch.equal(predictor.network(batch), before)


def test_with_all_gates_at_one_a_mobilenet_equals_a_copy_built_without_gates():
    predictor, array = built("a_mobilenet"), picture(1, 48, 48)
    without = models.build("a_mobilenet", in_channels=1, attention="none").eval()
    weights = predictor.network.state_dict()
    without.load_state_dict({name: weights[name] for name in without.state_dict()})
    with torch.no_grad():
        expected = without(torch.from_numpy(array)[None])[0].numpy()
        gated = predictor.network(torch.from_numpy(array)[None])[0].numpy()
    assert np.array_equal(bypassed_logits(predictor, array), expected) and not np.array_equal(gated, expected)


def test_gates_open_names_the_gates_and_leaves_the_branches_alone():
    network = built("i_mobilenet_v2").network
    with bypass_attention(network) as names:
        assert set(names) == {name for name, gate in models.named_gates(network).items() if gate.kind != "branch"}
    fusion, y = ReverseFusion(2, "sum", "relu").eval(), torch.randn(1, 2, 3, 3)
    with bypass_attention(fusion) as names:
        assert names == () and torch.equal(fusion(y), y.abs())  # relu(y) + relu(-y)


def test_opened_gates_close_again_also_after_a_failure():
    predictor, array = built("a_mobilenet"), picture(1, 48, 48)
    before, weights = hook_counts(predictor.network), [p.clone() for p in predictor.network.parameters()]
    bypassed_logits(predictor, array)
    with pytest.raises(RuntimeError, match="channels"):
        bypassed_logits(predictor, picture(5, 48, 48))
    assert hook_counts(predictor.network) == before and not predictor.lock.locked()
    assert all(torch.equal(a, b) for a, b in zip(weights, predictor.network.parameters(), strict=True))


def test_a_channel_gate_shows_the_channels_that_it_lets_through_most_and_least():
    gates = torch.tensor([0.5, 0.9, 0.1, 0.3, 0.7, 0.2, 0.8])
    array = picture(7, 6, 6)
    (attention,) = native_attention(loaded(Fixed("channel", torch.logit(gates).reshape(1, 7, 1, 1))), array)
    titles = [
        f"Channel {k}, gate {gate:.2f}" for k, gate in ((2, 0.9), (7, 0.8), (5, 0.7), (1, 0.5), (6, 0.2), (3, 0.1))
    ]
    assert [part.title for part in attention.parts] == titles
    assert attention.parts[0].values == pytest.approx(np.abs(array[1]), abs=1e-6)


def test_a_module_of_few_channels_shows_each_once():
    (attention,) = native_attention(loaded(Fixed("channel", torch.zeros(1, 3, 1, 1))), picture(3, 6, 6))
    assert len(attention.parts) == 3


def test_a_reverse_fusion_shows_the_strength_of_both_branches():
    array = np.float32([[[3, -4], [0, 1]], [[-4, 3], [0, 1]]])
    (attention,) = native_attention(loaded(ReverseFusion(2, "sum", "relu")), array)
    # Root of the mean square over the two channels of relu(y), and of relu(-y).
    direct, reverse = (part.values for part in attention.parts)
    assert direct == pytest.approx(np.sqrt([[4.5, 4.5], [0, 1]]), abs=1e-6)
    assert reverse == pytest.approx(np.sqrt([[8, 8], [0, 0]]), abs=1e-6)
