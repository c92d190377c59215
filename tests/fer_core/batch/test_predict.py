"""`fer predict`, driven as a user drives it: its rows are the face lab's numbers, whoever computes them."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image
from support.checkpoints import A, B
from support.paths import PROJECT
from support.photo_folder import CLASSES, write_photos
from support.photos import SAMPLE, needs_centerface, needs_detector, two_faces

from fer_core import cli
from fer_core.batch import run, shards
from fer_core.evaluation import score
from fer_core.images import centerface, face_detection
from fer_core.images.face_crop import LevelEyes, read_face_photo
from fer_core.images.face_detection import LANDMARKS
from fer_core.images.input_quality import quality_warnings
from fer_core.inference.predictor import Predictor

needs_dlib = pytest.mark.skipif("dlib" not in face_detection.detectors(), reason="dlib-bin is not installed")
PER_CHUNK = shards.CHUNK


@pytest.fixture(autouse=True)
def plain_main(monkeypatch):
    """Workers run the main module of who starts them, and tests of pages leave the app as that."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


def predict(*words: object, code: int = 0) -> None:
    assert cli.main(["predict", *map(str, words)]) == code


def rows_of(path: Path) -> list[dict]:
    return pq.read_table(path).to_pylist()


@needs_detector
def test_rows_are_what_the_face_lab_says_of_each_face(here, tmp_path):
    photo = tmp_path / "two.png"
    photo.write_bytes(two_faces())
    out = tmp_path / "results.parquet"
    predict(photo, "--networks", A, B, "--out", out)
    seen = read_face_photo(photo.read_bytes())
    rows = rows_of(out)
    assert [row["face"] for row in rows] == [1, 2] and len(seen.faces) == 2
    for row, face in zip(rows, seen.faces, strict=True):
        crop = seen.crop(row["face"] - 1)
        assert (row["left"], row["top"], row["right"], row["bottom"]) == (face.left, face.top, face.right, face.bottom)
        assert row["score"] == pytest.approx(face.score) and row["crop_sha256"] == crop.sha256
        assert row["warnings"] == " ".join(quality_warnings(crop.image))
        answers = {name: Predictor(here / name).predict(crop.pixels) for name in (A, B)}
        for name, answer in answers.items():
            assert row[f"{name}:predicted"] == answer.expression
            said = [row[f"{name}:{expression}"] for expression in answer.expressions]
            np.testing.assert_array_equal(np.float32(said), answer.probabilities)
        same = answers[A].expression == answers[B].expression
        assert row["agreement"] == (1.0 if same else 0.5)
    assert {row["sha256"] for row in rows} == {hashlib.sha256(photo.read_bytes()).hexdigest()}
    assert not shards.shards_folder(out).exists()


@needs_centerface
def test_landmarks_are_told_and_eyes_are_level_if_asked_for(here, tmp_path):
    tilted = Image.open(SAMPLE).rotate(-35, Image.Resampling.BICUBIC, fillcolor=(128, 128, 128))
    tilted.save(tmp_path / "tilted.png")
    for name, words in (("as it lies", ()), ("level", ("--level-eyes",))):
        predict(tmp_path / "tilted.png", "--networks", B, *words, "--out", tmp_path / f"{name}.parquet")
    (plain,), (level,) = (rows_of(tmp_path / f"{name}.parquet") for name in ("as it lies", "level"))
    photo = read_face_photo((tmp_path / "tilted.png").read_bytes())
    points = [(plain[f"{name}_x"], plain[f"{name}_y"]) for name in LANDMARKS]
    np.testing.assert_allclose(points, photo.faces[0].landmarks, rtol=1e-6)
    assert (plain["detector"], plain["level_eyes"], level["level_eyes"]) == ("CenterFace", False, True)
    assert plain["turn"] == 0 and level["turn"] == pytest.approx(photo.crop(LevelEyes(0)).square.turn)
    assert plain["crop_sha256"] == photo.crop(0).sha256 != level["crop_sha256"] == photo.crop(LevelEyes(0)).sha256


@needs_dlib
def test_without_centerface_rows_say_that_dlib_looked_and_have_no_landmarks(here, tmp_path, monkeypatch):
    monkeypatch.setattr(centerface, "weights_path", lambda: None)
    predict(SAMPLE, "--networks", B, "--level-eyes", "--out", tmp_path / "r.parquet")
    (row,) = rows_of(tmp_path / "r.parquet")
    assert (row["detector"], row["nose_x"], row["level_eyes"]) == ("dlib", None, False)


