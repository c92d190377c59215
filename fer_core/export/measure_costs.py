"""Measure the costs of exported files and of PyTorch in one run on this machine: time, bytes, cold start, memory."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fer_core import checkpoints
from fer_core.checkpoints.card import Card, read_card
from fer_core.errors import ConfigError
from fer_core.export.costs import CheckpointCosts, ColdStart, FileCost, MachineCosts, RuntimeCost
from fer_core.export.first_answer import ANSWERED
from fer_core.export.measure import PACKAGES, Tell, files_made_here
from fer_core.onnx.graph import inspect_graph
from fer_core.onnx.session import FLUSHES_DENORMALS, SPINNING, OnnxSession
from fer_core.paths import PROJECT
from fer_core.profiling import latency
from fer_core.profiling.timing import TimingEntry, quartiles, timed
from fer_core.versions import versions

if TYPE_CHECKING:
    from torch import nn

THREADS = (1, 2)
STARTS = 3


class Passes(NamedTuple):
    """How often a batch is asked: to warm up, and against the clock."""

    warmup: int
    repeats: int


# By batch: enough for quartiles, few enough for seven networks in five minutes.
PASSES = {1: Passes(10, 50), 8: Passes(3, 15), 64: Passes(2, 7)}
PYTORCH_BATCHES = (1, 64)


class Running:
    """Which share of some work on one thread had a core: the processor's time by the clock's, of the worst block.

    `least` is at most 1. It falls where other processes take the core, which makes times longer than the work is.
    """

    def __init__(self) -> None:
        self.least = 1.0

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note the work inside the block."""
        own, start = time.process_time(), time.perf_counter()
        yield
        passed = time.perf_counter() - start
        self.least = min(self.least, (time.process_time() - own) / passed)


def checkpoint_costs(folder: Path, tell: Tell, root: Path | None = None, starts: int = STARTS) -> CheckpointCosts:
    """Export a checkpoint in memory and time it, first in PyTorch, then its files in onnxruntime, then fresh processes.

    All time blank faces: a cost does not depend on the picture. An imported network's own file is timed as it is, and
    not in PyTorch, which does not run it.

    Args:
        tell: is called with a sentence before each step.
        root: where the data sets are; without the training split there is no int8.
        starts: fresh processes a runtime.

    Raises:
        CheckpointError, ConfigError: what is missing or damaged, or cannot be exported.
    """
    card, running = read_card(folder), Running()
    weights = card.shipped.sha256
    pytorch = _pytorch_timings(card, tell, running) if card.runtime == "torch" else None
    tell("exporting" if pytorch else "quantising")
    made = files_made_here(card, root, tell)
    tell("onnxruntime")
    size_px = card.input.size_px
    costs = {precision: file_cost(content, size_px, running) for precision, content in made.contents.items()}
    tell("cold starts")
    return CheckpointCosts(
        weights=weights,
        measured=datetime.now(UTC).date().isoformat(),
        versions=versions(PACKAGES),
        size_px=card.input.size_px,
        channels=card.input.channels,
        spinning=SPINNING,
        flushes_denormals=FLUSHES_DENORMALS,
        float32=costs["float32"],
        int8=costs.get("int8"),
        pytorch=pytorch,
        cold_start=_cold_starts(card, made.contents["float32"], starts),
        running=running.least,
    )


def this_machine(measured: dict[str, CheckpointCosts]) -> MachineCosts:
    """Return the entry of this machine with what was measured on it, by checkpoint."""
    return MachineCosts(
        processor=latency.cpu_model(),
        cores=_cores(),
        system=platform.system() or "unknown system",
        checkpoints=measured,
    )


def file_cost(content: bytes, size_px: int, running: Running) -> FileCost:
    """Time an ONNX file that takes any number of faces of this side, with every batch and number of threads.

    Args:
        running: notes the timings on one thread.
    """
    info = inspect_graph(content)
    timings = []
    for threads in [count for count in THREADS if count <= _cores()]:
        session = OnnxSession(content, info, threads)
        for batch in PASSES:
            faces = np.zeros((batch, info.channels, size_px, size_px), np.float32)
            with running.noted() if threads == 1 else nullcontext():
                timings.append(_timing(partial(session.run, faces), threads, batch))
    return FileCost(sha256=sha256(content).hexdigest(), bytes=len(content), timings=tuple(timings))


def _timing(act: Callable[[], object], threads: int, batch: int) -> TimingEntry:
    passes = PASSES[batch]
    timing = timed(act, passes.warmup, passes.repeats)
    return TimingEntry(**timing._asdict(), **passes._asdict(), threads=threads, batch=batch)


def _pytorch_timings(card: Card, tell: Tell, running: Running) -> tuple[TimingEntry, ...]:
    network = checkpoints.load_into_new(card)
    tell("PyTorch")
    with running.noted():
        return tuple(_pytorch_timing(network, card, batch) for batch in PYTORCH_BATCHES)


def _pytorch_timing(network: nn.Module, card: Card, batch: int) -> TimingEntry:
    timing = latency.measure(network, card.input.size_px, card.input.channels, batch=batch, **PASSES[batch]._asdict())
    names = TimingEntry.model_fields
    return TimingEntry(**{name: value for name, value in timing.as_dict().items() if name in names})


def _cold_starts(card: Card, content: bytes, starts: int) -> RuntimeCost:
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "float32.onnx"
        file.write_bytes(content)
        own = cold_start("torch", [str(card.home.resolve())], starts) if card.runtime == "torch" else None
        return RuntimeCost(onnxruntime=cold_start("onnx", [str(file), str(card.input.size_px)], starts), pytorch=own)


def cold_start(runtime: str, what: Sequence[str], starts: int) -> ColdStart:
    """Time fresh processes up to their first answer, at least 2; libraries and files lie in the system's cache.

    Args:
        runtime, what: as `first_answer` takes them, onnx with a file and the side of a face, torch with a folder.

    Raises:
        ConfigError: if a process gives no answer.
    """
    answers = [_first_answer(runtime, what) for _ in range(starts)]
    peaks = [peak for _, peak in answers if peak]
    return ColdStart(
        **quartiles([ms for ms, _ in answers])._asdict(),
        repeats=starts,
        peak_bytes=round(statistics.median(peaks)) if peaks else None,
    )


def _first_answer(runtime: str, what: Sequence[str]) -> tuple[float, int]:
    """Start a fresh Python; return the milliseconds to its first answer, and its peak memory in bytes, 0 if unknown."""
    command = [sys.executable, "-m", "fer_core.export.first_answer", runtime, *what]
    start = time.perf_counter_ns()
    with subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None  # piped
        first_line = process.stdout.readline()
        took_ms = (time.perf_counter_ns() - start) / 1e6
        rest = process.stdout.read()
    if first_line.strip() != ANSWERED or not rest.strip().isdigit():
        raise ConfigError(f"a fresh process gave no answer; `{' '.join(command)}` says why")
    return took_ms, int(rest)


def _cores() -> int:
    """Cores that this process may use, where the system tells; else those of the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
