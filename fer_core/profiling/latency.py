"""Milliseconds for one pass, measured repeatably: fixed threads, warm-up, median and quartiles."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from fer_core.errors import ConfigError
from fer_core.profiling.complexity import blank_images, evaluating
from fer_core.profiling.timing import timed
from fer_core.threads import MOST_THREADS


@dataclass(frozen=True)
class Latency:
    """Wall-clock milliseconds of one forward pass: median and quartiles over `repeats` passes of `batch` images."""

    median_ms: float
    q1_ms: float
    q3_ms: float
    threads: int
    batch: int
    repeats: int
    warmup: int
    device: str
    torch: str

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object that `profiles.json` holds."""
        return asdict(self)


def measure(
    network: nn.Module,
    size_px: int,
    channels: int = 3,
    threads: int = 1,
    warmup: int = 10,
    repeats: int = 50,
    batch: int = 1,
) -> Latency:
    """Time images, one alone or several together, through a network on this machine's CPU.

    The network's modes and torch's thread count are as before afterwards, also when a pass fails.

    Args:
        size_px, channels: the input is (batch, channels, size_px, size_px).
        threads: of torch within one operation, 1 to `MOST_THREADS`.
        warmup: passes before the clock counts; the first ones fill caches and choose algorithms.
        repeats: timed passes, at least 2.

    Raises:
        ConfigError: if a number is outside its range, or the network is not on the CPU.
    """
    if not 1 <= threads <= MOST_THREADS or warmup < 0 or repeats < 2:
        raise ConfigError(
            f"threads={threads}, warmup={warmup}, repeats={repeats} cannot be measured; "
            f"needs 1 to {MOST_THREADS} threads, 0 warm-up and 2 repeats or more"
        )
    images = blank_images(network, size_px, channels, batch)
    if images.device.type != "cpu":
        raise ConfigError(f"the network is on {images.device}; latency here means the CPU's, so move it there first")
    with evaluating(network), _threads(threads):
        timing = timed(lambda: network(images), warmup, repeats)
    return Latency(
        timing.median_ms, timing.q1_ms, timing.q3_ms, threads, batch, repeats, warmup, cpu_model(), torch.__version__
    )


def cpu_model() -> str:
    """Return the processor's name as the system gives it."""
    path = Path("/proc/cpuinfo")
    if path.is_file():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name" and value.strip():
                return value.strip()
    return platform.processor() or platform.machine() or "unknown CPU"


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
