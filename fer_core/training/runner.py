"""One training from names to a checkpoint: data set, network, recipe -> run folder -> checkpoint folder.

prepare: names, settings and files are checked -> fit (validation only) -> publish: weights, history, card last
"""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from fer_core import checkpoints, models
from fer_core.card_schema import check_name
from fer_core.checkpoints.logits import logits_path
from fer_core.data import DATASETS, DatasetInfo, FaceDataset, open_dataset
from fer_core.errors import CheckpointError, unknown_name
from fer_core.inference import predict_split
from fer_core.preprocessing import InputSpec
from fer_core.profiling.latency import cpu_model
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


@dataclass(frozen=True)
class Plan:
    """A request after all names, settings and files were found good."""

    request: Request
    info: DatasetInfo
    config: models.NetworkConfig
    recipe: recipes.Recipe
    training: FaceDataset
    validation: FaceDataset
    spec: InputSpec

    def as_dict(self) -> dict[str, Any]:
        """What a run folder remembers, so that another training cannot continue it by mistake."""
        return {
            "network": self.request.network,
            "network_config": asdict(self.config),
            "data": self.request.data,
            "recipe": self.request.recipe,
            "settings": recipes.as_dict(self.recipe),
            "seed": self.request.seed,
            "smoke": self.request.smoke,
        }


def prepare(request: Request, root: Path | None = None) -> Plan:
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
    dataset = open_dataset(request.data, root)
    training, validation = dataset.subset(info.train_split), dataset.subset(info.validation_split)
    if request.smoke:
        recipe = replace(recipe, epochs=1)
        rows = np.arange(SMOKE_ROWS)
        training, validation = training.take(rows), validation.take(rows)
    return Plan(request, info, config, recipe, training, validation, input_spec(training, config.in_channels))


def input_spec(training: FaceDataset, channels: int) -> InputSpec:
    """The pictures' own size and colour, normalised by the training split's mean and standard deviation."""
    pixels = training.images.astype(np.float32) / 255
    color = "grey" if training.images.ndim == 3 else "rgb"
    mean, std = round(float(pixels.mean()), 4), round(float(pixels.std()), 4)
    return InputSpec(training.images.shape[1], channels, color, (mean,), (std,))


def train(
    request: Request,
    *,
    runs: Path = Path("runs"),
    checkpoints_root: Path = Path("checkpoints"),
    root: Path | None = None,
) -> Path:
    """Train, or go on with a training that was interrupted; returns the checkpoint's folder.

    Raises:
        ConfigError, DataError, CheckpointError: see `prepare`; or the checkpoint is finished already.
        FerError: if the training diverges.
    """
    checkpoints.refuse_finished(checkpoints_root / request.name)
    plan = prepare(request, root)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(request.seed)
    network = models.build_config(request.network, plan.config)
    if plan.recipe.start:
        network.load_state_dict(starting_weights(plan, checkpoints_root))
    objective = build_objective(
        plan.config.loss, plan.config.num_classes, network.embedding_size, recipes.as_dict(plan.recipe)
    )
    run = Run(runs / request.name, plan.as_dict())
    trainer = loop.Trainer(network, objective, plan.recipe, run, device, request.seed)
    teacher = teacher_probabilities(plan, checkpoints_root, runs) if plan.recipe.teacher else None
    train_split = ResidentSplit(plan.training, plan.spec, device, teacher)
    progress = loop.fit(trainer, train_split, ResidentSplit(plan.validation, plan.spec, device))
    best = models.build_config(request.network, plan.config)
    best.load_state_dict(trainer.best)
    return publish(plan, best.eval(), training_record(plan, progress, device), progress, checkpoints_root)


def starting_weights(plan: Plan, checkpoints_root: Path) -> dict[str, torch.Tensor]:
    """The weights of the checkpoint that the recipe starts from.

    Raises:
        CheckpointError: if it is missing, or another network than the one to be trained.
    """
    network, card = checkpoints.load_network(checkpoints_root / plan.recipe.start)
    if card.network["config"] != json.loads(json.dumps(asdict(plan.config))):
        raise CheckpointError(
            f"{card.name} is another network than {plan.request.network} with these settings; start from a checkpoint "
            "of the same network, or from none"
        )
    return network.state_dict()


