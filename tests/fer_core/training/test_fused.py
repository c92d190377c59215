"""Fused layers: PyTorch's numbers within rounding, the same state dict, PyTorch's own layers everywhere else."""

from __future__ import annotations

import copy
import sys

import pytest
import torch
from torch import Tensor, nn

from fer_core import models
from fer_core.errors import ConfigError
from fer_core.models.attention import Gate
from fer_core.models.i_mobilenet_v2 import ReverseFusion
from fer_core.training.autocast import autocast
from fer_core.training.fused import layers

CPU = torch.device("cpu")
needs_numba = pytest.mark.skipif(
    layers.obstacle(CPU) != "", reason="fused layers need numba (requirements-training.txt)"
)

ACTIVATIONS = {
    "identity": nn.Identity,
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "hard_swish": nn.Hardswish,
    "selu": nn.SELU,
    "reverse_relu6": lambda: ReverseFusion(1, "sum", "relu6"),
    "reverse_selu": lambda: ReverseFusion(1, "sum", "selu"),
}
# One pixel a picture, one channel, odd sides, channels that fill no vector or more than a tile, more than one block.
SHAPES = [(2, 3, 1, 1), (1, 1, 3, 5), (5, 24, 7, 6), (3, 97, 5, 5), (7, 130, 9, 11), (2, 2100, 2, 3), (48, 16, 25, 25)]
# Unfused float32 sums differ from exact ones by so much of the largest value.
ROUNDING = {torch.float32: 2e-5, torch.bfloat16: 2e-2}


@pytest.fixture(autouse=True)
def kernels_of_all_sizes(monkeypatch):
    """Small maps are left to PyTorch for speed alone; here they go through the kernels as well."""
    monkeypatch.setattr(layers, "NORM_ELEMENTS", 0)
    monkeypatch.setattr(layers, "EXPONENTIAL_ELEMENTS", {})
    monkeypatch.setattr(layers, "DEPTHWISE_ELEMENTS", 0)


def values(shape: tuple[int, ...], seed: int = 0) -> Tensor:
    drawn = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    return (3 * drawn + 1).to(memory_format=torch.channels_last)


def passes(layer: nn.Module, x: Tensor, dy: Tensor) -> dict[str, Tensor]:
    """Map, all gradients and all buffers of one step, in float64."""
    own = x.clone().requires_grad_()
    y = layer(own)
    y.backward(dy.to(y.dtype))
    grads = {name: parameter.grad for name, parameter in layer.named_parameters()}
    found = {"y": y.detach(), "dx": own.grad, **grads, **dict(layer.named_buffers())}
    return {name: value.double() for name, value in found.items()}


def assert_close(found: dict[str, Tensor], wanted: dict[str, Tensor], share: float) -> None:
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        torch.testing.assert_close(found[name], value, rtol=0, atol=share * max(1.0, value.abs().max().item()))


def norm_and(act: str, channels: int) -> nn.Sequential:
    layer = nn.Sequential(nn.BatchNorm2d(channels), ACTIVATIONS[act]()).train()
    nn.init.normal_(layer[0].weight, 1, 0.5)
    nn.init.normal_(layer[0].bias, 0.5, 2)
    return layer


