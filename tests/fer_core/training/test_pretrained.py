"""ImageNet weights: a loaded trunk computes what plain convolutions over the same tensors do; nothing else moves."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from support.published_weights import v1_forward, v1_tensors, v2_block, v2_forward, v2_tensors
from torch import Tensor

from fer_core import models
from fer_core.errors import CheckpointError, ConfigError
from fer_core.training import pretrained
from fer_core.training.pretrained import MOBILENET_V1, MOBILENET_V2, fingerprint, load_trunk, read_weights, weights_for

PUBLISHED = {
    "mobilenet_v1": (MOBILENET_V1, v1_tensors, v1_forward),
    "mobilenet_v2": (MOBILENET_V2, v2_tensors, v2_forward),
}
FACES = {"in_channels": 3, "output_stride": 32}


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Tensor]]:
    """Both files, drawn at random and believed to be the right ones, in $FER_PRETRAINED."""
    monkeypatch.setenv(pretrained.ROOT_VARIABLE, str(tmp_path))
    tensors = {}
    for name, (weights, draw, _) in PUBLISHED.items():
        tensors[name] = draw()
        save_file(tensors[name], tmp_path / weights.file)
    for family, (weights, names) in list(pretrained.TRUNKS.items()):
        believed = replace(weights, sha256=fingerprint(tensors[weights.name]))
        monkeypatch.setitem(pretrained.TRUNKS, family, (believed, names))
    return tensors


def faces(size_px: int = 64) -> Tensor:
    return torch.randn(2, 3, size_px, size_px, generator=torch.Generator().manual_seed(1))


def last_map(network: torch.nn.Module, x: Tensor) -> Tensor:
    with torch.no_grad():
        return network.eval().features(x)


@pytest.mark.parametrize("name", ["mobilenet_v1", "a_mobilenet-base", "mobilenet_v2"])
def test_a_loaded_trunk_computes_what_plain_convolutions_over_the_same_tensors_do(
    name: str, drawn: dict[str, dict[str, Tensor]]
) -> None:
    network = models.build(name, **FACES)
    weights = load_trunk(network, models.entry(name).family)
    expected = PUBLISHED[weights.name][2](drawn[weights.name], faces())
    assert expected.std() > 0.1  # else any two maps would agree
    torch.testing.assert_close(last_map(network, faces()), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.skipif(
    not os.environ.get(pretrained.ROOT_VARIABLE), reason="FER_PRETRAINED names no folder with the files"
)
@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_weights_do_too(name: str) -> None:
    weights, _, forward = PUBLISHED[name]
    network = models.build(name, **FACES)
    load_trunk(network, name)
    expected = forward(load_file(Path(os.environ[pretrained.ROOT_VARIABLE]) / weights.file), faces())
    torch.testing.assert_close(last_map(network, faces()), expected, rtol=1e-4, atol=1e-4)


def test_lightexnets_deep_branch_takes_each_block_from_the_one_with_its_channels_and_stride(
    drawn: dict[str, dict[str, Tensor]],
) -> None:
    network = models.build("lightexnet", **FACES)
    before = {key: value.clone() for key, value in network.state_dict().items()}
    load_trunk(network, "lightexnet")
    network.eval()
    deep = network.features[0].deep
    x = deep[0](faces())
    blocks = [1, 2, 4, 5, 7, 8, 9, 11, 12, 14, 15, 16, 17]  # rows 24, 32, 64 and 96 each lose their last repeat
    assert len(deep) == len(blocks) + 1
    with torch.no_grad():
        for ours, theirs in zip(deep[1:], blocks, strict=True):
            expected = v2_block(drawn["mobilenet_v2"], theirs, x)
            torch.testing.assert_close(ours(x), expected, rtol=1e-4, atol=1e-4)
            x = expected
    fresh = [key for key, value in network.state_dict().items() if torch.equal(value, before[key])]
    assert {key for key in before if ".deep." in key and "num_batches" not in key}.isdisjoint(fresh)
    assert {key for key in before if ".deep." not in key} <= set(fresh)


def test_another_epsilon_changes_the_variance_and_not_the_function(drawn: dict[str, dict[str, Tensor]]) -> None:
    network = models.build("mobilenet_v1", **FACES)
    load_trunk(network, "mobilenet_v1")
    stem, published = network.features[0][1], drawn["mobilenet_v1"]["stem.bn.running_var"]
    assert stem.eps == 1e-5
    torch.testing.assert_close(stem.running_var, published + 1e-3 - 1e-5)


def test_a_missing_file_is_told_with_the_way_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="is missing; run `fer pretrained mobilenet_v2`"):
        read_weights(MOBILENET_V2, tmp_path)


def test_another_file_of_that_name_is_refused(tmp_path: Path) -> None:
    save_file(v2_tensors(seed=7), tmp_path / MOBILENET_V2.file)
    with pytest.raises(CheckpointError, match="holds other tensors"):
        read_weights(MOBILENET_V2, tmp_path)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / MOBILENET_V2.file).write_bytes(b"\x08\x00\x00\x00")
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_weights(MOBILENET_V2, tmp_path)


@pytest.mark.parametrize(
    ("name", "setting"), [("mobilenet_v2-w075", {"in_channels": 3}), ("mobilenet_v2", {"in_channels": 1})]
)
def test_a_narrow_or_a_grey_network_is_refused(
    name: str, setting: dict[str, int], drawn: dict[str, dict[str, Tensor]]
) -> None:
    with pytest.raises(ConfigError, match="full width with 3 input channels"):
        load_trunk(models.build(name, **setting), "mobilenet_v2")


def test_a_network_that_its_paper_trains_from_scratch_has_no_such_weights() -> None:
    with pytest.raises(ConfigError, match="no ImageNet weights are known for i_mobilenet_v2"):
        weights_for("i_mobilenet_v2")


def test_a_fingerprint_sees_every_value_name_and_shape() -> None:
    tensors = {"a": torch.arange(6.0), "b": torch.ones(2)}
    others = [
        {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(2)},
        {"a": torch.arange(6.0), "c": torch.ones(2)},
        {"a": torch.arange(6.0), "b": torch.ones(2).nextafter(torch.zeros(2))},
        {"a": torch.arange(6.0).double(), "b": torch.ones(2)},
    ]
    assert fingerprint(dict(reversed(tensors.items()))) == fingerprint(tensors)
    assert fingerprint(tensors) not in [fingerprint(other) for other in others]
