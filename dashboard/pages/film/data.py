"""A film of this session: read frame by frame, and what was found so far. torch is loaded with the first network."""

from __future__ import annotations

import hashlib
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import NoReturn

import pyarrow as pa
import pyarrow.csv as pa_csv
import streamlit as st
from PIL import Image, ImageDraw, ImageFont

from dashboard.pages.film.views import TimelineView, TrackView
from dashboard.store.checkpoints import card_of
from dashboard.store.computation_queue import Cost
from dashboard.store.networks import loaded, network_key
from dashboard.store.photos import CHOSEN, INK, OUTLINE
from dashboard.store.session_results import in_turn
from dashboard.views.checkpoints import CheckpointView
from fer_core.batch.film_rows import frame_rows, smoothed, warn_at_end
from fer_core.batch.rows import CropOptions, Row, columns, probability_column
from fer_core.batch.work import made_by
from fer_core.errors import ConfigError, FilmError
from fer_core.films.decoding import MAX_S, READABLE
from fer_core.films.reading import Film, check_films_can_be_read
from fer_core.films.tracking import Tracker
from fer_core.images.photos import MAX_BYTES

SMOOTH_S = 1.0
PREVIEW_PX, PREVIEW_QUALITY = 400, 70  # of the frames that are kept, about 10 kB each; there are 6,000 at most
MOST_ROWS = 20_000  # of a face and frame, about 4 kB each; four faces in ten minutes at five frames a second are 12,000
KEPT = "film that is read"  # in the session
MOST_TRACKS = 8  # offered, those seen in most frames


@dataclass(frozen=True, eq=False)
class Upload:
    """A film that somebody chose: its name, its bytes and their SHA-256."""

    name: str
    content: bytes
    sha256: str


@dataclass(frozen=True, eq=False)
class Moment:
    """A sampled frame: its number in the film, seconds, its size in px, and a small JPEG of it."""

    number: int
    time_s: float
    size: tuple[int, int]
    preview: bytes


def upload(name: str, content: bytes) -> Upload:
    """Return a film as the session keeps it."""
    return Upload(name, content, hashlib.sha256(content).hexdigest())


def readable_films() -> str:
    """Name the kinds of files that can be opened as a film, and how large they may be."""
    return f"{READABLE}, up to {MAX_BYTES // 10**6} MB and {MAX_S // 60} minutes"


def missing_reader(rate: float) -> str:
    """Return why no film can be read here, as a sentence; "" if films can be read."""
    try:
        check_films_can_be_read(rate)
    except ConfigError as error:
        return str(error)
    return ""


class FilmReading:
    """A film that is read while somebody waits. A page that is drawn again in between goes on where it was.

    Args:
        names: checkpoints that are asked about each face.
        rate: frames a second that are looked at.

    Raises:
        FerError: see `Film`.
    """

    def __init__(self, given: Upload, names: Sequence[str], rate: float):
        self.names, self.moments, self.is_done = tuple(names), list[Moment](), False
        self._given, self._rows, self._tracker = given, list[Row](), Tracker()
        self._problem: FilmError | None = None
        self._film = Film(given.content, rate)
        self._frames = iter(self._film)
        self._seconds, self.missing_end = 0.0, ""

    @property
    def seconds(self) -> float | None:
        """How long the film says that it is."""
        return self._film.header.seconds

    @property
    def frames_per_second(self) -> float:
        """Sampled frames that were read and answered in a second of work."""
        return len(self.moments) / self._seconds if self._seconds else 0.0

    def step(self) -> None:
        """Read the next frame and ask the networks about its faces, in turn with other sessions. Raises FerError."""
        if self._problem:
            raise self._problem
        predictors = [loaded(network_key(name)) for name in self.names]
        with in_turn(Cost.SCORE):
            started = monotonic()
            try:
                frame = next(self._frames, None)
            except FilmError as error:
                self._give_up(error)
            if frame is None:
                self.is_done, self.missing_end = True, self._film.missing_end
                warn_at_end(self._rows, self.missing_end)
                self.close()
                return
            self._rows += frame_rows(frame, self._tracker, predictors, CropOptions())
            if len(self._rows) > MOST_ROWS:
                self._give_up(FilmError(f"The film has more than {MOST_ROWS:,} faces; look at fewer frames a second."))
            self.moments.append(Moment(frame.number, frame.time_s, frame.image.size, _preview(frame.image)))
            self._seconds += monotonic() - started

    def _give_up(self, problem: FilmError) -> NoReturn:
        """Say why this film is not read, now and whenever it is asked for again."""
        self._problem = problem
        self._rows, self.moments = [], []
        self.close()
        raise problem

    def close(self) -> None:
        """End the process that decodes."""
        self._film.close()

    def rows(self, is_smooth: bool) -> list[Row]:
        """Return what was found, a row a face and frame, as `fer predict` has it."""
        cards = [card_of(name) for name in self.names]
        about = {"path": self._given.name, "sha256": self._given.sha256, "versions": made_by(cards, has_films=True)}
        rows = smoothed(self._rows, cards, SMOOTH_S if is_smooth else 0.0)
        return [{**about, **row} for row in rows]

    def as_csv(self, is_smooth: bool) -> bytes:
        """Return the rows as `fer predict` writes them."""
        schema, sink = columns([card_of(name) for name in self.names], has_films=True), pa.BufferOutputStream()
        pa_csv.write_csv(pa.Table.from_pylist(self.rows(is_smooth), schema), sink)
        return sink.getvalue().to_pybytes()


