"""What exported files answer and cost, from evidence/exports.json and files of costs. No torch, no onnx."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dashboard.store.file_cache import cached_by_file
from dashboard.views.checkpoints import CheckpointView, LatencyView
from fer_core.export import costs, record
from fer_core.export.costs import CheckpointCosts, MachineCosts, timing_at
from fer_core.export.record import CheckpointExport


@dataclass(frozen=True)
class TimedFile:
    """A network's float32 file: one face on one thread in onnxruntime, and its bytes."""

    latency: LatencyView
    bytes: int


def exports() -> dict[str, CheckpointExport]:
    """Return the stored exports by checkpoint. Raises ConfigError for a damaged file."""
    return _exports(record.PATH)


@cached_by_file(maxsize=4)
def costs_in(path: Path) -> dict[str, MachineCosts]:
    """Return the machines of a file of costs, {} where there is none. Raises ConfigError for a damaged file."""
    return costs.read_costs(path)


def timed_file(row: CheckpointView) -> TimedFile | None:
    """Return what a network's file costs on the first machine whose times ship; None where it was not timed.

    Another run of the same network at the same input size stands in for a run: neither depends on what was learned.

    Raises:
        ConfigError: if the file of costs is damaged.
    """
    machine = next(iter(costs_in(costs.PATH).values()), None)
    if machine is None:
        return None
    timed = machine.checkpoints
    same = [cost for name, cost in timed.items() if (name.partition(".")[0], cost.size_px) == _network(row)]
    return _timed_file(machine.name, timed.get(row.name) or same[0]) if same else None


def _network(row: CheckpointView) -> tuple[str, int]:
    return row.network.name, row.size_px


def _timed_file(machine: str, cost: CheckpointCosts) -> TimedFile:
    timing = timing_at(cost.float32.timings, 1, 1)
    assert timing is not None  # the record has it
    stamp = (
        f"Measured on {machine}, {cost.measured}, as float32 files in onnxruntime {cost.versions['onnxruntime']}, one "
        f"face on one thread: median of {timing.repeats} passes after {timing.warmup} to warm up, without reading or "
        "cropping the photo."
    )
    return TimedFile(LatencyView(timing.median_ms, timing.q1_ms, timing.q3_ms, stamp), cost.float32.bytes)


@cached_by_file(maxsize=2)
def _exports(path: Path) -> dict[str, CheckpointExport]:
    return record.read_exports(path)
