"""Rows of the page of a device's budget: networks with their costs, and which of them fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.views.checkpoints import CheckpointView, LatencyView
    from fer_core.evaluation.intervals import Estimate

MS, MB, MILLIONS = "ms", "mb", "millions"  # quantities of a budget: milliseconds a face, megabytes, million parameters
QUANTITIES = (MS, MB, MILLIONS)


@dataclass(frozen=True)
class CandidateView:
    """A network's run and its cost on the reader's device as a float32 ONNX file; None for what is not known.

    `validated` is its accuracy on validation faces, `latency` as measured here and `ms` what it becomes on the device,
    `mb` the file in 10^6 bytes.
    """

    row: CheckpointView
    validated: float | None
    latency: LatencyView | None
    ms: float | None
    mb: float

    @property
    def origin(self) -> str:
        """How a network from elsewhere came here, "public" or "imported"; "" for ours."""
        return self.row.recipe if self.row.is_imported else ""

    @property
    def millions(self) -> float:
        """Trainable parameters in millions."""
        return self.row.params / 1e6

    @property
    def accuracy(self) -> Estimate:
        """On the split that the run is ranked on."""
        return self.row.accuracy

    def cost(self, quantity: str) -> float | None:
        """Return its cost in one of QUANTITIES, None where it is not known."""
        return getattr(self, quantity)

    def excess(self, limits: Mapping[str, float]) -> float | None:
        """Return the largest ratio of cost to limit, at most 1 within the budget; None where a cost is not known."""
        ratios = []
        for quantity, limit in limits.items():
            cost = self.cost(quantity)
            if cost is None:
                return None
            ratios.append(cost / limit)
        return max(ratios, default=0.0)


@dataclass(frozen=True)
class ChoiceView:
    """Candidates within a budget and beyond, those that validation faces prefer first.

    Of those `unknown` a cost that the budget limits is not known. `nearest` is the one that misses least, None
    where one fits or nothing is known.
    """

    limits: Mapping[str, float]
    within: tuple[CandidateView, ...]
    beyond: tuple[CandidateView, ...]
    unknown: tuple[CandidateView, ...]
    nearest: CandidateView | None

    @property
    def candidates(self) -> tuple[CandidateView, ...]:
        """All of them."""
        return (*self.within, *self.beyond, *self.unknown)
