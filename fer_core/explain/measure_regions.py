"""Ask a checkpoint which part of the face its answers come from, for many test faces, once, and store it.

Integrated gradients are the method: they give every pixel its own part of the logit, and the parts sum to the whole.
Grad-CAM of these networks has 6 x 6 cells on a face, each as high as brow and eye together, so it cannot tell the two
apart. What is exactly as grey as the baseline (zero after normalisation) can carry nothing; see
`StoredRegionAttributions.contrast`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from captum.attr import IntegratedGradients
from torch import Tensor, nn
from tqdm import tqdm

from fer_core import checkpoints
from fer_core.checkpoints.card import read_card
from fer_core.checkpoints.region_attributions import (
    StoredRegionAttributions,
    load_region_attributions,
    save_region_attributions,
)
from fer_core.data import FaceDataset
from fer_core.errors import CheckpointError
from fer_core.evaluation.embedding import balanced_sample
from fer_core.explain import regions
from fer_core.explain.region_statistics import fits
from fer_core.explain.regions import REGIONS, Layout, layout_of
from fer_core.images.preprocessing import InputSpec, images_to_input
from fer_core.inference.predictor import faces_of

FACES = 350  # of a split, equally many of each expression; 50 of each leave intervals of about 2 points
# Points of the path. On 42 faces of A-MobileNet (RAF-DB) and of LightExNet (FER2013), mean shares differ by less than
# 0.2 percentage points from those of 128 points; the least interval reaches 0.4.
STEPS = 24
PATCHES = 8  # random ones a face
BATCH = 32  # a core's cache holds the features of this many


def is_current(folder: Path | str) -> bool:
    """Whether region attributions of the test split are stored, whole, of these weights and of today's layout."""
    card = read_card(folder)
    try:
        stored = load_region_attributions(card, card.data.test_split)
    except CheckpointError:
        return False
    return fits(stored, layout_of(card.data.name), card.input.size_px)


def store_region_attributions(
    folder: Path | str, root: Path | None = None, faces: int = FACES, seed: int = 0
) -> StoredRegionAttributions:
    """Store which regions a checkpoint's answers to about `faces` test faces come from, and what masking them costs.

    Args:
        folder: the checkpoint. root: where the data sets are.
        faces: equally many of each true expression, and the same ones for every checkpoint.
        seed: of the random patches.

    Raises:
        ConfigError: if the data set's faces have no layout.
        CheckpointError, DataError: what is missing or damaged.
    """
    network, card = checkpoints.load_torch_network(folder)
    layout = layout_of(card.data.name)
    # the same sums, faster
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    split = card.data.test_split
    test = faces_of(card, split, root)
    stored = measure_regions(network, card.input.spec, test.take(balanced_sample(test.labels, faces)), layout, seed)
    save_region_attributions(card, split, stored)
    return stored


def measure_regions(
    network: nn.Module, spec: InputSpec, faces: FaceDataset, layout: Layout, seed: int = 0
) -> StoredRegionAttributions:
    """Attribute a network's answers to faces, share that out among the regions, and mask; the network in eval mode."""
    parts = regions.label_map(layout, spec.size_px)
    inputs = torch.from_numpy(images_to_input(faces.images, spec))
    batches: list[dict[str, np.ndarray]] = []
    with tqdm(total=len(inputs), unit=" faces", leave=False, disable=None) as bar:
        for start in range(0, len(inputs), BATCH):
            batch = inputs[start : start + BATCH]
            batches.append(_measured(network, batch, parts, faces.rows[start : start + BATCH], seed))
            bar.update(len(batch))
    whole = {name: np.concatenate([arrays[name] for arrays in batches]) for name in batches[0]}
    areas = regions.area_shares(parts).astype(np.float32)
    return StoredRegionAttributions(
        faces.rows, faces.labels, **whole, areas=areas, regions=REGIONS, steps=STEPS, patches=PATCHES, seed=seed
    )


def _measured(
    network: nn.Module, batch: Tensor, parts: np.ndarray, rows: np.ndarray, seed: int
) -> dict[str, np.ndarray]:
    """Everything about one batch (B, C, H, W), by the names of StoredRegionAttributions."""
    with torch.no_grad():
        clean = network(batch).softmax(1)
    answers = clean.argmax(1)
    maps, rise, missed = attributions(network, batch, answers)
    read = regions.shares(maps, parts).astype(np.float32)
    tops = regions.densest_part(read, regions.area_shares(parts).astype(np.float32))
    masks = np.stack([_masks(parts, int(top), int(row), seed) for top, row in zip(tops, rows, strict=True)])
    top, random = _drops(network, batch, clean, masks)
    return {
        "answers": answers.numpy().astype(np.uint8),
        "shares": read,
        "contrast": regions.shares(batch.sum(dim=1).numpy(), parts).astype(np.float32),
        "rise": rise,
        "missed": missed,
        "drop_top": top,
        "drop_random": random,
    }


def attributions(network: nn.Module, batch: Tensor, targets: Tensor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Integrated gradients of many faces at once, against zero: maps (B, H, W), the logits' rises (B,), their misses.

    As `gradients.integrated_gradients`, with fewer steps. The network's answer to a face must not depend on the others.
    """
    values, delta = IntegratedGradients(network).attribute(
        batch,
        baselines=torch.zeros_like(batch),
        target=targets,
        n_steps=STEPS,
        internal_batch_size=max(BATCH, len(batch)),
        return_convergence_delta=True,
    )
    values, delta = values.detach().float(), delta.detach().float()
    rise = values.sum(dim=(1, 2, 3)) - delta
    return values.sum(dim=1).numpy(), rise.numpy(), delta.abs().numpy()


def _drops(network: nn.Module, batch: Tensor, clean: Tensor, masks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each answer's probability loses under the first mask, and under the others on average; each (B,).

    Args:
        clean: (B, K) probabilities of the faces as they are. masks: bool (B, M, H, W).
    """
    # (B, M, 1, H, W) and (B, 1, C, H, W): masked places become the baseline's grey
    masked = torch.where(torch.from_numpy(masks)[:, :, None], torch.zeros(()), batch[:, None]).flatten(0, 1)
    with torch.no_grad():
        after = torch.cat([network(part.contiguous()).softmax(1) for part in masked.split(BATCH)])
    probabilities = after.unflatten(0, (len(batch), -1))  # (B, M, K)
    answers = clean.argmax(1)
    chosen = probabilities.gather(2, answers[:, None, None].expand(-1, probabilities.shape[1], 1))[..., 0]
    drops = (clean.gather(1, answers[:, None]) - chosen).numpy()
    return drops[:, 0], drops[:, 1:].mean(axis=1)


def _masks(parts: np.ndarray, top: int, row: int, seed: int) -> np.ndarray:
    """The top region and PATCHES random patches, bool (1 + PATCHES, H, W); a face has the same in every sample."""
    rng = np.random.default_rng([seed, row])
    return np.stack([parts == top, *(regions.random_patch(parts, top, rng) for _ in range(PATCHES))])
