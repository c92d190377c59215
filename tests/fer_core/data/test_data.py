"""The data sets: each opener on a tiny copy of its layout, each kind of damage by its sentence, the real counts."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fer_core import labels
from fer_core.data import DATASETS, cache, fer2013, ferplus, open_dataset
from fer_core.errors import ConfigError, DataError

PIXELS = 48 * 48
HEADER = "emotion,pixels,Usage"
VOTES_HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"


def row(code: int | str, value: int | str, usage: str, pixels: int = PIXELS) -> str:
    return f"{code},{' '.join([str(value)] * pixels)},{usage}"


ROWS = [row(0, 10, "Training"), row(3, 20, "Training"), row(6, 30, "PublicTest"), row(5, 255, "PrivateTest")]
BALLOTS = [
    "Training,fer0000000.png,0,0,0,1,9,0,0,0,0,0",  # nine of nine counted votes: angry
    "Training,fer0000001.png,0,5,5,0,0,0,0,0,0,0",  # half is not more than half
    "PublicTest,fer0032220.png,0,0,0,0,0,0,0,0,8,2",  # unknown wins
    "PrivateTest,fer0035801.png,6,0,0,2,0,0,0,0,2,0",  # six of ten: neutral
]


def write_table(root: Path, rows: list[str] = ROWS, header: str = HEADER, end: str = "\n") -> Path:
    path = root / "fer2013" / "fer2013.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + end)
    return path


def write_ballots(root: Path, ballots: list[str] = BALLOTS, header: str = VOTES_HEADER) -> Path:
    path = root / "fer2013" / "fer2013new.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *ballots]) + "\n")
    return path


def write_picture(root: Path, place: str, value: int = 7, size: tuple[int, int] = (48, 48), mode: str = "L") -> Path:
    path = root / "fer2013" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value if mode == "L" else (value,) * 3).save(path)
    return path


def write_folders(root: Path) -> None:
    write_picture(root, "train/happy/b.png", 20)
    write_picture(root, "train/happy/a.png", 10)
    write_picture(root, "train/anger/z.png", 30, mode="RGB")
    write_picture(root, "test/neutral/c.png", 40)
    (root / "fer2013/train/happy/Thumbs.db").write_bytes(b"no picture")
    (root / "fer2013/train/happy/list.txt").write_text("no picture")


def test_table_is_read_row_by_row(tmp_path: Path) -> None:
    write_table(tmp_path)
    faces = open_dataset("fer2013", tmp_path)
    assert (faces.images.shape, faces.images.dtype) == ((4, 48, 48), np.uint8)
    assert faces.images[:, 0, 0].tolist() == faces.images[:, 47, 47].tolist() == [10, 20, 30, 255]
    assert [faces.expressions[label] for label in faces.labels] == ["angry", "happy", "neutral", "surprise"]
    assert faces.split.tolist() == ["Training", "Training", "PublicTest", "PrivateTest"]
    assert faces.rows.tolist() == [0, 1, 2, 3] and faces.votes is None


def test_pixels_fill_the_picture_line_by_line(tmp_path: Path) -> None:
    values = [(3 * i) % 256 for i in range(PIXELS)]
    write_table(tmp_path, [f"1,{' '.join(map(str, values))},Training"])
    image = open_dataset("fer2013", tmp_path).images[0]
    assert image[0, 5] == 15 and image[1, 0] == 144 and image[47, 47] == (3 * (PIXELS - 1)) % 256


def test_table_may_order_and_space_its_columns_otherwise(tmp_path: Path) -> None:
    reordered = [",".join(line.split(",")[i] for i in (0, 2, 1)) for line in ROWS]
    write_table(tmp_path, reordered, header="emotion, Usage, pixels", end="\r\n\r\n")
    assert open_dataset("fer2013", tmp_path).labels.tolist() == [0, 3, 6, 5]


def test_subset_keeps_row_numbers_and_refuses_unknown_splits(tmp_path: Path) -> None:
    write_table(tmp_path)
    faces = open_dataset("fer2013", tmp_path)
    assert faces.subset("PrivateTest").rows.tolist() == [3] and len(faces.subset("Training")) == 2
    with pytest.raises(DataError, match=r"no split 'test'; it has Training, PublicTest, PrivateTest"):
        faces.subset("test")


def test_root_comes_from_the_environment_or_is_data_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_table(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FER_DATA", raising=False)
    assert len(open_dataset("fer2013")) == 4
    monkeypatch.setenv("FER_DATA", str(tmp_path / "elsewhere"))
    with pytest.raises(DataError, match="elsewhere"):
        open_dataset("fer2013")


def test_unknown_set_is_refused_with_the_closest() -> None:
    with pytest.raises(ConfigError, match=r"'fer13' is not a known data set; .*closest: fer2013"):
        open_dataset("fer13")


def test_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    write_table(tmp_path)
    monkeypatch.setattr(fer2013, "_parse_table", refuse)
    with pytest.raises(
        DataError, match=r"fer2013\.csv cannot be read \(Permission denied\); check the disk and the rig"
    ):
        open_dataset("fer2013", tmp_path)


def test_missing_table_says_where_it_should_lie_and_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"fer2013/fer2013\.csv is missing.*Kaggle competition challenges-in-repr"):
        open_dataset("fer2013", tmp_path)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (row(7, 1, "Training"), r"row 1 \(line 3\): emotion '7' is not one of the codes 0 to 6"),
        (row(-1, 1, "Training"), r"row 1 .*emotion '-1'"),
        (row("", 1, "Training"), r"row 1 .*emotion ''"),
        (row(0, 1, "Test"), r"row 1 .*Usage 'Test' is not one of Training, PublicTest, PrivateTest"),
        (row(0, 1, "Training", pixels=2303), r"row 1 .*2,303 pixels instead of 2,304"),
        (row(0, 1, "Training", pixels=2305), r"row 1 .*2,305 pixels instead of 2,304"),
        (row(0, 256, "Training"), r"row 1 .*pixel '256' is not a whole number from 0 to 255"),
        (row(0, "0.5", "Training"), r"row 1 .*pixel '0\.5'"),
        ("0,1 2 3", r"row 1 .*it has 2 of 3 columns"),
    ],
)
def test_damaged_row_is_named(tmp_path: Path, bad: str, message: str) -> None:
    write_table(tmp_path, [ROWS[0], bad, ROWS[1]])
    with pytest.raises(DataError, match=message) as caught:
        open_dataset("fer2013", tmp_path)
    assert "the file ends there" not in str(caught.value) and not (tmp_path / "fer2013/.cache").exists()


@pytest.mark.parametrize("lost", [1, 5, 20, 5000])
def test_truncated_last_line_is_told_apart(tmp_path: Path, lost: int) -> None:
    write_table(tmp_path, [*ROWS[:3], ROWS[3][:-lost]], end="")
    with pytest.raises(
        DataError, match=r"row 3 \(line 5\).*the file ends there, as a broken download does; get fer2013"
    ):
        open_dataset("fer2013", tmp_path)


def test_wrong_columns_are_named(tmp_path: Path) -> None:
    write_table(tmp_path, ["0,1 2 3"], header="emotion,pixels")
    with pytest.raises(DataError, match=r"has the columns 'emotion, pixels' and lacks Usage; put the owner's"):
        open_dataset("fer2013", tmp_path)


def test_table_of_something_else_is_refused(tmp_path: Path) -> None:
    write_table(tmp_path).write_bytes(bytes(range(256)) * 40)
    with pytest.raises(DataError, match="lacks emotion, pixels, Usage"):
        open_dataset("fer2013", tmp_path)


@pytest.mark.parametrize(("text", "message"), [("", "lacks emotion, pixels, Usage"), (HEADER, "header but no rows")])
def test_empty_table_is_refused(tmp_path: Path, text: str, message: str) -> None:
    write_table(tmp_path).write_text(text)
    with pytest.raises(DataError, match=message):
        open_dataset("fer2013", tmp_path)


def test_large_table_must_have_the_published_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fer2013, "SAMPLE_ROWS", 4)
    write_table(tmp_path)
    with pytest.raises(DataError, match=r"Training 2 instead of 28,709, PublicTest 1 instead of 3,589, Priv.*sample"):
        open_dataset("fer2013", tmp_path)


def test_folders_are_read_in_a_fixed_order(tmp_path: Path) -> None:
    write_folders(tmp_path)
    faces = open_dataset("fer2013", tmp_path)
    assert [faces.expressions[label] for label in faces.labels] == ["angry", "happy", "happy", "neutral"]
    assert faces.images[:, 0, 0].tolist() == [30, 10, 20, 40]
    assert faces.rows.tolist() == [100_000, 100_001, 100_002, 100_003]  # no row of fer2013.csv is meant
    with pytest.raises(DataError, match=r"no split 'PublicTest'; it has .*test"):
        faces.subset("PublicTest")
    assert faces.notes[-1] == "passed over: 1 file that is no picture in a class folder (list.txt)"


def write_class(root: Path, place: str, n: int, name: str = "{:02d}") -> None:
    for i in range(n):
        write_picture(root, f"{place}/{name.format(i)}.png", i)


def test_a_tenth_of_the_pictures_is_held_out_by_name_where_nothing_else_is_validation(tmp_path: Path) -> None:
    for word, n in (("fear", 30), ("sad", 11), ("surprised", 1)):
        write_class(tmp_path, f"train/{word}", n)
    write_class(tmp_path, "test/fear", 5)
    faces = open_dataset("fer2013", tmp_path)
    assert faces.roles == ("train", "validation", "test") and set(faces.splits) == set(faces.roles)
    counts = [np.bincount(faces.subset(role).labels, minlength=7)[[2, 4, 5]].tolist() for role in faces.roles]
    assert counts == [[27, 10, 1], [3, 1, 0], [5, 0, 0]]
    assert (
        "validation is a tenth of train, the same share of each class, held out by name (4 pictures)" in faces.notes[0]
    )
    assert "a score on it is not one on PrivateTest" in faces.notes[0]
    held = {(one.labels[0], int(one.images[0, 0, 0])) for one in map(faces.take, np.flatnonzero(
        faces.split == "validation")[:, None])}  # fmt: skip
    write_class(tmp_path, "train/neutral", 20)  # other classes do not move what is held out of these
    again = open_dataset("fer2013", tmp_path).subset("validation")
    assert held < {(label, int(image[0, 0])) for label, image in zip(again.labels, again.images, strict=True)}


@pytest.mark.parametrize("word", ["val", "valid", "Validation"])
def test_a_validation_folder_is_used_and_nothing_is_held_out(tmp_path: Path, word: str) -> None:
    for split, n in (("train", 12), (word, 4), ("test", 6)):
        write_class(tmp_path, f"{split}/happy", n)
    faces = open_dataset("fer2013", tmp_path)
    assert [len(faces.subset(role)) for role in faces.roles] == [12, 4, 6]
    assert faces.notes == (f"validation is the 4 pictures of {word}/",)


def test_public_and_private_test_are_told_apart_by_their_names(tmp_path: Path) -> None:
    write_class(tmp_path, "train/happy", 10, "Training_{:d}")
    write_class(tmp_path, "test/happy", 3, "PublicTest_{:d}")
    write_class(tmp_path, "test/happy", 5, "PrivateTest_{:d}")
    faces = open_dataset("fer2013", tmp_path)
    assert [len(faces.subset(role)) for role in faces.roles] == [10, 3, 5]
    assert faces.notes == ("validation is the 3 pictures of test/ that are named PublicTest; test is the others",)


def test_two_folders_for_one_split_are_refused(tmp_path: Path) -> None:
    write_folders(tmp_path)
    write_class(tmp_path, "val/sad", 1)
    write_class(tmp_path, "validation/sad", 1)
    with pytest.raises(DataError, match=r"fer2013/val and .*/validation both stand for validation; put their pictures"):
        open_dataset("fer2013", tmp_path)


def test_many_pictures_must_be_all_that_were_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fer2013, "SAMPLE_ROWS", 4)
    write_folders(tmp_path)
    with pytest.raises(DataError, match=r"\(train 3, test 1; published are 28,709 for training and 7,178 for"):
        open_dataset("fer2013", tmp_path)


def test_pictures_are_read_at_any_depth_in_every_format_of_the_photo_reader(tmp_path: Path) -> None:
    write_folders(tmp_path)
    write_picture(tmp_path, "train/sad/a/deep/one.bmp", 60)
    write_picture(tmp_path, "train/sad/b/two.tiff", 70)
    write_picture(tmp_path, "train/sad/three.webp", 80)
    write_picture(tmp_path, "train/.trash/no.png", 90)
    faces = open_dataset("fer2013", tmp_path)
    found = faces.images[faces.labels == labels.FER2013.index("sad")][:, 0, 0]
    assert sorted(abs(int(value) - want) <= 2 for value, want in zip(found, (60, 70, 80), strict=True)) == [True] * 3
    assert len(faces) == 7


# --- text files as the world writes them


def quoted(line: str) -> str:
    """As R's write.csv does: text in quotes, numbers not."""
    return ",".join(field if field.isdigit() else f'"{field}"' for field in line.split(","))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n \n,,\n"])
