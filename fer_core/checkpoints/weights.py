"""A network's weights on disk: safetensors only, convolution and linear weights rounded, see `quantization`.

Rounding may flip a close answer. So a network is evaluated after rounding (`as_stored`): the card's scores are then
exactly those of the file.

torch is imported inside the functions, so that reading cards does not wait for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from fer_core import files
from fer_core.checkpoints import quantization
from fer_core.checkpoints.card import Card, write_file
from fer_core.checkpoints.card_schema import WeightsEntry
from fer_core.errors import CheckpointError, ConfigError

if TYPE_CHECKING:
    from torch import Tensor, nn

    from fer_core.models.blocks import Classifier

Network = TypeVar("Network", bound="nn.Module")

FILE_NAME, ONNX_FILE = "model.safetensors", "model.onnx"
HEADER = "network"
MAX_PARAMS = 200_000_000  # the largest here has 21 million


def as_stored(network: Network, precision: str = quantization.HALF) -> Network:
    """Return a copy of the network, in eval mode, with convolution and linear weights rounded to what a file holds.

    Evaluate this copy and publish it: `publish` refuses weights that storing would change.

    Args:
        precision: float16, or int8 for half the bytes again.

    Raises:
        ConfigError: for another precision.
        CheckpointError: if a weight is not finite or beyond float16's 65,504.
    """
    network = deepcopy(network).eval()
    for name, weight in _roundable(network).items():
        weight.copy_(quantization.rounded(name, weight, precision))
    return network


def save_weights(
    folder: Path | str,
    network: nn.Module,
    network_name: str,
    expressions: Sequence[str],
    precision: str = quantization.HALF,
) -> Path:
    """Write the weights and, in the file's header, whose they are; returns the file.

    Raises:
        CheckpointError: if storing would change a weight, or the file cannot be written.
    """
    import torch
    from safetensors.torch import save as to_bytes

    weights = _roundable(network)
    changed = [
        name
        for name, weight in weights.items()
        if not torch.equal(quantization.rounded(name, weight, precision), weight)
    ]
    if changed:
        raise CheckpointError(
            f"storing as {precision} would change {len(changed)} weights, first {changed[0]}; "
            "evaluate and publish as_stored(network), so that the scores are those of the stored weights"
        )
    state = {name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()}
    for name in weights:
        state |= quantization.quantized(name, state[name], precision)
    about = json.dumps({"name": network_name, "expressions": list(expressions)})
    path = Path(folder) / FILE_NAME
    write_file(path, to_bytes(state, metadata={HEADER: about}))
    return path


def file_name(card: Card) -> str:
    """Return the name of a checkpoint's file of weights."""
    return ONNX_FILE if card.runtime == "onnx" else FILE_NAME


def describe(path: Path) -> WeightsEntry:
    """Return the card's `weights` entry for a file."""
    return WeightsEntry(sha256=files.sha256(path), bytes=path.stat().st_size, dtype=read_dtype(path))


def read_dtype(path: Path) -> str:
    """Return in which types a file holds its weights, in words, as the file itself says."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        types = {name: file.get_slice(name).get_dtype() for name in file.keys()}  # noqa: SIM118 - no mapping
    return quantization.DTYPES[quantization.precision_of(types)]


def read_header(path: Path) -> dict[str, Any]:
    """Return {"name", "expressions"} as the weights' file itself says; empty if it says nothing that can be read."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        try:
            header = files.parse_json((file.metadata() or {}).get(HEADER, "{}"))
        except ValueError:
            return {}
    return header if isinstance(header, dict) else {}


def load_into_new(card: Card) -> Classifier:
    """Build the card's network and load its weights, strictly; returns it in eval mode, float32.

    Raises:
        CheckpointError: if the file is missing, not the one the card describes, not safetensors, or not this network.
    """
    path = Path(card.folder or ".") / FILE_NAME
    check_file(path, card.shipped)
    network = build(card)
    state = quantization.dequantized(_read_state(path))
    _check_fits(path, state, network.state_dict())
    network.load_state_dict(state, strict=True)
    return network.eval()


