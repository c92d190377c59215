"""Batch norm and activation in one pass each way, compiled by numba when first called. Needs requirements-training.txt.

All arrays are flat runs of channels-last maps, (N, H, W, C) in memory, as float32 or as bfloat16's bits in uint16; sums
are taken in float32. A run is cut into tiles of several pixels and the constants of a channel are repeated over a tile,
so that the innermost loop is long for any C and touches neighbours only: that is what LLVM turns into vector code.

    moments    x -> mean and sum of squared deviations of each block
    apply      x -> y = act(z),  z = (x - mean) * scale + shift,  scale = gamma / sqrt(var + eps),  shift = beta
    sums       x, dy -> sums of g and g * (x - mean) of each block,  g = dy * act'(z)
    gradient   x, dy -> dx = scale * g + slope * (x - mean) + offset

Blocks are as many as the run is long, whoever computes them: the result does not depend on the number of threads.
"""
# ruff: noqa: PLR0913 - a kernel takes arrays and sizes, no records

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from numba import njit, types
from numba.extending import overload

from fer_core.training.fused.activations import ACTIVATIONS, COMPILED

ZERO, ONE = np.float32(0), np.float32(1)
HALF_ULP, NAN_BITS = np.uint32(0x7FFF), np.uint16(0x7FC0)
SIXTEEN = np.uint32(16)


def read(values: np.ndarray, i: int) -> np.float32:
    """Element i as float32; in compiled code only."""


@overload(read)
def _read(values, i):  # numba compares signatures to the letter, so without types
    if values.dtype == types.float32:
        return lambda values, i: values[i]
    return lambda values, i: np.uint32(np.uint32(values[i]) << SIXTEEN).view(np.float32)


def write(values: np.ndarray, i: int, value: np.float32) -> None:
    """Set element i, for bfloat16 rounded to the nearest, ties to even, as PyTorch rounds; in compiled code only."""


@overload(write)
def _write(values, i, value):
    if values.dtype == types.float32:

        def plain(values, i, value):
            values[i] = value

        return plain

    def rounded(values, i, value):
        bits = np.float32(value).view(np.uint32)
        bits = (bits + HALF_ULP + ((bits >> SIXTEEN) & np.uint32(1))) >> SIXTEEN
        values[i] = np.uint16(bits) if value == value else NAN_BITS

    return rounded


@njit(**COMPILED)
def fold(tile, factor, out):
    """Add a tile's pixels up: (k * C,) -> (C,), times a factor."""
    c = out.size
    out[:] = tile[:c]
    for start in range(c, tile.size, c):
        pixel = tile[start : start + c]
        for j in range(c):
            out[j] += pixel[j]
    for j in range(c):
        out[j] *= factor


@njit(**COMPILED)
def moments(x, width, block, mean, square, first, last):
    """Of blocks first..last: means and sums of squared deviations from them, (blocks, C)."""
    c = mean.shape[1]
    total, centre = np.empty(width, np.float32), np.empty(width, np.float32)
    for b in range(first, last):
        low, high = b * block, min((b + 1) * block, x.size)
        total[:] = ZERO
        for start in range(low, high, width):
            part = x[start : min(start + width, high)]
            for j in range(part.size):
                total[j] += read(part, j)
        fold(total, np.float32(c) / np.float32(high - low), mean[b])
        for start in range(0, width, c):
            centre[start : start + c] = mean[b]
        total[:] = ZERO
        for start in range(low, high, width):
            part = x[start : min(start + width, high)]
            for j in range(part.size):
                apart = read(part, j) - centre[j]
                total[j] += apart * apart
        fold(total, ONE, square[b])


class NormKernels(NamedTuple):
    """The passes that an activation is part of."""

    apply: Callable
    sums: Callable
    gradient: Callable


@cache
def norm_kernels(activation: str) -> NormKernels:
    """The passes around one of `activations.ACTIVATIONS`."""
    act, derivative = ACTIVATIONS[activation]

    @njit(**COMPILED)
    def apply(x, y, mean, scale, shift, block, first, last):
        width, end = mean.size, min(last * block, x.size)
        for start in range(first * block, end, width):
            stop = min(start + width, end)
            into, part = y[start:stop], x[start:stop]
            for j in range(part.size):
                write(into, j, act((read(part, j) - mean[j]) * scale[j] + shift[j]))

    @njit(**COMPILED)
    def sums(x, dy, mean, scale, shift, block, total, moment, first, last):
        width = mean.size
        plain, weighted = np.empty(width, np.float32), np.empty(width, np.float32)
        for b in range(first, last):
            low, high = b * block, min((b + 1) * block, x.size)
            plain[:] = ZERO
            weighted[:] = ZERO
            for start in range(low, high, width):
                stop = min(start + width, high)
                part, back = x[start:stop], dy[start:stop]
                for j in range(part.size):
                    apart = read(part, j) - mean[j]
                    g = read(back, j) * derivative(apart * scale[j] + shift[j])
                    plain[j] += g
                    weighted[j] += g * apart
            fold(plain, ONE, total[b])
            fold(weighted, ONE, moment[b])

    @njit(**COMPILED)
    def gradient(x, dy, dx, mean, scale, shift, slope, offset, block, first, last):
        width, end = mean.size, min(last * block, x.size)
        for start in range(first * block, end, width):
            stop = min(start + width, end)
            into, part, back = dx[start:stop], x[start:stop], dy[start:stop]
            for j in range(part.size):
                apart = read(part, j) - mean[j]
                g = read(back, j) * derivative(apart * scale[j] + shift[j])
                write(into, j, scale[j] * g + (slope[j] * apart + offset[j]))

    return NormKernels(apply, sums, gradient)
