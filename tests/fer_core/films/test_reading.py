"""A film is read by its times, upright, within limits, and whatever is wrong with a file is a sentence."""

from __future__ import annotations

import gc
import os
from fractions import Fraction
from pathlib import Path
from threading import BoundedSemaphore

import numpy as np
import pytest
from PIL import Image
from support.films import film, greys, number_of, sound
from support.photos import SAMPLE

from fer_core.errors import ConfigError, FilmError
from fer_core.films import decoding, reading
from fer_core.films.reading import Film, check_films_can_be_read

RATE = 5.0
CLUSTER = b"\x1f\x43\xb6\x75"  # with which a WebM's frames begin
NO_TURN = b"".join(
    value.to_bytes(4, "big") for value in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
)  # the matrix of an MP4's track header (ISO 14496-12, 8.3.2)
QUARTER = b"".join(
    value.to_bytes(4, "big", signed=True) for value in (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
)  # clockwise, as a phone held upright writes


@pytest.fixture
def here_only(monkeypatch):
    """No process for each film: what is read is the same, and sooner."""
    monkeypatch.setattr("fer_core.images.limited_process.sys.executable", None)


in_this_process = pytest.mark.usefixtures("here_only")


def seen(data: bytes | Path, rate: float = RATE) -> list[tuple[int, float, int]]:
    """Number, time and what is seen in it, of each sampled frame."""
    with Film(data, rate) as opened:
        return [(frame.number, frame.time_s, number_of(frame.image)) for frame in opened]


def refusal(data: bytes) -> str:
    with pytest.raises(FilmError) as refused:
        seen(data)
    return str(refused.value)


@in_this_process
@pytest.mark.parametrize(
    ("kind", "codec", "said"), [("mp4", "libx264", "h264"), ("mov", "mpeg4", "mpeg4"), ("webm", "libvpx", "vp8")]
)
def test_frames_are_taken_at_the_rate_and_tell_number_and_time(kind, codec, said, tmp_path):
    path = tmp_path / f"film.{kind}"
    path.write_bytes(film(greys(30), kind=kind, codec=codec))
    expected = [(k, k / 25, k) for k in range(0, 30, 5)]
    assert seen(path) == seen(path.read_bytes()) == expected
    with Film(path, RATE) as opened:
        about = opened.header
    assert (about.codec, about.width, about.height) == (said, 64, 48)
    assert about.seconds == pytest.approx(1.2, abs=0.05) and about.frames_per_second == pytest.approx(25, abs=1)


@in_this_process
def test_a_variable_frame_rate_is_sampled_by_time():
    times = [0, 0.04, 0.3, 0.31, 0.45, 0.9, 2.5]
    expected = [(0, 0.0, 0), (2, 0.3, 2), (4, 0.45, 4), (5, 0.9, 5), (6, 2.5, 6)]
    assert seen(film(greys(7), times)) == expected
    assert [number for number, _, _ in seen(film(greys(7), times), rate=60)] == [0, 1, 2, 4, 5, 6]  # 3 comes too soon


@in_this_process
def test_a_film_that_a_phone_turned_is_upright_and_pixels_are_square():
    stored = Image.new("RGB", (64, 48), (200, 30, 30))
    stored.paste((30, 30, 200), (0, 0, 64, 24))  # blue above red as stored: a quarter clockwise, blue is on the right
    data = film([stored] * 2)
    assert data.count(NO_TURN) == 2  # of the film and of its track
    place = data.rindex(NO_TURN)
    with Film(data[:place] + QUARTER + data[place + len(NO_TURN) :], RATE) as opened:
        upright = next(iter(opened)).image
    assert upright.size == (48, 64)
    left, right = np.asarray(upright)[32, 12], np.asarray(upright)[32, 36]
    assert left[0] > 150 > left[2] and right[2] > 150 > right[0]
    with Film(film([stored] * 2, shape=Fraction(2)), RATE) as opened:
        assert next(iter(opened)).image.size == (128, 48)


@in_this_process
def test_what_is_no_film_is_told():
    whole = film(greys(30))
    assert refusal(b"") == "The file is empty; choose a film."
    assert "no film, or its beginning is damaged; MP4, MOV and WebM" in refusal(SAMPLE.read_bytes())
    assert "a HEIC picture" in refusal(b"\0\0\0\x18ftypheic" + bytes(100))
    assert "sound and no pictures" in refusal(sound())
    webm = film(greys(2), kind="webm", codec="libvpx")
    assert "no frame that can be decoded" in refusal(webm[: webm.index(CLUSTER) + 16])
    assert refusal(whole[: len(whole) // 2]) == refusal(whole[:40] + bytes(len(whole) - 40)) == decoding.DAMAGED
    assert "16 × 16 px" in refusal(film(greys(2, size=(16, 16))))


@in_this_process
def test_a_film_that_lacks_its_end_is_told(tmp_path):
    whole = film(greys(100), options={"movflags": "faststart"}, to=tmp_path / "whole.mp4")
    assert len(seen(whole)) == 20
    assert refusal(whole[: -len(whole) // 4]) == decoding.DAMAGED


@in_this_process
def test_a_webm_that_lacks_its_end_gives_its_frames_and_says_so(tmp_path):
    whole = film(greys(40) * 2, kind="webm", codec="libvpx", to=tmp_path / "whole.webm")
    with Film(whole, RATE) as opened:
        assert len(list(opened)) == 16 and opened.missing_end == ""
    with Film(whole[: len(whole) // 2], RATE) as opened:
        last = [frame.time_s for frame in opened][-1]
        assert 0 < last < 2.5
        assert f"has 3.2 s of pictures, the last is at {last:.1f} s" in opened.missing_end


@in_this_process
@pytest.mark.parametrize(("kind", "codec"), [("mp4", "libx264"), ("webm", "libvpx")])
def test_sound_that_outlasts_the_pictures_is_no_missing_end(kind, codec, tmp_path):
    """40 pictures, 1.6 s, beside 5 s of sound."""
    with Film(film(greys(40), kind=kind, codec=codec, sound_s=5, to=tmp_path / f"film.{kind}"), RATE) as opened:
        assert len(list(opened)) == 8 and opened.missing_end == ""
        assert opened.header.seconds == opened.header.picture_s == pytest.approx(1.6, abs=0.05)


@in_this_process
def test_ten_minutes_are_the_limit_by_the_header_and_where_it_says_nothing():
    assert "lasts 601 s; the limit is 600 s" in refusal(film(greys(2), [0, 601]))
    unannounced = film(greys(2), [0, 601], kind="webm", codec="libvpx", options={"live": "1"})
    with Film(unannounced, RATE) as opened:
        assert opened.header.seconds is None
    assert "more than 600 s" in refusal(unannounced)
    assert [time for _, time, _ in seen(film(greys(2), [0, 599]))] == [0, 599]


@in_this_process
def test_other_codecs_and_frames_of_too_many_pixels_are_refused(monkeypatch):
    data = film(greys(1))
    with monkeypatch.context() as patch:
        patch.setattr(decoding, "CODECS", ("vp9",))
        assert "coded as h264, which is not read" in refusal(data)
    monkeypatch.setattr(decoding, "MAX_PIXELS", 64 * 48 - 1)
    assert "64 × 48 px; the limit is" in refusal(data)


@pytest.mark.parametrize("seed", range(2))
def test_damaged_bytes_are_frames_or_a_sentence(seed):
    rng = np.random.default_rng(seed)
    data = np.frombuffer(film(greys(10), kind="webm", codec="libvpx") if seed else film(greys(10)), np.uint8)
    changed = data.copy()
    changed[rng.integers(16, len(data), 20)] = rng.integers(0, 256, 20)
    try:
        assert len(seen(changed.tobytes())) <= 10
    except FilmError as error:
        assert str(error).endswith(".")


def test_a_decoder_that_dies_or_takes_too_long_is_told(monkeypatch):
    opened = Film(film(greys(10)), RATE)
    frames = iter(opened)
    next(frames)
    os.kill(opened._ask.__self__._process.pid, 9)
    with pytest.raises(FilmError, match="makes its decoder fail"):
        next(frames)
    opened.close()
    monkeypatch.setattr(reading, "MOST_DECODING_S", 0)
    assert "too long to decode" in refusal(film(greys(10)))


def test_a_film_that_is_closed_or_forgotten_leaves_no_process_and_makes_room(monkeypatch):
    monkeypatch.setattr(reading, "_open_films", BoundedSemaphore(1))
    data, processes = film(greys(3)), []
    for is_closed in (True, False):
        opened = Film(data, RATE)
        processes.append(opened._ask.__self__)
        with pytest.raises(ConfigError, match="films are being read already"):
            Film(data, RATE)
        if is_closed:
            opened.close()
        del opened
        gc.collect()
    assert not any(process.is_alive for process in processes)
    assert reading._open_films.acquire(blocking=False)


def test_what_cannot_be_asked_is_a_sentence(monkeypatch):
    with pytest.raises(ConfigError, match="give 0.1 to 60"):
        check_films_can_be_read(0)
    monkeypatch.setattr(reading, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="need PyAV"):
        check_films_can_be_read(5)