@needs_numba
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("act", ACTIVATIONS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_norm_and_activation_are_the_exact_ones_within_rounding(shape, act, dtype):
    torch.manual_seed(1)
    layer = norm_and(act, shape[1])
    exact = copy.deepcopy(layer).double()
    layers.fuse(layer)
    assert type(layer[0]) is layers.FusedBatchNorm2d and layer[0].kernel == act
    x, dy = values(shape).to(dtype), values(shape, seed=1).to(dtype)
    assert_close(passes(layer, x, dy), passes(exact, x.double(), dy.double()), ROUNDING[dtype])


@needs_numba
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("shape", [(3, 5, 1, 1), (9, 8, 2, 1), *SHAPES[2:]], ids=str)
def test_a_depthwise_convolution_is_the_exact_one_within_rounding(shape, stride, dtype, monkeypatch):
    monkeypatch.setattr(layers, "SMALL_SIDE", 1000)
    torch.manual_seed(1)
    c = shape[1]
    layer = nn.Conv2d(c, c, 3, stride, padding=1, groups=c, bias=False).to(memory_format=torch.channels_last)
    exact = copy.deepcopy(layer).double()
    x = values(shape).to(dtype)
    dy = values(exact(x.double()).shape, seed=1).to(dtype)
    layers.fuse(layer)
    assert type(layer) is layers.FusedDepthwise
    assert_close(passes(layer, x, dy), passes(exact, x.double(), dy.double()), ROUNDING[dtype])


@needs_numba
@pytest.mark.parametrize("act", ["relu6", "selu", "hard_swish"])
def test_the_number_of_threads_changes_no_bit(act):
    layer, x = norm_and(act, 24), values((5, 24, 40, 40))
    layers.fuse(layer)
    results, threads = [], torch.get_num_threads()
    try:
        for count in (1, 2, 3):
            torch.set_num_threads(count)
            results.append(passes(copy.deepcopy(layer), x, x))
    finally:
        torch.set_num_threads(threads)
    for other in results[1:]:
        assert all(torch.equal(other[name], value) for name, value in results[0].items())


@needs_numba
def test_a_contiguous_or_expanded_map_gives_the_numbers_of_a_channels_last_one():
    layer = norm_and("relu", 6)
    layers.fuse(layer)
    x, dy = values((3, 6, 5, 4)), torch.ones(1, 1, 1, 1).expand(3, 6, 5, 4)
    wanted = passes(copy.deepcopy(layer), x, dy.contiguous(memory_format=torch.channels_last))
    found = passes(copy.deepcopy(layer), x.contiguous(), dy)
    assert all(torch.equal(found[name], value) for name, value in wanted.items())


@needs_numba
@pytest.mark.parametrize("act", ["relu6", "selu", "reverse_selu"])
def test_a_nan_stays_one(act):
    layer, x = norm_and(act, 4), values((2, 4, 3, 3))
    layers.fuse(layer)
    x[0, 1, 0, 0] = float("nan")
    is_nan = layer(x).isnan()
    assert is_nan[:, 1].all() and not is_nan[:, [0, 2, 3]].any()


@needs_numba
@pytest.mark.parametrize("name", models.list_networks())
def test_a_whole_network_learns_what_the_plain_one_does(name):
    """Through every family's wiring: names, map, gradients and statistics of a step; evaluation to the bit."""
    torch.manual_seed(0)
    plain = models.build(name).to(memory_format=torch.channels_last)
    other = copy.deepcopy(plain)
    layers.fuse(other)
    assert list(other.state_dict()) == list(plain.state_dict())
    x = values((4, 3, 48, 48))
    with torch.no_grad():
        assert torch.equal(plain.eval()(x), other.eval()(x))
    results = []
    for network in (plain, other):
        torch.manual_seed(0)  # dropout
        logits = network.train()(x)
        nn.functional.cross_entropy(logits, torch.arange(4)).backward()
        results.append((logits.detach(), network))
    (wanted, _), (found, _) = results
    assert torch.allclose(found, wanted, atol=2e-3 * wanted.abs().max().item())
    for (key, a), (_, b) in zip(plain.named_buffers(), other.named_buffers(), strict=True):
        assert torch.allclose(a.float(), b.float(), atol=2e-3 * max(1.0, a.float().abs().max().item())), key
    everything = [torch.cat([p.grad.flatten() for p in net.parameters() if p.grad is not None]) for _, net in results]
    assert nn.functional.cosine_similarity(*everything, dim=0) > 0.999


@needs_numba
def test_under_bfloat16_autocast_maps_stay_rounded_and_weights_do_not():
    network = models.build("mobilenet_v2").train()
    layers.fuse(network)
    with autocast("bfloat16", CPU):
        y = network.features(values((4, 3, 32, 32)))
    y.float().square().mean().backward()
    assert y.dtype == torch.bfloat16
    assert {p.grad.dtype for p in network.features.parameters()} == {torch.float32}


@needs_numba
@pytest.mark.parametrize(
    "layer",
    [
        nn.BatchNorm2d(4, affine=False),
        nn.BatchNorm2d(4, momentum=None),
        nn.BatchNorm2d(4, track_running_stats=False),
        nn.Conv2d(4, 4, 3, padding=1, groups=4),
        nn.Conv2d(4, 4, 5, padding=2, groups=4, bias=False),
        nn.Conv2d(4, 8, 3, padding=1, groups=4, bias=False),
        nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False, padding_mode="reflect"),
    ],
    ids=str,
)
def test_layers_without_a_kernel_stay_pytorchs(layer):
    before = type(layer)
    layers.fuse(layer)
    assert type(layer) is before