def test_tables_are_read_in_any_encoding_quoted_and_with_blank_lines_behind(
    tmp_path: Path, encoding: str, end: str
) -> None:
    line_end = "\r\n" if "\r" in end else "\n"
    for write, lines in ((write_table, [HEADER, *ROWS]), (write_ballots, [VOTES_HEADER, *BALLOTS])):
        write(tmp_path).write_bytes((line_end.join(map(quoted, lines)) + end).encode(encoding))
    faces, plus = open_dataset("fer2013", tmp_path), open_dataset("ferplus", tmp_path)
    assert faces.labels.tolist() == [0, 3, 6, 5] and faces.images[:, 5, 5].tolist() == [10, 20, 30, 255]
    assert plus.rows.tolist() == [0, 3]


def test_a_quote_that_never_ends_is_told(tmp_path: Path) -> None:
    write_table(tmp_path, [row(0, 10, "Training"), '3,"' + "1 2 3 " * 30_000])
    with pytest.raises(DataError, match=r"fer2013\.csv is not a table \(field larger than field limit"):
        open_dataset("fer2013", tmp_path)


def test_the_line_of_a_damaged_row_is_counted_with_blank_ones(tmp_path: Path) -> None:
    write_table(tmp_path, [ROWS[0], "", "", row(9, 1, "Training")])
    with pytest.raises(DataError, match=r"row 1 \(line 5\): emotion '9'"):
        open_dataset("fer2013", tmp_path)


