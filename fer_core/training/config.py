"""What `fer train` was asked for, and what it will do once all names, settings and files were found good."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from fer_core import models
from fer_core.checkpoints.card import read_card
from fer_core.checkpoints.card_schema import check_name
from fer_core.data import DATASETS, DatasetInfo, FaceDataset, open_dataset, protocols
from fer_core.errors import ConfigError, DataError, unknown_name
from fer_core.images.preprocessing import InputSpec, fitted
from fer_core.training import recipes
from fer_core.training.pretrained import IMAGENET, weights_for

SMOKE_ROWS = 256
# Ten folds share one input that is no fold's own, so that no test face has a part in it.
SHARED_MEAN, SHARED_STD = 0.5, 0.25
VOTES = "votes"


@dataclass(frozen=True)
class Request:
    """What `fer train` was asked for."""

    network: str
    data: str
    recipe: str = "lens"
    protocol: str = ""  # a name of `data.protocols`; "" = the owner's splits
    changes: dict[str, str] = field(default_factory=dict)  # recipe fields, as text
    network_changes: dict[str, Any] = field(default_factory=dict)  # network config fields
    seed: int = 0
    tag: str | None = None
    smoke: bool = False  # a few pictures, one epoch: does the whole path work?
    command: str = ""

    @property
    def name(self) -> str:
        """The checkpoint's name: what it is, a dot, what it learned from and how."""
        way = self.protocol.removeprefix(f"{self.data}-")
        tag = self.tag or f"{self.recipe}-s{self.seed}" + ("-smoke" if self.smoke else "")
        return "-".join(filter(None, (f"{self.network}.{self.data}", way, tag)))


@dataclass(frozen=True, eq=False)
class Fold:
    """One training: the faces that it learns from, is chosen on, and is scored on (None: `fer evaluate` does it)."""

    training: FaceDataset
    validation: FaceDataset
    test: FaceDataset | None = None


@dataclass(frozen=True, eq=False)
class Plan:
    """A request after all names, settings and files were found good.

    splits: names of the splits that are trained on, chosen on and scored on; one part, or one a fold.
    """

    request: Request
    info: DatasetInfo
    config: models.NetworkConfig
    recipe: recipes.Recipe
    protocol: protocols.Protocol | None
    splits: tuple[str, str, str]
    parts: tuple[Fold, ...]
    spec: InputSpec

    @property
    def expressions(self) -> tuple[str, ...]:
        """K names in the data set's order."""
        return tuple(self.parts[0].training.expressions)

    def as_dict(self) -> dict[str, Any]:
        """What a run folder remembers, so that another training cannot continue it by mistake."""
        known = {
            "network": self.request.network,
            "network_config": asdict(self.config),
            "data": self.request.data,
            "recipe": self.request.recipe,
            "settings": recipes.as_dict(self.recipe),
            "seed": self.request.seed,
            "smoke": self.request.smoke,
        }
        return known if self.protocol is None else {**known, "protocol": protocol_entry(self.protocol)}


def protocol_entry(protocol: protocols.Protocol) -> dict[str, Any]:
    """The card's entry for a protocol."""
    return {
        "name": protocol.name,
        "title": protocol.title,
        "seed": protocol.seed,
        "folds": len(protocol.folds),
        "sha256": protocol.sha256,
        "is_leaky": protocol.is_leaky,
    }


