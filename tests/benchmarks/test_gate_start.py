"""What the look at gates counts."""

from __future__ import annotations

import torch

from benchmarks.gate_start import gate_use
from fer_core import models
from fer_core.models.attention import start_gates_even


def test_he_weights_decide_the_gates_of_a_mobilenet_and_an_even_start_none():
    torch.manual_seed(0)
    network, faces = models.build("a_mobilenet").train(), torch.randn(16, 3, 96, 96)
    drawn = gate_use(network, faces)
    assert len(drawn) == 8
    channel = [one for one in drawn.values() if one.never_on is not None]
    assert len(channel) == 4 and min(one.decided for one in channel) > 0.2
    start_gates_even(network)
    assert {one.decided for one in gate_use(network, faces).values()} == {0.0}


def test_hidden_units_that_no_face_turns_on_are_counted():
    torch.manual_seed(0)
    network, faces = models.build("a_mobilenet").train(), torch.randn(16, 3, 96, 96)
    name = "features.4.attention.channel"
    weight = network.get_submodule(name).reduce.weight
    with torch.no_grad():
        weight.abs_()
        weight[:4] *= -1  # behind ReLU6 all maps are positive
    assert gate_use(network, faces)[f"{name}.gate"].never_on == 4 / len(weight)
