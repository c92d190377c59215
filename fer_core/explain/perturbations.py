"""Attributions from covering parts of the picture. They need no gradient, only answers, and hence more of them."""

from __future__ import annotations

import torch
from captum.attr import Occlusion, ShapleyValueSampling
from torch import Tensor, nn

from fer_core.explain.gradients import images_at_once
from fer_core.explain.heatmap import Raw
from fer_core.inference.model_state import seeded

PARTS = 6  # a side: an eye is about a sixth of a face
AT_ONCE = 64  # pictures a forward pass
N_ORDERS = 8  # in which the regions are uncovered; the more, the less the values hang on chance


def occlusion(network: nn.Module, batch: Tensor, target: int) -> Raw:
    """What the logit loses when a square is painted mid-grey (zero), mean over the squares that cover a pixel.

    The square is a sixth of the side and moves by half of that.
    """
    channels, side = batch.shape[1], max(1, min(batch.shape[2:]) // PARTS)
    step = max(1, side // 2)
    with torch.no_grad():
        values = Occlusion(network).attribute(
            batch.detach(),
            sliding_window_shapes=(channels, side, side),
            strides=(channels, step, step),
            baselines=0,
            target=target,
            perturbations_per_eval=images_at_once(batch, AT_ONCE),
        )
    note = f"Squares of {side} × {side} px, {step} px apart, painted mid-grey (zero after normalisation)."
    return Raw(values[0, 0], note=note)


def shapley(network: nn.Module, batch: Tensor, target: int) -> Raw:
    """Each region's mean gain in logit when it is uncovered, over N_ORDERS random orders of all regions.

    The regions are a grid of PARTS x PARTS; covered means mid-grey (zero). In every order the gains sum to
    logit(x) - logit(0), hence so do their means. A region's value is spread evenly over its pixels. The orders are the
    same at every call.
    """
    regions = grid(batch)
    with seeded(batch), torch.no_grad():
        values = ShapleyValueSampling(network).attribute(
            batch.detach(),
            baselines=0,
            target=target,
            feature_mask=regions.expand_as(batch).contiguous(),  # Captum flattens it
            n_samples=N_ORDERS,
            perturbations_per_eval=images_at_once(batch, AT_ONCE),
        )
        rise = float((network(batch) - network(torch.zeros_like(batch)))[0, target])
    spread = values[0, 0] / torch.bincount(regions.flatten())[regions[0, 0]]
    note = f"{int(regions.max()) + 1} regions uncovered in {N_ORDERS} random orders; the logit rises by {rise:+.2f}."
    return Raw(spread, completeness_error=abs(float(spread.sum()) - rise), note=note)


def grid(batch: Tensor) -> Tensor:
    """Numbers of the regions, int64 (1, 1, H, W): PARTS x PARTS rectangles as even as the size lets."""
    height, width = batch.shape[2:]
    rows = torch.arange(height) * min(PARTS, height) // height
    columns = torch.arange(width) * min(PARTS, width) // width
    return (rows[:, None] * min(PARTS, width) + columns)[None, None].to(batch.device)
