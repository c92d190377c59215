"""One film -> its rows, one a face and sampled frame, by the way that a photo walks; its columns are those of `rows`.

A frame in which no face was found is a row as well. A film that cannot be read to its end is one row that says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fer_core.batch.rows import (
    UNREADABLE,
    CropOptions,
    Row,
    face_rows,
    predicted_column,
    probability_column,
    share_of_most_frequent,
)
from fer_core.checkpoints.card import Card
from fer_core.errors import FilmError, printable
from fer_core.films.reading import Film, Frame
from fer_core.films.smoothing import window_mean
from fer_core.films.tracking import Tracker
from fer_core.images.face_crop import searched
from fer_core.images.photos import Photo, Source

if TYPE_CHECKING:
    from fer_core.inference.predictor import Predictor

MOST_FACES = 12  # of a frame, the largest; of a crowd the column `faces` says how many there are


@dataclass(frozen=True)
class FilmOptions:
    """How a batch looks at films.

    Args:
        rate: sampled frames a second.
        smooth_s: width of the window over which probabilities are averaged; 0 leaves each frame its own.
    """

    rate: float = 5.0
    smooth_s: float = 0.0


def film_rows(path: Path, predictors: Sequence[Predictor], crops: CropOptions, options: FilmOptions) -> list[Row]:
    """Return the rows of one film in the order of time; whatever is wrong with the film is in its row."""
    about: Row = {"path": printable(str(path))}
    tracker, rows = Tracker(), list[Row]()
    try:
        with Film(path, options.rate) as film:
            about["sha256"] = film.sha256
            for frame in film:
                rows += frame_rows(frame, tracker, predictors, crops)
            warn_at_end(rows, film.missing_end)
    except (FilmError, OSError) as error:
        return [{**about, "status": UNREADABLE, "problem": str(error)}]
    return [{**about, **row} for row in smoothed(rows, [predictor.card for predictor in predictors], options.smooth_s)]


def frame_rows(frame: Frame, tracker: Tracker, predictors: Sequence[Predictor], crops: CropOptions) -> list[Row]:
    """Return the rows of the next frame, a face each, without what is known of the file."""
    size = frame.image.size
    photo = searched(Photo(frame.image, (), Source("film", "RGB", size, size, 1)), sha256="")
    largest = replace(photo, faces=photo.faces[:MOST_FACES])
    rows = face_rows(largest, predictors, crops)
    tracks: Sequence[int | None] = [None] if crops.is_whole else tracker.follow(frame.time_s, largest.faces) or [None]
    about = {"frame": frame.number, "time_s": frame.time_s, "faces": len(photo.faces)}
    return [{**row, **about, "track": track} for row, track in zip(rows, tracks, strict=True)]


def warn_at_end(rows: Sequence[Row], words: str) -> None:
    """Add a warning about the whole film to its last row; "" adds none."""
    if rows and words:
        rows[-1]["warnings"] = " ".join(filter(None, [rows[-1].get("warnings"), words]))


def smoothed(rows: Sequence[Row], cards: Sequence[Card], window_s: float) -> list[Row]:
    """Return rows whose probabilities are means over a window of time, track by track; and what follows from them."""
    if window_s == 0:
        return list(rows)
    tracks: dict[int | None, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if "agreement" in row:  # a face was there
            tracks[row["track"]].append(place)
    smooth_rows = list(rows)
    for places in tracks.values():
        for place, row in zip(places, _smoothed_track([rows[place] for place in places], cards, window_s), strict=True):
            smooth_rows[place] = row
    return smooth_rows


def _smoothed_track(rows: Sequence[Row], cards: Sequence[Card], window_s: float) -> list[Row]:
    times, changed = np.array([row["time_s"] for row in rows]), [dict(row) for row in rows]
    for card in cards:
        columns = [probability_column(card.name, expression) for expression in card.expressions]
        means = window_mean(times, np.array([[row[column] for column in columns] for row in rows]), window_s)
        for row, mean in zip(changed, means, strict=True):
            row.update(zip(columns, mean.tolist(), strict=True))
            row[predicted_column(card.name)] = card.expressions[int(mean.argmax())]
    for row in changed:
        row["agreement"] = share_of_most_frequent([row[predicted_column(card.name)] for card in cards])
    return changed
