"""RAF-DB: both layouts on tiny copies, the held-out validation, each damage by its sentence, the real counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.data_sets import RAF_LABELS, noise, save, write_rafdb
from support.paths import PROJECT, data_root

from fer_core import labels
from fer_core.data import DATASETS, open_dataset, rafdb
from fer_core.errors import DataError


def test_labels_are_read_by_the_owners_codes(tmp_path):
    home = write_rafdb(tmp_path)
    faces = open_dataset("rafdb", tmp_path)
    assert (faces.images.shape, faces.images.dtype) == ((67, 100, 100, 3), np.uint8)
    named = [faces.expressions[label] for label in faces.labels]
    assert named[:3] == ["fear", "disgust", "surprise"]  # train_00001 has code 2, the next 3, the third 1
    assert named[60:] == ["fear", "disgust", "happy", "sad", "angry", "neutral", "surprise"]  # codes 2 to 7, then 1
    np.testing.assert_array_equal(faces.images[1], Image.open(home / "Image/aligned/train_00002_aligned.jpg"))
    assert faces.expressions == DATASETS["rafdb"].expressions == labels.RAFDB and faces.subjects is None


def test_both_layouts_give_the_same_rows(tmp_path):
    write_rafdb(tmp_path / "one")
    write_rafdb(tmp_path / "two", is_owners=False)
    one, two = open_dataset("rafdb", tmp_path / "one"), open_dataset("rafdb", tmp_path / "two")
    for name in ("images", "labels", "split", "rows"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


def test_a_tenth_of_each_class_of_train_is_held_out_and_test_stays_whole(tmp_path):
    write_rafdb(tmp_path)
    faces = open_dataset("rafdb", tmp_path)
    assert np.bincount(faces.subset("validation").labels).tolist() == [2, 2, 2]  # of 20 of each of three classes
    assert (len(faces.subset("train")), len(faces.subset("test"))) == (54, 7)
    assert (faces.split[60:] == "test").all()
    assert "a tenth of train, the same share of each class, held out by name (6 pictures)" in faces.notes[0]


def test_the_held_out_pictures_do_not_depend_on_the_lines_order(tmp_path):
    home = write_rafdb(tmp_path)
    before = open_dataset("rafdb", tmp_path)
    table = home / "EmoLabel/list_patition_label.txt"
    table.write_text("\n".join(reversed(table.read_text().splitlines())))
    np.testing.assert_array_equal(open_dataset("rafdb", tmp_path).split, before.split)


def test_a_corrected_label_is_seen(tmp_path):
    home = write_rafdb(tmp_path)
    open_dataset("rafdb", tmp_path)
    table = home / "EmoLabel/list_patition_label.txt"
    table.write_text(table.read_text().replace("test_0001.jpg 2", "test_0001.jpg 7"))
    assert open_dataset("rafdb", tmp_path).labels[60] == labels.RAFDB.index("neutral")


def test_missing_set_says_how_to_get_it(tmp_path):
    with pytest.raises(DataError, match=r"list_patition_label\.txt is missing, so RAF-DB cannot be opened; .*whdeng"):
        open_dataset("rafdb", tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("test_0001.jpg 8", r"line 61: 'test_0001\.jpg 8' has the label 8, which is not one of 1 to 7"),
        ("test_0001.jpg 0", "has the label 0"),
        ("test_0001.jpg", r"line 61: 'test_0001\.jpg' is not a file name and a label"),
        ("valid_0001.jpg 1", "names a picture of neither train nor test"),
        ("train_00001.jpg 2", r"train_00001\.jpg is listed twice"),
        ("test_9999.jpg 2", r"aligned/test_9999_aligned\.jpg is missing, but .* lists it"),
    ],
)
def test_damaged_line_is_named(tmp_path, line, message):
    table = write_rafdb(tmp_path) / "EmoLabel" / "list_patition_label.txt"
    table.write_text(table.read_text().replace("test_0001.jpg 2", line))
    with pytest.raises(DataError, match=message):
        open_dataset("rafdb", tmp_path)


@pytest.mark.parametrize(("encoding", "end"), [("utf-8-sig", "\r\n"), ("utf-16", "\n"), ("utf-16-be", "\n\n \n")])
def test_the_list_is_read_in_any_encoding_and_quoted(tmp_path, encoding, end):
    table = write_rafdb(tmp_path) / "EmoLabel" / "list_patition_label.txt"
    before = open_dataset("rafdb", tmp_path)
    lines = [f'"{line.split()[0]}" {line.split()[1]}' for line in table.read_text().splitlines()]
    table.write_bytes((end.join(lines) + end).encode(encoding))
    again = open_dataset("rafdb", tmp_path)
    np.testing.assert_array_equal(again.labels, before.labels)
    np.testing.assert_array_equal(again.split, before.split)


def test_a_list_that_is_no_text_gets_a_sentence(tmp_path):
    (write_rafdb(tmp_path) / "EmoLabel" / "list_patition_label.txt").write_bytes(b"train_1.jpg 5\n\x80\xff")
    with pytest.raises(DataError, match=r"list_patition_label\.txt is not text in UTF-8 or UTF-16 .*save it as UTF-8"):
        open_dataset("rafdb", tmp_path)


@pytest.mark.parametrize("is_owners", [True, False])
def test_files_that_are_not_used_are_counted(tmp_path, is_owners):
    home = write_rafdb(tmp_path, is_owners)
    assert len(open_dataset("rafdb", tmp_path).notes) == 1
    place = home / "Image" / "aligned" if is_owners else home / "DATASET" / "test" / "3"
    (place / "notes.txt").write_text("x")
    assert open_dataset("rafdb", tmp_path).notes[1] == "passed over: 1 file that is no listed picture (notes.txt)"


def test_empty_table_is_refused(tmp_path):
    table = write_rafdb(tmp_path) / "EmoLabel" / "list_patition_label.txt"
    table.write_text("\n")
    with pytest.raises(DataError, match="lists no picture"):
        open_dataset("rafdb", tmp_path)


def test_unreadable_and_large_pictures_are_named(tmp_path):
    picture = write_rafdb(tmp_path) / "Image" / "aligned" / "train_00007_aligned.jpg"
    picture.write_bytes(picture.read_bytes()[:300])
    with pytest.raises(DataError, match=r"train_00007_aligned\.jpg cannot be read as a picture"):
        open_dataset("rafdb", tmp_path)
    save(picture, noise(1, size=101, channels=3)[0])
    with pytest.raises(DataError, match=r"train_00007_aligned\.jpg is 101 x 101 px, but this set's .* 100 x 100"):
        open_dataset("rafdb", tmp_path)


def test_kaggle_folders_that_are_missing_empty_or_named_otherwise(tmp_path):
    home = write_rafdb(tmp_path, is_owners=False) / "DATASET"
    (home / "test").rename(home / "held")
    with pytest.raises(DataError, match="DATASET/test is missing; this layout of RAF-DB needs train and test"):
        open_dataset("rafdb", tmp_path)
    (home / "test" / "1").mkdir(parents=True)
    with pytest.raises(DataError, match="DATASET/test has no pictures; it should hold the folders 1 to 7"):
        open_dataset("rafdb", tmp_path)
    (home / "test" / "8").mkdir()
    with pytest.raises(DataError, match=r"test/8 is not a label of RAF-DB \(1 surprise, 2 fear"):
        open_dataset("rafdb", tmp_path)


def test_a_large_copy_must_have_the_published_counts(tmp_path, monkeypatch):
    write_rafdb(tmp_path)
    monkeypatch.setattr(rafdb, "SAMPLE_ROWS", len(RAF_LABELS))
    with pytest.raises(DataError, match="train surprise 20 instead of 1,290, train fear 20 instead of 281"):
        open_dataset("rafdb", tmp_path)


def test_real_set_has_the_published_counts():
    for root in filter(None, (data_root(), PROJECT / "data")):
        if (Path(root) / "raf-db").is_dir():
            break
    else:
        pytest.skip("needs RAF-DB: neither $FER_DATA nor data/ has a folder raf-db")
    faces = open_dataset("rafdb", root)
    # Published, in the order surprise, fear, disgust, happy, sad, angry, neutral: 12,271 train and 3,068 test.
    train = np.isin(faces.split, ["train", "validation"])
    assert np.bincount(faces.labels[train]).tolist() == [1290, 281, 717, 4772, 1982, 705, 2524]
    assert np.bincount(faces.subset("test").labels).tolist() == [329, 74, 160, 1185, 478, 162, 680]
    assert np.bincount(faces.subset("validation").labels).tolist() == [
        129,
        28,
        72,
        477,
        198,
        70,
        252,
    ]  # a tenth of each
