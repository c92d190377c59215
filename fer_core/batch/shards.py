"""The files of an unfinished batch: a folder of Parquet files, each complete or absent, and its plan.

    results.parquet.shards/plan.json       what the run is: photos, networks and their weights, versions
    results.parquet.shards/00000.parquet   the rows of the first CHUNK photos, or of one film

A run that finds such a folder resumes if its own plan is the same, and says what differs if not. The folder is removed
when the result is complete.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from fer_core import files
from fer_core.batch.rows import Row
from fer_core.errors import ConfigError
from fer_core.films.reading import is_film

CHUNK = 32  # photos of a file: what a kill can cost each worker
PLAN = "plan.json"
Plan = dict[str, Any]


@dataclass(frozen=True)
class Shard:
    """CHUNK photos or fewer, or one film, and the file in which their rows are kept."""

    path: Path
    photos: tuple[Path, ...]

    @property
    def is_written(self) -> bool:
        """Whether its rows are there; they are whole then."""
        return self.path.is_file()


def shards_folder(out: Path) -> Path:
    """Return where the shards of a result are kept until it is whole."""
    return out.with_name(f"{out.name}.shards")


def shards(out: Path, photos: Sequence[Path]) -> list[Shard]:
    """Return the shards of a result, in order."""
    home = shards_folder(out)
    return [Shard(home / f"{i:05d}.parquet", part) for i, part in enumerate(_parts(photos))]


def _parts(photos: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """Divide files into CHUNK photos at most; a film, which takes as long as thousands of photos, stands alone."""
    for are_films, some in groupby(photos, is_film):
        together = tuple(some)
        size = 1 if are_films else CHUNK
        yield from (together[at : at + size] for at in range(0, len(together), size))


@contextmanager
def begun(out: Path, plan: Plan) -> Iterator[None]:
    """Make the folder of a run's shards, or take over that of a run with the same plan, exclusively.

    Raises:
        ConfigError: if the result is there already, another run wrote those shards or writes them now, or there is
            nowhere to write.
    """
    home = shards_folder(out)
    if out.exists() and not home.is_dir():
        raise ConfigError(f"{out} exists already; give another --out, or move it away")
    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(home / "lock", timeout=0):
            _check_plan(home, plan)
            yield
    except Timeout:
        raise ConfigError(f"another process writes {out}; wait until it has ended, or give another --out") from None
    except OSError as error:
        blocked = error.filename or home
        raise ConfigError(f"{blocked} cannot be written ({error.strerror}); give another --out") from error
    shutil.rmtree(home, ignore_errors=True)


def _check_plan(home: Path, plan: Plan) -> None:
    path = home / PLAN
    if not path.exists():
        files.write(path, files.pretty_json(plan).encode())
        return
    remedy = f"remove {home} to begin anew, or give another --out"
    before = files.read_json(path, ConfigError, remedy)
    before = before if isinstance(before, Mapping) else {}
    if changed := [key for key in {**before, **plan} if before.get(key) != plan.get(key)]:
        raise ConfigError(f"{home} holds shards of another run: other {', '.join(changed)}; {remedy}")


def fingerprint(photos: Sequence[Path]) -> str:
    """Return a hash of every photo's path, size in bytes and time of change (not of its content)."""
    digest = hashlib.sha256()
    for path in photos:
        try:
            status = path.stat()
            state = f"{status.st_size} {status.st_mtime_ns}"
        except OSError:
            state = "missing"
        digest.update(f"{path} {state}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def write_shard(path: Path, rows: Sequence[Row], schema: pa.Schema) -> None:
    """Write the rows of a shard atomically, even if two processes write the same one. Raises OSError."""
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(list(rows), schema), buffer)
    own = path.with_name(f"{path.name}.{uuid4().hex}")
    files.write(own, buffer.getvalue().to_pybytes())
    os.replace(own, path)


def read_shard(path: Path) -> pa.Table:
    """Return the rows of a shard that is written."""
    return pq.read_table(pa.BufferReader(path.read_bytes()))