@needs_numba
def test_an_activation_without_a_kernel_stays_behind_its_norm():
    layer = nn.Sequential(nn.BatchNorm2d(4), nn.GELU())
    layers.fuse(layer)
    assert layer[0].kernel == "identity" and type(layer[1]) is nn.GELU


@needs_numba
def test_gates_can_still_be_read_in_evaluation():
    network = models.build("i_mobilenet_v2")
    layers.fuse(network)
    seen = []
    for module in network.modules():
        if isinstance(module, Gate):
            module.register_forward_hook(lambda *_: seen.append(1))
    network.eval()(values((1, 3, 48, 48)))
    assert len(seen) == sum(isinstance(module, Gate) for module in network.modules()) > 30


@needs_numba
@pytest.mark.parametrize(("act", "elements", "is_fused"), [("relu", 72, True), ("relu", 73, False), ("selu", 73, True)])
def test_maps_of_few_elements_are_left_to_pytorch(act, elements, is_fused, monkeypatch):
    from fer_core.training.fused import autograd

    calls, spread = [], autograd._spread
    monkeypatch.setattr(autograd, "_spread", lambda *arguments: calls.append(spread(*arguments)))
    monkeypatch.setattr(layers, "NORM_ELEMENTS", elements)
    monkeypatch.setattr(layers, "EXPONENTIAL_ELEMENTS", {"selu": 72})
    layer = norm_and(act, 4)
    layers.fuse(layer)
    layer(values((2, 4, 3, 3)))  # 72 elements
    assert bool(calls) is is_fused


@needs_numba
@pytest.mark.parametrize(
    ("side", "stride", "is_fused"), [(2, 1, True), (3, 1, False), (3, 2, True), (4, 2, True), (5, 2, False)]
)
def test_depthwise_maps_are_left_to_pytorch_unless_they_become_tiny(side, stride, is_fused):
    layer = nn.Conv2d(4, 4, 3, stride, padding=1, groups=4, bias=False)
    layers.fuse(layer)
    y = layer(values((2, 4, side, side)))
    assert (type(y.grad_fn).__name__ == "DepthwiseBackward") is is_fused


@needs_numba
def test_float64_is_left_to_pytorch():
    layer = norm_and("relu", 4).double()
    plain = copy.deepcopy(layer)
    layers.fuse(layer)
    x = values((2, 4, 3, 3)).double()
    assert torch.equal(layer(x), plain(x))


def test_without_numba_it_says_what_to_install_and_changes_nothing(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    layer = nn.Sequential(nn.BatchNorm2d(4), nn.ReLU())
    with pytest.raises(ConfigError, match="need numba.*pip install -r requirements-training.txt"):
        layers.fuse(layer)
    assert [type(part) for part in layer] == [nn.BatchNorm2d, nn.ReLU]
