"""Every registered network: counts, shapes, gradients, gates; and that ablations change one thing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
import torch
from torch import nn

from fer_core import models
from fer_core.errors import ConfigError
from fer_core.models import mobilenet_v1, registry
from fer_core.models.attention import CBAM, SqueezeExcitation, start_gates_even
from fer_core.models.blocks import make_divisible
from fer_core.models.i_mobilenet_v2 import ReverseFusion
from fer_core.profiling import complexity

NAMES = models.list_networks()

# Parameters and M MACs at 48 and 224 px (output stride 32, or the network's only plan), 3 channels, 7 expressions.
# Worked out from the papers' tables before this code was; ResNet-18, VGG19-BN and mini-Xception are also what the
# I-MobileNetV2 paper's printed sizes resolve to.
COUNTS = {
    "mobilenet_v1": (3_214_151, 28.85, 567.72),
    "mobilenet_v2": (2_232_839, 16.575, 299.50),
    "mobilenet_v2-w075": (1_364_391, 11.28, 207.80),
    "mobilenet_v3-small": (1_525_031, 4.15, 55.49),
    "mobilenet_v3-large": (4_210_999, None, None),
    "i_mobilenet_v2-base": (854_791, 7.173, 137.09),
    "i_mobilenet_v2-se": (870_127, 7.188, 137.11),
    "i_mobilenet_v2-rfm": (854_791, 7.173, 137.09),
    "i_mobilenet_v2-selu": (854_791, 7.173, 137.09),
    "i_mobilenet_v2-se_rfm": (870_127, 7.188, 137.11),
    "i_mobilenet_v2": (870_127, 7.188, 137.11),
    "a_mobilenet-base": (3_214_151, 28.85, 567.72),
    "a_mobilenet-cbam": (3_419_343, None, 568.25),
    "a_mobilenet-linear": (3_419_343, None, 568.25),
    "a_mobilenet": (3_419_343, None, 568.25),
    "lightexnet-backbone": (2_192_519, 13.53, 229.93),
    "lightexnet-shallow": (3_030_087, 18.14, 300.26),
    "lightexnet-shallow_attention": (3_268_875, 18.62, 300.75),
    "lightexnet-attention": (2_218_217, 13.58, 229.98),
    "lightexnet": (3_268_875, 18.62, 300.75),
    "mini_xception": (57_095, 5.83, None),
    "resnet18": (11_172_423, 1249.7, None),
    "vgg19_bn": (20_038_983, 895.8, None),
}

OTHER_PLANS = {  # M MACs at 48 px for output strides 16 and 8
    "mobilenet_v1": (104.28, 394.99),
    "mobilenet_v2": (55.02, 197.93),
    "mobilenet_v2-w075": (38.17, 133.43),
    "mobilenet_v3-small": (11.06, 38.07),
    "i_mobilenet_v2-base": (25.181, None),
    "i_mobilenet_v2": (25.196, None),
    "a_mobilenet": (104.71, None),
    "lightexnet-backbone": (42.37, 146.85),
    "lightexnet-shallow": (55.28, 192.55),
    "lightexnet": (55.76, 193.04),
}

OTHER_PARAMS = [  # readings of the papers that we did not choose, kept as configs
    ("i_mobilenet_v2", {"rfm": "dw"}, 879_215),
    ("i_mobilenet_v2-rfm", {"rfm": "cat"}, 1_309_447),
    ("i_mobilenet_v2", {"repeats": "literal"}, 2_327_407),
    ("i_mobilenet_v2", {"se_place": "hidden", "se_reduction": 16}, 944_644),
    ("i_mobilenet_v2", {"in_channels": 1}, 869_839),
    ("a_mobilenet", {"num_classes": 8}, 3_420_368),
    ("lightexnet", {"in_channels": 1}, 3_267_723),
]


def digits(value: float) -> float:
    """One unit of the last printed digit: the tables round, and at one place add what was rounded."""
    return 10.0 ** -len(str(value).split(".")[1]) + 1e-9


def macs_by_both_counters(network: nn.Module, size_px: int) -> float:
    """M MACs, after asserting that torch's counter and ours agree to the unit."""
    channels = next(network.parameters()).shape[1]
    by_layers = complexity.macs_layers(network, size_px, channels)
    assert complexity.macs_torch(network, size_px, channels) == by_layers
    return by_layers / 1e6


