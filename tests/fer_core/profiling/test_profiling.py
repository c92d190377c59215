"""Costs against closed forms, and measuring that leaves no trace."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from torch import nn

from fer_core import models, profiling
from fer_core.errors import ConfigError
from fer_core.profiling import complexity, latency, profiles
from fer_core.profiling.stages import Stage, stage_titles

ROOT = Path(__file__).resolve().parents[3]
NAMES = models.list_networks()


class Tiny(nn.Module):
    """A grouped strided convolution with bias, batch norm, and a linear layer: every rule once."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(4, 6, (3, 1), stride=2, groups=2), nn.BatchNorm2d(6), nn.ReLU())
        self.classifier = nn.Linear(6, 5)

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


def test_layer_table_by_hand():
    # 9 px: rows (9 - 3) // 2 + 1 = 4, columns (9 - 1) // 2 + 1 = 5
    conv, norm, linear = complexity.layer_table(Tiny(), 9, channels=4)
    assert (conv.name, conv.kind, conv.output_shape) == ("features.0", "Conv2d", (6, 4, 5))
    assert (conv.params, conv.macs) == (6 * 2 * 3 * 1 + 6, 6 * 4 * 5 * 2 * 3 * 1)
    assert (norm.params, norm.macs) == (2 * 6, 0)
    assert (linear.output_shape, linear.params, linear.macs) == ((5,), 6 * 5 + 5, 6 * 5)


def test_both_counters_by_hand():
    assert complexity.macs_layers(Tiny(), 9, 4) == complexity.macs_torch(Tiny(), 9, 4) == 6 * 4 * 5 * 6 + 30


@pytest.mark.parametrize("name", NAMES)
def test_both_counters_agree_and_tables_add_up(name):
    network = models.build(name)
    macs = complexity.macs_torch(network, 48)
    for table in (complexity.layer_table(network, 48), complexity.stage_table(network, 48)):
        assert sum(one.macs for one in table) == macs
        assert sum(one.params for one in table) == complexity.count_params(network)


@pytest.mark.parametrize("name", NAMES)
def test_no_stage_is_most_of_a_network(name):
    network = models.build(name)
    stages = complexity.stage_table(network, 48)
    layers = [layer.name for layer in complexity.layer_table(network, 48)]
    assert 5 <= len(stages) <= 24
    for stage in stages:
        assert sum(layer.startswith(f"{stage.name}.") for layer in layers) <= len(layers) / 2


def test_stages_are_in_forward_order_with_their_own_output():
    stages = complexity.stage_table(models.build("i_mobilenet_v2"), 48)
    assert (stages[0].name, stages[0].output_shape) == ("features.0", (16, 24, 24))
    assert (stages[1].name, stages[1].output_shape) == ("features.1", (24, 12, 12))  # ends in a gate of (24, 1, 1)
    assert (stages[-1].name, stages[-1].output_shape) == ("classifier", (7,))


def test_a_grey_input_costs_less_in_the_stem_only():
    grey, colour = (complexity.layer_table(models.build("mobilenet_v2", in_channels=c), 48, c) for c in (1, 3))
    assert [a.name for a, b in zip(grey, colour, strict=True) if a.macs != b.macs] == [colour[0].name]
    assert 3 * grey[0].macs == colour[0].macs


def test_a_layer_called_twice_costs_twice():
    layer = nn.Linear(3, 3, bias=False)
    (row,) = complexity.layer_table(nn.Sequential(layer, nn.ReLU(), layer), 3, 1)  # on (1, 3, 3): 9 outputs of 3 inputs
    assert (row.params, row.macs) == (9, 2 * 9 * 3)


@pytest.mark.parametrize(
    ("module", "match"),
    [
        (
            nn.Sequential(nn.Conv2d(3, 3, 1), nn.PReLU()),
            r"1 \(PReLU\): weights in a module whose multiply-adds have no",
        ),
        (nn.ConvTranspose2d(3, 3, 1), r"the network itself \(ConvTranspose2d\)"),
    ],
)
def test_weights_without_a_rule_are_an_error(module, match):
    with pytest.raises(ConfigError, match=match):
        complexity.layer_table(module, 8)


def test_weights_that_are_never_used_are_an_error():
    network = Tiny()
    network.forgotten = nn.Linear(2, 2)
    with pytest.raises(ConfigError, match="forgotten: weights that no forward pass uses"):
        complexity.layer_table(network, 9, 4)


def hooks(network: nn.Module) -> int:
    return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in network.modules())


MEASURES = [complexity.macs_torch, complexity.layer_table, complexity.stage_table, latency.measure]


