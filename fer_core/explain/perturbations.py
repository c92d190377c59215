"""Attributions from covering parts of the picture. They need no gradient, but many forward passes."""

from __future__ import annotations

import torch
from captum.attr import Occlusion, ShapleyValueSampling
from torch import Tensor, nn

from fer_core.explain.gradients import images_at_once
from fer_core.explain.heatmap import Raw
from fer_core.inference.model_state import seeded

PARTS = 6  # a side: an eye is about a sixth of a face
AT_ONCE = 64  # pictures a forward pass
N_MASKS = 512  # of RISE, in which half of the face is hidden
N_ORDERS = 8  # in which the regions are uncovered; with more, the values depend less on chance


def occlusion(network: nn.Module, batch: Tensor, target: int) -> Raw:
    """The logit's loss when a square is set to mid-grey (zero), averaged over the squares that cover a pixel.

    The square is a sixth of the side and moves by half its width.
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
    logit(x) - logit(0), and so do their means. A region's value is spread evenly over its pixels. The orders are the
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


def rise(network: nn.Module, batch: Tensor, target: int) -> Raw:
    """How much the logit rises, on average, from a pixel hidden to the same pixel shown, under N_MASKS random masks.

    The masks are the paper's: PARTS x PARTS cells, shown or mid-grey (zero) with equal chance, blurred by bilinear
    scaling and shifted at random; they are the same at every call. The paper averages the answers under the masks that
    show a pixel (Eq. 6), a level that says nothing about the pixel; here it is the slope of the answer on the mask,
    cov(logit, mask) / var(mask).
    """
    answers, sums = [], torch.zeros(3, *batch.shape[2:], device=batch.device)  # of m, m^2 and m times the answer
    with seeded(batch), torch.no_grad():
        for masks in _masks(batch).split(images_at_once(batch, AT_ONCE)):
            shown = torch.cat([_enlarged(mask, batch.shape[2:]) for mask in masks[:, None, None]])
            answer = network(batch * shown)[:, target]
            answers.append(answer)
            sums += torch.stack([shown, shown.square(), shown * answer[:, None, None, None]]).sum(1)[:, 0]
    mean, square, product = sums / N_MASKS
    slope = (product - mean * torch.cat(answers).mean()) / (square - mean.square())
    note = f"{N_MASKS} random masks of {PARTS} × {PARTS} cells, hidden ones mid-grey (zero after normalisation)."
    return Raw(slope, note=note)


def _masks(batch: Tensor) -> Tensor:
    """Whether each cell is shown, 0 or 1 (N_MASKS, PARTS + 1, PARTS + 1): a cell more a side, to be shifted by one."""
    return torch.randint(0, 2, (N_MASKS, PARTS + 1, PARTS + 1), device=batch.device).to(batch.dtype)


def _enlarged(cells: Tensor, size: torch.Size) -> Tensor:
    """Cells (1, 1, P + 1, P + 1) as a mask (1, 1, H, W), cut out at a random place."""
    height, width = (-(-side // PARTS) for side in size)
    whole = nn.functional.interpolate(cells, (height * (PARTS + 1), width * (PARTS + 1)), mode="bilinear")
    down, across = (int(torch.randint(0, step, ())) for step in (height, width))
    return whole[..., down : down + size[0], across : across + size[1]]


def grid(batch: Tensor) -> Tensor:
    """Numbers of the regions, int64 (1, 1, H, W): PARTS x PARTS rectangles as even as the size lets."""
    height, width = batch.shape[2:]
    rows = torch.arange(height) * min(PARTS, height) // height
    columns = torch.arange(width) * min(PARTS, width) // width
    return (rows[:, None] * min(PARTS, width) + columns)[None, None].to(batch.device)
