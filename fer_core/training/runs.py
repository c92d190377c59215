"""A run folder: what a training needs to go on after a kill.

    runs/<name>/config.json         what was asked for, written before anything expensive
    runs/<name>/state.safetensors   after the last whole epoch: weights, averages, best weights, optimiser, centers;
                                    its header holds epoch and history, and a checksum over all of it. One file,
                                    replaced in one step.
    runs/<name>/history.jsonl       a line an epoch, for people and pages to watch

Randomness is seeded by (seed, epoch), so no generator state is needed to resume to the bit.
"""

from __future__ import annotations

import hashlib
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
from fer_core.data.fingerprint import differences
from fer_core.errors import ConfigError
from fer_core.records import Amount, Count, Flag, Number, Record, parsed
from fer_core.training.run_lock import usable_folder

STATE, CONFIG = "state.safetensors", "config.json"
FINGERPRINT, CHECKSUM = "fingerprint", "sha256"  # entries of the config, and of the state's header


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
        problems = []
        if len(self.history) != self.epoch:
            problems.append(f"epoch is {self.epoch}, but history has {len(self.history)} records")
        if self.best_epoch > self.epoch:
            problems.append(f"best_epoch is {self.best_epoch}, beyond epoch, {self.epoch}")
        return problems


class Run:
    """A run folder, new or to be continued.

    Args:
        folder: where it lies or will lie.
        config: what was asked for.
        is_mine: whether this process writes to it; of several that train together one does.

    Attributes:
        knows_data: false for a run that was begun before runs remembered the fingerprint of their data.

    Raises:
        ConfigError: if the folder holds a whole epoch of a run with another config or other data, which is never
            overwritten; or it cannot be made or read. A run begun under the names of the release before goes on.
    """

    def __init__(self, folder: Path, config: dict[str, Any], is_mine: bool = True):
        self.folder, self.config = Path(folder), config
        self.knows_data = True
        # Without a whole epoch there is nothing to lose: a run that never got there does not bar the corrected one.
        if (self.folder / STATE).exists():
            self._refuse_other(self._stored_config())
        if is_mine and self.knows_data:
            usable_folder(self.folder, "a run's state and history")
            write_file(self.folder / CONFIG, json.dumps(config, indent=1, sort_keys=True).encode())

    def _refuse_other(self, stored: dict[str, Any]) -> None:
        config = json.loads(json.dumps(self.config))
        data, then = config.pop(FINGERPRINT, None), stored.pop(FINGERPRINT, None)
        if config != stored:
            raise ConfigError(
                f"{self.folder} holds a run with other settings; give this one another --tag, or remove the folder"
            )
        self.knows_data = data is None or then is not None
        if data and then and (changed := differences(then, data, dict.fromkeys([*then, *data]))):
            raise ConfigError(
                f"{self.folder} was begun with other data: changed since then: {', '.join(changed)}; put the old data "
                "back, or give this training another --tag and begin anew"
            )

    def _stored_config(self) -> dict[str, Any]:
        path = self.folder / CONFIG
        remedy = f"nobody can tell what was trained here; restore it, or remove {self.folder} to train again"
        stored = upgraded_run(files.read_json(path, ConfigError, remedy))
        if not isinstance(stored, dict):
            raise ConfigError(f"{path} holds no settings, so {remedy}")
        return stored

    def save(self, progress: Progress, tensors: dict[str, Tensor]) -> None:
        """Write the state of a finished epoch, whole or not at all; raises CheckpointError if the disk is full."""
        compact = {name: t.detach().contiguous().cpu() for name, t in tensors.items()}
        text = json.dumps(progress.__dict__)
        header = {"progress": text, CHECKSUM: _checksum(text, compact)}
        write_file(self.folder / STATE, to_bytes(compact, metadata=header))
        lines = "".join(json.dumps(record) + "\n" for record in progress.history)
        write_file(self.folder / HISTORY, lines.encode())

    def load(self) -> tuple[Progress, dict[str, Tensor]]:
        """The last finished epoch, or a fresh start.

        Raises:
            ConfigError: if the state cannot be read, or is not what was written.
        """
        path = self.folder / STATE
        if not path.exists():
            return Progress(), {}
        try:
            with safe_open(path, framework="pt") as state:
                header = state.metadata() or {}
                tensors = {name: state.get_tensor(name) for name in state.keys()}  # noqa: SIM118
            values = files.parse_json(header["progress"])
            progress = Progress(**parsed(ProgressEntry, values, ConfigError, "its progress is not valid").known())
        except (OSError, SafetensorError, KeyError, TypeError, ValueError, ConfigError) as error:
            raise ConfigError(f"{path} cannot be read ({error}); remove it to start this run again") from error
        # Before there were checksums the header held nothing else.
        if set(header) != {"progress"} and header.get(CHECKSUM) != _checksum(header["progress"], tensors):
            raise ConfigError(
                f"{path} is not what was written: its checksum differs, as after a fault of the disk; restore it, or "
                "remove it to start this run again"
            )
        return progress, tensors


def _checksum(progress: str, tensors: dict[str, Tensor]) -> str:
    """SHA-256 over the header's text and every tensor's name, type, shape and bytes."""
    sha256 = hashlib.sha256(progress.encode())
    for name in sorted(tensors):
        tensor = tensors[name].contiguous()
        sha256.update(f"\n{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        sha256.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return sha256.hexdigest()


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
