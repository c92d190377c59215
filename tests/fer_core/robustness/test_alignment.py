"""What level eyes are worth: counts of the same faces, turned as photos are; no test face is asked."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from support.checkpoint import publish_sample
from support.paths import toy_faces

from fer_core import cli
from fer_core.errors import ConfigError
from fer_core.evaluation.paired import difference, mcnemar
from fer_core.images import eye_alignment
from fer_core.images.face_detection import CENTERFACE, Face
from fer_core.images.preprocessing import InputSpec
from fer_core.robustness import alignment as record
from fer_core.robustness import measure_alignment
from fer_core.robustness.alignment import TiltScore
from fer_core.robustness.measure_alignment import FACE_PX, PHOTO_PX, photo_of, tilt_scores, tilted_faces


class Level(torch.nn.Module):
    """Answers 0 where a face is bright left and right just above its middle, so level to 10 degrees, else 1."""

    def forward(self, x):
        is_level = x[:, 0, 20:22, 4:44].amin((1, 2)) > 0.5
        return torch.stack([is_level, ~is_level], 1).float()


def edges(n: int) -> np.ndarray:
    """Faces with an edge for eyes: the upper half is bright; the last one lies upside down."""
    faces = np.zeros((n, 48, 48), np.uint8)
    faces[:, :24] = 200
    faces[-1] = faces[-1, ::-1]
    return faces


@pytest.fixture(autouse=True)
def eyes_lie_on_the_edge(monkeypatch):
    """A detector that finds bright above dark, and says that the eyes lie on the border between them."""

    def find(image, detector=None):
        pixels = np.asarray(image.convert("L"))
        middle, half = image.width // 2, FACE_PX // 2
        if pixels[middle - 50, middle] < 100:
            return []
        eyes = [(middle + x, float((pixels[:, middle + x] > 100).sum())) for x in (-60, 60)]
        return [
            Face(middle - half, middle - half, middle + half, middle + half, 0.9, CENTERFACE, (*eyes, *eyes, eyes[0]))
        ]

    monkeypatch.setattr(measure_alignment, "find_faces", find)
    monkeypatch.setattr(eye_alignment, "find_faces", find)
    monkeypatch.setattr(measure_alignment, "detectors", lambda: (CENTERFACE,))


def test_a_face_lies_in_the_middle_of_its_photo_as_large_as_said_and_is_tilted_clockwise():
    upright, tilted = (np.asarray(photo_of(edges(2)[0], tilt).convert("L")) for tilt in (0, 30))
    assert upright.shape == tilted.shape == (PHOTO_PX, PHOTO_PX)
    middle = PHOTO_PX // 2
    assert upright[middle - 9].min() > 190 and upright[middle + 8].max() < 10  # its border goes on to the sides
    assert tilted[middle, middle + 60] > 190 and tilted[middle, middle - 60] < 10


def test_level_eyes_undo_every_tilt_and_leave_a_face_that_is_level_as_it_is():
    faces = edges(3)
    turned = tilted_faces(faces)
    assert [one.tilt for one in turned] == [-30, -15, 0, 15, 30]
    for one in turned:
        assert one.places.tolist() == [0, 1]  # the third has no eyes where eyes are
        assert one.levelled.dtype == np.uint8 and one.levelled.shape == (2, 48, 48)
        off = np.abs(one.levelled[0].astype(int) - faces[0])
        assert off[:20].max() < 25 and off[28:].max() < 25
        assert (np.abs(one.tilted[0].astype(int) - faces[0])[:20].max() > 150) == (one.tilt != 0)
    np.testing.assert_array_equal(turned[2].levelled, faces[:2])
    colour = tilted_faces(np.repeat(faces[:1, :, :, None], 3, axis=3))
    assert colour[0].levelled.shape == (1, 48, 48, 3)


def test_counts_are_of_the_same_faces_in_all_three_ways():
    faces = replace(toy_faces(3), images=edges(3), labels=np.array([0, 1, 0]))
    scores = tilt_scores(Level(), InputSpec(48, 1, "grey", (0,), (1,)), faces, tilted_faces(faces.images))
    assert [score.found for score in scores] == [2] * 5
    assert scores[2] == TiltScore(tilt=0, found=2, upright=1, tilted=1, levelled=1, only_tilted=0, only_levelled=0)
    # Tilted, all are answered 1, which the second one is; levelled, all are answered 0, which the first one is.
    for score in (*scores[:2], *scores[3:]):
        assert (score.upright, score.tilted, score.levelled) == (1, 1, 1)
        assert (score.only_tilted, score.only_levelled) == (1, 1)


SCORE = {"tilt": 30, "found": 100, "upright": 80, "tilted": 50, "levelled": 70, "only_tilted": 5, "only_levelled": 25}


def test_the_gain_and_its_test_are_those_of_paired_answers():
    score = TiltScore(**SCORE)
    assert score.gain == difference(25, 5, 100) and score.gain.value == pytest.approx(0.2)
    assert score.p == mcnemar(25, 5) < 0.001
    assert score.share(score.levelled).value == 0.7


def test_the_command_stores_validation_faces_and_looks_at_no_test(tmp_path, monkeypatch, capsys, own_log_of_looks):
    folder, asked = publish_sample(tmp_path / "checkpoints"), []

    def faces_of(card, split, root):
        asked.append(split)
        return replace(toy_faces(14, split=split), images=edges(14))

    monkeypatch.setattr(measure_alignment, "faces_of", faces_of)
    monkeypatch.setattr(measure_alignment, "TILTS", (0, 30))
    monkeypatch.setattr(record, "PATH", tmp_path / "alignment.json")
    assert cli.main(["alignment", str(folder), str(folder)]) == 0
    entry = record.read_alignments()[folder.name]
    assert asked == ["PublicTest"] * 2 and entry.split == "PublicTest" and not own_log_of_looks.exists()
    assert entry.n == 14 and [score.found for score in entry.tilts] == [13, 13]
    out = capsys.readouterr().out
    assert "difference" in out and out.count(f"{folder.name}: {entry.n} faces of PublicTest") == 2
    monkeypatch.setattr(measure_alignment, "detectors", lambda: ("dlib",))
    assert cli.main(["alignment", str(folder)]) == 2
    assert "requirements-centerface.txt" in capsys.readouterr().err
    assert cli.main(["alignment", str(folder), "--faces", "3"]) == 2


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"levelled": 90, "only_levelled": 55}, "more answers are right"),
        ({"only_levelled": 24}, "do not fit"),
        ({"tilt": 0}, "at no tilt"),
        ({"tilt": 15}, "must rise, with 0 among them"),
        ({"found": 400}, "400 faces found of 300"),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(changed, reason, tmp_path):
    entry = {
        "weights": "0" * 64, "measured": "2026-11-29", "versions": {}, "split": "PublicTest", "n": 300,
        "tilts": [{**SCORE, **changed}],
    }  # fmt: skip
    path = tmp_path / "alignment.json"
    path.write_text(json.dumps({"mini_xception.fer2013-test": entry}))
    with pytest.raises(ConfigError, match=reason):
        record.read_alignments(path)
