"""The request to `fer train`, and its plan once all names, settings and files are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fer_core import models
from fer_core.checkpoints.card import Card, read_card
from fer_core.checkpoints.card_schema import check_name
from fer_core.data import DATASETS, DatasetInfo, FaceDataset, custom, open_dataset, protocols
from fer_core.data.fingerprint import fingerprint
from fer_core.errors import CheckpointError, ConfigError, DataError, FerError, together, unknown_name
from fer_core.images.preprocessing import Color, InputSpec, fitted
from fer_core.profiling.complexity import try_network
from fer_core.training import recipes
from fer_core.training.losses import OBJECTIVES
from fer_core.training.pretrained import IMAGENET, weights_for
from fer_core.training.recipes import VOTES
from fer_core.training.runs import FINGERPRINT

SMOKE_ROWS = 256
# Ten folds share one input that belongs to no fold, so that no test face contributes to it.
SHARED_MEAN, SHARED_STD = 0.5, 0.25
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Request:
    """A request to `fer train`."""

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
    """A request whose names, settings and files are checked.

    splits: names of the splits that are trained on, chosen on and scored on; one part, or one per fold.
    fingerprint: of the whole data set as opened, see `data.fingerprint`.
    """

    request: Request
    info: DatasetInfo
    config: models.NetworkConfig
    recipe: recipes.Recipe
    protocol: protocols.Protocol | None
    splits: tuple[str, str, str]
    parts: tuple[Fold, ...]
    spec: InputSpec
    fingerprint: dict[str, Any] = field(default_factory=dict)

    @property
    def expressions(self) -> tuple[str, ...]:
        """K names in the data set's order."""
        return tuple(self.parts[0].training.expressions)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to open and to divide the data, one sentence each."""
        drawn = () if self.protocol is None else (f"{self.protocol.title}: {self.protocol.about}",)
        return (*self.parts[0].training.notes, *drawn)

    def as_dict(self) -> dict[str, Any]:
        """What a run folder records, so that another training cannot continue it by mistake."""
        known = {
            "network": self.request.network,
            "network_config": asdict(self.config),
            "data": self.request.data,
            "recipe": self.request.recipe,
            "settings": recipes.as_dict(self.recipe),
            "seed": self.request.seed,
            "smoke": self.request.smoke,
        }
        if self.protocol is not None:
            return {**known, "protocol": protocol_entry(self.protocol), FINGERPRINT: self.fingerprint}
        used = {split: hashes for split, hashes in self.fingerprint.items() if split in self.splits[:2]}
        return {**known, FINGERPRINT: used}  # the test split may be put there later


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


@dataclass(frozen=True)
class Settings:
    """The meaning of a request's words, before any file is opened."""

    recipe: recipes.Recipe
    info: DatasetInfo
    config: models.NetworkConfig


def check(request: Request) -> Settings:
    """Check every name and value of a request.

    Raises:
        ConfigError: lists everything that is not valid, together.
    """
    problems: list[str] = []
    with _noted(problems):
        check_name(request.name)
    if not 0 <= request.seed <= LARGEST_SEED:
        problems.append(f"seed={request.seed} must be a whole number from 0 to {LARGEST_SEED:,}")
    with _noted(problems):
        recipe = recipes.resolve(request.recipe, request.changes)
    if request.data not in DATASETS:
        problems.append(str(unknown_name("data set", request.data, DATASETS)))
    if request.protocol:
        with _noted(problems):
            protocols.refuse_foreign(request.protocol, request.data)
    with _noted(problems):
        config = _network_config(request)
    if problems:
        raise ConfigError(together(f"{request.name} cannot be trained", problems))
    return Settings(recipe, DATASETS[request.data], config)


@contextmanager
def _noted(problems: list[str]) -> Iterator[None]:
    """Note an error, so that the next value is checked too."""
    try:
        yield
    except FerError as error:
        problems.append(str(error))


def _network_config(request: Request) -> models.NetworkConfig:
    if "num_classes" in request.network_changes:
        raise ConfigError(
            f"num_classes={request.network_changes['num_classes']!r} cannot be set: a network answers with the "
            "expressions of its data set; leave it out"
        )
    config = models.config_from(request.network, request.network_changes)
    if config.loss not in OBJECTIVES:
        raise unknown_name("loss", config.loss, OBJECTIVES)
    return config


