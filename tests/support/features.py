"""Features invented so that how well they keep expressions apart is chosen."""

from __future__ import annotations

import numpy as np

from fer_core.checkpoints import StoredFeatures
from fer_core.evaluation.embedding import principal_components, spread


def made_up(apart: float) -> StoredFeatures:
    """Seven clouds of ten faces, `apart` times their own width from each other; every third face is answered wrong."""
    labels = np.repeat(np.arange(7), 10)
    features = np.random.default_rng(0).normal(size=(70, 9))
    features[np.arange(70), labels] += apart
    components, explained = principal_components(features, 5)
    return StoredFeatures(
        rows=np.arange(70),
        labels=labels,
        answers=np.where(np.arange(70) % 3, labels, (labels + 1) % 7),
        components=components.astype(np.float16),
        tsne=features[:, :2].astype(np.float32),
        explained=tuple(map(float, explained)),
        size=9,
        spread=spread(features, labels, draws=20),
    )
