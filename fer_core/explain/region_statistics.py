"""Statistics of stored region attributions: shares by expression with intervals, and what masking costs. No torch.

Faces are grouped by the network's answer, since that is what the attribution explains. Intervals are bootstraps over
faces, each separate: of 42 cells (seven expressions, six regions), two miss the true share by chance alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fer_core.checkpoints.region_attributions import StoredRegionAttributions
from fer_core.evaluation.intervals import Estimate, bootstrap_means
from fer_core.explain.facs import expected_regions
from fer_core.explain.regions import REGIONS, Layout, area_shares, densities, label_map

LEAST_FACES = 10  # of an answer; a bootstrap of fewer is overconfident


@dataclass(frozen=True)
class Masking:
    """What the answer's probability loses on average without the densest region, and without random patches.

    difference: the first minus the second, face by face; p: Wilcoxon's signed-rank test, two-sided (Wilcoxon 1945).
    """

    top: Estimate
    random: Estimate
    difference: Estimate
    p: float


@dataclass(frozen=True)
class RegionProfile:
    """Which regions the answers of one kind come from.

    Attributes:
        expression: the answer; "" for all of them together.
        n: faces.
        shares, excess: mean share of the attribution on each region, and that minus the region's share of the area.
        density: share / area, of the means.
        densest: the region with the largest density, of all six.
        expected: the regions where FACS has the face move; () for "" and neutral.
    """

    expression: str
    n: int
    shares: tuple[Estimate, ...]
    excess: tuple[Estimate, ...]
    density: tuple[float, ...]
    densest: str
    expected: tuple[str, ...]
    masking: Masking


@dataclass(frozen=True)
class RegionStatistics:
    """All answers together, each expression that was answered often enough, and the others with how often.

    areas: share of the picture of each region; picture: share of the picture's own distance from grey minus that, which
        is what a network would show that reads all of a face alike.
    missed: what an attribution's sum misses of the logit's rise, as a share of it: median of the faces, ninth decile.
    """

    overall: RegionProfile
    by_expression: tuple[RegionProfile, ...]
    rare: tuple[tuple[str, int], ...]
    areas: tuple[float, ...]
    picture: tuple[Estimate, ...]
    missed: tuple[float, float]


def fits(stored: StoredRegionAttributions, layout: Layout, side_px: int) -> bool:
    """Whether region attributions were measured with these regions in these places."""
    areas = area_shares(label_map(layout, side_px))
    return stored.regions == REGIONS and np.allclose(stored.areas, areas, atol=1e-5)


def region_statistics(stored: StoredRegionAttributions, expressions: Sequence[str]) -> RegionStatistics:
    """Sum up region attributions; `expressions` is the checkpoint's own order."""
    counts = np.bincount(stored.answers, minlength=len(expressions))
    groups = [(name, stored.answers == k, int(counts[k])) for k, name in enumerate(expressions)]
    return RegionStatistics(
        overall=_profile(stored, np.ones(len(stored.rows), bool), ""),
        by_expression=tuple(_profile(stored, where, name) for name, where, n in groups if n >= LEAST_FACES),
        rare=tuple((name, n) for name, _, n in groups if n < LEAST_FACES),
        areas=tuple(map(float, stored.areas)),
        picture=_beyond(bootstrap_means(stored.contrast), stored.areas),
        missed=_missed(stored),
    )


def _missed(stored: StoredRegionAttributions) -> tuple[float, float]:
    """Quantiles, for a mean would be that of the few faces whose path crosses a place where the gradient is huge."""
    # A logit that does not rise at all leaves nothing to miss a share of; such a face counts as missed whole.
    lengths = np.abs(stored.rise)
    shares = np.divide(stored.missed, lengths, out=np.ones_like(stored.missed), where=lengths > 0)
    middle, ninth = np.quantile(shares, [0.5, 0.9])
    return float(middle), float(ninth)


def _profile(stored: StoredRegionAttributions, where: np.ndarray, expression: str) -> RegionProfile:
    areas, estimates = stored.areas.astype(float), bootstrap_means(stored.shares[where])
    density = densities(np.array([estimate.value for estimate in estimates]), areas)
    return RegionProfile(
        expression=expression,
        n=int(where.sum()),
        shares=tuple(estimates),
        excess=_beyond(estimates, areas),
        density=tuple(map(float, density)),
        densest=stored.regions[int(density.argmax())],
        expected=expected_regions(expression),
        masking=_masking(stored.drop_top[where], stored.drop_random[where]),
    )


def _beyond(estimates: Sequence[Estimate], areas: np.ndarray) -> tuple[Estimate, ...]:
    """Subtract the areas, which are exact."""
    pairs = zip(estimates, map(float, areas), strict=True)
    return tuple(Estimate(*(end - area for end in share.numbers())) for share, area in pairs)


def _masking(top: np.ndarray, random: np.ndarray) -> Masking:
    columns = np.stack([top, random, top - random], axis=1)
    means = bootstrap_means(columns)
    return Masking(means[0], means[1], means[2], p=signed_rank(top - random))


def signed_rank(differences: np.ndarray) -> float:
    """Return the two-sided p-value of Wilcoxon's signed-rank test; 1 where no face differs."""
    from scipy.stats import wilcoxon  # slow to import

    return float(wilcoxon(differences).pvalue) if np.any(differences) else 1.0
