"""A run folder: what a training needs to go on after a kill.

    runs/<name>/config.json         what was asked for, written before anything expensive
    runs/<name>/state.safetensors   after the last whole epoch: weights, averages, best weights, optimiser, centers;
                                    its header holds epoch and history. One file, replaced in one step.
    runs/<name>/history.jsonl       a line an epoch, for people and pages to watch

Randomness is seeded by (seed, epoch), so no generator state is needed to resume to the bit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor

from fer_core import files
from fer_core.checkpoints.card import write_file
from fer_core.checkpoints.history import HISTORY
from fer_core.checkpoints.upgrade import upgraded_run
from fer_core.errors import ConfigError
from fer_core.records import Amount, Count, Flag, Number, Record, parsed

STATE, CONFIG = "state.safetensors", "config.json"
REMEDY = "restore the file, or remove the folder to begin anew"


@dataclass
class Progress:
    """Where a run stands: epochs done, the best one by validation accuracy, seconds of training, a record an epoch.

    precision and is_fused say how its steps are computed; "" is a run of before this was chosen by timing.
    """

    epoch: int = 0
    best_epoch: int = 0
    best_accuracy: float = -1.0
    seconds: float = 0.0
    history: list[dict[str, Any]] = field(default_factory=list)
    precision: str = ""
    is_fused: bool = False


class ProgressEntry(Record):
    """`Progress` as the state's header holds it."""

    epoch: Count
    best_epoch: Count
    best_accuracy: Number
    seconds: Amount
    history: list[dict[str, Any]]
    precision: Literal["", "float32", "bfloat16"] = ""
    is_fused: Flag = False

    def contradictions(self) -> list[str]:
        """Epochs without a record, and a best one that was not trained."""
        found = []
        if len(self.history) != self.epoch:
            found.append(f"epoch is {self.epoch}, but history has {len(self.history)} records")
        if self.best_epoch > self.epoch:
            found.append(f"best_epoch is {self.best_epoch}, beyond epoch, {self.epoch}")
        return found


class Run:
    """A run folder, new or to be continued.

    Args:
        folder: where it lies or will lie.
        config: what was asked for.
        is_mine: whether this process writes to it; of several that train together one does.

    Raises:
        ConfigError: if the folder holds a run with another config, which is never overwritten, or one that cannot be
            read. A run begun under the names of the release before goes on.
    """

    def __init__(self, folder: Path, config: dict[str, Any], is_mine: bool = True):
        self.folder, self.config = Path(folder), config
        path = self.folder / CONFIG
        text = json.dumps(config, indent=1, sort_keys=True)
        if path.exists() and upgraded_run(files.read_json(path, ConfigError, REMEDY)) != json.loads(text):
            raise ConfigError(
                f"{self.folder} holds a run with other settings; give this one another --tag, or remove the folder"
            )
        if is_mine:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_file(path, text.encode())

    def save(self, progress: Progress, tensors: dict[str, Tensor]) -> None:
        """Write the state of a finished epoch, whole or not at all; raises CheckpointError if the disk is full."""
        header = {"progress": json.dumps(progress.__dict__)}
        compact = {name: t.detach().contiguous().cpu() for name, t in tensors.items()}
        write_file(self.folder / STATE, to_bytes(compact, metadata=header))
        lines = "".join(json.dumps(record) + "\n" for record in progress.history)
        write_file(self.folder / HISTORY, lines.encode())

    def load(self) -> tuple[Progress, dict[str, Tensor]]:
        """The last finished epoch, or a fresh start.

        Raises:
            ConfigError: if the state cannot be read.
        """
        path = self.folder / STATE
        if not path.exists():
            return Progress(), {}
        try:
            with safe_open(path, framework="pt") as state:
                said = files.parse_json((state.metadata() or {})["progress"])
                found = parsed(ProgressEntry, said, ConfigError, "its progress is not valid")
                return Progress(**found.known()), {name: state.get_tensor(name) for name in state.keys()}  # noqa: SIM118
        except (OSError, SafetensorError, KeyError, TypeError, ValueError, ConfigError) as error:
            raise ConfigError(f"{path} cannot be read ({error}); remove it to start this run again") from error


def flatten(prefix: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Tensors of a state dict under a prefix."""
    return {f"{prefix}.{key}": value for key, value in state.items()}


def unflatten(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The state dict back from under its prefix."""
    start = f"{prefix}."
    return {key[len(start) :]: value for key, value in tensors.items() if key.startswith(start)}


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """An optimiser's per-parameter tensors as {"<index>.<name>": tensor}."""
    state = optimizer.state_dict()["state"]
    return {f"{i}.{name}": value for i, slots in state.items() for name, value in slots.items() if value is not None}


def load_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put them back. Learning rates come from the schedule, not from here."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        index, name = key.split(".", 1)
        state.setdefault(int(index), {})[name] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    for parameter, slots in optimizer.state.items():
        for name, value in slots.items():
            if value.shape == parameter.shape:  # fused steps walk through memory: weight and slot must lie alike
                slots[name] = torch.empty_like(parameter).copy_(value)
