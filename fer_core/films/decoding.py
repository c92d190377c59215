"""A film's file -> the frames that are looked at, by PyAV (FFmpeg). Runs in the process of `film_worker`.

FFmpeg is told which container a file is, by how it begins, and gets the file's bytes only: it tries no other reader and
opens no other file. Only codecs that phones, cameras and browsers write are decoded, on one thread.

Of a film the first frame at or after each 1 / rate seconds is taken, by the times that the file gives, so that films
of variable frame rate are sampled evenly. Times count from the first frame.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from PIL import Image

from fer_core.errors import FilmError
from fer_core.images.file_signatures import UNKNOWN, kind_of
from fer_core.images.photo_pixels import reduced
from fer_core.images.photos import MIN_SIDE_PX

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video import VideoFrame, VideoStream

READABLE = "MP4, MOV and WebM"
HEAD = 16  # bytes that tell the container
ATOMS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")  # with which MP4 and MOV begin
EBML = b"\x1a\x45\xdf\xa3"  # with which WebM and Matroska begin
CODECS = ("h264", "hevc", "vp8", "vp9", "av1", "libdav1d", "mpeg4", "mjpeg", "prores")

MAX_S = 600
MAX_PIXELS = 9_500_000  # a frame: 4K of cinemas is 4,096 x 2,304
MOST_STRETCH = 4  # of pixels that are not square; beyond, the header is not believed
UPRIGHT = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}

CLOCK = re.compile(r"(\d{1,3}):(\d\d):(\d\d(?:\.\d{1,9})?)")  # of a WebM's tag: hours, minutes, seconds

DAMAGED = "The film is damaged or cut off, so it cannot be decoded. Choose another copy of it."
T = TypeVar("T")


@dataclass(frozen=True)
class Header:
    """What a film says of itself: codec, size in px as stored, seconds and frames a second; None where it does not.

    `seconds` are those of the pictures, or of the whole film where only that is said; `picture_s` is None then, unless
    the film holds nothing else: sound may outlast its pictures.
    """

    codec: str
    width: int
    height: int
    seconds: float | None
    picture_s: float | None
    frames_per_second: float | None


class Answers:
    """The answers of the process that decodes: the first request opens a film, every other one asks for a frame.

    An opening is a line of JSON, {"rate": frames a second, "path": a file, or null}, then the film where there is no
    path. Every answer is a line of JSON; that to a frame is followed by its pixels, row by row.
    """

    def __init__(self) -> None:
        self._frames: Iterator[tuple[int, Fraction, Image.Image]] | None = None

    def __call__(self, request: bytes) -> bytes:
        """Answer a request; what is wrong with the film is an answer as well."""
        try:
            return self._next() if self._frames else self._opened(request)
        except FilmError as error:
            return _line({"error": str(error)})

    def _opened(self, request: bytes) -> bytes:
        line, _, content = request.partition(b"\n")
        asked = json.loads(line)
        source = Path(asked["path"]).open("rb") if asked["path"] else io.BytesIO(content)  # noqa: SIM115
        container, stream = opened(source)
        self._frames = sampled(container, stream, Fraction(asked["rate"]))
        return _line(asdict(header(container, stream)))

    def _next(self) -> bytes:
        assert self._frames is not None
        frame = next(self._frames, None)
        if frame is None:
            return _line({"end": True})
        number, time, image = frame
        return _line({"number": number, "time_s": float(time), "size": image.size}) + image.tobytes()


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said).encode() + b"\n"


def opened(source: BinaryIO) -> tuple[InputContainer, VideoStream]:
    """Open a film and choose its picture track.

    Raises:
        FilmError: if it is empty, no film, damaged, too long, too large, or holds nothing that can be decoded.
        MemoryError: if there is not enough.
    """
    import av

    head = source.read(HEAD)
    source.seek(0)
    options = {"protocol_whitelist": "none"}  # no way to open what a film may refer to
    container = _or_damaged(
        lambda: av.open(source, "r", format=_demuxer(head), options=options, metadata_errors="replace")
    )
    streams = [stream for stream in container.streams.video if not stream.disposition & stream.disposition.attached_pic]
    if not streams:
        raise FilmError("The file holds sound and no pictures; choose a film.")
    stream = streams[0]
    if stream.codec_context is None or stream.codec_context.name not in CODECS:
        name = stream.codec_context.name if stream.codec_context else "an unknown codec"
        raise FilmError(f"The film is coded as {name}, which is not read; save it as H.264, HEVC, VP9 or AV1.")
    stream.thread_type = "NONE"
    if stream.codec_context.width:  # else the frames will tell
        _check_size(stream.codec_context.width, stream.codec_context.height)
    seconds = header(container, stream).seconds
    if seconds is not None and seconds > MAX_S:
        raise FilmError(f"The film lasts {seconds:.0f} s; the limit is {MAX_S} s. Cut it shorter.")
    return container, stream


def _demuxer(head: bytes) -> str:
    """Name FFmpeg's reader for a file that begins like this. Raises FilmError where it is no film."""
    kind = kind_of(head)
    if head[4:8] in ATOMS and kind in ("a video", UNKNOWN):
        return "mov"
    if head[:4] == EBML:
        return "matroska"
    if not head:
        raise FilmError("The file is empty; choose a film.")
    seems = "no film, or its beginning is damaged" if kind == UNKNOWN else kind
    raise FilmError(f"The file is {seems}; {READABLE} can be read. Save it as one of these.")


