"""`fer predict`: what networks answer to every face of many photos and of films, as a table."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from fer_core import files
from fer_core.cli.arguments import aligned, first_networks, folders
from fer_core.errors import ConfigError
from fer_core.threads import use_threads

if TYPE_CHECKING:
    from fer_core.batch.run import BatchRequest, Progress, Summary
    from fer_core.batch.scoring import NetworkScores

MOST_SMOOTH_S = 60.0


def add_predict_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer predict`."""
    parser.add_argument(
        "photos", nargs="+", metavar="PHOTOS",
        help="folders (at any depth), globs in quotes, photos, films, lists of paths, or - for paths on standard input",
    )  # fmt: skip
    parser.add_argument(
        "--networks", nargs="+", default=[], metavar="CHECKPOINT", help="names or folders (default: the face lab's)"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="results.parquet, results.csv or results.jsonl"
    )
    parser.add_argument(
        "--labels", type=Path, metavar="PLACE",
        help="score it: a folder whose class folders say what photos show, or a CSV with the columns file and label",
    )  # fmt: skip
    parser.add_argument("--whole", action="store_true", help="take whole pictures as faces and look for none")
    parser.add_argument("--level-eyes", action="store_true", help="turn each face until its eyes are level")
    parser.add_argument("--rate", type=float, default=5.0, metavar="N", help="frames a second of films (default: 5)")
    parser.add_argument(
        "--smooth", type=float, default=0.0, metavar="SECONDS",
        help="average the probabilities of a film's faces over so many seconds around each frame (default: 0, none)",
    )  # fmt: skip
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, default=1, metavar="N", help="processes; the result is the same")
    where.add_argument(
        "--dask", metavar="ADDRESS",
        help="scheduler of a Dask cluster, as tcp://host:8786: its workers answer instead; photos, networks and --out "
        "have to lie on paths that all its machines share (requirements-dask.txt; docs/predict.md)",
    )  # fmt: skip
    parser.add_argument("--shard", default="1/1", metavar="I/N", help="only share I of N, as for a cluster's jobs")
    parser.set_defaults(run=_predict)


def _predict(options: argparse.Namespace) -> int:
    if options.workers == 1:
        use_threads(1)  # as in the face lab, so that answers are the same to the last bit; workers see to it themselves
    from fer_core.batch.run import predict_photos

    request = _request(options)
    scores_path = request.out.with_suffix(".scores.json")
    with _bar(len(request.photos)) as hear:
        summary = predict_photos(request, hear)
    _tell(request, summary)
    if summary.scores:
        _write_scores(scores_path, options.labels, summary.scores)
        print("\n".join(_scores_in_words(summary.scores)))
        print(f"wrote {scores_path}")
    return 1 if summary.unreadable else 0


def _request(options: argparse.Namespace) -> BatchRequest:
    """Find everything before anything is computed. Raises FerError."""
    from fer_core.batch.film_rows import FilmOptions
    from fer_core.batch.inputs import find_photos, share
    from fer_core.batch.rows import CropOptions
    from fer_core.batch.run import BatchRequest
    from fer_core.batch.scoring import read_labels

    if options.workers < 1:
        raise ConfigError(f"--workers {options.workers} is not valid; give 1 or more")
    if not 0 <= options.smooth <= MOST_SMOOTH_S:
        raise ConfigError(f"--smooth {options.smooth:g} is not valid; give 0 to {MOST_SMOOTH_S:g} seconds")
    inputs = find_photos(options.photos, sys.stdin)
    photos = share(inputs.photos, *_share(options.shard))
    labels = read_labels(options.labels, photos) if options.labels else None
    for note in (*inputs.notes, *(labels.notes if labels else ())):
        print(note, file=sys.stderr)
    networks = folders(options.networks) if options.networks else first_networks()
    crops = CropOptions(options.whole, options.level_eyes)
    films = FilmOptions(options.rate, options.smooth)
    return BatchRequest(photos, networks, options.out, crops, films, options.workers, labels, options.dask)


def _share(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if not match:
        raise ConfigError(f"--shard {text!r} is no share; write I/N, for example 2/4")
    return int(match[1]), int(match[2])


@contextmanager
def _bar(total: int) -> Iterator[Callable[[Progress], None]]:
    """A line on stderr that says how many files are done and how many faces a second; none where nobody watches."""
    with tqdm(total=total, unit=" files", disable=None) as bar:

        def hear(progress: Progress) -> None:
            bar.set_postfix_str(f"{progress.faces:,} faces, {progress.faces_per_second:.1f} a second", refresh=False)
            bar.update(progress.photos - bar.n)

        yield hear


def _tell(request: BatchRequest, summary: Summary) -> None:
    films = f" and {summary.films:,} film{'' if summary.films == 1 else 's'}" if summary.films else ""
    print(f"wrote {request.out}: {summary.faces:,} faces of {summary.photos:,} photos{films}")
    if summary.without_face:
        print(f"photos{' and frames' if films else ''} in which no face was found: {summary.without_face:,}")
    if summary.unreadable:
        n = f"{summary.unreadable:,} file{'' if summary.unreadable == 1 else 's'}"
        print(f"{n} cannot be read; see the column problem", file=sys.stderr)


def _write_scores(path: Path, labels: Path, scores: Sequence[NetworkScores]) -> None:
    content = {"labels": str(labels), "networks": {result.network: result.as_dict() for result in scores}}
    try:
        files.write(path, files.pretty_json(content).encode())
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror}); give another --out") from error


def _scores_in_words(scores: Sequence[NetworkScores]) -> Iterator[str]:
    header = ("network", "n", "accuracy", "95 %", "macro-F1", "balanced")
    rows = [
        (
            result.network,
            f"{result.scores.n:,}",
            f"{result.scores.accuracy.value:.1%}",
            f"{result.scores.accuracy.low:.1%} to {result.scores.accuracy.high:.1%}",
            f"{result.scores.macro_f1.value:.1%}",
            f"{result.scores.balanced_accuracy.value:.1%}",
        )
        for result in scores
    ]
    yield from aligned([header, *rows])
    for result in scores:
        lost = "; ".join(f"{n:,} photos left out: {reason}" for reason, n in result.left_out.items())
        yield f"\n{result.network}: rows are labels, columns its answers{f' ({lost})' if lost else ''}"
        confusion = result.scores.confusion.tolist()
        cells = [(name, *map(str, counts)) for name, counts in zip(result.expressions, confusion, strict=True)]
        yield from aligned([("", *result.expressions), *cells])
