"""The precision of a training step: float32, or bfloat16 under autocast where that is faster.

On an accelerator autocast is enough. On a CPU it slows down networks of depthwise-separable blocks: the backward pass
of bfloat16 convolutions, 1x1 and depthwise, is slow there. The same sums as matrix products are fast, and depthwise
convolutions are best left in float32; `make bench-training` measures both.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from fer_core.errors import unknown_name

PRECISIONS = ("auto", "float32", "bfloat16")


def autocast(precision: str, device: torch.device) -> AbstractContextManager[Any]:
    """Return the context of a forward pass; the backward pass follows it automatically.

    Args:
        precision: auto (bfloat16 on an accelerator, float32 on a CPU; a run chooses first), float32 or bfloat16.

    Raises:
        ConfigError: another precision.
    """
    if precision not in PRECISIONS:
        raise unknown_name("precision", precision, PRECISIONS)
    on_cpu = device.type == "cpu"
    if precision == "float32" or (precision == "auto" and on_cpu):
        return nullcontext()
    stack = ExitStack()
    stack.enter_context(torch.autocast(device.type, torch.bfloat16))
    if on_cpu:
        stack.enter_context(_FastConvolutions())
    return stack


class _FastConvolutions(TorchFunctionMode):
    """Within it, 1x1 convolutions are matrix products and depthwise ones stay in float32."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return (_conv2d if func is torch.conv2d else func)(*args, **(kwargs or {}))


def _conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """Return what `torch.conv2d` gives under autocast, up to rounding: (N, C, H, W) -> (N, D, H', W') in bfloat16."""
    if groups > 1:
        with torch.autocast(input.device.type, enabled=False):
            return torch.conv2d(input.float(), weight, bias, stride, padding, dilation, groups).bfloat16()
    if weight.shape[2:] == (1, 1) and _is_square(stride, 1) and _is_square(padding, 0):
        return F.linear(input.permute(0, 2, 3, 1), weight.flatten(1), bias).permute(0, 3, 1, 2)
    return torch.conv2d(input, weight, bias, stride, padding, dilation)


def _is_square(value: int | tuple[int, ...], size: int) -> bool:
    return value in (size, (size, size))
