"""Fingerprints of data: what changes them, what does not, and how a difference is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.paths import toy_faces

from fer_core.data import FaceDataset
from fer_core.data.fingerprint import differences, digest, fingerprint


@pytest.fixture
def faces() -> FaceDataset:
    return replace(toy_faces(30), split=np.repeat(["train", "test"], [20, 10]), votes=np.full((30, 7), 1 / 7, "f4"))


def changed(faces: FaceDataset, **columns: np.ndarray) -> list[str]:
    return differences(fingerprint(faces), fingerprint(replace(faces, **columns)), ["train", "test"])


def put(column: np.ndarray, at: int, value: object) -> np.ndarray:
    column = column.copy()
    column[at] = value
    return column


def test_the_same_faces_have_the_same_fingerprint_wherever_they_lie_in_memory(faces):
    strided = np.repeat(faces.images, 2, axis=0)[::2]
    assert changed(faces, images=strided, labels=faces.labels.astype(np.int32), rows=faces.rows.astype(np.int16)) == []


def test_each_part_is_told_apart_by_split(faces):
    assert changed(faces, labels=put(faces.labels, 3, 6)) == ["the labels of train"]
    assert changed(faces, images=put(faces.images, 25, faces.images[25] ^ 1)) == ["the pixels of test"]
    assert changed(faces, rows=put(faces.rows, 19, 99)) == ["the rows of train"]
    assert changed(faces, votes=put(faces.votes, 29, 0)) == ["the votes of test"]
    order = np.r_[1, 0, np.arange(2, 30)]  # two faces exchanged, with their labels
    assert changed(faces, images=faces.images[order], labels=faces.labels[order]) == [
        "the labels of train", "the pixels of train"
    ]  # fmt: skip


def test_half_of_the_rows_and_a_split_that_is_gone_are_said_first(faces):
    fewer = faces.take(np.r_[0:10, 20:30])
    assert differences(fingerprint(faces), fingerprint(fewer), ["train"]) == ["train, which had 20 faces and has 10"]
    gone = faces.take(np.arange(20))
    assert differences(fingerprint(faces), fingerprint(gone), ["test"]) == ["test, which is gone"]
    assert differences(fingerprint(gone), fingerprint(faces), ["train", "test"]) == ["test, which is new"]


def test_rotated_names_of_expressions_are_other_labels(faces):
    turned = replace(faces, expressions=faces.expressions[1:] + faces.expressions[:1])
    assert differences(fingerprint(faces), fingerprint(turned), ["test"]) == ["the labels of test"]


def test_pictures_of_another_shape_with_the_same_bytes_are_other_pixels(faces):
    assert "the pixels of train" in changed(faces, images=faces.images.reshape(30, 24, 96))


def test_one_digest_for_a_part_whatever_its_split_is_called(faces):
    part = faces.take(np.arange(12))
    assert digest(part) == digest(replace(part, split=np.full(12, "fold"))) != digest(faces.take(np.arange(13)))
    assert digest(part) != digest(faces.take(np.arange(12)[::-1]))
