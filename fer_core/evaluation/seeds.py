"""One training repeated with other seeds: how far the result moves by chance of the start and the order alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from fer_core.errors import DataError


@dataclass(frozen=True)
class OverSeeds:
    """A number over n trainings that differ by their seed only.

    Attributes:
        n: trainings; mean, least, most: of their numbers.
        deviation: sample standard deviation (n - 1 below the root); None for a single seed, whose spread is unknown.
    """

    n: int
    mean: float
    deviation: float | None
    least: float
    most: float


def over_seeds(values: Sequence[float]) -> OverSeeds:
    """Return mean and spread over seeds.

    The spread says how much another seed would change the number, not how well these faces stand for others: that is
    what the interval of each single accuracy is for. With three seeds the spread itself is known within a factor of
    about two only.

    Raises:
        DataError: if there is no value.
    """
    values = [float(value) for value in values]
    if not values:
        raise DataError("no seed was given, so there is no mean; give the number of at least one training")
    deviation = stdev(values) if len(values) > 1 else None
    return OverSeeds(len(values), fmean(values), deviation, min(values), max(values))
