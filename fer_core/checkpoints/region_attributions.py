"""Which part of the face a network relies on, stored beside a checkpoint for the pages. No torch.

regions-<Split>.safetensors   rows int32, labels, answers uint8 (n,); shares, contrast float32 (n, R); rise, missed,
                              drop_top, drop_random float32 (n,); areas float32 (R,); its header says of which weights,
                              the regions' names, and how all this was measured
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from fer_core.checkpoints.artifacts import AboutArtifact, artifact_problems, load_artifact, save_artifact
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.card_schema import check_split
from fer_core.checkpoints.tensors import LARGEST, MAX_ROW, Column, check_tensors
from fer_core.records import Count, Name, Positive

COMMAND = "fer regions"
KINDS = {
    "rows": np.int32, "labels": np.uint8, "answers": np.uint8, "shares": np.float32, "contrast": np.float32,
    "rise": np.float32, "missed": np.float32, "drop_top": np.float32, "drop_random": np.float32, "areas": np.float32,
}  # fmt: skip
BY_REGION = ("shares", "contrast")
SETTINGS = ("steps", "patches", "seed")
SUM_TOLERANCE = 1e-4  # of shares in float32


@dataclass(frozen=True, eq=False)
class StoredRegionAttributions:
    """How the attribution of a network's answers to n faces of a split is distributed over R regions.

    rows, labels, answers: (n,) integers, index in the data set, true and predicted expression.
    shares: (n, R), of the magnitude of the answer's attribution; contrast: (n, R), of the picture's own distance from
        the grey baseline, which is what a network that ignores nothing would show.
        Rows sum to 1.
    areas: (R,) share of the picture that each region covers; sum 1.
    rise: (n,) logit of the answer minus that of the grey picture; missed: (n,) by how much the attribution's sum
        misses it.
    drop_top, drop_random: (n,) what the answer's probability loses when the region with the largest share for its area
        is greyed out, and when random patches of that area elsewhere on the face are (mean of `patches` of them).
    regions: R names. steps: points of integrated gradients' path. seed: of the patches.
    """

    rows: np.ndarray
    labels: np.ndarray
    answers: np.ndarray
    shares: np.ndarray
    contrast: np.ndarray
    rise: np.ndarray
    missed: np.ndarray
    drop_top: np.ndarray
    drop_random: np.ndarray
    areas: np.ndarray
    regions: tuple[str, ...]
    steps: int
    patches: int
    seed: int


class AboutRegions(AboutArtifact):
    """The header: the regions' names, and how all this was measured."""

    regions: Annotated[tuple[Name, ...], Field(min_length=1, max_length=64)]
    steps: Positive
    patches: Positive
    seed: Count


def region_attributions_path(folder: Path | str, split: str) -> Path:
    """Return the path of a split's file; raises CheckpointError for a split name that could leave the folder."""
    check_split(split)
    return Path(folder) / f"regions-{split}.safetensors"


def save_region_attributions(card: Card, split: str, stored: StoredRegionAttributions) -> Path:
    """Write the attributions by region of one split beside the card, whole or not at all; returns the file."""
    arrays = {name: getattr(stored, name).astype(kind) for name, kind in KINDS.items()}
    about = {"regions": list(stored.regions), **{name: getattr(stored, name) for name in SETTINGS}}
    return save_artifact(region_attributions_path(card.home, split), card, arrays, about)


def load_region_attributions(card: Card, split: str) -> StoredRegionAttributions:
    """Read the attributions by region of one split.

    Raises:
        CheckpointError: if there are none, the file is damaged, or it belongs to other weights than the card's.
    """
    return load_artifact(
        region_attributions_path(card.folder or ".", split),
        card,
        AboutRegions,
        lambda arrays, about: _checked(arrays, about, len(card.expressions)),
        what=f"attributions by region of {split}",
        command=COMMAND,
        needs_layers=True,
    )


def region_attribution_problems(card: Card, split: str) -> list[str]:
    """Return a sentence for what is wrong with a split's stored attributions; [] if true, or there are none."""
    path = region_attributions_path(card.folder or ".", split)
    return artifact_problems(card, split, path, load_region_attributions, lambda stored: stored.answers, COMMAND)


def _checked(arrays: dict[str, np.ndarray], about: AboutRegions, expressions: int) -> StoredRegionAttributions:
    """Make attributions of tensors and header; raises ValueError for what does not fit."""
    ranges = {name: (-LARGEST, LARGEST) for name in KINDS}
    ranges |= {"rows": (0, MAX_ROW), "labels": (0, expressions - 1), "answers": (0, expressions - 1)}
    shapes = {name: ("n",) for name in KINDS} | {name: ("n", "R") for name in BY_REGION} | {"areas": ("R",)}
    columns = {
        name: Column((kind,), shapes[name], *ranges[name], is_unique=name == "rows") for name, kind in KINDS.items()
    }
    check_tensors(arrays, columns, R=len(about.regions))
    for name in (*BY_REGION, "areas"):
        if arrays[name].min() < 0 or np.abs(arrays[name].sum(axis=-1) - 1).max() > SUM_TOLERANCE:
            raise ValueError(f"{name} are no shares of a whole")
    settings: dict[str, Any] = {name: getattr(about, name) for name in SETTINGS}
    return StoredRegionAttributions(**{**arrays, **settings}, regions=about.regions)