@needs_detector
def test_a_photo_without_a_face_and_a_bad_file_are_rows_and_the_exit_code_tells(here, tmp_path, capsys):
    home = tmp_path / "photos"
    home.mkdir()
    Image.new("RGB", (200, 200), "grey").save(home / "empty.png")
    (home / "zero.jpg").write_bytes(b"")
    out = tmp_path / "results.jsonl"
    predict(home, "--networks", B, "--out", out, code=1)
    empty, zero = map(json.loads, out.read_text().splitlines())
    assert empty["status"] == "no face" and empty["faces"] == 0 and empty[f"{B}:predicted"] is None
    assert zero["status"] == "unreadable" and zero["problem"] == "The file is empty; choose a picture."
    (home / "zero.jpg").unlink()
    predict(home, "--networks", B, "--whole", "--out", tmp_path / "whole.jsonl")
    whole = json.loads((tmp_path / "whole.jsonl").read_text())
    assert whole["status"] == "whole picture" and whole["face"] is None and whole[f"{B}:predicted"]


def test_csv_json_lines_and_parquet_hold_the_same(here, tmp_path):
    write_photos(tmp_path / "photos", 5)
    for suffix in ("parquet", "csv", "jsonl"):
        predict(tmp_path / "photos", "--networks", B, "--out", tmp_path / f"r.{suffix}")
    rows = rows_of(tmp_path / "r.parquet")
    assert [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()] == rows
    with (tmp_path / "r.csv").open(newline="") as file:
        read = list(csv.DictReader(file))
    assert [row["path"] for row in read] == [row["path"] for row in rows]
    for text, row in zip(read, rows, strict=True):
        assert np.float32(text[f"{B}:happy"]) == np.float32(row[f"{B}:happy"])
        assert text["face"] == "" and int(text["width"]) == 32


def test_the_result_does_not_depend_on_workers_and_shares_make_up_the_whole(here, tmp_path):
    write_photos(tmp_path / "photos", PER_CHUNK * 2 + 5)
    (tmp_path / "photos" / "bad.png").write_bytes(b"bad")
    given = tmp_path / "photos", "--networks", B
    for workers in (1, 2):
        predict(*given, "--workers", workers, "--out", tmp_path / f"w{workers}.parquet", code=1)
    assert (tmp_path / "w1.parquet").read_bytes() == (tmp_path / "w2.parquet").read_bytes()
    parts = [tmp_path / f"part{i}.parquet" for i in (1, 2)]
    for i, part in enumerate(parts, 1):
        assert cli.main(["predict", *map(str, given), "--shard", f"{i}/2", "--out", str(part)]) in (0, 1)
    assert [row for part in parts for row in rows_of(part)] == rows_of(tmp_path / "w1.parquet")


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def below(pid: int) -> list[int]:
    return [one for child in children(pid) for one in (child, *below(child))]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux's /proc to see processes")
def test_a_killed_run_leaves_no_process_and_goes_on_to_the_same_result(here, tmp_path, monkeypatch):
    write_photos(tmp_path / "photos", PER_CHUNK * 12)
    given = [str(tmp_path / "photos"), "--networks", B, "--workers", "2"]
    out = tmp_path / "killed.parquet"
    command = [sys.executable, "-m", "fer_core.cli", "predict", *given, "--out", str(out)]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    home, workers = shards.shards_folder(out), []
    while process.poll() is None and len(list(home.glob("[0-9]*.parquet"))) < 2:
        time.sleep(0.01)
        workers = below(process.pid)
    process.kill()
    assert process.wait() == -signal.SIGKILL, "it ended before it could be killed"
    done = {path: path.read_bytes() for path in home.glob("[0-9]*.parquet")}
    assert 2 <= len(done) < 12 and len(workers) >= 2 and not out.exists()
    deadline = time.monotonic() + 30
    while any(map(is_running, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_running, workers))

    done = {path: path.read_bytes() for path in home.glob("[0-9]*.parquet")}  # one may have ended in between
    written = []
    write = shards.write_shard
    monkeypatch.setattr(shards, "write_shard", lambda path, *rest: (written.append(path), write(path, *rest)))
    predict(*given[:-1], "1", "--out", out)
    assert len(written) == 12 - len(done) and not set(written) & set(done)
    predict(*given[:-1], "1", "--out", tmp_path / "whole.parquet")
    assert rows_of(out) == rows_of(tmp_path / "whole.parquet")
    assert len({row["path"] for row in rows_of(out)}) == 12 * PER_CHUNK


