"""`fer predict` of films: a frame's faces get the answers of the same frame as a photo, and keep their numbers."""

from __future__ import annotations

import io
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from support.checkpoints import A, B
from support.films import film, scene
from support.photo_folder import write_photos
from support.photos import needs_detector

from fer_core import cli
from fer_core.batch import shards
from fer_core.batch.rows import FILM_COLUMNS
from fer_core.films.decoding import opened, sampled
from fer_core.images.face_crop import read_face_photo
from fer_core.inference.predictor import Predictor

FPS = 10
HIDDEN = range(4, 8)  # frames in which no face is seen


def predict(*words: object, code: int = 0) -> None:
    assert cli.main(["predict", *map(str, words)]) == code


def rows_of(path: Path) -> list[dict]:
    return pq.read_table(path).to_pylist()


@pytest.fixture(scope="module")
def two_people() -> bytes:
    """A second of ten frames: one face walks to the right, the other stands still, both are gone for a while."""
    frames = [scene() if k in HIDDEN else scene((20 + 8 * k, 60), (420, 100)) for k in range(10)]
    return film(frames, fps=FPS)


@needs_detector
def test_each_face_of_a_frame_is_answered_as_in_a_photo_and_keeps_its_track(here, two_people, tmp_path):
    path, out = tmp_path / "two.mp4", tmp_path / "r.parquet"
    path.write_bytes(two_people)
    predict(path, "--networks", A, B, "--rate", 5, "--out", out)
    rows = rows_of(out)
    assert Counter(row["status"] for row in rows) == {"face": 6, "no face": 2}
    frames = {number: image for number, _, image in sampled(*opened(io.BytesIO(two_people)), Fraction(5))}
    assert sorted(frames) == [0, 2, 4, 6, 8]
    assert [row["time_s"] for row in rows] == [row["frame"] / FPS for row in rows]
    for number, image in frames.items():
        image.save(tmp_path / "frame.png")
        photo = read_face_photo((tmp_path / "frame.png").read_bytes())
        own = [row for row in rows if row["frame"] == number]
        assert len(own) == max(1, len(photo.faces)) and {row["faces"] for row in own} == {len(photo.faces)}
        for row, face in zip(own, photo.faces, strict=False):
            assert (row["left"], row["top"], row["right"], row["bottom"]) == (
                face.left,
                face.top,
                face.right,
                face.bottom,
            )
            crop = photo.crop(row["face"] - 1)
            assert row["crop_sha256"] == crop.sha256
            for name in (A, B):
                answer = Predictor(here / name).predict(crop.pixels)
                said = [row[f"{name}:{expression}"] for expression in answer.expressions]
                np.testing.assert_array_equal(np.float32(said), answer.probabilities)
    walking = {row["track"] for row in rows if row["status"] == "face" and row["left"] < 320}
    standing = {row["track"] for row in rows if row["status"] == "face" and row["left"] > 320}
    assert walking | standing == {1, 2} and len(walking) == len(standing) == 1


@needs_detector
def test_smoothed_rows_are_means_over_the_window_of_their_track(here, two_people, tmp_path):
    path = tmp_path / "two.mp4"
    path.write_bytes(two_people)
    predict(path, "--networks", B, "--rate", 10, "--out", tmp_path / "raw.parquet")
    predict(path, "--networks", B, "--rate", 10, "--smooth", 0.2, "--out", tmp_path / "smooth.csv")
    raw, smooth = rows_of(tmp_path / "raw.parquet"), pa_csv.read_csv(tmp_path / "smooth.csv").to_pylist()
    columns = [f"{B}:{expression}" for expression in Predictor(here / B).card.expressions]
    assert [row["frame"] for row in raw] == [row["frame"] for row in smooth]
    for row in (row for row in smooth if row["status"] == "face"):
        near = [other for other in raw
                if other["track"] == row["track"] and abs(other["time_s"] - row["time_s"]) < 0.1001]  # fmt: skip
        means = np.mean([[other[column] for column in columns] for other in near], axis=0)
        np.testing.assert_allclose([row[column] for column in columns], means, atol=1e-6)
        assert row[f"{B}:predicted"] == columns[int(means.argmax())].partition(":")[2]


def test_films_and_photos_share_a_result_and_a_bad_film_is_a_row(here, tmp_path):
    photos = write_photos(tmp_path / "photos", 3)
    good, bad = tmp_path / "small.mp4", tmp_path / "bad.webm"
    good.write_bytes(film([scene().resize((64, 48))] * 3))
    bad.write_bytes(b"bad")
    out = tmp_path / "r.parquet"
    predict(tmp_path / "photos", good, bad, "--networks", B, "--whole", "--out", tmp_path / "films.parquet", code=1)
    *of_photos, of_good, of_bad = rows_of(tmp_path / "films.parquet")
    assert [row["path"] for row in of_photos] == list(map(str, photos)) and of_photos[0]["frame"] is None
    assert (of_good["status"], of_good["frame"], of_good["track"]) == ("whole picture", 0, None)
    assert of_bad["status"] == "unreadable" and "no film" in of_bad["problem"]
    predict(tmp_path / "photos", "--networks", B, "--out", out)
    assert set(FILM_COLUMNS).isdisjoint(pq.read_schema(out).names)


def test_a_film_is_a_shard_of_its_own_and_a_folder_is_not_searched_for_films(here, tmp_path, capsys):
    names = [Path(name) for name in ("a.png", "b.png", "c.mp4", "d.MOV", "e.png")]
    parts = [[path.name for path in part.photos] for part in shards.shards(tmp_path / "r.csv", names)]
    assert parts == [["a.png", "b.png"], ["c.mp4"], ["d.MOV"], ["e.png"]]
    write_photos(tmp_path / "photos", 3)
    (tmp_path / "photos" / "film.mp4").write_bytes(b"film")
    predict(tmp_path / "photos", "--networks", B, "--out", tmp_path / "r.parquet")
    assert len(rows_of(tmp_path / "r.parquet")) == 3 and "film.mp4" in capsys.readouterr().err


def test_what_cannot_be_asked_of_a_film_is_a_sentence(here, tmp_path, capsys, monkeypatch):
    (tmp_path / "film.mp4").write_bytes(b"film")
    out = tmp_path / "r.parquet"
    given = tmp_path / "film.mp4", "--networks", B, "--out", out
    predict(*given, "--rate", 0, code=2)
    assert "0 frames a second cannot be looked at" in capsys.readouterr().err
    predict(*given, "--smooth", -1, code=2)
    assert "--smooth -1 is not valid" in capsys.readouterr().err
    monkeypatch.setattr("fer_core.films.reading.find_spec", lambda name: None)
    predict(*given, code=2)
    assert "need PyAV" in capsys.readouterr().err and not shards.shards_folder(out).exists()
