"""How convolution and linear weights are stored: as float16, or as int8 with a scale per channel. All else is float32.

A network is scored after rounding, so a card's scores are exactly those of its file.

torch is imported inside the functions, so that reading cards does not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fer_core.errors import CheckpointError, unknown_name

if TYPE_CHECKING:
    from torch import Tensor

HALF, EIGHT_BITS = "float16", "int8"
DTYPES = {
    HALF: "float16 convolution and linear weights, float32 else",
    EIGHT_BITS: "int8 convolution and linear weights with a scale a channel, float32 else",
}
LARGEST = 127
SCALE = ".scale"  # follows the name of an int8 weight


def rounded(name: str, weight: Tensor, precision: str) -> Tensor:
    """Return the weight as it will be read back, in its own type and shape.

    float16 costs less than 0.1 % of a value, int8 up to 0.4 % of the largest in the same output channel.

    Raises:
        ConfigError: for another precision.
        CheckpointError: if a value is not finite or beyond float16's 65,504.
    """
    import torch

    if precision not in DTYPES:
        raise unknown_name("precision", precision, DTYPES)
    half = weight.half().to(weight.dtype)
    if not torch.isfinite(half).all():
        raise CheckpointError(f"{name} holds values that float16 cannot; the training has diverged")
    return half if precision == HALF else _times(*_in_steps(weight)).to(weight.dtype)


def quantized(name: str, weight: Tensor, precision: str) -> dict[str, Tensor]:
    """Return what the file holds for a weight that is `rounded` already, by tensor name."""
    if precision == HALF:
        return {name: weight.half()}
    steps, scale = _in_steps(weight)
    return {name: steps, name + SCALE: scale}


def dequantized(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return a file's tensors under the names of the network's own, int8 weights as float32.

    An int8 tensor without a scale stays as it is; the strict comparison that follows refuses it.
    """
    import torch

    scales = {
        name: name + SCALE for name, value in state.items() if value.dtype == torch.int8 and name + SCALE in state
    }
    return {
        name: _times(value, state[scales[name]]) if name in scales else value
        for name, value in state.items()
        if name not in scales.values()
    }


def precision_of(tensors: dict[str, str]) -> str:
    """Return the precision of a file from its tensors' types, {name: type as safetensors writes it}."""
    return EIGHT_BITS if "I8" in tensors.values() else HALF


def _in_steps(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Return the values in steps, int8, and the size of a step per channel, bfloat16 (C_out,).

    A step is 1/127 of the channel's largest value. It is bfloat16 because 127 steps of so short a number are exact in
    float32: read back and rounded again, a weight keeps its scale, so rounding twice is the same as rounding once.
    """
    import torch

    scale = (weight.flatten(1).abs().amax(1) / LARGEST).bfloat16()
    step = _like(weight, scale)
    return torch.where(step > 0, weight / step, 0).round().clamp(-LARGEST, LARGEST).to(torch.int8), scale


def _times(steps: Tensor, scale: Tensor) -> Tensor:
    return steps.float() * _like(steps, scale)


def _like(weight: Tensor, scale: Tensor) -> Tensor:
    return scale.float().reshape(-1, *[1] * (weight.ndim - 1))
