"""bfloat16 in training: the same sums, faster on a CPU; see precision."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from fer_core import models
from fer_core.errors import ConfigError
from fer_core.training.autocast import autocast

CPU = torch.device("cpu")
LAYERS = {
    "pointwise": nn.Conv2d(6, 10, 1, bias=False),
    "pointwise with bias": nn.Conv2d(6, 10, 1),
    "pointwise with stride": nn.Conv2d(6, 10, 1, stride=2),
    "depthwise": nn.Conv2d(6, 6, 3, stride=2, padding=1, groups=6),
    "grouped": nn.Conv2d(6, 4, 3, padding=1, groups=2),
    "dense": nn.Conv2d(6, 10, 3, padding=1),
    "dilated": nn.Conv2d(6, 10, 3, padding=2, dilation=2),
}


def gradients(layer: nn.Module, x: torch.Tensor, precision: str) -> tuple[torch.Tensor, list[torch.Tensor]]:
    x = x.clone().requires_grad_()
    with autocast(precision, CPU):
        y = layer(x)
    y.float().square().sum().backward()
    found = [x.grad, *[p.grad.clone() for p in layer.parameters()]]
    layer.zero_grad()
    return y.detach(), found


@pytest.mark.parametrize("name", LAYERS)
def test_a_convolution_in_bfloat16_gives_the_same_map_and_gradients_but_for_rounding(name):
    x = torch.randn(4, 6, 5, 5, generator=torch.Generator().manual_seed(0)).to(memory_format=torch.channels_last)
    exact, wanted = gradients(LAYERS[name], x, "float32")
    rounded, found = gradients(LAYERS[name], x, "bfloat16")
    assert rounded.dtype == torch.bfloat16 and exact.dtype == torch.float32
    for a, b in zip([exact, *wanted], [rounded.float(), *found], strict=True):
        assert torch.allclose(a, b, atol=0.02 * a.abs().max().item())
    assert not torch.equal(exact, rounded.float())


def test_maps_stay_channels_last_through_pointwise_products():
    x = torch.randn(4, 6, 5, 5).to(memory_format=torch.channels_last)
    with autocast("bfloat16", CPU):
        assert LAYERS["pointwise"](x).is_contiguous(memory_format=torch.channels_last)


def test_nothing_is_rounded_outside_the_context():
    x = torch.randn(2, 3, 48, 48)
    network = models.build("i_mobilenet_v2").eval()
    before = network(x)
    with autocast("bfloat16", CPU):
        assert network(x).dtype == torch.bfloat16
    assert torch.equal(network(x), before)


@pytest.mark.parametrize("precision", ["auto", "float32"])
def test_a_cpu_computes_in_float32_unless_bfloat16_is_asked_for(precision):
    with autocast(precision, CPU):
        assert LAYERS["pointwise"](torch.randn(1, 6, 2, 2)).dtype == torch.float32


def test_an_unknown_precision_is_named():
    with pytest.raises(ConfigError, match="'bf16' is not a known precision.*auto, bfloat16, float32"):
        autocast("bf16", CPU)
