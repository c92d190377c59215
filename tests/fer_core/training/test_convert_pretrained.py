"""Published weight files become ours: a frozen graph is read byte by byte, a pickle only once its hash is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from support.published_weights import v1_tensors, v2_tensors

from fer_core.cli import main
from fer_core.errors import CheckpointError, ConfigError
from fer_core.files import sha256
from fer_core.training import convert_pretrained, pretrained
from fer_core.training.convert_pretrained import from_frozen_graph, from_torchvision, make_weights
from fer_core.training.pretrained import fingerprint

NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}


def varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def field(number: int, content: bytes) -> bytes:
    """A length-delimited protobuf field."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def whole(number: int, value: int) -> bytes:
    """A varint protobuf field."""
    return varint(number << 3) + varint(value)


def constant(name: str, values: np.ndarray) -> bytes:
    """A constant's node as TensorFlow writes it, with a field (device, 4) that nobody reads."""
    shape = b"".join(field(2, whole(1, size)) for size in values.shape)
    tensor = whole(1, 1) + field(2, shape) + field(4, values.astype("<f4").tobytes())
    attributes = field(5, field(1, b"dtype") + field(2, whole(6, 1)))
    attributes += field(5, field(1, b"value") + field(2, field(8, tensor)))
    return field(1, field(1, name.encode()) + field(2, b"Const") + field(4, b"/cpu:0") + attributes)


def tensorflow_name(key: str) -> str:
    """The node of one of our tensors: block3.depthwise_bn.bias -> MobilenetV1/Conv2d_3_depthwise/BatchNorm/beta."""
    module, part, kind = key.split(".")
    if module == "stem":
        scope = "Conv2d_0"
    else:
        scope = f"Conv2d_{module.removeprefix('block')}_{part.removesuffix('_bn')}"
    if part.endswith("bn"):
        return f"MobilenetV1/{scope}/BatchNorm/{NORM[kind]}"
    return f"MobilenetV1/{scope}/{'depthwise_weights' if part == 'depthwise' else 'weights'}"


def frozen_graph(tensors: dict[str, torch.Tensor]) -> bytes:
    nodes = []
    for key, tensor in tensors.items():
        values = tensor.numpy()
        if values.ndim == 4:  # (out, in, height, width) -> (height, width, in, out); depthwise keeps (channels, 1)
            values = values.transpose(2, 3, 0, 1) if "depthwise" in key else values.transpose(2, 3, 1, 0)
        nodes.append(constant(tensorflow_name(key), values))
    return b"".join([*nodes, constant("final_training_ops/biases/final_biases", np.zeros(2))])


@pytest.fixture
def believe(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, torch.Tensor]], None]:
    """Make drawn tensors the right ones for both files."""

    def patch(tensors: dict[str, torch.Tensor]) -> None:
        for name in ("MOBILENET_V1", "MOBILENET_V2"):
            right = replace(getattr(pretrained, name), sha256=fingerprint(tensors))
            monkeypatch.setattr(convert_pretrained, name, right)

    return patch


def test_a_frozen_graph_gives_every_tensor_of_the_trunk_in_pytorchs_order(tmp_path: Path) -> None:
    tensors, graph = v1_tensors(), tmp_path / "graph.pb"
    graph.write_bytes(frozen_graph(tensors))
    found = from_frozen_graph(graph)
    assert set(found) == set(tensors) and len(found) == 135
    assert all(torch.equal(found[key], tensor) for key, tensor in tensors.items())


def test_a_converted_graph_is_written_where_trainings_look_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, believe: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    tensors, graph = v1_tensors(), tmp_path / "graph.pb"
    graph.write_bytes(frozen_graph(tensors))
    believe(tensors)
    monkeypatch.setenv(pretrained.ROOT_VARIABLE, str(tmp_path / "new folder"))
    assert main(["pretrained", "mobilenet_v1", "--file", str(graph)]) == 0
    written = tmp_path / "new folder" / pretrained.MOBILENET_V1.file
    assert fingerprint(load_file(written)) == fingerprint(tensors)
    assert str(written) in capsys.readouterr().out


def test_a_graph_of_other_weights_or_of_another_network_writes_nothing(tmp_path: Path) -> None:
    tensors, graph = v1_tensors(), tmp_path / "graph.pb"
    graph.write_bytes(frozen_graph(tensors))
    with pytest.raises(CheckpointError, match="holds other tensors"):
        make_weights("mobilenet_v1", graph, tmp_path)
    graph.write_bytes(frozen_graph({key: tensor for key, tensor in tensors.items() if "block13" not in key}))
    with pytest.raises(CheckpointError, match="no constant MobilenetV1/Conv2d_13"):
        make_weights("mobilenet_v1", graph, tmp_path)
    assert list(tmp_path.iterdir()) == [graph]


@pytest.mark.parametrize("content", [b"", b"not a graph at all", b"\x0a\xff\xff\xff\xff\x0f"])
def test_a_file_that_is_no_graph_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "graph.pb").write_bytes(content)
    with pytest.raises(CheckpointError, match="give"):
        from_frozen_graph(tmp_path / "graph.pb")


def test_torchvisions_file_loses_its_classifier(tmp_path: Path) -> None:
    tensors, path = v2_tensors(), tmp_path / "mobilenet_v2.pth"
    torch.save({**tensors, "classifier.1.weight": torch.zeros(1000, 1280)}, path)
    assert fingerprint(from_torchvision(path, sha256(path))) == fingerprint(tensors)


def test_another_pickle_is_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mobilenet_v2.pth"
    torch.save(v2_tensors(), path)
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("it was opened"))
    with pytest.raises(CheckpointError, match="SHA-256 differs"):
        make_weights("mobilenet_v2", path, tmp_path)


def test_without_a_network_a_sentence_says_how_to_do_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise URLError("no such host")

    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    with pytest.raises(CheckpointError, match="fer pretrained mobilenet_v2 --file mobilenet_v2-b0353104.pth"):
        make_weights("mobilenet_v2", None, tmp_path)


@pytest.mark.parametrize(
    ("name", "words"), [("mobilenet_v1", "--file GRAPH.pb"), ("mobilenet_v9", "mobilenet_v1, mobilenet_v2")]
)
def test_names_without_a_source_are_refused(name: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=words):
        make_weights(name, None, tmp_path)
