"""Activations and their derivatives for the fused kernels: one float32 in, one out, without a branch.

Each is written as PyTorch defines it, so a kink belongs to the side that PyTorch puts it on and a nan stays one.
`reverse_*` are the reverse fusion of I-MobileNetV2, act(z) + act(-z), which is even in z.
"""

from __future__ import annotations

import numpy as np
from numba import njit

# A multiply and an add may become one instruction; nothing else of float arithmetic is relaxed, so a nan stays one.
COMPILED = {"nogil": True, "fastmath": {"contract"}, "error_model": "numpy"}
F = np.float32
# Klambauer et al. 2017, arXiv:1706.02515.
SELU_SCALE, SELU_ALPHA = F(1.0507009873554804934193349852946), F(1.6732632423543772848170429916717)
LOG2_E, LN2_HIGH, LN2_LOW = F(1.44269504088896341), F(0.693359375), F(-2.12194440e-4)
LOWEST = F(-87.0)  # exp of less is no normal float32


@njit(**COMPILED)
def exp_of_negative(z):
    """exp(z) for z <= 0, to two units in the last place; a library's exp would not be vectorised.

    z = n ln 2 + r, |r| <= ln 2 / 2, exp(z) = 2^n p(r), with the polynomial of Cephes' expf (Moshier 1989).
    """
    z = LOWEST if z < LOWEST else z
    n = np.floor(z * LOG2_E + F(0.5))
    r = (z - n * LN2_HIGH) - n * LN2_LOW
    p = F(1.9875691500e-4) * r + F(1.3981999507e-3)
    p = p * r + F(8.3334519073e-3)
    p = p * r + F(4.1665795894e-2)
    p = p * r + F(1.6666665459e-1)
    p = p * r + F(5.0000001201e-1)
    p = p * r * r + r + F(1)
    return p * np.uint32(np.uint32(np.int32(n) + np.int32(127)) << np.uint32(23)).view(F)


@njit(**COMPILED)
def identity(z):
    return z


@njit(**COMPILED)
def identity_derivative(z):
    return F(1)


@njit(**COMPILED)
def relu(z):
    return F(0) if z < F(0) else z


@njit(**COMPILED)
def relu_derivative(z):
    return F(0) if z <= F(0) else F(1)


@njit(**COMPILED)
def relu6(z):
    return F(0) if z < F(0) else (F(6) if z > F(6) else z)


@njit(**COMPILED)
def relu6_derivative(z):
    return F(0) if (z <= F(0)) | (z >= F(6)) else F(1)


@njit(**COMPILED)
def hard_swish(z):
    return z * relu6(z + F(3)) * F(1 / 6)


@njit(**COMPILED)
def hard_swish_derivative(z):
    return F(0) if z <= F(-3) else (F(1) if z >= F(3) else z * F(1 / 3) + F(0.5))


@njit(**COMPILED)
def selu(z):
    below = SELU_SCALE * SELU_ALPHA * (exp_of_negative(F(0) if z > F(0) else z) - F(1))
    return SELU_SCALE * z if z > F(0) else below


@njit(**COMPILED)
def selu_derivative(z):
    below = SELU_SCALE * SELU_ALPHA * exp_of_negative(F(0) if z > F(0) else z)
    return SELU_SCALE if z > F(0) else below


@njit(**COMPILED)
def reverse_relu6(z):
    size = abs(z)
    return F(6) if size > F(6) else size


@njit(**COMPILED)
def reverse_relu6_derivative(z):
    return relu6_derivative(z) - relu6_derivative(-z)


@njit(**COMPILED)
def reverse_selu(z):
    size = abs(z)
    return SELU_SCALE * (size + SELU_ALPHA * (exp_of_negative(-size) - F(1)))


@njit(**COMPILED)
def reverse_selu_derivative(z):
    steepness = SELU_SCALE * (F(1) - SELU_ALPHA * exp_of_negative(-abs(z)))
    return steepness if z > F(0) else (-steepness if z < F(0) else F(0))


ACTIVATIONS = {
    "identity": (identity, identity_derivative),
    "relu": (relu, relu_derivative),
    "relu6": (relu6, relu6_derivative),
    "hard_swish": (hard_swish, hard_swish_derivative),
    "selu": (selu, selu_derivative),
    "reverse_relu6": (reverse_relu6, reverse_relu6_derivative),
    "reverse_selu": (reverse_selu, reverse_selu_derivative),
}
