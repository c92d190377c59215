"""Which part of the face a network reads, stored beside a checkpoint so that no page has to ask again. No torch.

regions-<Split>.safetensors   rows int32, labels, answers uint8 (n,); shares, contrast float32 (n, R); rise, missed,
                              drop_top, drop_random float32 (n,); areas float32 (R,); its header says of which weights,
                              the regions' names, and how all this was measured
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.checkpoints.artifacts import answer_problems, load_artifact, save_artifact
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.card_schema import check_split
from fer_core.errors import CheckpointError

KINDS = {
    "rows": np.int32, "labels": np.uint8, "answers": np.uint8, "shares": np.float32, "contrast": np.float32,
    "rise": np.float32, "missed": np.float32, "drop_top": np.float32, "drop_random": np.float32, "areas": np.float32,
}  # fmt: skip
BY_REGION = ("shares", "contrast")
SETTINGS = ("steps", "patches", "seed")
SUM_TOLERANCE = 1e-4  # of shares in float32


@dataclass(frozen=True, eq=False)
class StoredRegionAttributions:
    """How the attribution of a network's answers to n faces of a split is shared out among R regions.

    rows, labels, answers: (n,) integers, index in the data set, true and predicted expression.
    shares: (n, R), of the magnitude of the answer's attribution; contrast: (n, R), of the picture's own distance from
        the grey that attribution is measured against, which is what a network that ignores nothing would show.
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


def region_attributions_path(folder: Path | str, split: str) -> Path:
    """Return where a split's atlas lies; raises CheckpointError for a split name that could leave the folder."""
    check_split(split)
    return Path(folder) / f"regions-{split}.safetensors"


def save_region_attributions(card: Card, split: str, stored: StoredRegionAttributions) -> Path:
    """Write the atlas of one split beside the card, whole or not at all; returns the file."""
    arrays = {name: getattr(stored, name).astype(kind) for name, kind in KINDS.items()}
    about = {"regions": list(stored.regions), **{name: getattr(stored, name) for name in SETTINGS}}
    return save_artifact(region_attributions_path(card.folder, split), card, arrays, about)


def load_region_attributions(card: Card, split: str) -> StoredRegionAttributions:
    """Read the atlas of one split.

    Raises:
        CheckpointError: if there is none, the file is damaged, or it belongs to other weights than the card's.
    """
    return load_artifact(
        region_attributions_path(card.folder, split),
        card,
        lambda arrays, about: _checked(arrays, about, len(card.expressions)),
        lacks=f"shares of attribution for {split}",
        what="shares of attribution",
        command="fer regions",
    )


def region_attribution_problems(card: Card, split: str) -> list[str]:
    """Return a sentence for what is wrong with a split's stored atlas; [] if it is true, or there is none."""
    path = region_attributions_path(card.folder or ".", split)
    if not path.is_file():
        return []
    try:
        stored = load_region_attributions(card, split)
        return answer_problems(card, split, path, stored.rows, stored.answers, "fer regions")
    except CheckpointError as error:
        return [str(error)]


def _checked(arrays: dict[str, np.ndarray], about: dict[str, Any], size: int) -> StoredRegionAttributions:
    """Make an atlas for `size` expressions; raises ValueError or KeyError for what does not fit."""
    regions = tuple(map(str, about["regions"]))
    tensors = {name: arrays[name] for name in KINDS}
    n = len(tensors["rows"])
    for name, array in tensors.items():
        shape = (len(regions),) if name == "areas" else (n, len(regions)) if name in BY_REGION else (n,)
        if array.dtype != KINDS[name] or array.shape != shape or n == 0:
            raise ValueError(f"{name} is {array.dtype} {array.shape}, for {n} faces and {len(regions)} regions")
        if not np.isfinite(array).all():
            raise ValueError(f"{name} holds values that are no numbers")
    for name in ("labels", "answers"):
        if tensors[name].max() >= size:
            raise ValueError(f"{name} reach to {tensors[name].max()}, beyond {size - 1}")
    for name in (*BY_REGION, "areas"):
        if tensors[name].min() < 0 or np.abs(tensors[name].sum(axis=-1) - 1).max() > SUM_TOLERANCE:
            raise ValueError(f"{name} are no shares of a whole")
    return StoredRegionAttributions(**tensors, regions=regions, **{name: int(about[name]) for name in SETTINGS})
