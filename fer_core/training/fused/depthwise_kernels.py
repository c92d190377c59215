"""Depthwise 3x3 convolution with padding 1 and its gradients, compiled by numba when first called.

Maps are flat channels-last runs as in `norm_kernels`, one picture after the other. A picture is first widened to
float32 with a border of zeros; then a whole row of outputs, all pixels and channels, is one long loop over nine runs of
that copy, each shifted by a tap, times weights that are repeated over a tile of pixels. For stride 2 the copy holds the
even columns of a row and then the odd ones, so that its runs have no gaps either.

    convolve            x, w -> y;  with w turned by 180 degrees and dy spread out by the stride, dy, w -> dx
    weight_gradient     x, dy -> dw of each group of pictures
"""
# ruff: noqa: PLR0913 - a kernel takes arrays and sizes, no records

from __future__ import annotations

import numpy as np
from numba import njit

from fer_core.training.fused.activations import COMPILED
from fer_core.training.fused.norm_kernels import ZERO, fold, read, write


@njit(**COMPILED)
def widen(x, height, width, c, spread, stride, padded):
    """Copy a picture, pixel (i, j) to row 1 + spread * i and column 1 + spread * j of a zeroed float32 copy."""
    half = (padded.shape[1] // c + 1) // 2 * c
    for i in range(height):
        row, into = x[i * width * c : (i + 1) * width * c], padded[1 + spread * i]
        if stride == 1 and spread == 1:
            inside = into[c : c + width * c]
            for k in range(inside.size):
                inside[k] = read(row, k)
            continue
        for j in range(width):
            column = 1 + spread * j
            start = column * c if stride == 1 else (column % 2) * half + column // 2 * c
            pixel, target = row[j * c : (j + 1) * c], into[start : start + c]
            for k in range(c):
                target[k] = read(pixel, k)


@njit(**COMPILED)
def one_row(y, a0, a1, a2, b0, b1, b2, c0, c1, c2, w):
    """A run of one row of outputs from the same run of three input rows, each shifted by three taps."""
    n = y.size
    w0, w1, w2, w3, w4 = w[0][:n], w[1][:n], w[2][:n], w[3][:n], w[4][:n]
    w5, w6, w7, w8 = w[5][:n], w[6][:n], w[7][:n], w[8][:n]
    for j in range(n):
        total = a0[j] * w0[j] + a1[j] * w1[j] + a2[j] * w2[j]
        total += b0[j] * w3[j] + b1[j] * w4[j] + b2[j] * w5[j]
        write(y, j, total + c0[j] * w6[j] + c1[j] * w7[j] + c2[j] * w8[j])


@njit(**COMPILED)
def two_rows(y, z, a0, a1, a2, b0, b1, b2, c0, c1, c2, d0, d1, d2, w):
    """The same for two rows of outputs at stride 1, which share weights and two input rows."""
    n = y.size
    w0, w1, w2, w3, w4 = w[0][:n], w[1][:n], w[2][:n], w[3][:n], w[4][:n]
    w5, w6, w7, w8 = w[5][:n], w[6][:n], w[7][:n], w[8][:n]
    for j in range(n):
        upper = a0[j] * w0[j] + a1[j] * w1[j] + a2[j] * w2[j]
        upper += b0[j] * w3[j] + b1[j] * w4[j] + b2[j] * w5[j]
        lower = b0[j] * w0[j] + b1[j] * w1[j] + b2[j] * w2[j]
        lower += c0[j] * w3[j] + c1[j] * w4[j] + c2[j] * w5[j]
        write(y, j, upper + c0[j] * w6[j] + c1[j] * w7[j] + c2[j] * w8[j])
        write(z, j, lower + d0[j] * w6[j] + d1[j] * w7[j] + d2[j] * w8[j])


@njit(**COMPILED)
def convolve(x, y, w, c, height, width, out_height, out_width, stride, spread, first, last):
    """Of pictures first..last: y = conv(x spread out, w); w is (9, tile)."""
    columns = max(width * spread, out_width * stride) + 3
    half = (columns + 1) // 2 * c
    tap1, tap2 = (c, 2 * c) if stride == 1 else (half, c)
    padded = np.zeros((max(height * spread, out_height * stride) + 3, 2 * half), np.float32)
    tile, run = w.shape[1], out_width * c
    for n in range(first, last):
        widen(x[n * height * width * c : (n + 1) * height * width * c], height, width, c, spread, stride, padded)
        offset, i = n * out_height * run, 0
        while i < out_height:
            is_pair = stride == 1 and i + 1 < out_height
            a, b, d = padded[i * stride], padded[i * stride + 1], padded[i * stride + 2]
            e = padded[i * stride + 3]
            for s in range(0, run, tile):
                t = min(s + tile, run)
                u, v = tap1 + s, tap2 + s
                k, m = tap1 + t, tap2 + t
                if is_pair:
                    two_rows(
                        y[offset + s : offset + t], y[offset + run + s : offset + run + t],
                        a[s:t], a[u:k], a[v:m], b[s:t], b[u:k], b[v:m],
                        d[s:t], d[u:k], d[v:m], e[s:t], e[u:k], e[v:m], w,
                    )  # fmt: skip
                else:
                    one_row(
                        y[offset + s : offset + t],
                        a[s:t], a[u:k], a[v:m], b[s:t], b[u:k], b[v:m], d[s:t], d[u:k], d[v:m], w,
                    )  # fmt: skip
            offset += run * (2 if is_pair else 1)
            i += 2 if is_pair else 1


@njit(**COMPILED)
def one_row_taps(dy, x0, x1, x2, w0, w1, w2):
    """Add a run's part to the gradients of three taps of one weight row."""
    for j in range(dy.size):
        g = read(dy, j)
        w0[j] += g * x0[j]
        w1[j] += g * x1[j]
        w2[j] += g * x2[j]


@njit(**COMPILED)
def two_row_taps(dy, dz, x0, x1, x2, z0, z1, z2, w0, w1, w2):
    """The same of two rows of outputs at once, so that sums are fetched and stored half as often."""
    for j in range(dy.size):
        g, h = read(dy, j), read(dz, j)
        w0[j] += g * x0[j] + h * z0[j]
        w1[j] += g * x1[j] + h * z1[j]
        w2[j] += g * x2[j] + h * z2[j]


@njit(**COMPILED)
def weight_gradient(x, dy, tile, group, height, width, out_height, out_width, stride, dw, first, last):
    """Of groups first..last of that many pictures: dw (groups, 9, C)."""
    c = dw.shape[2]
    half = (max(width, out_width * stride) + 4) // 2 * c
    tap1, tap2 = (c, 2 * c) if stride == 1 else (half, c)
    padded = np.zeros((max(height, out_height * stride) + 3, 2 * half), np.float32)
    sums, run, size = np.empty((9, tile), np.float32), out_width * c, height * width * c
    for b in range(first, last):
        sums[:] = ZERO
        for n in range(b * group, min((b + 1) * group, x.size // size)):
            widen(x[n * size : (n + 1) * size], height, width, c, 1, stride, padded)
            offset, i = n * out_height * run, 0
            while i < out_height:
                is_pair = i + 1 < out_height
                for k in range(3):
                    p, q = padded[i * stride + k], padded[(i + 1) * stride + k]
                    for s in range(0, run, tile):
                        t = min(s + tile, run)
                        w0, w1, w2 = sums[3 * k][: t - s], sums[3 * k + 1][: t - s], sums[3 * k + 2][: t - s]
                        x0, x1, x2 = p[s:t], p[tap1 + s : tap1 + t], p[tap2 + s : tap2 + t]
                        if is_pair:
                            z0, z1, z2 = q[s:t], q[tap1 + s : tap1 + t], q[tap2 + s : tap2 + t]
                            low = offset + run
                            two_row_taps(
                                dy[offset + s : offset + t], dy[low + s : low + t], x0, x1, x2, z0, z1, z2, w0, w1, w2
                            )
                        else:
                            one_row_taps(dy[offset + s : offset + t], x0, x1, x2, w0, w1, w2)
                offset += run * (2 if is_pair else 1)
                i += 2 if is_pair else 1
        for k in range(9):
            fold(sums[k], np.float32(1), dw[b, k])