def as_config(card: Card) -> dict[str, Any]:
    """Return the card's network config as Python values: JSON has no tuples, and no config holds a list."""
    return {key: tuple(v) if isinstance(v, list) else v for key, v in card.network.config.items()}


def plain(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value as JSON would give it back: tuples as lists, keys as text."""
    return json.loads(json.dumps(dict(value)))


def build(card: Card) -> Classifier:
    """Build the network that a card describes, with random weights; raises CheckpointError if it cannot be."""
    import torch

    from fer_core import models

    name = card.network.name
    try:
        config = models.config_from(name, as_config(card))
        with torch.device("meta"):  # counts without memory: a foreign card may ask for more than there is
            count = sum(parameter.numel() for parameter in models.build_config(name, config).parameters())
        if count > MAX_PARAMS:
            raise ConfigError(f"it would have {count:,} parameters, more than the {MAX_PARAMS:,} that are built")
        return models.build_config(name, config)
    except ConfigError as error:
        raise CheckpointError(f"the card of {card.name} describes no network that can be built: {error}") from error
    except (KeyError, TypeError, ValueError, RuntimeError, ZeroDivisionError, IndexError) as error:
        raise CheckpointError(
            f"the card of {card.name} describes no network that can be built: "
            f"{type(error).__name__} {error} with the config {card.network.config}"
        ) from error


def check_file(path: Path, recorded: WeightsEntry) -> None:
    """Raise CheckpointError unless the file is the one that a card describes, by size and hash."""
    if not path.is_file():
        raise CheckpointError(f"{path} is missing; restore it from the repository or train again")
    try:
        size, digest = path.stat().st_size, files.sha256(path)
    except OSError as error:
        raise CheckpointError(
            f"{path} cannot be read ({error.strerror}); give yourself the right to, or restore it"
        ) from (error)
    if size != recorded.bytes:
        what = "was cut short" if size < recorded.bytes else "was replaced"
        raise CheckpointError(f"{path} has {size:,} bytes and its card says {recorded.bytes:,}: it {what}; restore it")
    if digest != recorded.sha256:
        raise CheckpointError(
            f"{path} has SHA-256 {digest[:12]}..., its card says {recorded.sha256[:12]}...: it was changed; restore "
            "the file"
        )


def _read_state(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except SafetensorError as error:
        raise CheckpointError(
            f"{path} is not a whole safetensors file ({error}); other formats, pickles above all, are not read"
        ) from error


def _check_fits(path: Path, state: dict[str, Tensor], wanted: dict[str, Tensor]) -> None:
    missing, foreign = [k for k in wanted if k not in state], [k for k in state if k not in wanted]
    if missing or foreign:
        lack = f"lacks {len(missing)} of its weights (first {missing[0]})" if missing else ""
        extra = f"has {len(foreign)} foreign ones (first {foreign[0]})" if foreign else ""
        raise CheckpointError(f"{path} is of another network: it {' and '.join(filter(None, (lack, extra)))}")
    import torch

    for name, value in state.items():
        needed = wanted[name]
        types = (torch.float16, torch.float32) if needed.is_floating_point() else (needed.dtype,)
        if value.shape != needed.shape or value.dtype not in types:
            stored, need = (f"{tensor.dtype} {tuple(tensor.shape)}" for tensor in (value, needed))
            raise CheckpointError(f"{path} is of another network: {name} is {stored}, the card's network needs {need}")
        if not torch.isfinite(value).all():
            raise CheckpointError(f"{path} holds values in {name} that are no numbers; restore the file")


def _roundable(network: nn.Module) -> dict[str, Tensor]:
    """Return the weights that are stored rounded, by their name in the state."""
    from torch import nn

    kinds = (nn.Conv2d, nn.Linear)
    return {f"{name}.weight": m.weight.data for name, m in network.named_modules() if isinstance(m, kinds)}
