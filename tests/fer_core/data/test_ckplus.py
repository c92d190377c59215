"""CK+: both editions on tiny copies of their layouts, each kind of damage by its sentence, the real counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.data_sets import noise, save, write_ck48
from support.paths import PROJECT, data_root

from fer_core import labels
from fer_core.data import DATASETS, ckplus, open_dataset
from fer_core.errors import DataError


def test_files_name_subject_and_sequence(tmp_path):
    write_ck48(tmp_path, subjects=2)
    faces = open_dataset("ckplus", tmp_path)
    assert (faces.images.shape, faces.images.dtype) == ((12, 48, 48), np.uint8)
    assert faces.expressions == DATASETS["ckplus"].expressions == labels.CKPLUS
    assert [faces.expressions[label] for label in faces.labels[::3]] == ["angry", "angry", "contempt", "contempt"]
    assert faces.subjects.tolist() == ["S000"] * 3 + ["S001"] * 3 + ["S000"] * 3 + ["S001"] * 3
    assert faces.sequences[::3].tolist() == ["S000_001", "S001_001", "S000_002", "S001_002"]
    np.testing.assert_array_equal(faces.images[4], Image.open(tmp_path / "ck48/anger/S001_001_00000008.png"))


def test_taking_rows_takes_their_subjects(tmp_path):
    write_ck48(tmp_path, subjects=2)
    faces = open_dataset("ckplus", tmp_path).take(np.array([3, 0]))
    assert faces.subjects.tolist() == ["S001", "S000"] and faces.sequences.tolist() == ["S001_001", "S000_001"]


def test_there_is_no_official_split(tmp_path):
    write_ck48(tmp_path, subjects=1)
    faces = open_dataset("ckplus", tmp_path)
    with pytest.raises(DataError, match="ckplus has no official split.*choose a protocol"):
        faces.subset(DATASETS["ckplus"].train_split)


def test_training_on_it_without_a_protocol_gets_a_sentence(tmp_path, monkeypatch, capsys):
    from fer_core import cli

    write_ck48(tmp_path / "data", subjects=1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FER_DATA", raising=False)
    assert cli.main(["train", "mini_xception", "--data", "ckplus"]) == 2
    assert "CK+ has no official splits" in capsys.readouterr().err


def test_missing_folder_says_how_to_get_it(tmp_path):
    with pytest.raises(DataError, match=r"ck48 is missing, so CK\+ cannot be opened; get it from its owners"):
        open_dataset("ckplus", tmp_path)


@pytest.mark.parametrize("name", ["face1.png", "S010_004.png", "S10_004_00000017.png", "S010_004_00000017_copy.png"])
def test_file_named_otherwise_is_refused(tmp_path, name):
    write_ck48(tmp_path, subjects=1)
    save(tmp_path / "ck48" / "fear" / name, noise(1)[0])
    with pytest.raises(DataError, match=f"fear/{name} is not named Sxxx_sss_ffffffff.*whose face it is"):
        open_dataset("ckplus", tmp_path)


def test_sequence_with_two_expressions_is_refused(tmp_path):
    write_ck48(tmp_path, subjects=1)
    save(tmp_path / "ck48" / "fear" / "S000_001_00000010.png", noise(1)[0])
    with pytest.raises(DataError, match="sequence S000_001 under angry and fear, but a sequence shows one expression"):
        open_dataset("ckplus", tmp_path)


def test_unknown_class_unreadable_and_large_pictures_are_named(tmp_path):
    write_ck48(tmp_path, subjects=1)
    neutral = save(tmp_path / "ck48" / "neutral" / "S000_009_00000001.png", noise(1)[0])
    with pytest.raises(DataError, match="ck48/neutral is not named after an expression of this set"):
        open_dataset("ckplus", tmp_path)
    neutral.unlink()
    neutral.parent.rmdir()
    frame = tmp_path / "ck48" / "anger" / "S000_001_00000007.png"
    frame.write_bytes(frame.read_bytes()[:500])
    with pytest.raises(DataError, match=r"S000_001_00000007\.png cannot be read as a picture"):
        open_dataset("ckplus", tmp_path)
    save(frame, noise(1, size=49)[0])
    with pytest.raises(DataError, match=r"S000_001_00000007\.png is 49 x 49 px, but this set's pictures are 48 x 48"):
        open_dataset("ckplus", tmp_path)


def test_a_large_copy_must_have_the_published_counts(tmp_path, monkeypatch):
    write_ck48(tmp_path, subjects=2)
    monkeypatch.setattr(ckplus, "SAMPLE_ROWS", 12)
    with pytest.raises(DataError, match="not the published edition .*angry 6 instead of 135, contempt 6 instead of 54"):
        open_dataset("ckplus", tmp_path)
    monkeypatch.setattr(ckplus, "COUNTS", dict.fromkeys(labels.CKPLUS, 0) | {"angry": 6, "contempt": 6})
    with pytest.raises(DataError, match="4 sequences of 2 subjects instead of 327 of 118"):
        open_dataset("ckplus", tmp_path)


def write_extended(root: Path, rows: list[str], header: str = "emotion,pixels,Usage", end: str = "\n") -> Path:
    path = root / "ckplus" / "ckextended.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + end)
    return path


def row(code: int | str, usage: str = "Training", value: int | str = 5, pixels: int = 48 * 48) -> str:
    return f"{code},{' '.join([str(value)] * pixels)},{usage}"


def test_the_table_has_neutral_and_contempt_and_no_subjects(tmp_path):
    write_extended(tmp_path, [row(6, value=9), row(7, "PublicTest"), row(0, "PrivateTest")])
    faces = open_dataset("ckextended", tmp_path)
    assert [faces.expressions[label] for label in faces.labels] == ["neutral", "contempt", "angry"]
    assert faces.split.tolist() == ["Training", "PublicTest", "PrivateTest"] and faces.images[0, 47, 47] == 9
    assert faces.subjects is None and DATASETS["ckextended"].train_split is None


@pytest.mark.parametrize(
    ("rows", "header", "end", "message"),
    [
        ([row(8)], "emotion,pixels,Usage", "\n", r"row 0 \(line 2\): emotion '8' is not one of the codes 0 to 7"),
        ([row(1, "Testing")], "emotion,pixels,Usage", "\n", "Usage 'Testing' is not one of Training, PublicTest"),
        ([row(1, value=300)], "emotion,pixels,Usage", "\n", "pixel '300' is not a whole number from 0 to 255"),
        ([row(1)[:-40]], "emotion,pixels,Usage", "", "row 0 .*the file ends there, as a broken download does"),
        ([row(1)], "label,pixels,Usage", "\n", "lacks emotion; put the owner's ckextended.csv"),
        ([], "emotion,pixels,Usage", "\n", "has a header but no rows"),
    ],
)
def test_damaged_table_is_named(tmp_path, rows, header, end, message):
    write_extended(tmp_path, rows, header, end)
    with pytest.raises(DataError, match=message):
        open_dataset("ckextended", tmp_path)


def test_missing_table_and_wrong_counts_are_named(tmp_path, monkeypatch):
    with pytest.raises(DataError, match=r"ckplus/ckextended\.csv is missing"):
        open_dataset("ckextended", tmp_path)
    write_extended(tmp_path, [row(0), row(0)])
    monkeypatch.setattr(ckplus, "SAMPLE_ROWS", 2)
    with pytest.raises(DataError, match="angry 2 instead of 45, disgust 0 instead of 59"):
        open_dataset("ckextended", tmp_path)


def real_ck48() -> Path:
    """Where the unpacked set lies; skips the test where it does not."""
    for root in filter(None, (data_root(), PROJECT / "data")):
        if (Path(root) / "ck48").is_dir():
            return Path(root)
    pytest.skip("needs CK+ (48 x 48 edition): neither $FER_DATA nor data/ has a folder ck48")


def test_real_set_has_the_published_counts():
    faces = open_dataset("ckplus", real_ck48())
    # 45 angry, 18 contempt, 59 disgust, 25 fear, 69 happy, 28 sad, 83 surprise sequences (Lucey et al. 2010)
    sequences = np.array([45, 18, 59, 25, 69, 28, 83])
    assert np.bincount(faces.labels).tolist() == (3 * sequences).tolist()
    assert (len(np.unique(faces.subjects)), len(np.unique(faces.sequences))) == (118, sequences.sum())
