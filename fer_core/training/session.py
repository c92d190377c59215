"""One training from names to a checkpoint: data set, network, recipe -> run folder -> checkpoint folder.

open the data -> build network and objective -> fit (validation only) -> publish: weights, history, card last
"""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from fer_core import models
from fer_core.data import DATASETS, FaceDataset, open_dataset
from fer_core.errors import unknown_name
from fer_core.preprocessing import InputSpec
from fer_core.training import loop, recipes
from fer_core.training.device_data import ResidentSplit
from fer_core.training.losses import build_objective
from fer_core.training.runs import Progress, Run

SMOKE_ROWS = 256


@dataclass(frozen=True)
class Request:
    """What `fer train` was asked for."""

    network: str
    data: str
    recipe: str = "lens"
    changes: dict[str, str] = field(default_factory=dict)  # recipe fields, as text
    network_changes: dict[str, Any] = field(default_factory=dict)  # network config fields
    seed: int = 0
    tag: str | None = None
    smoke: bool = False  # a few pictures, one epoch: does the whole path work?
    command: str = ""

    @property
    def name(self) -> str:
        """The checkpoint's name: what it is, a dot, what it learned from and how."""
        tag = self.tag or f"{self.recipe}-s{self.seed}" + ("-smoke" if self.smoke else "")
        return f"{self.network}.{self.data}-{tag}"


def train(
    request: Request,
    *,
    runs: Path = Path("runs"),
    checkpoints_root: Path = Path("checkpoints"),
    root: Path | None = None,
) -> Path:
    """Train, or go on with a training that was interrupted, and write the checkpoint folder.

    Returns the checkpoint's folder.

    Raises:
        ConfigError, DataError: before anything expensive, for names, settings or files that cannot be.
    """
    recipe = recipes.resolve(request.recipe, request.changes)
    if request.data not in DATASETS:
        raise unknown_name("data set", request.data, DATASETS)
    info = DATASETS[request.data]
    config = network_config(request)
    dataset = open_dataset(request.data, root)
    training, validation = dataset.subset(info.train_split), dataset.subset(info.validation_split)
    if request.smoke:
        recipe = replace(recipe, epochs=1)
        training, validation = training.take(np.arange(SMOKE_ROWS)), validation.take(np.arange(SMOKE_ROWS))

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    spec = input_spec(training, config.in_channels)
    torch.manual_seed(request.seed)
    network = models.build_config(request.network, config)
    objective = build_objective(config.loss, config.num_classes, network.embedding_size, asdict(recipe))
    run = Run(
        runs / request.name,
        {
            "network": request.network,
            "network_config": asdict(config),
            "data": request.data,
            "recipe": request.recipe,
            "settings": recipes.as_dict(recipe),
            "seed": request.seed,
            "smoke": request.smoke,
        },
    )
    trainer = loop.Trainer(network, objective, recipe, run, device, request.seed)
    train_split = ResidentSplit(training, spec, device)
    progress = loop.fit(trainer, train_split, ResidentSplit(validation, spec, device))
    best = models.build_config(request.network, config)
    best.load_state_dict(trainer.best)
    return publish(request, best.eval(), spec, training, validation, progress, recipe, device, checkpoints_root)


def network_config(request: Request) -> models.NetworkConfig:
    """The network's config with the request's changes and one class an expression of the data set."""
    values = {**request.network_changes, "num_classes": len(DATASETS[request.data].expressions)}
    return models.config_from(request.network, values)


def input_spec(training: FaceDataset, channels: int) -> InputSpec:
    """Grey input at the pictures' own size, normalised by the training split's mean and standard deviation."""
    pixels = training.images.astype(np.float32) / 255
    color = "grey" if training.images.ndim == 3 else "rgb"
    mean, std = round(float(pixels.mean()), 4), round(float(pixels.std()), 4)
    return InputSpec(training.images.shape[1], channels, color, (mean,), (std,))


def training_record(
    request: Request, recipe: recipes.Recipe, progress: Progress, loss: str, device: torch.device
) -> dict:
    """What the card says of the training."""
    speed = [record["images_per_second"] for record in progress.history]
    from fer_core.profiling.latency import cpu_model as cpu_name

    name = torch.cuda.get_device_name(device) if device.type == "cuda" else cpu_name()
    threads = "" if device.type == "cuda" else f", {torch.get_num_threads()} thread(s)"
    return {
        "recipe": request.recipe,
        "settings": recipes.as_dict(recipe),
        "loss": loss,
        "seed": request.seed,
        "epochs": progress.epoch,
        "best_epoch": progress.best_epoch,
        "seconds": round(progress.seconds, 1),
        "images_per_second": round(float(np.median(speed)), 1),
        "device": name + threads,
        "command": request.command,
        "schedule_note": recipe.note,
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__},
    }


def publish(
    request: Request,
    network: nn.Module,
    spec: InputSpec,
    training: FaceDataset,
    validation: FaceDataset,
    progress: Progress,
    recipe: recipes.Recipe,
    device: torch.device,
    root: Path,
) -> Path:
    """Write the checkpoint: the stored weights are scored on validation, so the card tells what the files do."""
    from fer_core import checkpoints
    from fer_core.checkpoints import StoredLogits

    info = DATASETS[request.data]
    config = network_config(request)
    stored = checkpoints.as_stored(network)
    logits = loop.predict_logits(stored, ResidentSplit(validation, spec, torch.device("cpu"))).numpy()
    return checkpoints.publish(
        root,
        request.name,
        network=stored,
        network_name=request.network,
        config=asdict(config),
        expressions=training.expressions,
        input_spec=spec,
        data={
            "name": info.name,
            "title": info.title,
            "train_split": info.train_split,
            "validation_split": info.validation_split,
            "test_split": info.test_split,
            "n_train": len(training),
            "terms": training.terms,
        },
        training=training_record(request, recipe, progress, config.loss, device),
        history_lines=progress.history,
        logits={info.validation_split: StoredLogits(logits, validation.labels, validation.rows)},
    )