@pytest.mark.parametrize("name", NAMES)
def test_parameters_and_macs_are_the_papers(name):
    network = models.build(name)
    params, *macs = COUNTS.get(name, (None, None, None))
    assert params is None or complexity.count_params(network) == params
    for size_px, expected in zip((48, 224), macs, strict=True):
        found = macs_by_both_counters(network, size_px)
        assert expected is None or found == pytest.approx(expected, abs=digits(expected))


@pytest.mark.parametrize("name", OTHER_PLANS)
def test_macs_of_the_other_stride_plans(name):
    for output_stride, expected in zip((16, 8), OTHER_PLANS[name], strict=True):
        if expected is not None:
            found = macs_by_both_counters(models.build(name, output_stride=output_stride), 48)
            assert found == pytest.approx(expected, abs=digits(expected))


@pytest.mark.parametrize(("name", "change", "expected"), OTHER_PARAMS)
def test_parameters_of_the_readings_not_chosen(name, change, expected):
    assert complexity.count_params(models.build(name, **change)) == expected


def test_our_own_networks_have_the_sizes_they_are_meant_to_have():
    """No paper gives these: the closed form of the basic blocks."""

    def params(stem: int, stages: tuple[int, ...]) -> int:
        total, c = 9 * 3 * stem + 2 * stem, stem
        for c_out in stages:
            total += 9 * c * c_out + 3 * 9 * c_out**2 + c * c_out + 5 * 2 * c_out
            c = c_out
        return total + 7 * c + 7

    assert complexity.count_params(models.build("dense_resnet")) == params(32, (64, 96, 160))
    assert complexity.count_params(models.build("dense_resnet-small")) == params(16, (24, 40, 64))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_learns_and_forward_is_classify_of_embed(name, channels):
    network = models.build(name, in_channels=channels, num_classes=8)
    x = torch.randn(3, channels, 48, 48)
    logits = network(x)
    assert logits.shape == (3, 8)
    logits.square().sum().backward()
    idle = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    # Four places in a 2x2 map and three pictures leave some rectifiers shut; whole dead branches would be many.
    assert all(p.grad is not None for p in network.parameters())
    assert len(idle) < 0.05 * len(list(network.parameters()))
    network.eval()
    with torch.no_grad():
        embedding = network.embed(x)
        assert embedding.shape == (3, network.embedding_size)
        assert torch.equal(network.classify(embedding), network(x))


@pytest.mark.parametrize("name", NAMES)
def test_each_module_is_called_once_and_nothing_is_in_place(name):
    """What hooks and attribution methods need."""
    network, calls = models.build(name).eval(), {}
    leaves = {n: m for n, m in network.named_modules() if not list(m.children())}
    for n, module in leaves.items():
        module.register_forward_hook(lambda *_, n=n: calls.update({n: calls.get(n, 0) + 1}))
    with torch.no_grad():
        network(torch.randn(1, 3, 48, 48))
    assert {n for n, count in calls.items() if count > 1} == set()
    assert not any(getattr(m, "inplace", False) for m in leaves.values())


@pytest.mark.parametrize("name", NAMES)
def test_maps_for_grad_cam_shrink_and_end_before_pooling(name):
    network, shapes = models.build(name).eval(), []
    for layer in network.cam_layers:
        layer.register_forward_hook(lambda _, __, output: shapes.append(tuple(output.shape[1:])))
    with torch.no_grad():
        last = network.features(torch.randn(1, 3, 48, 48))
    assert len(shapes) == len(network.cam_layers) > 2
    assert [h for _, h, _ in shapes] == sorted((h for _, h, _ in shapes), reverse=True)
    assert shapes[-1] == tuple(last.shape[1:])