def test_table_wins_over_folders(tmp_path: Path) -> None:
    write_folders(tmp_path)
    write_table(tmp_path)
    assert open_dataset("fer2013", tmp_path).splits == fer2013.SPLITS


def test_unknown_class_folder_is_named(tmp_path: Path) -> None:
    write_folders(tmp_path)
    write_picture(tmp_path, "train/bored/a.png")
    write_picture(tmp_path, "train/suprise/a.png")
    write_picture(tmp_path, "train/5_smiling/a.png")
    with pytest.raises(
        DataError,
        match=r"train/5_smiling is not named after an expression of this set; rename or remove '5_smiling' \(happy\?"
        r"\), 'bored', 'suprise' \(surprise\?\) \(known: angry, disgust",
    ):
        open_dataset("fer2013", tmp_path)


def test_contempt_is_no_expression_of_fer2013(tmp_path: Path) -> None:
    write_folders(tmp_path)
    write_picture(tmp_path, "test/contempt/a.png")
    with pytest.raises(DataError, match="test/contempt is not named after an expression of this set"):
        open_dataset("fer2013", tmp_path)


def test_missing_or_empty_split_folder_is_named(tmp_path: Path) -> None:
    write_picture(tmp_path, "train/happy/a.png")
    with pytest.raises(DataError, match=r"fer2013/test is missing"):
        open_dataset("fer2013", tmp_path)
    (tmp_path / "fer2013/test/happy").mkdir(parents=True)
    with pytest.raises(DataError, match=r"fer2013/test has no pictures; it should hold one folder per expression"):
        open_dataset("fer2013", tmp_path)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 30])