def teacher_probabilities(plan: Plan, checkpoints_root: Path, runs: Path) -> np.ndarray:
    """The teacher's probabilities for the unaugmented training rows, (N, K); kept under runs/ for the next student.

    Raises:
        CheckpointError: if the teacher is missing, or names other expressions than the data set.
    """
    network, card = checkpoints.load_network(checkpoints_root / plan.recipe.teacher)
    if card.expressions != tuple(plan.training.expressions):
        raise CheckpointError(
            f"the teacher {card.name} knows {', '.join(card.expressions)}, but {plan.info.title} has "
            f"{', '.join(plan.training.expressions)}; choose a teacher trained on the same expressions"
        )
    # The weights' hash is in the name: another teacher of the same name has other answers.
    folder = runs / "teachers" / f"{card.name}-{card.weights['sha256'][:12]}-{len(plan.training)}"
    split = plan.info.train_split
    if not logits_path(folder, split).exists():
        folder.mkdir(parents=True, exist_ok=True)
        answers = predict_split(network, InputSpec.from_dict(card.input), plan.training)
        checkpoints.save_logits(folder, split, answers, card.expressions)
    logits = torch.from_numpy(checkpoints.load_logits(folder, split).logits)
    return logits.softmax(1).numpy()


def training_record(plan: Plan, progress: Progress, device: torch.device) -> dict[str, Any]:
    """What the card says of the training."""
    speed = [record["images_per_second"] for record in progress.history]
    on_cuda = device.type == "cuda"
    name = torch.cuda.get_device_name(device) if on_cuda else f"{cpu_model()}, {torch.get_num_threads()} thread(s)"
    return {
        "recipe": plan.request.recipe,
        "settings": recipes.as_dict(plan.recipe),
        "loss": plan.config.loss,
        "seed": plan.request.seed,
        "epochs": progress.epoch,
        "best_epoch": progress.best_epoch,
        "seconds": round(progress.seconds, 1),
        "images_per_second": round(float(np.median(speed)), 1),
        "device": name,
        "command": plan.request.command,
        "schedule_note": schedule_note(plan.request.network, plan.recipe),
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__},
    }


def schedule_note(network: str, recipe: recipes.Recipe) -> str:
    """What the schedule was, and how far it stays behind the paper's where that is known."""
    words = [recipe.note, f"{recipe.epochs} epochs of batch {recipe.batch_size}"]
    paper = recipes.RECIPES.get(f"{models.entry(network).family}-paper")
    if paper:
        words[-1] += f", where the paper trains {paper.epochs} of batch {paper.batch_size}"
    if recipe.start:
        words.append(f"started from {recipe.start}, whose own training comes on top")
    if recipe.teacher:
        words.append(
            f"from epoch {recipe.teacher_from + 1} on, {recipe.teacher_share:.0%} of each target is the answer of "
            f"{recipe.teacher} to the face"
        )
    return "; ".join(words)


def publish(plan: Plan, network: nn.Module, training: dict[str, Any], progress: Progress, root: Path) -> Path:
    """Write the checkpoint: the weights as stored are scored on validation, so the card tells what the files do."""
    info = plan.info
    stored = checkpoints.as_stored(network)
    return checkpoints.publish(
        root,
        plan.request.name,
        network=stored,
        network_name=plan.request.network,
        config=asdict(plan.config),
        expressions=plan.training.expressions,
        input_spec=plan.spec,
        data={
            "name": info.name,
            "title": info.title,
            "train_split": info.train_split,
            "validation_split": info.validation_split,
            "test_split": info.test_split,
            "n_train": len(plan.training),
            "terms": plan.training.terms,
        },
        training=training,
        history_lines=progress.history,
        logits={info.validation_split: predict_split(stored, plan.spec, plan.validation)},
    )
