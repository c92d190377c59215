"""A whole data set resident on the device: uint8 pictures, served as augmented float batches."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from fer_core.data.dataset import FaceDataset
from fer_core.images.preprocessing import InputSpec
from fer_core.training.augment import augment, draw_mixup_share, mix
from fer_core.training.recipes import Recipe


@dataclass(frozen=True)
class Batch:
    """x (N, C, H, W) normalised; target (N,) of indices or (N, K) of shares; labels (N,), None for mixed pictures."""

    x: Tensor
    target: Tensor
    labels: Tensor | None

    def with_mirrored(self) -> Batch:
        """Return a batch of twice the size: these pictures, then each one's mirror image with the same target."""
        labels = None if self.labels is None else torch.cat([self.labels, self.labels])
        return Batch(torch.cat([self.x, self.x.flip(-1)]), torch.cat([self.target, self.target]), labels)


class ResidentSplit:
    """One split on the device.

    Args:
        dataset: the rows of one split.
        spec: the network's input; pictures must have its size already.
        device: where all pictures stay.
        teacher: a teacher's probabilities for these rows, (N, K), if the recipe has one.
    """

    def __init__(self, dataset: FaceDataset, spec: InputSpec, device: torch.device, teacher: np.ndarray | None = None):
        images = dataset.images if dataset.images.ndim == 4 else dataset.images[..., None]
        self.images = torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2).contiguous().to(device)
        self.labels = torch.from_numpy(dataset.labels).to(device)
        self.num_classes = len(dataset.expressions)
        self.teacher = None if teacher is None else torch.from_numpy(teacher).to(device)
        self.spec, self.device = spec, device
        self.mean = torch.tensor(spec.mean, device=device).view(1, -1, 1, 1)
        self.std = torch.tensor(spec.std, device=device).view(1, -1, 1, 1)

    def __len__(self) -> int:
        return len(self.images)

    def part(self, index: int, count: int) -> ResidentSplit:
        """One of `count` parts of these rows, in order; sizes differ by one at most."""
        rows = slice(len(self) * index // count, len(self) * (index + 1) // count)
        part = copy.copy(self)
        part.images, part.labels = self.images[rows], self.labels[rows]
        part.teacher = None if self.teacher is None else self.teacher[rows]
        return part

    def normalise(self, pixels: Tensor) -> Tensor:
        """0..1 pixels (N, 1 or 3, H, W) -> the network's input (N, channels, H, W), as `preprocessing` makes it."""
        x = ((pixels - self.mean) / self.std).expand(-1, self.spec.channels, -1, -1)
        return x.contiguous(memory_format=torch.channels_last)

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield all rows in order, unaugmented."""
        for i in range(0, len(self), size):
            labels = self.labels[i : i + size]
            yield Batch(self.normalise(self.images[i : i + size].float() / 255), labels, labels)

    def training_batches(self, recipe: Recipe, seed: int, epoch: int = 0) -> Iterator[Batch]:
        """One epoch of shuffled, augmented batches; `seed` decides everything. The last incomplete batch is dropped."""
        is_taught = self.teacher is not None and epoch >= recipe.distill_start
        on_cpu = torch.Generator().manual_seed(seed)
        on_device = torch.Generator(self.device).manual_seed(seed)
        order = self._order(recipe.balanced, on_cpu).to(self.device)
        size = min(recipe.batch_size, len(self))
        for i in range(0, len(order) - size + 1, size):
            rows = order[i : i + size]
            labels = self.labels[rows]
            pixels = augment(self.images[rows].float() / 255, recipe.augmentation, on_device)
            target = self._taught(rows, labels, recipe.distill_weight) if is_taught else labels
            share = draw_mixup_share(recipe.augmentation, on_cpu)
            if share is None:
                yield Batch(self.normalise(pixels), target, labels)
            else:
                soft = target if is_taught else self._one_hot(labels)
                pixels, target = mix(pixels, soft, share, on_device)
                yield Batch(self.normalise(pixels), target, None)

    def _one_hot(self, labels: Tensor) -> Tensor:
        return F.one_hot(labels, self.num_classes).float()

    def _taught(self, rows: Tensor, labels: Tensor, share: float) -> Tensor:
        return torch.lerp(self._one_hot(labels), self.teacher[rows], share)  # type: ignore[index]  # asked where one taught

    def _order(self, balanced: bool, generator: torch.Generator) -> Tensor:
        if not balanced:
            return torch.randperm(len(self), generator=generator)
        labels = self.labels.cpu()
        weights = 1.0 / torch.bincount(labels, minlength=self.num_classes).clamp_min(1)[labels]
        return torch.multinomial(weights, len(self), replacement=True, generator=generator)