def prepare(request: Request, root: Path | None = None, checkpoints_root: Path = Path("checkpoints")) -> Plan:
    """Check everything that can be wrong before anything expensive.

    Raises:
        ConfigError, DataError, CheckpointError: for settings, files or a checkpoint name that cannot be.
    """
    check_name(request.name)
    recipe = recipes.resolve(request.recipe, request.changes)
    if request.data not in DATASETS:
        raise unknown_name("data set", request.data, DATASETS)
    info = DATASETS[request.data]
    config = models.config_from(request.network, {**request.network_changes, "num_classes": len(info.expressions)})
    protocol, splits, parts = _folds(request, info, open_dataset(request.data, root))
    if recipe.teacher == VOTES and parts[0].training.votes is None:
        raise ConfigError(f"nobody's votes are known for the faces of {info.title}; choose ferplus, or another teacher")
    if request.smoke:
        recipe = replace(recipe, epochs=1)
        parts = tuple(Fold(*(None if rows is None else _few(rows) for rows in _rows(part))) for part in parts)
    family = models.entry(request.network).family
    spec = input_spec(parts, config.in_channels, recipe, checkpoints_root, family)
    parts = tuple(Fold(*(None if rows is None else _fitted(rows, spec) for rows in _rows(part))) for part in parts)
    return Plan(request, info, config, recipe, protocol, splits, parts, spec)


def _folds(
    request: Request, info: DatasetInfo, dataset: FaceDataset
) -> tuple[protocols.Protocol | None, tuple[str, str, str], tuple[Fold, ...]]:
    if not request.protocol:
        if info.train_split is None:
            raise DataError(
                f"{info.title} has no official splits; choose a protocol with --protocol: "
                f"{', '.join(protocols.for_data(info.name)) or 'none is known'}"
            )
        splits = (info.train_split, info.validation_split, info.test_split)
        return None, splits, (Fold(dataset.subset(splits[0]), dataset.subset(splits[1])),)
    protocol = protocols.build(request.protocol, dataset)
    if not len(protocol.folds[0].validation):
        raise ConfigError(
            f"{protocol.name} has no validation faces, so no epoch could be chosen honestly; choose another of "
            f"{', '.join(protocols.for_data(info.name))}"
        )
    whole = [fold.of(dataset) for fold in protocol.folds]
    is_crossed = len(whole) > 1
    names = ("train", "validation", "test")
    parts = [Fold(*(rows.subset(name) for name in names[: 3 if is_crossed else 2])) for rows in whole]
    return protocol, names, tuple(parts)


def input_spec(
    parts: tuple[Fold, ...],
    channels: int,
    recipe: recipes.Recipe,
    checkpoints_root: Path = Path("checkpoints"),
    family: str = "",
) -> InputSpec:
    """What the network will take.

    A network that starts from a checkpoint keeps its size, colour and normalisation, unless the recipe says otherwise;
    one that starts from ImageNet weights takes the pictures' size and colour, normalised as those weights were trained;
    a new one takes the pictures as they are, normalised by the training split's mean and standard deviation.
    """
    images = parts[0].training.images
    if recipe.init_from == IMAGENET:
        weights = weights_for(family)
        spec = InputSpec(images.shape[1], channels, _color(images), weights.mean, weights.std)
    elif recipe.init_from:
        spec = read_card(checkpoints_root / recipe.init_from).input.spec
    elif len(parts) > 1:
        spec = InputSpec(images.shape[1], channels, _color(images), (SHARED_MEAN,), (SHARED_STD,))
    else:
        pixels = images.astype(np.float32) / 255
        mean, std = round(float(pixels.mean()), 4), round(float(pixels.std()), 4)
        spec = InputSpec(images.shape[1], channels, _color(images), (mean,), (std,))
    return replace(spec, channels=channels, size_px=recipe.size_px or spec.size_px, color=recipe.color or spec.color)


def _color(images: np.ndarray) -> str:
    return "grey" if images.ndim == 3 else "rgb"


def _rows(part: Fold) -> tuple[FaceDataset, FaceDataset, FaceDataset | None]:
    return part.training, part.validation, part.test


def _few(rows: FaceDataset) -> FaceDataset:
    return rows.take(np.arange(min(SMOKE_ROWS, len(rows))))


def _fitted(rows: FaceDataset, spec: InputSpec) -> FaceDataset:
    return replace(rows, images=fitted(rows.images, spec))