def film_reading(given: Upload, names: Sequence[str], rate: float) -> FilmReading:
    """Return this session's reading of a film, begun anew where film, networks or rate are others. Raises FerError."""
    key = (given.sha256, tuple(network_key(name) for name in names), rate)
    held = st.session_state.get(KEPT)
    if held is None or held[0] != key:
        forget_reading()
        st.session_state[KEPT] = held = (key, FilmReading(given, names, rate))
    return held[1]


def forget_reading() -> None:
    """Forget what was read of a film."""
    held = st.session_state.pop(KEPT, None)
    if held:
        held[1].close()


def tracks(rows: Sequence[Row]) -> list[TrackView]:
    """Return the faces that were followed, those seen in most frames first, MOST_TRACKS at most."""
    times: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        if row.get("track") is not None:
            times[row["track"]].append(row["time_s"])
    views = [TrackView(number, len(some), some[0], some[-1]) for number, some in times.items()]
    return sorted(views, key=lambda track: -track.frames)[:MOST_TRACKS]


def timeline(row: CheckpointView, moments: Sequence[Moment], rows: Sequence[Row], track: int) -> TimelineView:
    """Return what a network answers to one face over time."""
    expressions = card_of(row.name).expressions
    names = [probability_column(row.name, expression) for expression in expressions]
    own = {face["frame"]: tuple(face[name] for name in names) for face in rows if face.get("track") == track}
    times = tuple(moment.time_s for moment in moments)
    return TimelineView(row, expressions, times, tuple(own.get(moment.number) for moment in moments))


def outlined(moment: Moment, rows: Sequence[Row], track: int) -> Image.Image:
    """Return a frame with the faces that were found in it, each with its track; the chosen one is bright."""
    picture = Image.open(io.BytesIO(moment.preview)).convert("RGB")
    draw, ratio = ImageDraw.Draw(picture), picture.width / moment.size[0]
    font = ImageFont.load_default(size=max(12, picture.width / 28))
    for row in rows:
        if row["frame"] == moment.number and row.get("track") is not None:
            box = [round(row[edge] * ratio) for edge in ("left", "top", "right", "bottom")]
            draw.rectangle(box, outline=OUTLINE, width=5)
            draw.rectangle(box, outline=CHOSEN if row["track"] == track else INK, width=2)
            draw.text((box[0] + 5, box[1] + 2), str(row["track"]), fill=INK, font=font, stroke_width=2,
                      stroke_fill=OUTLINE)  # fmt: skip
    return picture


def _preview(image: Image.Image) -> bytes:
    small, file = image.copy(), io.BytesIO()
    small.thumbnail((PREVIEW_PX, PREVIEW_PX))
    small.save(file, "JPEG", quality=PREVIEW_QUALITY)
    return file.getvalue()
