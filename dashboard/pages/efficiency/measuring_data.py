"""Time exported files again where the dashboard runs: `fer costs NAME --here`, in a separate process.

The process has no other threads than those that are timed, and while it runs nothing else is computed: a timing takes
every place of the queue. What ships in `evidence/` stays as it is.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from dashboard.store.checkpoints import card_of
from dashboard.store.computation_queue import Cost
from dashboard.store.session_results import in_turn
from fer_core.errors import ConfigError, FerError
from fer_core.export import costs
from fer_core.paths import PROJECT, checkpoints_root, data_root, measured_root

STEP = "  "  # before a step in what the command prints

Tell = Callable[[str], None]


def measurable() -> list[str]:
    """Return the checkpoints whose times ship and whose weights are here. Raises ConfigError for damaged costs."""
    timed = {
        name: cost.weights for machine in costs.read_costs().values() for name, cost in machine.checkpoints.items()
    }
    return [name for name in sorted(timed) if _has_weights(name)]


def folder_name() -> str:
    """Return what the folder of own measurements is called."""
    return measured_root(PROJECT).name


def measure_here(name: str, tell: Tell) -> None:
    """Time a checkpoint's exported files and PyTorch, alone, and store what was found by machine.

    Args:
        tell: is called with each step as it begins; what it raises ends the process.

    Raises:
        ConfigError: what the command says, if it fails.
    """
    folder = checkpoints_root(PROJECT).resolve() / name
    command = [sys.executable, "-m", "fer_core.cli", "costs", str(folder), "--here"]
    with in_turn(Cost.TIMING), tempfile.TemporaryFile() as output:
        code = _run(command, output, tell)
        if code:
            output.seek(0)
            raise ConfigError(_last_sentence(output.read().decode("utf-8", "replace"), command))


def _run(command: list[str], output: IO[bytes], tell: Tell) -> int:
    """Run a command that prints one line per step, among others; returns its exit code."""
    with subprocess.Popen(
        command, cwd=PROJECT, env=_environment(), stdout=subprocess.PIPE, stderr=output, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None  # piped
        try:
            for line in process.stdout:
                if line.startswith(STEP):
                    tell(line.strip())
        except BaseException:  # the page was left
            process.kill()
            raise
        return process.wait()


def _environment() -> Mapping[str, str]:
    roots = {"FER_DATA": data_root(PROJECT), "FER_MEASURED": measured_root(PROJECT)}
    return {**os.environ, **{key: str(Path(root).resolve()) for key, root in roots.items()}}


def _last_sentence(output: str, command: list[str]) -> str:
    """What the command says of its failure, without its name."""
    sentences = [line.removeprefix("fer: ") for line in output.splitlines() if line.startswith("fer: ")]
    return sentences[-1] if sentences else f"timing gave no answer; `fer {' '.join(command[3:4])} NAME --here` says why"


def _has_weights(name: str) -> bool:
    try:
        return card_of(name).weights is not None
    except FerError:
        return False