def header(container: InputContainer, stream: VideoStream) -> Header:
    """Return what a film says of itself."""
    rate, size = stream.average_rate, stream.codec_context
    whole = container.duration / 1_000_000 if container.duration and container.duration > 0 else None
    own = _own_seconds(stream)
    if own is None and len(container.streams) == 1:
        own = whole
    seconds = whole if own is None else min(own, whole or own)
    picture_s = None if own is None else seconds
    return Header(size.name, size.width, size.height, seconds, picture_s, float(rate) if rate else None)


def _own_seconds(stream: VideoStream) -> float | None:
    """Return how long the pictures last, as an MP4's track says, or a WebM's tag; None where neither does."""
    if stream.duration and stream.duration > 0 and stream.time_base:
        return float(stream.duration * stream.time_base)
    tag = CLOCK.fullmatch(stream.metadata.get("DURATION", ""))
    if tag is None:
        return None
    hours, minutes, seconds = map(float, tag.groups())
    return 3600 * hours + 60 * minutes + seconds or None


def sampled(
    container: InputContainer, stream: VideoStream, rate: Fraction
) -> Iterator[tuple[int, Fraction, Image.Image]]:
    """Yield the frames to look at: its number in the film from 0, its time in seconds, upright RGB.

    Args:
        rate: frames a second; all frames of a film that has fewer.

    Raises:
        FilmError: where the film is damaged, goes on for too long, or has no frame. A WebM that was cut off, which
            does not say where its end should be, ends there.
        MemoryError: if there is not enough.
    """
    due, number = Fraction(0), 0
    for number, (time, frame) in enumerate(_timed(container, stream), 1):
        if time >= due:
            yield number - 1, time, _or_damaged(partial(_picture, frame, stream))
            due = (time * rate // 1 + 1) / rate
    if not number:
        raise FilmError("The film holds no frame that can be decoded. Choose another copy of it.")


def _timed(container: InputContainer, stream: VideoStream) -> Iterator[tuple[Fraction, VideoFrame]]:
    """Yield all frames in the order in which they are shown, with their times from the first one."""
    frames, start = container.decode(stream), None
    while (frame := _or_damaged(lambda: next(frames, None))) is not None:
        if frame.pts is None:
            raise FilmError(DAMAGED)
        start = frame.pts if start is None else start
        time = (frame.pts - start) * (frame.time_base or Fraction(0))
        if time > MAX_S:
            raise FilmError(f"The film goes on for more than {MAX_S} s. Cut it shorter.")
        _check_size(frame.width, frame.height)
        yield time, frame


def _picture(frame: VideoFrame, stream: VideoStream) -> Image.Image:
    """A frame as it is shown: upright, pixels square, as large as a photo at most."""
    image = frame.to_image()
    shape = stream.sample_aspect_ratio or 1
    if shape != 1 and 1 / MOST_STRETCH <= shape <= MOST_STRETCH:
        image = image.resize((max(1, round(image.width * shape)), image.height), Image.Resampling.BICUBIC)
    turn = frame.rotation % 360  # anticlockwise, as Pillow counts
    return reduced(image.transpose(UPRIGHT[turn]) if turn in UPRIGHT else image)


def _check_size(width: int, height: int) -> None:
    size = f"{width:,} × {height:,} px"
    if width * height > MAX_PIXELS:
        raise FilmError(f"The film has {size}; the limit is {MAX_PIXELS / 1e6:.1f} megapixels. Save it smaller.")
    if min(width, height) < MIN_SIDE_PX:
        raise FilmError(f"The film has {size}; a face cannot be read below {MIN_SIDE_PX} px. Choose a larger one.")


def _or_damaged(read: Callable[[], T]) -> T:
    """What `read` returns; whatever FFmpeg raises on damaged bytes becomes one sentence."""
    try:
        return read()
    except (MemoryError, FilmError):
        raise
    except Exception as cause:
        raise FilmError(DAMAGED) from cause
