"""A user's own pictures: mapped by a file, by name, of any size, and each mistake by its sentence."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image
from support.data_sets import noise, save

from fer_core.data import open_dataset
from fer_core.errors import DataError


def write_mapping(root, mapping):
    text = mapping if isinstance(mapping, str) else json.dumps(mapping)
    (root / "own").mkdir(exist_ok=True)
    (root / "own" / "labels.json").write_text(text)


def test_folders_are_mapped_by_the_file_and_else_by_name(tmp_path):
    save(tmp_path / "own" / "joy" / "a.png", noise(1, 60)[0])
    save(tmp_path / "own" / "Anger" / "b.jpg", noise(1, 200, channels=3)[0])
    save(tmp_path / "own" / "blurred" / "c.png", noise(1)[0])
    write_mapping(tmp_path, {"joy": "happy", "blurred": None})
    faces = open_dataset("own", tmp_path)
    assert [faces.expressions[label] for label in faces.labels] == ["angry", "happy"]
    assert faces.images.shape == (2, 100, 100, 3) and faces.expressions == ("angry", "happy")
    with pytest.raises(DataError, match="own has no official split"):
        faces.subset(None)


def test_pictures_stand_upright_and_become_square(tmp_path):
    wide = np.zeros((40, 80), np.uint8)
    wide[:, 40:] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: right becomes down
    (tmp_path / "own" / "sad").mkdir(parents=True)
    Image.fromarray(wide).save(tmp_path / "own" / "sad" / "turned.jpg", exif=exif, quality=95)
    image = open_dataset("own", tmp_path).images[0]
    assert image[:40].max() < 30 and image[60:].min() > 225


def test_missing_folder_and_empty_folder(tmp_path):
    with pytest.raises(DataError, match=r"own is missing; make it, with one folder per expression \(angry"):
        open_dataset("own", tmp_path)
    (tmp_path / "own" / "happy").mkdir(parents=True)
    with pytest.raises(DataError, match="own has no pictures to use"):
        open_dataset("own", tmp_path)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("{", r"labels\.json is not JSON .*write \{\"joy\": \"happy\""),
        ("[1]", r"labels\.json holds a list instead of an object"),
        ({"joy": "joyful"}, "maps 'joy' to 'joyful', which is no expression; choose one of angry"),
        ({"joy": 3}, "maps 'joy' to 3, which is no expression"),
        ({"jot": "happy"}, "maps 'jot', but .* has no such folder or label; correct the name"),
        ({}, r"own/joy is not named after an expression; rename it, or say .* as in \{\"joy\": \"happy\"\}"),
    ],
)
def test_wrong_mapping_is_named(tmp_path, mapping, message):
    save(tmp_path / "own" / "joy" / "a.png", noise(1)[0])
    write_mapping(tmp_path, mapping)
    with pytest.raises(DataError, match=message):
        open_dataset("own", tmp_path)


def test_unreadable_picture_is_named(tmp_path):
    path = save(tmp_path / "own" / "happy" / "a.png", noise(1)[0])
    path.write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"no pictures to use; left out: 1 of the files, a\.png first: The file is"):
        open_dataset("own", tmp_path)