def test_unreadable_picture_is_named(tmp_path: Path, content: bytes) -> None:
    write_folders(tmp_path)
    write_picture(tmp_path, "train/happy/b.png").write_bytes(content)
    with pytest.raises(DataError, match=r"happy/b\.png cannot be read as a picture .*get that file again"):
        open_dataset("fer2013", tmp_path)


def test_truncated_picture_is_named(tmp_path: Path) -> None:
    write_folders(tmp_path)
    path = write_picture(tmp_path, "train/happy/b.jpg")
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(DataError, match=r"happy/b\.jpg cannot be read as a picture"):
        open_dataset("fer2013", tmp_path)


def test_picture_of_another_size_is_named(tmp_path: Path) -> None:
    write_folders(tmp_path)
    write_picture(tmp_path, "test/sad/big.png", size=(50, 48))
    with pytest.raises(DataError, match=r"sad/big\.png is 50 x 48 px, but this set's pictures are 48 x 48 px"):
        open_dataset("fer2013", tmp_path)


def stop_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: object) -> None:
        raise AssertionError("the source was read again")

    monkeypatch.setattr(fer2013, "_parse_table", parse)
    monkeypatch.setattr(fer2013, "_parse_folder", parse)


@pytest.mark.parametrize("write", [write_table, write_folders])
def test_second_opening_reads_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write) -> None:
    write(tmp_path)
    first = open_dataset("fer2013", tmp_path)
    stop_parsing(monkeypatch)
    second = open_dataset("fer2013", tmp_path)
    for name in ("images", "labels", "split", "rows"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
        assert getattr(first, name).dtype == getattr(second, name).dtype
    assert [path.suffix for path in (tmp_path / "fer2013/.cache").iterdir()] == [".npz"]


def test_changed_table_is_parsed_again(tmp_path: Path) -> None:
    path = write_table(tmp_path)
    open_dataset("fer2013", tmp_path)
    before = path.stat()
    write_table(tmp_path, [row(1, 11, "Training"), *ROWS[1:]])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert path.stat().st_size == before.st_size
    assert open_dataset("fer2013", tmp_path).labels[0] == 1


def test_new_picture_is_seen(tmp_path: Path) -> None:
    write_folders(tmp_path)
    open_dataset("fer2013", tmp_path)
    write_picture(tmp_path, "test/sad/d.png")
    assert len(open_dataset("fer2013", tmp_path)) == 5


@pytest.mark.parametrize("keep", [0, 100, 5000])
def test_damaged_cache_is_made_anew(tmp_path: Path, keep: int) -> None:
    write_table(tmp_path)
    open_dataset("fer2013", tmp_path)
    stored = tmp_path / "fer2013/.cache/fer2013-csv.npz"
    whole = stored.read_bytes()
    stored.write_bytes(whole[:keep])
    assert open_dataset("fer2013", tmp_path).labels.tolist() == [0, 3, 6, 5]
    assert stored.stat().st_size == len(whole)


def test_folder_that_cannot_be_written_still_opens(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_table(tmp_path)
    (tmp_path / "fer2013/.cache").write_text("a file where the folder should be")
    assert len(open_dataset("fer2013", tmp_path)) == 4
    assert "could not be stored" in caplog.text and "parse again" in caplog.text


def test_full_disk_still_opens_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(file, **_: object) -> None:
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    write_table(tmp_path)
    monkeypatch.setattr(cache.np, "savez", full)
    assert len(open_dataset("fer2013", tmp_path)) == 4
    assert "No space left on device" in caplog.text and not list((tmp_path / "fer2013/.cache").iterdir())


def test_ferplus_keeps_the_faces_on_which_most_agree(tmp_path: Path) -> None:
    write_table(tmp_path)
    write_ballots(tmp_path)
    faces = open_dataset("ferplus", tmp_path)
    assert faces.rows.tolist() == [0, 3] and faces.images[:, 0, 0].tolist() == [10, 255]
    assert [faces.expressions[label] for label in faces.labels] == ["angry", "neutral"]
    assert faces.split.tolist() == ["Training", "PrivateTest"]
    # neutral 6 and sad 2 remain of the last row: 6/8 and 2/8
    np.testing.assert_allclose(faces.votes, [[0, 0, 0, 0, 1, 0, 0, 0], [0.75, 0, 0, 0.25, 0, 0, 0, 0]])


@pytest.mark.parametrize(
    ("votes", "winner"),
    [
        ([4, 0, 0, 1, 3, 2, 0, 0, 0, 0], -1),  # 4 of 9 counted
        ([5, 1, 1, 1, 1, 1, 0, 0, 0, 0], 0),  # 5 of 5, because single votes are outliers
        ([5, 0, 0, 5, 0, 0, 0, 0, 0, 0], -1),  # exactly half
        ([0, 5, 0, 0, 0, 0, 0, 0, 3, 2], -1),  # unknown and NF count: 5 of 10
        ([0, 0, 0, 0, 0, 0, 0, 6, 4, 0], 7),  # contempt
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 10], -1),  # not a face
        ([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], -1),  # nothing is left
    ],
)
def test_majority(votes: list[int], winner: int) -> None:
    assert ferplus.majority(np.array([votes])).tolist() == [winner]


