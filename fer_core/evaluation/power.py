"""How large a difference between two networks must be for n faces to show it.

How large must the true difference be for a test set of this size to show it four times in five? That depends on
the discordance, the share of faces that exactly one of the two has right: 15-20 % is usual for small networks on
FER2013. For m pairs tested together give alpha = 0.05 / m.
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from fer_core.errors import ConfigError, DataError


def detectable_difference(n: int, discordance: float, power: float = 0.8, alpha: float = 0.05) -> float:
    """Return the true difference in accuracy, a fraction, that n faces show with the given power.

    n d^2 = (z_(1 - alpha/2) sqrt(q) + z_power sqrt(q - d^2))^2,  q the discordance   (Connor 1987, Biometrics 43:207)

    solved for d. It is a normal approximation; the exact test is a little more careful, so that the true power at d
    is one or two points lower.

    Args:
        power: chance of a significant result, from 0.5 to below 1.

    Raises:
        ConfigError: if n, discordance, alpha or power is not valid.
        DataError: if even networks that differ in only one direction could not be told apart.
    """
    _check(n, discordance, alpha)
    z, z_power = NormalDist().inv_cdf(1 - alpha / 2), NormalDist().inv_cdf(_checked_power(power))
    root = n + z_power**2 - z**2
    difference = sqrt(discordance) * (z * sqrt(n) + z_power * sqrt(max(0.0, root))) / (n + z_power**2)
    if difference > discordance:
        raise DataError(
            f"with {discordance:.1%} of {n:,} faces to tell two networks apart, no difference is found with a power of "
            f"{power:.0%}; more faces are needed"
        )
    return difference


def detectable_with_error(error: float, quantile: float, power: float = 0.8) -> float:
    """Return the true difference that is shown with the given power where its standard error is known: of people who
    are seen several times, or over several seeds.

    d = (quantile + z_power) error,  quantile that of the two-sided test, 1.96 for one comparison of many faces

    Raises:
        ConfigError: if the error is negative or the power outside 0.5 to 1.
    """
    if error < 0:
        raise ConfigError(f"a standard error of {error} is negative; give the root of a variance")
    return (quantile + NormalDist().inv_cdf(_checked_power(power))) * error


def equivalence_power(error: float, margin: float, alpha: float = 0.05) -> float:
    """Return how often networks that are equally good are found equivalent by two one-sided tests.

    2 Phi(margin / error - z_(1 - alpha)) - 1, and 0 where that is negative   (Schuirmann 1987, J. Pharm. 15:657)

    Args:
        error: standard error of the difference, sqrt(discordance / n) for n single faces.
        margin: the largest difference that counts as none, a fraction.

    Raises:
        ConfigError: if error or margin is not positive or alpha no fraction.
    """
    if error <= 0 or margin <= 0 or not 0 < alpha < 1:
        raise ConfigError(
            f"a standard error of {error}, a margin of {margin} and alpha {alpha} are not valid; the first two must be "
            "above 0, alpha between 0 and 1"
        )
    normal = NormalDist()
    return max(0.0, 2 * normal.cdf(margin / error - normal.inv_cdf(1 - alpha)) - 1)


def _checked_power(power: float) -> float:
    if not 0.5 <= power < 1:
        raise ConfigError(f"a power of {power} cannot be asked for; give at least 0.5 and less than 1, such as 0.8")
    return power


def _check(n: int, discordance: float, alpha: float) -> None:
    if n < 1 or not 0 < discordance <= 1 or not 0 < alpha < 1:
        raise ConfigError(
            f"{n} faces, a discordance of {discordance} and alpha {alpha} are not valid; need at least one face and "
            "two fractions between 0 and 1"
        )
