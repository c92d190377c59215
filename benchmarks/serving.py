"""The app on a free port, a browser to look at it, and how busy the machine was meanwhile."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from fer_core.profiling.latency import cpu_model

PROJECT = Path(__file__).resolve().parents[1]
CHECKPOINTS = PROJECT / "checkpoints"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
]


class Served(NamedTuple):
    """Where the app listens, and its process."""

    address: str
    pid: int


def browser() -> str | None:
    """Return where Chromium or Chrome lies, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def served(folder: Path | str) -> Iterator[Served]:
    """Run the app on a free port, on the checkpoints of `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "FER_CHECKPOINTS": str(folder)}
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)]
    app = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_healthy(app, f"{address}/_stcore/health")
        yield Served(address, app.pid)
    finally:
        app.terminate()
        app.wait(20)


def wait_until_healthy(app: subprocess.Popen[bytes], url: str) -> None:
    """Wait for the server, which has read no page yet."""
    while app.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.1)
    sys.exit("the app ended by itself; start it with make app to see why")


def is_small(module: str, words: Sequence[str] | None) -> bool:
    """Read the command line of a benchmark, whose one option is its size."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}")
    parser.add_argument("--small", action="store_true", help="a size that only shows that it runs")
    return parser.parse_args(words).small


def machine() -> str:
    """Say what was measured on and how busy it was: a load above 0 before a start is somebody else's."""
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return f"{cpu_model()}, {os.cpu_count()} cores, load average {busy}"


def told(seconds: Sequence[float]) -> str:
    """Write several times as their median and range."""
    return f"{statistics.median(seconds):5.2f} s median of {len(seconds)} ({min(seconds):.2f} to {max(seconds):.2f})"