def test_shares_of_nothing_are_zero() -> None:
    assert ferplus.shares(np.ones((1, 10), np.int64)).tolist() == [[0.0] * 8]


def test_vote_columns_are_the_expressions_in_order() -> None:
    assert tuple(map(labels.canonical, ferplus.VOTE_COLUMNS[:8])) == labels.FERPLUS


def test_ferplus_leaves_out_rows_without_an_image(tmp_path: Path) -> None:
    write_table(tmp_path)
    write_ballots(tmp_path, ["Training,,9,0,0,0,0,0,0,0,0,0", *BALLOTS[1:]])
    assert open_dataset("ferplus", tmp_path).rows.tolist() == [3]


def test_ferplus_without_votes_says_what_is_missing(tmp_path: Path) -> None:
    write_table(tmp_path)
    with pytest.raises(DataError, match=r"fer2013new\.csv is missing, so FER\+ .*microsoft/FERPlus"):
        open_dataset("ferplus", tmp_path)


def test_ferplus_needs_the_table_not_the_folders(tmp_path: Path) -> None:
    write_folders(tmp_path)
    write_ballots(tmp_path)
    with pytest.raises(DataError, match=r"fer2013\.csv is missing, and FER\+ has votes but no pixels of its own"):
        open_dataset("ferplus", tmp_path)