@pytest.mark.parametrize("measure", MEASURES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("channels", [4, 5], ids=["success", "failure"])
def test_measuring_leaves_no_trace(measure, channels):
    network = Tiny().train()
    network.features[1].eval()  # a frozen batch norm stays frozen
    modes, threads = [module.training for module in network.modules()], torch.get_num_threads()
    before = {key: value.clone() for key, value in network.state_dict().items()}
    if channels == 4:
        measure(network, 9, channels)
    else:
        with pytest.raises(RuntimeError, match="channels"):
            measure(network, 9, channels)
    assert (hooks(network), [module.training for module in network.modules()]) == (0, modes)
    assert torch.get_num_threads() == threads
    assert torch.is_grad_enabled()
    assert all(torch.equal(before[key], value) for key, value in network.state_dict().items())


def test_latency_says_how_it_was_measured():
    found = latency.measure(Tiny(), 9, 4, threads=1, warmup=1, repeats=5)
    assert 0 < found.q1_ms <= found.median_ms <= found.q3_ms
    assert (found.threads, found.batch, found.warmup, found.repeats) == (1, 1, 1, 5)
    assert (found.torch, found.device) == (torch.__version__, latency.cpu_model())
    assert json.loads(json.dumps(found.as_dict())) == asdict(found)


def test_latency_runs_each_pass_with_the_threads_asked_for():
    seen = []
    network = Tiny()
    network.register_forward_hook(lambda *_: seen.append(torch.get_num_threads()))
    latency.measure(network, 9, 4, threads=2, warmup=3, repeats=4)
    assert seen == [2] * 7


@pytest.mark.parametrize("wrong", [{"threads": 0}, {"threads": 257}, {"repeats": 1}, {"warmup": -1}])
def test_latency_refuses_what_cannot_be_measured(wrong):
    with pytest.raises(
        ConfigError, match="cannot be measured; needs 1 to 256 threads, 0 warm-up and 2 repeats or more"
    ):
        latency.measure(Tiny(), 9, 4, **wrong)


def test_latency_is_of_the_cpu():
    with pytest.raises(ConfigError, match="the network is on meta; latency here means the CPU's"):
        latency.measure(Tiny().to("meta"), 9, 4)


def test_a_profile_is_what_the_schema_says(tmp_path):
    path = tmp_path / "profiles.json"
    path.write_text(json.dumps({"mini_xception": profiles.profile("mini_xception", repeats=2)}))
    one = profiling.read(path)["mini_xception"]
    assert (one.params, one.title) == (57095, "mini-Xception")
    assert [entry.size_px for entry in one.sizes] == [48, 96]
    assert [sum(stage.macs for stage in entry.stages) for entry in one.sizes] == [one.macs, one.sizes[1].macs]
    assert one.macs == 5825152


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (None, "profiles.json is missing; write it anew with `fer profile --all`"),
        ("{", "profiles.json is not JSON"),
        ('{"a": {}}', "for 7 reasons:\n- a.title is missing\n- a.family is missing"),
    ],
)
def test_profiles_that_cannot_be_read(tmp_path, content, match):
    path = tmp_path / "profiles.json"
    if content:
        path.write_text(content)
    with pytest.raises(ConfigError, match=match):
        profiles.read(path)


def test_stages_are_called_by_what_they_are():
    trunk = [
        Stage("features.0", "Sequential", (32, 24, 24)),
        Stage("features.1", "Block", (16, 24, 24)),
        Stage("features.2", "Block", (24, 12, 12)),
        Stage("features.3", "Block", (24, 12, 12)),
        Stage("features.4", "Sequential", (1280, 12, 12)),
        Stage("head", "Sequential", (128,)),
        Stage("classifier", "Sequential", (7,)),
    ]
    assert stage_titles(trunk) == [
        "Stem, 24 × 24",
        "Row 16, 24 × 24",
        "Row 24, block 1, 12 × 12",
        "Row 24, block 2, 12 × 12",
        "Last convolution, 12 × 12",
        "Head, 128 numbers",
        "Classifier",
    ]


def test_branches_are_told_apart():
    found = [
        Stage("features.0.deep.0", "Sequential", (32, 24, 24)),
        Stage("features.0.deep.1", "Block", (16, 24, 24)),
        Stage("features.0.shallow", "Sequential", (512, 2, 2)),
        Stage("features.0.fused_attention", "CBAM", (832, 2, 2)),
        Stage("features.1", "Sequential", (1280, 2, 2)),
    ]
    assert stage_titles(found) == [
        "Stem, 24 × 24", "Deep row 16, 24 × 24", "Shallow branch, 2 × 2", "Fused attention, 2 × 2",
        "Last convolution, 2 × 2",
    ]  # fmt: skip


def test_a_network_of_plain_stages_has_rows_only():
    found = [Stage("features.0", "Sequential", (64, 24, 24)), Stage("features.1", "Sequential", (128, 12, 12))]
    assert stage_titles(found) == ["Row 64, 24 × 24", "Row 128, 12 × 12"]


@pytest.mark.skipif(not profiles.PATH.exists(), reason="evidence/profiles.json has not been measured yet")
def test_the_committed_profiles_have_every_network_and_its_true_costs():
    committed = profiles.read()
    assert list(committed) == NAMES
    for name, one in committed.items():
        network = models.build(name, in_channels=one.channels)
        assert one.params == complexity.count_params(network)
        entry = models.entry(name)
        assert (one.base, one.config) == (entry.base, json.loads(json.dumps(asdict(entry.config))))
        assert tuple(cost.size_px for cost in one.sizes) == profiles.SIZES_PX
        for cost in one.sizes:
            assert cost.macs == complexity.macs_layers(network, cost.size_px, one.channels)
            stages = complexity.stage_table(network, cost.size_px, one.channels)
            assert [stage.name for stage in cost.stages] == [stage.name for stage in stages]
            titles = stage_titles([Stage(stage.name, stage.kind, stage.output_shape) for stage in stages])
            assert len(set(titles)) == len(titles)
            assert not any("." in title or "_" in title for title in titles)


def test_reading_profiles_does_not_load_torch():
    code = "import sys; from fer_core.profiling import profiles; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
