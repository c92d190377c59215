"""How much memory a process holds, alone or with all that it started; Linux keeps count of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

PROCESSES = Path("/proc")
SAMPLE_S = 0.5  # the shortest command takes four


def resident_mb(pid: int) -> float:
    """Return the memory that a process holds, in MB."""
    pages = int((PROCESSES / str(pid) / "statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def family_mb(pid: int) -> float:
    """Return what a process and all that descend from it hold, in MB; one that ends meanwhile counts as nothing."""
    total = 0.0
    for member in family(pid):
        try:
            total += resident_mb(member)
        except OSError:
            continue
    return total


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that descend from it."""
    yield pid
    for children in (PROCESSES / str(pid) / "task").glob("*/children"):
        try:
            started = children.read_text(encoding="ascii").split()
        except OSError:
            continue
        for child in started:
            yield from family(int(child))


def run_and_sample(command: Sequence[str], *, every_s: float = SAMPLE_S, ends_with: int = 0) -> list[float]:
    """Run a command to its end; returns what it and its children held meanwhile, in MB, a value each `every_s` seconds.

    Raises:
        subprocess.CalledProcessError: if it ends with another exit code than `ends_with`.
    """
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    samples = []
    while process.poll() is None:
        samples.append(family_mb(process.pid))
        try:
            process.wait(every_s)
        except subprocess.TimeoutExpired:
            continue
    if process.returncode != ends_with:
        raise subprocess.CalledProcessError(process.returncode, command)
    return samples