@pytest.mark.parametrize(
    ("ballots", "message"),
    [
        (BALLOTS[:3], r"has 3 rows but fer2013\.csv beside it has 4"),
        ([BALLOTS[0], BALLOTS[2], BALLOTS[1], BALLOTS[3]], r"row 1: Usage is 'PublicTest' but 'Training'"),
        ([*BALLOTS[:3], BALLOTS[3][:-2]], r"row 3 \(line 5\): the votes '6,0,0,2,0,0,0,0,2' are not 10 whole numbers"),
        ([BALLOTS[0].replace("9", "-9"), *BALLOTS[1:]], r"row 0 \(line 2\): the votes '0,0,0,1,-9"),
        (["", *BALLOTS[1:]], r"row 0 \(line 2\): the votes ''"),
    ],
)
def test_damaged_votes_are_named(tmp_path: Path, ballots: list[str], message: str) -> None:
    write_table(tmp_path)
    write_ballots(tmp_path, ballots)
    with pytest.raises(DataError, match=message):
        open_dataset("ferplus", tmp_path)


def voted(n: int) -> tuple[list[str], list[str]]:
    """Rows of both tables whose labels and votes agree on two faces of three, as people do."""
    plus = [VOTES_HEADER.split(",")[2:].index(word) for word in (
        "anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")]  # fmt: skip
    rows, ballots = [], []
    for i in range(n):
        votes = ["0"] * 10
        votes[plus[(i + (i % 3 == 0)) % 7]] = "10"
        rows.append(row(i % 7, i % 256, "Training"))
        ballots.append(f"Training,fer{i:07d}.png,{','.join(votes)}")
    return rows, ballots


def test_votes_beside_the_faces_of_others_are_refused(tmp_path: Path) -> None:
    rows, ballots = voted(450)
    write_table(tmp_path, rows)
    write_ballots(tmp_path, ballots)
    assert len(open_dataset("ferplus", tmp_path)) == 450
    for moved, first in (([*ballots[1:], ballots[0]], "0 to 199"),  # all moved by one row
                         ([*ballots[:200], *ballots[200:400][::-1], *ballots[400:]], "200 to 399")):  # fmt: skip
        write_ballots(tmp_path, moved)
        with pytest.raises(
            DataError, match=rf"rows {first}: the votes and the labels of fer2013.csv agree on .*other order"
        ):
            open_dataset("ferplus", tmp_path)


