"""Attributions from gradients with respect to the picture."""

from __future__ import annotations

import torch
from captum.attr import InputXGradient, IntegratedGradients, NoiseTunnel, Saliency
from torch import Tensor, nn

from fer_core.explain.heatmap import Raw
from fer_core.inference.model_state import seeded

N_STEPS = 32  # Gauss-Legendre points on the path; the completeness error says whether they were enough
PIXELS_AT_ONCE = 200_000  # all steps in one batch up to 79 px, which halves the time; at 224 px 3, in under 1 GB

N_NOISY = 16  # copies; the paper finds little gain beyond 50 and a clear one already at 10
NOISE = 0.15  # standard deviation as a share of the picture's range; the paper recommends 10 to 20 %


def saliency(network: nn.Module, batch: Tensor, target: int) -> Raw:
    """|d logit / d brightness|, summed over the channels: grey faces can only change in all of them together."""
    gradient = Saliency(network).attribute(batch, target=target, abs=False)
    return Raw(gradient.sum(dim=1)[0].abs())


def input_x_gradient(network: nn.Module, batch: Tensor, target: int) -> Raw:
    """x * d logit / dx, summed over the channels: the first-order share of a pixel, against mid-grey (zero)."""
    return Raw(InputXGradient(network).attribute(batch, target=target).sum(dim=1)[0])


def smooth_grad(network: nn.Module, batch: Tensor, target: int) -> Raw:
    """|mean over N_NOISY noisy copies of d logit / d brightness|; the noise is the same at every call."""
    spread = NOISE * float(batch.detach().max() - batch.detach().min())
    with seeded(batch):
        gradient = NoiseTunnel(Saliency(network)).attribute(
            batch,
            nt_type="smoothgrad",
            nt_samples=N_NOISY,
            nt_samples_batch_size=images_at_once(batch, N_NOISY),
            stdevs=max(spread, 1e-6),  # a uniform picture has no range; Captum asks for noise above 0
            target=target,
            abs=False,
        )
    note = f"Mean of {N_NOISY} gradients under noise of {NOISE:.0%} of the picture's range."
    return Raw(gradient.sum(dim=1)[0].abs(), note=note)


def integrated_gradients(network: nn.Module, batch: Tensor, target: int) -> Raw:
    """(x - b) * mean gradient on the straight path from b to x; the sum over all pixels is logit(x) - logit(b).

    The baseline b is zero after normalisation: a uniform picture of the mean grey that the card normalises with.
    """
    values, delta = IntegratedGradients(network).attribute(
        batch,
        baselines=torch.zeros_like(batch),
        target=target,
        n_steps=N_STEPS,
        internal_batch_size=images_at_once(batch, N_STEPS),
        return_convergence_delta=True,
    )
    values = values.detach()
    rise = float(values.sum() - delta)
    note = f"Against a uniform mid-grey picture (zero after normalisation), whose logit differs by {rise:+.2f}."
    return Raw(values.sum(dim=1)[0], completeness_error=abs(float(delta)), note=note)


def images_at_once(batch: Tensor, wanted: int) -> int:
    """Return how many copies of the picture run in one batch: `wanted`, or what PIXELS_AT_ONCE allows."""
    return max(1, min(wanted, PIXELS_AT_ONCE // batch[0, 0].numel()))