@pytest.mark.parametrize("name", [n for n in NAMES if models.entry(n).base])
def test_an_ablation_changes_one_field(name):
    assert len(models.changes(name)) == 1


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("i_mobilenet_v2", {"channel": 4, "branch": 30}),  # SE on both blocks of rows 2 and 6; 15 blocks, two branches
        ("i_mobilenet_v2-base", {}),
        ("a_mobilenet", {"channel": 4, "spatial": 4}),  # CBAM after blocks 4, 6, 11, 13
        ("lightexnet", {"channel": 2, "spatial": 2}),  # on the shallow and on the fused map
        ("lightexnet-attention", {"channel": 1, "spatial": 1}),
        ("mobilenet_v3-small", {"channel": 9}),
    ],
)
def test_gates_are_found_by_name(name, kinds):
    found = [gate.kind for gate in models.named_gates(models.build(name)).values()]
    assert {kind: found.count(kind) for kind in set(found)} == kinds


def test_squeeze_excitation_is_its_equation():
    se = SqueezeExcitation(8, 2).eval()
    x = torch.randn(2, 8, 5, 5)
    w1, w2 = se.reduce.weight.flatten(1), se.expand.weight.flatten(1)
    s = torch.sigmoid(torch.relu(x.mean((2, 3)) @ w1.T + se.reduce.bias) @ w2.T + se.expand.bias)
    assert torch.allclose(se(x), x * s[:, :, None, None], atol=1e-6)


def test_cbam_is_its_equations():
    cbam = CBAM(32, reduction=16).eval()
    x = torch.randn(2, 32, 9, 9)
    w0, w1 = cbam.channel.reduce.weight.flatten(1), cbam.channel.expand.weight.flatten(1)

    def mlp(v):
        return torch.relu(v @ w0.T) @ w1.T

    y = x * torch.sigmoid(mlp(x.mean((2, 3))) + mlp(x.amax((2, 3))))[:, :, None, None]
    described = torch.stack([y.mean(1), y.amax(1)], dim=1)
    y = y * torch.sigmoid(nn.functional.conv2d(described, cbam.spatial.conv.weight, padding=3))
    assert torch.allclose(cbam(x), y, atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("sum", [3.0, 0.5, 6.0]), ("diff", [-3.0, 0.5, 6.0]), ("dw", [3.0, 0.5, 6.0])],
)
def test_reverse_fusion_by_hand(kind, expected):
    """ReLU6 of -3, 0.5, 8 is 0, 0.5, 6; of the negatives 3, 0, 0."""
    y = torch.tensor([-3.0, 0.5, 8.0]).view(1, 3, 1, 1)
    fusion = ReverseFusion(3, kind, "relu6")
    for weight in fusion.parameters():
        nn.init.ones_(weight)
    assert fusion(y).flatten().tolist() == expected


def test_reverse_fusion_concatenates_on_request():
    assert ReverseFusion(3, "cat", "relu6")(torch.zeros(1, 3, 2, 2)).shape == (1, 6, 2, 2)


def gate_values(network: nn.Module) -> torch.Tensor:
    """All values of all gates on some pictures, side by side."""
    values: list[torch.Tensor] = []
    for gate in models.named_gates(network).values():
        if gate.kind != "branch":
            gate.register_forward_hook(lambda _, __, output: values.append(output.detach().flatten()))
    network(torch.randn(16, 3, 48, 48))
    return torch.cat(values)


@pytest.mark.parametrize("name", ["lightexnet", "i_mobilenet_v2", "mobilenet_v3-small"])
def test_gates_start_undecided(name):
    """A gate that starts at 0 or 1 shuts its branch out before anything is learned."""
    torch.manual_seed(0)
    decided = (gate_values(models.build(name)) - 0.5).abs() > 0.45
    assert decided.float().mean() < 0.05


@pytest.mark.parametrize("name", ["a_mobilenet", "lightexnet"])
def test_even_gates_are_one_half_for_every_face_channel_and_place(name):
    torch.manual_seed(0)
    network = models.build(name)
    assert gate_values(network).std() > 0.01  # drawn, else the next line could not fail
    start_gates_even(network)
    assert gate_values(network).unique().tolist() == [0.5]
    for module in network.modules():
        if isinstance(module, CBAM):  # He's scale: hidden units that start small die within the first epoch
            hidden = module.channel.reduce.out_channels
            assert module.channel.reduce.weight.std().item() == pytest.approx((2 / hidden) ** 0.5, rel=0.1)


