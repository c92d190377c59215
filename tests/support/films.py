"""Films made of the sample photo: a face, or two, that move over a grey background."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image
from support.photos import SAMPLE

av = pytest.importorskip("av", reason="PyAV is not installed (requirements-films.txt)")

SIZE = (640, 320)
FACE_BOX = (140, 0, 320, 180)  # of the sample photo, with some room around the face
GREY = (128, 128, 128)
MILLISECOND = Fraction(1, 1000)
SOUND_HZ = 8000


def scene(*places: tuple[int, int]) -> Image.Image:
    """A frame with the sample's face at each of these upper left corners."""
    face, picture = Image.open(SAMPLE).crop(FACE_BOX), Image.new("RGB", SIZE, GREY)
    for place in places:
        picture.paste(face, place)
    return picture


def greys(n: int, size: tuple[int, int] = (64, 48)) -> list[Image.Image]:
    """Frames that tell their number: frame k is 5 k + 20 grey."""
    return [Image.new("RGB", size, (5 * k + 20,) * 3) for k in range(n)]


def number_of(picture: Image.Image) -> int:
    """Which frame of `greys` a picture is."""
    return round((picture.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))[0] - 20) / 5)


def film(  # noqa: PLR0913 - all that films differ in
    pictures: Sequence[Image.Image],
    times: Sequence[float] | None = None,
    fps: int = 25,
    kind: str = "mp4",
    codec: str = "libx264",
    options: Mapping[str, str] | None = None,
    shape: Fraction = Fraction(1),
    to: Path | None = None,
    sound_s: float = 0,
) -> bytes:
    """Encode pictures.

    Args:
        times: when each is shown, in seconds; by default one after the other, `fps` a second.
        kind, codec, options: FFmpeg's names of the container and the encoder, and options of the container.
        shape: width of a pixel over its height.
        to: a file to write by way of, for options that read back what was written; by default memory.
        sound_s: seconds of silence beside the pictures, 0 for no sound track.
    """
    file = io.BytesIO()
    with av.open(str(to) if to else file, "w", format=kind, options=dict(options or {})) as container:
        stream = container.add_stream(codec, rate=fps)
        stream.width, stream.height = pictures[0].size
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = MILLISECOND
        stream.codec_context.sample_aspect_ratio = shape
        silence = container.add_stream("libopus" if kind == "webm" else "aac", rate=SOUND_HZ) if sound_s else None
        stream.codec_context.options = {"crf": "20", "preset": "ultrafast"} if codec == "libx264" else {}
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_image(picture)
            frame.pts, frame.time_base = round(1000 * (times[number] if times else number / fps)), MILLISECOND
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if silence:
            _mux_silence(container, silence, sound_s)
    return to.read_bytes() if to else file.getvalue()


def sound() -> bytes:
    """An MP4 with half a second of silence and no picture."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        _mux_silence(container, container.add_stream("aac", rate=SOUND_HZ), 0.5)
    return file.getvalue()


def _mux_silence(container: av.container.OutputContainer, stream: av.audio.AudioStream, seconds: float) -> None:
    layout, form = stream.codec_context.layout.name, stream.codec_context.format.name
    for start in range(0, round(seconds * SOUND_HZ), SOUND_HZ // 2):
        frame = av.AudioFrame(format=form, layout=layout, samples=SOUND_HZ // 2)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate, frame.pts, frame.time_base = SOUND_HZ, start, Fraction(1, SOUND_HZ)
        container.mux(stream.encode(frame))
    container.mux(stream.encode())
