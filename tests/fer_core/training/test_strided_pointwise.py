"""Strided 1x1 convolutions of few channels: the same numbers, and no memory of others is written to."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch
from support.paths import PROJECT
from torch import nn

from fer_core import models
from fer_core.training.strided_pointwise import StridedPointwise, avoid_faulty_gradients

STEPS = """
import torch
from fer_core import models
from fer_core.training.strided_pointwise import avoid_faulty_gradients
torch.manual_seed(0)
network = models.build("mini_xception").to(memory_format=torch.channels_last).train()
avoid_faulty_gradients(network)
for _ in range(3):
    x = torch.randn(5, 3, 100, 100).to(memory_format=torch.channels_last)
    network(x).square().mean().backward()
    others = [bytearray(37 * i) for i in range(300)]
    del others
"""


@pytest.mark.parametrize("size", [7, 8])
def test_the_map_and_all_gradients_are_those_of_the_strided_convolution(size):
    torch.manual_seed(0)
    plain = nn.Conv2d(8, 5, 1, stride=2)
    x = torch.randn(3, 8, size, size)
    results = []
    for _ in range(2):
        own = x.clone().requires_grad_()
        plain.zero_grad()
        y = plain(own)
        y.square().sum().backward()
        results.append((y.detach(), own.grad, plain.weight.grad.clone(), plain.bias.grad.clone()))
        avoid_faulty_gradients(plain)
    assert type(plain) is StridedPointwise
    for wanted, found in zip(*results, strict=True):
        torch.testing.assert_close(found, wanted)


def test_only_strided_ones_of_few_channels_are_replaced():
    network = models.build("mini_xception")
    names = list(network.state_dict())
    avoid_faulty_gradients(network)
    replaced = [layer for layer in network.modules() if type(layer) is StridedPointwise]
    assert [(layer.in_channels, layer.out_channels) for layer in replaced] == [(8, 16)]
    assert list(network.state_dict()) == names


def test_mini_xception_trains_on_large_maps_without_corrupting_memory():
    environment = os.environ | {"MALLOC_CHECK_": "3", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", STEPS], cwd=PROJECT, env=environment, check=False)
    assert done.returncode == 0