def test_behind_even_gates_the_trunk_computes_what_it_did_without_them():
    """Batch norms take the constant of the gates before them out; the last block's two halves leave a quarter."""
    torch.manual_seed(0)
    base, gated = (models.build(name).double() for name in ("a_mobilenet-base", "a_mobilenet-cbam"))
    gated.load_state_dict(base.state_dict(), strict=False)
    start_gates_even(gated)
    for module in [*base.modules(), *gated.modules()]:
        if isinstance(module, nn.BatchNorm2d):
            module.eps = 1e-12  # beside an untrained network's small variances it would count
    x = torch.randn(8, 3, 64, 64, dtype=torch.float64)
    with torch.no_grad():
        expected, found = base.features(x), gated.features(x)
    assert expected.std() > 0.1
    torch.testing.assert_close(4 * found, expected, rtol=1e-3, atol=1e-3)


def test_batch_norm_before_reverse_fusion_starts_shifted():
    shifts = {
        name: {b for block in models.build(name).features[1:] for b in block.depthwise[1].bias.tolist()}
        for name in ("i_mobilenet_v2-base", "i_mobilenet_v2-rfm")
    }
    assert shifts == {"i_mobilenet_v2-base": {0.0}, "i_mobilenet_v2-rfm": {2.0}}


@pytest.mark.parametrize(("channels", "expected"), [(18, 24), (24, 24), (12, 16), (72, 72), (4, 8), (90, 88)])
def test_make_divisible(channels, expected):
    """18 -> 16 would lose more than a tenth, so 24; 90 -> 88 loses less."""
    assert make_divisible(channels) == expected


def test_unknown_network_names_the_closest():
    with pytest.raises(ConfigError, match=r"'lightexnett' is not a known network; .* \(closest: lightexnet\)"):
        models.build("lightexnett")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"in_channels": 2}, "in_channels=2 is not valid; pictures have 1"),
        ({"num_classes": 1}, "needs at least 2"),
        ({"output_stride": 4}, "output_stride=4 is not a stride plan; choose 32, 16 or 8"),
        ({"strid": 8}, "'strid' is not a field of i_mobilenet_v2; choose from"),
        ({"width": "wide"}, "width='wide' must be a number"),
        ({"in_channels": 2, "num_classes": 0}, "in_channels=2 .*; num_classes=0"),
        ({"rfm": "product"}, "'product' is not a known reverse fusion"),
    ],
)
def test_a_wrong_config_says_what_is_wrong(change, message):
    with pytest.raises(ConfigError, match=message):
        models.build("i_mobilenet_v2", **change)


def test_a_whole_number_is_a_number():
    assert models.config_from("mobilenet_v1", {"dropout": 0}).dropout == 0.0


def test_a_reference_network_has_one_stride_plan():
    with pytest.raises(ConfigError, match="output_stride=32 is not valid for mini-Xception: its only plan is 16"):
        models.build("mini_xception", output_stride=32)


def test_a_name_is_registered_once():
    with pytest.raises(ConfigError, match="'mobilenet_v1' is registered twice"):
        registry.register("mobilenet_v1", "", nn.Identity, {"": registry.Variant("", mobilenet_v1.MobileNetV1Config())})


def test_a_network_is_added_with_a_config_and_one_call(monkeypatch):
    """What README promises: a config, a class, `register`; nothing else changes."""
    monkeypatch.setattr(registry, "_ENTRIES", dict(registry._ENTRIES))
    monkeypatch.setattr(registry, "_BUILDERS", dict(registry._BUILDERS))

    @dataclass(frozen=True, kw_only=True)
    class ToyConfig(registry.NetworkConfig):
        hidden: int = 4

    base = ToyConfig()
    variants = {"": registry.Variant("Toy", base), "wide": registry.Variant("Wide", replace(base, hidden=8), base="")}
    registry.register("toy", "a test", lambda c: nn.Conv2d(c.in_channels, c.hidden, 3), variants)
    assert models.build("toy-wide").out_channels == 8
    assert models.changes("toy-wide") == {"hidden": (4, 8)}
