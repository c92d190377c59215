"""The autograd functions of the fused layers: maps as flat arrays, threads that share the kernels. Needs numba."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from fer_core.training.fused.depthwise_kernels import convolve, weight_gradient
from fer_core.training.fused.norm_kernels import moments, norm_kernels

BLOCK_ELEMENTS = 16_384  # of which partial sums are taken; small enough for the second pass to find them in the cache
TILE_ELEMENTS, VECTOR_ELEMENTS = 512, 64
PICTURES_IN_GROUP = 8  # whose gradients of a depthwise weight are one partial sum


class NormActivation(torch.autograd.Function):
    """act(batch norm(x)) with the batch's mean and (biased) variance: (N, C, H, W) -> the same, (C,), (C,)."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, eps: float, kernel: str
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Compute the map; keep for the gradient what cannot be had from it."""
        run, c = _run(x), x.shape[1]
        mean, var = _moments(run, c)
        inverse = 1 / np.sqrt(var + eps)
        constants = [_over_tile(v) for v in (mean, weight.detach().numpy() * inverse, bias.detach().numpy())]
        y, into = _new_map(x, x.shape)
        block = _block(c)
        _spread(norm_kernels(kernel).apply, -(-run.size // block), run, into, *constants, block)
        ctx.save_for_backward(x)
        ctx.constants, ctx.inverse, ctx.kernel = constants, inverse, kernel
        centre, spread = (torch.from_numpy(v.astype(np.float32)) for v in (mean, var))
        ctx.mark_non_differentiable(centre, spread)
        return y, centre, spread

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, dy: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        """Give the gradient of each argument that has one."""
        (x,) = ctx.saved_tensors
        kernels, c = norm_kernels(ctx.kernel), x.shape[1]
        run, back, block = _run(x), _run(dy), _block(c)
        count = -(-run.size // block)
        partial = np.empty((2, count, c), np.float32)
        _spread(kernels.sums, count, run, back, *ctx.constants, block, *partial)
        total, moment = partial.sum(axis=1, dtype=np.float64)
        n, scale = run.size // c, ctx.constants[1][:c]
        slope, offset = _over_tile(-scale * ctx.inverse**2 * moment / n), _over_tile(-scale * total / n)
        dx, into = _new_map(x, x.shape)
        _spread(kernels.gradient, count, run, back, into, *ctx.constants, slope, offset, block)
        return dx, *(torch.from_numpy(v.astype(np.float32)) for v in (moment * ctx.inverse, total)), None, None


def _moments(run: np.ndarray, c: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and biased variance of each channel in float64, (C,): Chan et al. 1983's sum over blocks."""
    block = _block(c)
    count = -(-run.size // block)
    means, squares = np.empty((2, count, c), np.float32)
    _spread(moments, count, run, _tile(c), block, means, squares)
    share = np.full((count, 1), block / run.size)
    share[-1] = 1 - block * (count - 1) / run.size
    mean = (means * share).sum(axis=0)
    between = (np.square(means - mean) * share).sum(axis=0)
    return mean, squares.sum(axis=0, dtype=np.float64) * c / run.size + between


class Depthwise(torch.autograd.Function):
    """Depthwise 3x3 convolution with padding 1, summed in float32: the map has x's type, dw the weight's."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, stride: int) -> Tensor:
        """Compute the map; keep for the gradient what cannot be had from it."""
        n, c, height, width = x.shape
        out = ((height - 1) // stride + 1, (width - 1) // stride + 1)
        y, into = _new_map(x, (n, c, *out))
        _spread(convolve, n, _run(x), into, _taps_over_tile(weight), c, height, width, *out, stride, 1)
        ctx.save_for_backward(x, weight)
        ctx.stride = stride
        return y

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, dy: Tensor) -> tuple[Tensor | None, Tensor, None]:
        """Give the gradient of each argument that has one."""
        (x, weight), stride = ctx.saved_tensors, ctx.stride
        n, c, height, width = x.shape
        sides, back = dy.shape[2:], _run(dy)
        dw = np.empty((-(-n // PICTURES_IN_GROUP), 9, c), np.float32)
        sizes = (PICTURES_IN_GROUP, height, width, *sides, stride)
        _spread(weight_gradient, len(dw), _run(x), back, _tile(c), *sizes, dw)
        dx, into = _new_map(x, x.shape)
        _spread(convolve, n, back, into, _taps_over_tile(weight.flip(2, 3)), c, *sides, height, width, 1, stride)
        return dx, torch.from_numpy(dw.sum(axis=0).T.reshape(weight.shape)), None


def _run(x: Tensor) -> np.ndarray:
    """A map as a flat channels-last run that shares its memory where it lies so already; bfloat16 as its bits."""
    flat = x.detach().permute(0, 2, 3, 1).reshape(-1)
    return (flat.view(torch.uint16) if flat.dtype == torch.bfloat16 else flat).numpy()


def _new_map(like: Tensor, shape: tuple[int, ...]) -> tuple[Tensor, np.ndarray]:
    """An empty channels-last map of a tensor's type, and its memory as a run."""
    n, c, height, width = shape
    new = torch.empty((n, height, width, c), dtype=like.dtype).permute(0, 3, 1, 2)
    return new, _run(new)


def _tile(c: int) -> int:
    """Elements of a tile of whole pixels; whole vectors as well, unless that would make it too long for the cache."""
    least = math.lcm(c, VECTOR_ELEMENTS)
    least = least if least <= 4 * TILE_ELEMENTS else c
    return least * max(1, TILE_ELEMENTS // least)


def _block(c: int) -> int:
    return _tile(c) * max(1, BLOCK_ELEMENTS // _tile(c))


def _over_tile(channels: np.ndarray) -> np.ndarray:
    return np.tile(channels.astype(np.float32), _tile(channels.size) // channels.size)


def _taps_over_tile(weight: Tensor) -> np.ndarray:
    taps = weight.detach().flatten(1).t().contiguous()
    return taps.repeat(1, _tile(len(weight)) // len(weight)).numpy()


def _spread(kernel: Callable[..., None], count: int, *arguments: object) -> None:
    """Let PyTorch's number of threads share items 0..count of a kernel, whose last two arguments say from where to."""
    threads = min(torch.get_num_threads(), count)
    cuts = list(pairwise(count * i // threads for i in range(threads + 1)))
    others = [_pool().submit(kernel, *arguments, *part) for part in cuts[1:]]
    kernel(*arguments, *cuts[0])
    for future in others:
        future.result()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_name_prefix="fused")
