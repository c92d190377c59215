"""The effect of leaked faces on a checkpoint's score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView
    from fer_core.checkpoints.leak_effect import LeakEffect
    from fer_core.checkpoints.leak_price import LeakPrice


@dataclass(frozen=True)
class LeakEffectView:
    """A checkpoint, and what leaked faces are worth to it."""

    checkpoint: CheckpointView
    effect: LeakEffect


@dataclass(frozen=True)
class LeakPriceView:
    """What the copies of test faces were worth to one network; `checkpoint` is the training that saw them."""

    checkpoint: CheckpointView
    price: LeakPrice
