"""The costs of exported files and of PyTorch, by machine, then by checkpoint. No torch, no onnx.

evidence/costs.json            ships with the project
measured/costs-<machine>.json  measured again where the project is used, a file a machine, see `paths.measured_root`
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, RootModel

from fer_core.checkpoints.card_schema import CheckpointName
from fer_core.errors import ConfigError
from fer_core.export.stored_entries import read_entries, write_entries
from fer_core.images.preprocessing import MAX_SIZE_PX
from fer_core.profiling.timing import QuartilesEntry, TimingEntry
from fer_core.records import Flag, Name, Positive, Record, Sha256, Share, matching

PATH = Path(__file__).resolve().parents[2] / "evidence" / "costs.json"
AGAIN = "restore the file, or move it away and measure anew with `fer costs`"

DAY = re.compile(r"20\d\d-[01]\d-[0-3]\d")
Day = Annotated[str, matching(DAY, "a day, as 2026-11-29")]
Timings = Annotated[tuple[TimingEntry, ...], Field(min_length=1, max_length=64)]


class FileCost(Record):
    """An exported file: its bytes, and its times in onnxruntime."""

    sha256: Sha256
    bytes: Positive
    timings: Timings

    def contradictions(self) -> list[str]:
        """See `_timing_problems`."""
        return _timing_problems(self.timings)


class ColdStart(QuartilesEntry):
    """Milliseconds from the start of a fresh Python to the first answer, and the most memory that it held.

    `peak_bytes` is the median over the same starts; None where the system does not tell.
    """

    peak_bytes: Positive | None


class RuntimeCost(Record):
    """What a runtime costs before its second answer; PyTorch runs no imported file."""

    onnxruntime: ColdStart
    pytorch: ColdStart | None


class CheckpointCosts(Record):
    """What `fer costs` measured of a checkpoint in one run.

    Attributes:
        weights: SHA-256 of the file that was exported; measured: the day.
        spinning: whether onnxruntime's threads wait by spinning; flushes_denormals: whether its sums treat
            denormal numbers as zero. PyTorch's own settings stay as they are.
        int8: None where no training faces lay there to calibrate it, or the file cannot be quantised.
        pytorch: the same network in PyTorch, None for an imported file; cold_start: with float32.
        running: the least share of a timing on one thread in which it had a core, below 1 where others were at work;
            None where it was not noted.
    """

    weights: Sha256
    measured: Day
    versions: dict[Name, Name]
    size_px: Annotated[Positive, Field(le=MAX_SIZE_PX)]
    channels: Positive
    spinning: Flag
    flushes_denormals: Flag
    float32: FileCost
    int8: FileCost | None
    pytorch: Timings | None
    cold_start: RuntimeCost
    running: Share | None = None

    def contradictions(self) -> list[str]:
        """Times of PyTorch as those of files, and of its start with them; two precisions with one hash."""
        problems = [f"pytorch: {problem}" for problem in _timing_problems(self.pytorch)] if self.pytorch else []
        if (self.pytorch is None) != (self.cold_start.pytorch is None):
            problems.append("pytorch and cold_start.pytorch: one is null; an imported file has neither")
        if self.int8 and self.int8.sha256 == self.float32.sha256:
            problems.append("int8.sha256 is that of float32; they are two files")
        return problems


class MachineCosts(Record):
    """One machine, and what was measured on it."""

    processor: Name
    cores: Positive
    system: Name
    checkpoints: Annotated[dict[CheckpointName, CheckpointCosts], Field(min_length=1, max_length=1000)]

    @property
    def name(self) -> str:
        """What the machine is called: "AMD EPYC 9B14, 2 cores, Linux"."""
        return f"{self.processor}, {self.cores} core{'s' if self.cores > 1 else ''}, {self.system}"


class CostsFile(RootModel[Annotated[dict[Name, MachineCosts], Field(max_length=100)]]):
    """A file of costs: machines by name, see `MachineCosts`; the first is the one that the evidence comes from."""


def timing_at(timings: Sequence[TimingEntry], threads: int, batch: int) -> TimingEntry | None:
    """Return the time on that many threads at this batch; None where it was not taken."""
    return next((timing for timing in timings if (timing.threads, timing.batch) == (threads, batch)), None)


def own_path(name: str, folder: Path) -> Path:
    """Return the file in a folder for what was measured again on a machine of this name."""
    return folder / f"costs-{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}.json"


def own_paths(folder: Path) -> list[Path]:
    """Return the files in a folder that hold what was measured again, machine by machine."""
    return sorted(folder.glob("costs-*.json"))


def read_costs(path: Path | None = None) -> dict[str, MachineCosts]:
    """Read what was measured, by machine; {} where nothing was.

    Raises:
        ConfigError: if the file is no JSON or breaks the schema (all problems together).
    """
    return read_entries(path or PATH, CostsFile, AGAIN)


def add_costs(machine: MachineCosts, path: Path | None = None) -> None:
    """Write a machine's checkpoints, in place of older entries of the same ones; what else the file has stays.

    Raises:
        ConfigError: if the file cannot be read or written.
    """
    path, name = path or PATH, machine.name
    stored = read_costs(path)
    before = stored[name].checkpoints if name in stored else {}
    together = {**before, **machine.checkpoints}
    stored[name] = machine.model_copy(update={"checkpoints": {key: together[key] for key in sorted(together)}})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{path.parent} cannot be made ({error.strerror}); make its parent writable") from error
    write_entries(path, stored)


def _timing_problems(timings: Sequence[TimingEntry]) -> list[str]:
    """Something timed twice, or not with one face on one thread, with which everything is compared."""
    ways = [(timing.threads, timing.batch) for timing in timings]
    problems = ["timings hold the same threads and batch twice"] if len(set(ways)) < len(ways) else []
    return problems if (1, 1) in ways else [*problems, "timings lack 1 thread with batch 1"]
