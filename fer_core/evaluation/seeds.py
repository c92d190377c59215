"""One training repeated with other seeds: how far the result moves by chance of the start and the order alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from fer_core.errors import DataError
from fer_core.evaluation.intervals import Estimate


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


def estimate_over_seeds(estimates: Sequence[Estimate]) -> Estimate:
    """Return the mean of one accuracy a seed, 0..1, with a 95 % interval over other faces and other seeds.

    reach^2 = (mean reach over faces)^2 + (t s)^2 / S,  t Student's for S - 1, s the deviation over S seeds

    The faces are the same for all seeds, so that averaging does not make them more. A single seed keeps its interval,
    which tells nothing of others.

    Raises:
        DataError: if there is none.
    """
    known = [estimate.numbers() for estimate in estimates]
    over = over_seeds([value for value, _, _ in known])
    if over.deviation is None:
        return estimates[0]
    from scipy.special import stdtrit  # loaded for several seeds only

    by_seeds = float(stdtrit(over.n - 1, 0.975)) * over.deviation / sqrt(over.n)
    below = sqrt(fmean(value - low for value, low, _ in known) ** 2 + by_seeds**2)
    above = sqrt(fmean(high - value for value, _, high in known) ** 2 + by_seeds**2)
    return Estimate(over.mean, max(0.0, over.mean - below), min(1.0, over.mean + above))
