"""Faces a second of `fer predict` with one and with two workers, on generated photos.

    python -m benchmarks.predict [photos]        2,000 by default, as JPEGs in a temporary folder

Each number of workers answers the same photos by the command, from its start to its end, so that loading the networks
counts; the result must be the same file. Every fiftieth photo is cut off, and is a row with its sentence. The memory of
the command and its workers is read twice a second; its median in each quarter of the run says whether it grows.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle, islice, pairwise
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pyarrow.parquet as pq  # noqa: E402 - the line above must come before numpy

from benchmarks.face_scenes import scenes  # noqa: E402
from benchmarks.process_memory import run_and_sample  # noqa: E402
from benchmarks.serving import machine  # noqa: E402
from fer_core.batch.rows import UNREADABLE  # noqa: E402

PHOTOS = 2000
WORKERS = (1, 2)
TILTS = (-15, 0, 15)
QUALITY = 90
BAD_EVERY, BAD_BYTES = 50, 1000  # one photo of so many ends after so many bytes


def main() -> None:
    """Write the photos, run the command, print a line a number of workers."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else PHOTOS
    print(f"fer predict, {n:,} photos, the face lab's networks; {machine()}")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_photos(home / "photos", n)
        speeds = [measured(home, workers) for workers in WORKERS]
        same = (home / "1.parquet").read_bytes() == (home / "2.parquet").read_bytes()
    print(f"two workers / one: {speeds[1] / speeds[0]:.2f}; the same result: {'yes' if same else 'NO'}")
    print(f"afterwards: {machine()}")


def write_photos(home: Path, n: int) -> None:
    """Write n different JPEGs of 1,200 x 800 px with one face each, some of them cut off."""
    home.mkdir()
    drawn = [scene.image for tilt in TILTS for scene in scenes(tilt)]
    for i, image in enumerate(islice(cycle(drawn), n)):
        image.putpixel((0, 0), (i % 256, i // 256 % 256, 0))  # no two files alike
        path = home / f"{i:05d}.jpg"
        image.save(path, quality=QUALITY)
        if i % BAD_EVERY == 0:
            path.write_bytes(path.read_bytes()[:BAD_BYTES])


def measured(home: Path, workers: int) -> float:
    """Run the command and print how long it took; returns faces a second."""
    out = home / f"{workers}.parquet"
    command = [sys.executable, "-m", "fer_core.cli", "predict", str(home / "photos"), "--out", str(out)]
    started, used = time.monotonic(), children_s()
    held = run_and_sample([*command, "--workers", str(workers)], ends_with=1)  # which says that files were bad
    seconds, computed = time.monotonic() - started, children_s() - used
    rows = pq.read_table(out, columns=["agreement", "status"])
    n = len(rows) - rows["agreement"].null_count
    bad = rows["status"].to_pylist().count(UNREADABLE)
    print(
        f"{workers} worker(s): {n:,} faces in {seconds:.0f} s, {n / seconds:.1f} a second; {computed:.0f} s computed; "
        f"{bad} photos could not be read"
    )
    print(f"  memory, median of each quarter: {', '.join(f'{mb:.0f}' for mb in quarters(held))} MB")
    return n / seconds


def quarters(values: Sequence[float]) -> list[float]:
    """Return the median of each quarter of at least four values, in their order."""
    cuts = [len(values) * part // 4 for part in range(5)]
    return [statistics.median(values[start:stop]) for start, stop in pairwise(cuts)]


def children_s() -> float:
    """Return the processor time of ended child processes and theirs, in seconds."""
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    main()
