"""ImageNet weights to start from: `--set init_from=imagenet`.

A-MobileNet's paper starts from such weights. A trunk's tensors are taken over by name; CBAM, the shallow branch, the
embedding and the last layer start fresh, and so does everything of a network that its paper trains from scratch.

The weights are not part of this project. Each file is named with its source, its licence and its hash; it is looked for
in $FER_PRETRAINED, or in the folder `pretrained`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from fer_core.errors import CheckpointError, ConfigError

IMAGENET = "imagenet"
ROOT_VARIABLE = "FER_PRETRAINED"


@dataclass(frozen=True)
class PretrainedWeights:
    """One file of trunk weights, and what the network that they belong to took.

    sha256: `fingerprint` of the file's tensors, so that files of two writers agree.
    mean, std: of pixels scaled to 0..1, one a channel, RGB.
    eps: of the batch norms that the weights were trained with.
    """

    name: str
    file: str
    sha256: str
    source: str
    licence: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    eps: float
    how_to_get: str


MOBILENET_V1 = PretrainedWeights(
    name="mobilenet_v1",
    file="mobilenet_v1-imagenet.safetensors",
    sha256="682072b1c798748d215fc0a27a3e6003a73cf814ff943b57cf28e6c4dee66e9c",
    source="TensorFlow-Slim's MobileNetV1 1.0 224, padded at the bottom and right of stride-2 layers where ours pad "
    "all around, so that maps lie a pixel apart",
    licence="Apache-2.0",
    mean=(0.5, 0.5, 0.5),
    std=(0.5, 0.5, 0.5),
    eps=1e-3,
    how_to_get="run `fer pretrained mobilenet_v1 --file GRAPH.pb` on TensorFlow-Slim's frozen graph, see "
    "docs/pretrained.md",
)
MOBILENET_V2 = PretrainedWeights(
    name="mobilenet_v2",
    file="mobilenet_v2-imagenet.safetensors",
    sha256="ce84bb1c39dd3cb70d948b217d5ca71ad4f704276cf38197e1b7b9f04ea9aa40",
    source="torchvision's mobilenet_v2-b0353104.pth",
    licence="BSD-3-Clause",
    mean=(0.485, 0.456, 0.406),
    std=(0.229, 0.224, 0.225),
    eps=1e-5,
    how_to_get="run `fer pretrained mobilenet_v2`, which fetches torchvision's file and checks it",
)

# A block of ours <- the block of MobileNetV2 with its channels and stride, both counted from the stem.
_V2_ALL = {i: i for i in range(19)}
_V2_LIGHTEXNET = {0: 0, 1: 1, 2: 2, 3: 4, 4: 5, 5: 7, 6: 8, 7: 9, 8: 11, 9: 12, 10: 14, 11: 15, 12: 16, 13: 17}


def _v1_names() -> Iterator[tuple[str, str]]:
    yield from (("features.0.0", "stem.conv"), ("features.0.1", "stem.bn"))
    for i in range(1, 14):
        for part in ("depthwise", "pointwise"):
            yield f"features.{i}.{part}.0", f"block{i}.{part}"
            yield f"features.{i}.{part}.1", f"block{i}.{part}_bn"


def _v2_names(blocks: dict[int, int], trunk: str) -> Iterator[tuple[str, str]]:
    """torchvision's block: conv.0 expand, conv.1 depthwise (absent in block 1), then a bare convolution and norm."""
    for ours, theirs in blocks.items():
        if theirs in (0, 18):
            yield from ((f"{trunk}.{ours}.{i}", f"features.{theirs}.{i}") for i in (0, 1))
            continue
        with_act = 1 if theirs == 1 else 2
        for part in range(with_act):
            yield from ((f"{trunk}.{ours}.body.{part}.{i}", f"features.{theirs}.conv.{part}.{i}") for i in (0, 1))
        for i in (0, 1):
            yield f"{trunk}.{ours}.body.{with_act}.{i}", f"features.{theirs}.conv.{with_act + i}"


# Family -> weights, and pairs of (our module, their module) in forward order.
TRUNKS: dict[str, tuple[PretrainedWeights, Callable[[], Iterator[tuple[str, str]]]]] = {
    "mobilenet_v1": (MOBILENET_V1, _v1_names),
    "a_mobilenet": (MOBILENET_V1, _v1_names),
    "mobilenet_v2": (MOBILENET_V2, lambda: _v2_names(_V2_ALL, "features")),
    "lightexnet": (MOBILENET_V2, lambda: _v2_names(_V2_LIGHTEXNET, "features.0.deep")),
}


def weights_for(family: str) -> PretrainedWeights:
    """The weights that a family can start from.

    Raises:
        ConfigError: if its paper trains from scratch, or no such weights are known.
    """
    if family not in TRUNKS:
        raise ConfigError(
            f"no ImageNet weights are known for {family}; they are for {', '.join(sorted(TRUNKS))}, so leave init_from "
            "empty"
        )
    return TRUNKS[family][0]


def pretrained_root() -> Path:
    """Where the files are looked for: $FER_PRETRAINED, or `pretrained` in the current folder."""
    return Path(os.environ.get(ROOT_VARIABLE) or "pretrained")


def read_weights(weights: PretrainedWeights, root: Path | None = None) -> dict[str, Tensor]:
    """The file's tensors, once their fingerprint is right.

    Raises:
        CheckpointError: if the file is missing, unreadable or another one.
    """
    path = (root or pretrained_root()) / weights.file
    if not path.is_file():
        raise CheckpointError(f"{path} is missing; {weights.how_to_get}, or set {ROOT_VARIABLE} to the folder with it")
    try:
        tensors = load_file(path)
    except SafetensorError as error:
        raise CheckpointError(f"{path} cannot be read ({error}); {weights.how_to_get}") from error
    if fingerprint(tensors) != weights.sha256:
        raise CheckpointError(f"{path} holds other tensors than {weights.source}; {weights.how_to_get}")
    return tensors


def fingerprint(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 over names, types, shapes and values, in the order of the names; a file's own header does not count."""
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def load_trunk(network: nn.Module, family: str, root: Path | None = None) -> PretrainedWeights:
    """Put a family's ImageNet weights into a new network's trunk; all else keeps its random start.

    Batch norms that were trained with another epsilon keep their function: the difference goes into the variance.

    Args:
        network: built from a config of `family`, taking 3 channels, at full width.
        root: the folder with the files, default `pretrained_root()`.

    Raises:
        ConfigError: if no weights are known for the family, or they do not fit the network.
        CheckpointError: if the file is missing or another one.
    """
    weights = weights_for(family)
    theirs, own = read_weights(weights, root), network.state_dict()
    for ours, source in TRUNKS[family][1]():
        for key in ("weight", "bias", "running_mean", "running_var"):
            if f"{ours}.{key}" not in own:
                continue
            value, into = theirs[f"{source}.{key}"], own[f"{ours}.{key}"]
            if value.shape != into.shape:
                raise ConfigError(
                    f"{ours}.{key} is {tuple(into.shape)} here and {tuple(value.shape)} in {weights.file}; ImageNet "
                    "weights fit networks of full width with 3 input channels"
                )
            into.copy_(value)
        if isinstance(norm := network.get_submodule(ours), nn.BatchNorm2d):
            shift_epsilon(norm, weights.eps)
    return weights


@torch.no_grad()
def shift_epsilon(norm: nn.BatchNorm2d, trained_with: float) -> None:
    """Change a batch norm's variance so that with its own epsilon it computes what it did with another."""
    norm.get_buffer("running_var").add_(trained_with - norm.eps)