def prepare(request: Request, root: Path | None = None, checkpoints_root: Path = Path("checkpoints")) -> Plan:
    """Check everything that can be wrong before anything expensive, and before anything is written.

    Raises:
        ConfigError, DataError, CheckpointError: for settings, files or a checkpoint name that is not valid.
    """
    settings = check(request)
    recipe, info = settings.recipe, settings.info
    dataset = open_dataset(request.data, root)
    config = replace(settings.config, num_classes=len(dataset.expressions))
    protocol, splits, parts = _folds(request, info, dataset)
    if recipe.teacher == VOTES and parts[0].training.votes is None:
        raise ConfigError(f"nobody's votes are known for the faces of {info.title}; choose ferplus, or another teacher")
    teacher_card(recipe, dataset.expressions, checkpoints_root)
    if request.smoke:
        recipe = replace(recipe, epochs=1, distill_start=0)
        parts = tuple(_changed(part, _few) for part in parts)
    _refuse_one_person(parts, splits)
    family = models.entry(request.network).family
    spec = input_spec(parts, config.in_channels, recipe, checkpoints_root, family)
    try_network(request.network, config, spec.size_px, spec.channels)
    parts = tuple(_changed(part, partial(_fitted, spec)) for part in parts)
    return Plan(request, info, config, recipe, protocol, splits, parts, spec, fingerprint(dataset))


def _refuse_one_person(parts: tuple[Fold, ...], splits: tuple[str, str, str]) -> None:
    """Scores of people have intervals over people, and there is none over one; folds are scored together."""
    rows = parts[0].validation
    if len(parts) == 1 and rows.subjects is not None and len(set(rows.subjects)) < 2:
        raise DataError(
            f"{splits[1]} shows one person only ({rows.subjects[0]}), and an interval over people needs two; put "
            "others there too"
        )


def teacher_card(recipe: recipes.Recipe, expressions: tuple[str, ...], checkpoints_root: Path) -> Card | None:
    """Return the card of the checkpoint that a recipe learns from; None if it learns from none.

    Raises:
        CheckpointError: if there is no such checkpoint, or it answers with other expressions.
    """
    if recipe.teacher in ("", VOTES):
        return None
    card = read_card(checkpoints_root / recipe.teacher)
    if card.expressions != expressions:
        raise CheckpointError(
            f"the teacher {card.name} knows {', '.join(card.expressions)}, but these faces show "
            f"{', '.join(expressions)}; choose a teacher trained on the same expressions"
        )
    return card


def _folds(
    request: Request, info: DatasetInfo, dataset: FaceDataset
) -> tuple[protocols.Protocol | None, tuple[str, str, str], tuple[Fold, ...]]:
    protocol = _protocol(request, info, dataset)
    if protocol is None:
        splits = dataset.roles or info.official_splits
        if splits is None:
            raise DataError(f"{info.title} has no splits to train on; choose a protocol with --protocol")
        return None, splits, (Fold(dataset.subset(splits[0]), dataset.subset(splits[1])),)
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


def _protocol(request: Request, info: DatasetInfo, dataset: FaceDataset) -> protocols.Protocol | None:
    """The protocol that was asked for, or that the set needs; None for splits of the set's own."""
    if name := request.protocol or protocols.default_for(dataset):
        return protocols.build(name, dataset)
    if dataset.roles is None and info.train_split is None:
        known = [name for name in protocols.for_data(info.name) if info.name != custom.INFO.name]
        raise DataError(
            f"{info.title} has no official splits; choose a protocol with --protocol: {', '.join(known)}"
            if known
            else f"{info.title} name the splits {', '.join(dataset.splits)} and none to train on; call one train"
        )
    return None


def divided(request: Request, root: Path | None = None) -> FaceDataset:
    """Open a request's data set with its splits as the training uses them; of several folds the first.

    Raises:
        ConfigError, DataError: see `prepare`.
    """
    dataset = open_dataset(request.data, root)
    protocol = _protocol(request, DATASETS[request.data], dataset)
    if protocol is None:
        return dataset
    whole = protocol.folds[0].of(dataset)
    return replace(whole, notes=(*whole.notes, f"{protocol.title}: {protocol.about}"))


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


def _color(images: np.ndarray) -> Color:
    return "grey" if images.ndim == 3 else "rgb"


def _changed(part: Fold, change: Callable[[FaceDataset], FaceDataset]) -> Fold:
    return Fold(change(part.training), change(part.validation), None if part.test is None else change(part.test))


def _few(rows: FaceDataset) -> FaceDataset:
    return rows.take(np.arange(min(SMOKE_ROWS, len(rows))))


def _fitted(spec: InputSpec, rows: FaceDataset) -> FaceDataset:
    return replace(rows, images=fitted(rows.images, spec))
