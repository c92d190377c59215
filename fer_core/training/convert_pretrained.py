"""Convert published weights to the files that `pretrained` reads: `fer pretrained NAME`.

This is the only code of the project that fetches anything, and it runs only on this command.
"""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path
from urllib.error import URLError

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor

from fer_core import files
from fer_core.errors import CheckpointError, ConfigError
from fer_core.training.frozen_graph import read_constants
from fer_core.training.pretrained import MOBILENET_V1, MOBILENET_V2, PretrainedWeights, fingerprint, pretrained_root

TORCHVISION_URL = "https://download.pytorch.org/models/mobilenet_v2-b0353104.pth"
TORCHVISION_SHA256 = "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889"

# TensorFlow's batch-norm names -> PyTorch's.
BATCH_NORM = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}
# TensorFlow's kernels are (height, width, in, out), depthwise ones (height, width, channels, 1).
KERNEL_AXES, DEPTHWISE_AXES = (3, 2, 0, 1), (2, 3, 0, 1)


def make_weights(name: str, published: Path | None = None, root: Path | None = None) -> Path:
    """Write the file that trainings with `init_from=imagenet` read, and return its path.

    Args:
        name: mobilenet_v1 or mobilenet_v2.
        published: the published file, where it is here already; V2's is fetched without.
        root: the folder for the result, default `pretrained_root()`.

    Raises:
        ConfigError: for another name, or V1 without its frozen graph.
        CheckpointError: if the published file is another one, cannot be fetched or read, or the result be written.
    """
    if name == MOBILENET_V2.name:
        return _written(MOBILENET_V2, _fetched() if published is None else from_torchvision(published), root)
    if name != MOBILENET_V1.name:
        raise ConfigError(
            f"no ImageNet weights are called {name!r}; there are {MOBILENET_V1.name}, {MOBILENET_V2.name}"
        )
    if published is None:
        raise ConfigError(f"{name} comes from a file that is not fetched from here; {MOBILENET_V1.how_to_get}")
    return _written(MOBILENET_V1, from_frozen_graph(published), root)


def from_torchvision(path: Path, sha256: str = TORCHVISION_SHA256) -> dict[str, Tensor]:
    """torchvision's MobileNetV2 without its classifier, under torchvision's own names.

    The file is a pickle, so its SHA-256 is checked before it is opened, and only tensors are let out of it.

    Raises:
        CheckpointError: if it is missing or another file.
    """
    if not path.is_file():
        raise CheckpointError(f"{path} is not a file; give torchvision's {Path(TORCHVISION_URL).name}")
    if files.sha256(path) != sha256:
        raise CheckpointError(
            f"{path} is another file than torchvision's {Path(TORCHVISION_URL).name} (SHA-256 differs)"
        )
    try:
        tensors = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, pickle.UnpicklingError, EOFError) as error:
        raise CheckpointError(f"{path} cannot be read ({error}); fetch it again") from error
    return {key: tensor for key, tensor in tensors.items() if not key.startswith("classifier.")}


def from_frozen_graph(path: Path) -> dict[str, Tensor]:
    """TensorFlow-Slim's MobileNetV1 1.0 without its classifier: kernels in PyTorch's axis order, names of our own.

    Raises:
        CheckpointError: if the file cannot be read, or is the graph of another network.
    """
    constants = read_constants(path)
    missing = sorted(name for name, _, _ in _v1_constants() if name not in constants)
    if missing:
        raise CheckpointError(f"{path} is no MobileNetV1 1.0 of TensorFlow-Slim: it has no constant {missing[0]}")
    return {key: _transposed(constants[name], axes) for name, key, axes in _v1_constants()}


def _v1_constants() -> list[tuple[str, str, tuple[int, ...] | None]]:
    """(TensorFlow's name, our key, order of the axes or None) of every tensor of the trunk."""
    parts = [("Conv2d_0", "weights", "stem.conv", "stem.bn", KERNEL_AXES)]
    for i in range(1, 14):
        depthwise, pointwise = f"block{i}.depthwise", f"block{i}.pointwise"
        parts += [
            (f"Conv2d_{i}_depthwise", "depthwise_weights", depthwise, f"{depthwise}_bn", DEPTHWISE_AXES),
            (f"Conv2d_{i}_pointwise", "weights", pointwise, f"{pointwise}_bn", KERNEL_AXES),
        ]
    return [
        constant
        for scope, kernel, convolution, norm, axes in parts
        for constant in (
            (f"MobilenetV1/{scope}/{kernel}", f"{convolution}.weight", axes),
            *((f"MobilenetV1/{scope}/BatchNorm/{old}", f"{norm}.{new}", None) for old, new in BATCH_NORM.items()),
        )
    ]


def _transposed(values: np.ndarray, axes: tuple[int, ...] | None) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values if axes is None else values.transpose(axes)).copy())


def _fetched() -> dict[str, Tensor]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(TORCHVISION_URL).name
        try:
            torch.hub.download_url_to_file(TORCHVISION_URL, str(path), hash_prefix=TORCHVISION_SHA256)
        except (URLError, OSError, RuntimeError) as error:
            raise CheckpointError(
                f"{TORCHVISION_URL} could not be fetched ({error}); fetch it where there is a network, and name it "
                f"here: fer pretrained {MOBILENET_V2.name} --file {path.name}"
            ) from error
        return from_torchvision(path)


def _written(weights: PretrainedWeights, tensors: dict[str, Tensor], root: Path | None) -> Path:
    if fingerprint(tensors) != weights.sha256:
        raise CheckpointError(f"that file holds other tensors than {weights.source}; nothing was written")
    path = (root or pretrained_root()) / weights.file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, save({key: tensor.contiguous() for key, tensor in tensors.items()}))
    except OSError as error:
        raise CheckpointError(f"{path} cannot be written: {error.strerror}") from error
    return path
