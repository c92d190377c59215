"""Region attributions invented so that every mean can be counted by hand."""

from __future__ import annotations

import numpy as np

from fer_core.checkpoints.region_attributions import StoredRegionAttributions
from fer_core.explain.regions import LAYOUTS, REGIONS, area_shares, label_map

MOUTH_SHARE, OTHER_SHARE = 0.5, 0.1  # of each of the five other regions


def made_up(n: int = 70, data: str = "fer2013", classes: int = 7, region: str = "mouth") -> StoredRegionAttributions:
    """n faces, as many of each expression, all answered right; half of every map lies on `region`.

    Masking a face's densest part costs 0.4 for even faces and 0.2 for odd ones, random patches 0.1.
    """
    labels = (np.arange(n) % classes).astype(np.uint8)
    shares = np.full((n, len(REGIONS)), OTHER_SHARE)
    shares[:, REGIONS.index(region)] = MOUTH_SHARE
    areas = area_shares(label_map(LAYOUTS[data], 48))
    return StoredRegionAttributions(
        rows=np.arange(n),
        labels=labels,
        answers=labels,
        shares=shares,
        contrast=np.tile(areas, (n, 1)),
        rise=np.full(n, 4.0),
        missed=np.full(n, 0.2),
        drop_top=np.where(np.arange(n) % 2, 0.2, 0.4),
        drop_random=np.full(n, 0.1),
        areas=areas,
        regions=REGIONS,
        steps=24,
        patches=8,
        seed=0,
    )