def test_shards_of_another_run_and_a_finished_result_are_not_taken(here, tmp_path, monkeypatch, capsys):
    write_photos(tmp_path / "photos", 3)
    out = tmp_path / "r.parquet"
    with monkeypatch.context() as patch:
        patch.setattr(run, "_gathered", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        predict(tmp_path / "photos", "--networks", B, "--out", out, code=130)
    predict(tmp_path / "photos", "--networks", A, "--out", out, code=2)
    assert "other networks, versions" in capsys.readouterr().err
    (tmp_path / "photos" / "happy" / "0000.png").touch()
    os.utime(tmp_path / "photos" / "happy" / "0000.png", (1, 1))
    predict(tmp_path / "photos", "--networks", B, "--out", out, code=2)
    assert "other photos" in capsys.readouterr().err
    shutil.rmtree(shards.shards_folder(out))
    predict(tmp_path / "photos", "--networks", B, "--out", out)
    before = out.read_bytes()
    predict(tmp_path / "photos", "--networks", B, "--out", out, code=2)
    assert out.read_bytes() == before and "exists already" in capsys.readouterr().err


def test_labels_in_folder_names_are_scored_at_once(here, tmp_path):
    photos = write_photos(tmp_path / "photos", 40)
    (tmp_path / "photos" / "happy" / "bad.png").write_bytes(b"bad")
    out = tmp_path / "r.parquet"
    predict(tmp_path / "photos", "--labels", tmp_path / "photos", "--networks", B, "--out", out, code=1)
    rows = {row["path"]: row for row in rows_of(out)}
    assert all(row["label"] == Path(path).parent.name for path, row in rows.items())
    found = json.loads((tmp_path / "r.scores.json").read_text())["networks"][B]
    order = [name for name in Predictor(here / B).card.expressions if name in CLASSES]
    probabilities = np.array([[rows[str(path)][f"{B}:{name}"] for name in order] for path in photos])
    expected = score(probabilities, np.array([order.index(path.parent.name) for path in photos]), order)
    assert found["expressions"] == order and found["left_out"] == {"unreadable": 1}
    assert {key: found[key] for key in ("n", "accuracy", "macro_f1", "confusion")} == {
        key: expected.as_dict()[key] for key in ("n", "accuracy", "macro_f1", "confusion")
    }


def test_labels_of_a_table_count_people_and_leave_unlabelled_photos_out(here, tmp_path):
    home = tmp_path / "photos"
    photos = write_photos(home, 12)
    listed = photos[:9]
    lines = [f"{path.relative_to(home)},{path.parent.name},P{i % 3}" for i, path in enumerate(listed)]
    table = home / "who.csv"
    table.write_text("\n".join(["file,label,subject", *lines]))
    out = tmp_path / "r.csv"
    predict(home, "--labels", table, "--networks", B, "--out", out)
    found = json.loads((tmp_path / "r.scores.json").read_text())["networks"][B]
    assert found["n"] == 9 and found["intervals"] == "over whole people"
    with out.open(newline="") as file:
        assert sum(row["label"] == "" for row in csv.DictReader(file)) == 3


def test_what_cannot_be_asked_is_a_sentence(here, tmp_path, capsys):
    write_photos(tmp_path, 3)
    for words, sentence in (
        (["--out", "r.xlsx"], "ends as no result does"),
        (["--out", "r.csv", "--workers", "0"], "--workers 0 is not valid"),
        (["--out", "r.csv", "--shard", "2"], "is no share"),
        (["--out", "r.csv", "--labels", str(tmp_path / "none")], "is missing"),
        (["--out", str(tmp_path / "happy" / "0000.png" / "r.csv")], "cannot be written"),
    ):
        predict(tmp_path, "--networks", B, *words, code=2)
        assert sentence in capsys.readouterr().err
