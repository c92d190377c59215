"""Photos, films and networks in, one result file out, through shards from which a killed run resumes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from fer_core.batch import result, shards
from fer_core.batch.cluster import check_dask_is_installed, each_done_on_cluster
from fer_core.batch.film_rows import FilmOptions
from fer_core.batch.rows import NO_FACE, UNREADABLE, CropOptions, columns
from fer_core.batch.scoring import LABEL, NetworkScores, PhotoLabels, Scorer, label_column
from fer_core.batch.work import Work, made_by, sent, write, write_sent
from fer_core.batch.workers import each_done
from fer_core.checkpoints.card import Card, read_card
from fer_core.films.reading import check_films_can_be_read, is_film
from fer_core.images.face_detection import detectors


@dataclass(frozen=True)
class BatchRequest:
    """A request for a batch.

    Args:
        photos: files, films among them, in the order of the result.
        networks: checkpoint folders.
        out: ends as one of `result.FORMATS`.
        crops: how faces are cut; films: how films are looked at.
        workers: processes here. dask: the address of a cluster's scheduler, whose workers answer instead.
        labels: what photos show, for a column and scores.
    """

    photos: Sequence[Path]
    networks: Sequence[Path]
    out: Path
    crops: CropOptions = CropOptions()
    films: FilmOptions = FilmOptions()
    workers: int = 1
    labels: PhotoLabels | None = None
    dask: str | None = None

    @property
    def n_films(self) -> int:
        """How many of the files are films."""
        return sum(map(is_film, self.photos))


@dataclass(frozen=True)
class Progress:
    """Progress of a run: files done, of all, those done before it began; faces and seconds of this run."""

    photos: int
    of: int
    before: int
    faces: int
    seconds: float

    @property
    def faces_per_second(self) -> float:
        """Faces that this run has answered a second, its start included."""
        return self.faces / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, eq=False)
class Summary:
    """What a result holds: photos, films, faces; unreadable files; photos and frames without a face; and the scores."""

    photos: int
    films: int
    faces: int
    unreadable: int
    without_face: int
    scores: list[NetworkScores] = field(default_factory=list)


def predict_photos(request: BatchRequest, hear: Callable[[Progress], None] = lambda progress: None) -> Summary:
    """Ask networks about every face of every photo, and write one row per face into the result.

    The result does not depend on `workers`, nor on how often the run, or a worker, was killed and restarted.

    Raises:
        CheckpointError: if a network is missing, damaged, or ships no weights.
        ConfigError: if the result cannot be written, exists, or shards of another run lie beside it; or if films are
            among the files and cannot be read here; or if a cluster is missing, lost, or not like this machine.
        DataError: if labels and faces cannot be scored.
    """
    result.check_format(request.out)
    if request.dask is not None:
        check_dask_is_installed()
    if has_films := request.n_films > 0:
        check_films_can_be_read(request.films.rate)
    cards = _cards(request.networks)
    versions = made_by(cards, has_films)
    with shards.begun(request.out, _plan(request, cards, versions)):
        parts = shards.shards(request.out, request.photos)
        _write_missing(request, parts, versions, hear)
        return _gathered(request, parts, cards)


def _cards(networks: Sequence[Path]) -> list[Card]:
    return list({card.name: card for card in map(read_card, networks)}.values())


def _plan(request: BatchRequest, cards: Sequence[Card], versions: str) -> shards.Plan:
    films = {"films": asdict(request.films)} if request.n_films else {}
    return {
        **films,
        "photos": shards.fingerprint(request.photos),
        "networks": {card.name: card.shipped.sha256 for card in cards},
        "detectors": list(detectors()),
        "crops": asdict(request.crops),
        "versions": versions,
        "photos of a shard": shards.CHUNK,
    }


def _write_missing(
    request: BatchRequest, parts: Sequence[shards.Shard], versions: str, hear: Callable[[Progress], None]
) -> None:
    missing = [part for part in parts if not part.is_written]
    folders = tuple(folder.resolve() for folder in request.networks)
    films = request.films if request.n_films else None
    work = [Work(part, Path.cwd(), folders, request.crops, films, versions) for part in missing]
    before = len(request.photos) - sum(len(part.photos) for part in missing)
    photos, faces, started = before, 0, time.monotonic()
    for n_photos, n_faces in _each_done(work, request):
        photos, faces = photos + n_photos, faces + n_faces
        hear(Progress(photos, len(request.photos), before, faces, time.monotonic() - started))


def _each_done(work: Sequence[Work], request: BatchRequest) -> Iterator[tuple[int, int]]:
    if request.dask is None:
        return each_done(write, work, request.workers)
    return each_done_on_cluster(write_sent, list(sent(work)), request.dask)


def _gathered(request: BatchRequest, parts: Sequence[shards.Shard], cards: Sequence[Card]) -> Summary:
    """Write the result from its shards, and score it where photos are labelled."""
    known, schema = request.labels, columns(cards, request.n_films > 0)
    scorer = Scorer(cards, known) if known else None
    faces, statuses = 0, {UNREADABLE: 0, NO_FACE: 0}
    with result.result_file(request.out, schema.append(pa.field(LABEL, pa.string())) if known else schema) as append:
        for part in parts:
            table = shards.read_shard(part.path)
            faces += table.num_rows - table["agreement"].null_count
            for status in statuses:
                statuses[status] += pc.sum(pc.equal(table["status"], status)).as_py() or 0
            if known and scorer:
                scorer.add(table)
                table = table.append_column(LABEL, label_column(table, known))
            append(table)
        scores = scorer.scores() if scorer else []
    photos = len(request.photos) - request.n_films
    return Summary(photos, request.n_films, faces, statuses[UNREADABLE], statuses[NO_FACE], scores)
