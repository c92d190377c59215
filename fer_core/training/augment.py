"""Augmentation of a whole batch at once, on the pictures' device.

All randomness comes from one generator, seeded by run and epoch, so that a resumed run sees the same pictures.
"""

from __future__ import annotations

import math
from typing import Annotated

import torch
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from torch import Tensor
from torch.nn import functional as F

from fer_core.ranges import Share, ShareBelowOne

SMALLEST_ERASED = 0.02  # share of the picture


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid", allow_inf_nan=False))
class Augmentation:
    """Ranges; 0 switches a step off."""

    flip: bool = True
    rotation_deg: Annotated[float, Field(ge=0, le=180)] = 0.0  # uniform in +-
    scale: ShareBelowOne = 0.0  # uniform in 1 +- scale
    shift: Share = 0.0  # uniform in +-, share of the picture's side
    brightness: Share = 0.0  # uniform in +-, added to 0..1 pixels
    contrast: Share = 0.0  # uniform in 1 +-, about the picture's mean
    erase: Share = 0.0  # probability of one grey rectangle
    erase_area: Annotated[float, Field(ge=SMALLEST_ERASED, le=1)] = 0.2  # its largest share of the picture
    mixup_share: Share = 0.0  # share of batches that are mixed
    mixup_alpha: Annotated[float, Field(gt=0, le=100)] = 0.4  # Beta(alpha, alpha) (Zhang et al. 2018, arXiv:1710.09412)


def _uniform(n: int, reach: float, generator: torch.Generator) -> Tensor:
    return (torch.rand(n, generator=generator, device=generator.device) * 2 - 1) * reach


def affine_matrices(n: int, ranges: Augmentation, generator: torch.Generator) -> Tensor:
    """Random flips, rotations, scales and shifts as (N, 2, 3), output to input, in grid_sample's -1..1 coordinates."""
    angle = _uniform(n, math.radians(ranges.rotation_deg), generator)
    scale = 1 + _uniform(n, ranges.scale, generator)
    mirror = torch.ones_like(scale)
    if ranges.flip:
        mirror = _uniform(n, 1.0, generator).sign()
    dx, dy = _uniform(n, 2 * ranges.shift, generator), _uniform(n, 2 * ranges.shift, generator)
    cos, sin = angle.cos() / scale, angle.sin() / scale
    rows = torch.stack([cos * mirror, -sin, dx, sin * mirror, cos, dy], dim=1)
    return rows.view(n, 2, 3)


def _erase(x: Tensor, ranges: Augmentation, generator: torch.Generator) -> Tensor:
    """Grey rectangles of random place and shape (random erasing, Zhong et al. 2020, arXiv:1708.04896)."""
    n, _, h, w = x.shape
    area = SMALLEST_ERASED + (_uniform(n, 0.5, generator) + 0.5) * (ranges.erase_area - SMALLEST_ERASED)
    aspect = torch.exp(_uniform(n, math.log(2), generator))
    half_h, half_w = (area * aspect).sqrt() * h / 2, (area / aspect).sqrt() * w / 2
    cy, cx = (_uniform(n, 0.5, generator) + 0.5) * h, (_uniform(n, 0.5, generator) + 0.5) * w
    hit = _uniform(n, 0.5, generator) + 0.5 < ranges.erase
    ys = torch.arange(h, device=x.device).view(1, h, 1)
    xs = torch.arange(w, device=x.device).view(1, 1, w)
    inside = ((ys - cy.view(-1, 1, 1)).abs() < half_h.view(-1, 1, 1)) & (
        (xs - cx.view(-1, 1, 1)).abs() < half_w.view(-1, 1, 1)
    )
    inside &= hit.view(-1, 1, 1)
    return torch.where(inside.unsqueeze(1), x.mean(dim=(1, 2, 3), keepdim=True), x)


def augment(x: Tensor, ranges: Augmentation, generator: torch.Generator) -> Tensor:
    """Shape: (N, C, H, W) of 0..1 pixels -> the same, 0..1."""
    n = len(x)
    grid = F.affine_grid(affine_matrices(n, ranges, generator), list(x.shape), align_corners=False)
    x = F.grid_sample(x, grid, padding_mode="border", align_corners=False)
    if ranges.brightness or ranges.contrast:
        mean = x.mean(dim=(1, 2, 3), keepdim=True)
        gain = 1 + _uniform(n, ranges.contrast, generator).view(n, 1, 1, 1)
        offset = _uniform(n, ranges.brightness, generator).view(n, 1, 1, 1)
        x = ((x - mean) * gain + mean + offset).clamp(0, 1)
    return _erase(x, ranges, generator) if ranges.erase else x


def mix(x: Tensor, target: Tensor, share: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Blend each picture and its one-hot or soft target (N, K) with a random other: mixup, one share a batch."""
    partners = torch.randperm(len(x), generator=generator, device=x.device)
    return torch.lerp(x[partners], x, share), torch.lerp(target[partners], target, share)


def draw_mixup_share(ranges: Augmentation, generator: torch.Generator) -> float | None:
    """The weight of the first picture in a mixed batch, or None if this batch stays unmixed. Generator on the CPU."""
    if torch.rand((), generator=generator).item() >= ranges.mixup_share:
        return None
    a, b = torch._standard_gamma(torch.full((2,), ranges.mixup_alpha), generator=generator).tolist()
    return a / (a + b) if a + b > 0 else 1.0