def test_a_few_rows_say_nothing_about_their_order(tmp_path: Path) -> None:
    rows, ballots = voted(99)
    write_table(tmp_path, rows)
    write_ballots(tmp_path, [*ballots[1:], ballots[0]])
    assert len(open_dataset("ferplus", tmp_path)) == 99


def test_real_votes_shuffled_within_their_splits_are_refused(real_root: Path) -> None:
    if not (real_root / "fer2013" / "fer2013new.csv").is_file():
        pytest.skip(f"needs Microsoft's votes: {real_root}/fer2013/fer2013new.csv is absent")
    faces = open_dataset("fer2013", real_root)
    path = real_root / "fer2013" / "fer2013new.csv"
    whole = ferplus.ballots_of(path, faces)
    order = np.argsort(faces.split.astype(str) + np.random.default_rng(1).permutation(len(faces)).astype(str))
    order = order[np.argsort(np.argsort(faces.split, kind="stable"), kind="stable")]
    assert (faces.split[order] == whole.split).all()
    with pytest.raises(DataError, match=r"rows 0 to 199: .* agree on \d\d% of these faces, where it is 65%"):
        ferplus._check_agreement(path, whole, faces.take(order))


def test_votes_with_other_columns_or_no_text_are_refused(tmp_path: Path) -> None:
    write_table(tmp_path)
    write_ballots(tmp_path, header="Usage,Image name,neutral")
    with pytest.raises(DataError, match=r"has the columns 'Usage, Image name, neutral' instead of Usage, .*NF"):
        open_dataset("ferplus", tmp_path)
    write_ballots(tmp_path).write_bytes(b"Usage,\x80\xff\n")
    with pytest.raises(DataError, match=r"fer2013new\.csv is not a table of text"):
        open_dataset("ferplus", tmp_path)


@pytest.mark.parametrize("name", ["fer2013", "ferplus"])
def test_info_agrees_with_what_is_opened(tmp_path: Path, name: str) -> None:
    write_table(tmp_path)
    write_ballots(tmp_path)
    info, faces = DATASETS[name], open_dataset(name, tmp_path)
    assert (info.name, info.expressions, info.terms) == (
        faces.name,
        faces.expressions,
        faces.terms,
    ) and name == info.name
    assert {info.train_split, info.validation_split, info.test_split} == set(fer2013.SPLITS)
    assert "non-commercial" in info.terms


@pytest.fixture(scope="session")
def real_root() -> Path:
    """Where the owners' files lie: $FER_DATA, or data/ beside the tests."""
    root = Path(os.environ.get("FER_DATA") or Path(__file__).resolve().parents[3] / "data")
    if not (root / "fer2013" / "fer2013.csv").is_file():
        pytest.skip(f"needs the owner's files: {root}/fer2013/fer2013.csv is absent; set FER_DATA or fill data/")
    return root


def test_real_fer2013_has_the_published_counts(real_root: Path) -> None:
    faces = open_dataset("fer2013", real_root)
    # The published class counts of the training split, angry to neutral.
    assert np.bincount(faces.subset("Training").labels).tolist() == [3995, 436, 4097, 7215, 4830, 3171, 4965]
    assert {name: len(faces.subset(name)) for name in faces.splits} == fer2013.COUNTS


def test_real_ferplus_has_the_papers_counts(real_root: Path) -> None:
    if not (real_root / "fer2013" / "fer2013new.csv").is_file():
        pytest.skip(f"needs Microsoft's votes: {real_root}/fer2013/fer2013new.csv is absent")
    faces = open_dataset("ferplus", real_root)
    # A-MobileNet, training set of FERPlus: NE HA SU SA AN DI FE CO.
    assert np.bincount(faces.subset("Training").labels).tolist() == [8740, 7287, 3149, 3014, 2100, 119, 532, 119]
    # Its printed total is 31,412, which is 25,060 + 3,199 + 3,153 (it counts 3,152 in the last split).
    assert (len(faces.subset("PublicTest")), len(faces), faces.votes.shape) == (3199, 31412, (31412, 8))
    np.testing.assert_allclose(faces.votes.sum(axis=1), 1, atol=1e-6)
    assert (faces.votes.argmax(axis=1) == faces.labels).all()
