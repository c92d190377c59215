"""What a training takes from others: weights to start from, and a teacher's answers to learn from."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import nn

from fer_core import checkpoints
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.logits import logits_path
from fer_core.data.fingerprint import digest
from fer_core.errors import CheckpointError
from fer_core.inference.predictor import predict_split
from fer_core.training.config import Fold, Plan, teacher_card
from fer_core.training.recipes import VOTES

# Not part of what the weights are: how many expressions there are, what was lowered, and how far maps shrink. So a
# training on small maps, which is cheap, can hand over to one on larger maps.
FREE = ("num_classes", "loss", "output_stride")


def start_from(plan: Plan, network: nn.Module, checkpoints_root: Path) -> None:
    """Put the weights of the recipe's `init_from` into a new network.

    Where the expressions are others, the last layer's rows are taken over by name; a new expression's row stays new.

    Raises:
        CheckpointError: if the checkpoint is missing, or another network than the one to be trained.
    """
    older, card = checkpoints.load_network(checkpoints_root / plan.recipe.init_from)
    recorded, wanted = card.network.config, json.loads(json.dumps(asdict(plan.config)))
    if {key: value for key, value in recorded.items() if key not in FREE} != {
        key: value for key, value in wanted.items() if key not in FREE
    }:
        raise CheckpointError(
            f"{card.name} is another network than {plan.request.network} with these settings; start from a checkpoint "
            "of the same network, or from none"
        )
    state, own = older.state_dict(), network.state_dict()
    last = answering_layer(network)
    for name in (f"{last}.weight", f"{last}.bias"):
        state[name] = _by_name(state[name], card.expressions, own[name].clone(), plan.expressions)
    network.load_state_dict(state)


def answering_layer(network: nn.Module) -> str:
    """The name of the layer with a row for each expression: linear, or mini-Xception's last convolution."""
    return [name for name, module in network.named_modules() if isinstance(module, (nn.Linear, nn.Conv2d))][-1]


def _by_name(rows: torch.Tensor, names: tuple[str, ...], onto: torch.Tensor, wanted: tuple[str, ...]) -> torch.Tensor:
    for i, name in enumerate(wanted):
        if name in names:
            onto[i] = rows[names.index(name)]
    return onto


def soft_targets(plan: Plan, part: Fold, checkpoints_root: Path, runs: Path) -> np.ndarray | None:
    """Return the teacher's answers to the training faces, (N, K) probabilities; None without a teacher.

    A network's answers are kept under runs/ for the next student; a teacher without weights brings its own.

    Raises:
        CheckpointError: if the teacher is missing, or names other expressions than the data set.
    """
    if plan.recipe.teacher == VOTES:
        return part.training.votes
    card = teacher_card(plan.recipe, plan.expressions, checkpoints_root)
    if card is None:
        return None
    if card.teacher_logits:
        logits = checkpoints.teacher_logits_for(card, part.training.rows, part.training.labels)
    else:
        logits = _computed_logits(card, plan.splits[0], part, runs)
    return torch.from_numpy(logits).softmax(1).numpy()


def _computed_logits(card: Card, split: str, part: Fold, runs: Path) -> np.ndarray:
    """Return the logits of a teacher with weights, computed once."""
    network, card = checkpoints.load_network(card.home)
    # Both hashes are in the name: another teacher of this name has other answers, and so have other faces or folds.
    folder = runs / "teachers" / f"{card.name}-{card.shipped.sha256[:12]}-{digest(part.training)[:12]}"
    path = logits_path(folder, split)
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        answers = predict_split(network, card.input.spec, part.training)
        checkpoints.save_logits(folder, split, answers, card.expressions)
    return checkpoints.read_logits(path, card.expressions).logits
