"""Which files a batch reads: folders, globs, lists and standard input, each file once and in one order."""

from __future__ import annotations

import io
import shutil

import pytest
from support.photo_folder import write_photos

from fer_core.batch.inputs import find_photos, share
from fer_core.errors import ConfigError, DataError


def found(*words: object, typed: str = "") -> list[str]:
    return [str(path) for path in find_photos([str(word) for word in words], io.StringIO(typed)).photos]


def test_a_folder_is_read_at_any_depth_and_what_is_no_picture_is_told(tmp_path):
    photos = write_photos(tmp_path, 7)
    (tmp_path / "happy" / "deep").mkdir()
    deep = shutil.copy(photos[0], tmp_path / "happy" / "deep" / "scan without a suffix")
    (tmp_path / "damaged.JPG").write_text("no picture, but called one")
    (tmp_path / "labels.csv").write_text("file,label\n")
    (tmp_path / ".hidden.png").write_bytes(photos[0].read_bytes())
    inputs = find_photos([str(tmp_path)], io.StringIO())
    assert sorted(map(str, inputs.photos)) == sorted(map(str, [*photos, deep, tmp_path / "damaged.JPG"]))
    (note,) = inputs.notes
    assert "1 file" in note and "labels.csv" in note


def test_words_keep_their_order_and_a_file_is_listed_once(tmp_path):
    photos = [str(path) for path in write_photos(tmp_path, 6)]
    assert found(photos[3], tmp_path) == [photos[3], *(path for path in photos if path != photos[3])]


def test_a_glob_takes_matching_files_at_any_depth(tmp_path):
    photos = write_photos(tmp_path, 6)
    assert found(tmp_path / "**" / "*.png") == list(map(str, photos))
    assert found(tmp_path / "happy" / "*") == [str(path) for path in photos if path.parent.name == "happy"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_list_is_read_in_its_own_order_with_files_that_are_missing(tmp_path, encoding):
    photos = [*reversed(write_photos(tmp_path, 3)), tmp_path / "gone.png"]
    (tmp_path / "list.txt").write_bytes("\r\n".join([*map(str, photos), ""]).encode(encoding))
    assert found(tmp_path / "list.txt") == list(map(str, photos))


def test_standard_input_is_a_list(tmp_path):
    assert found("-", typed="b.png\n\na.png\nb.png\n") == ["b.png", "a.png"]


def test_what_means_no_picture_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="no folder, no file and no glob"):
        found(tmp_path / "absent")
    with pytest.raises(ConfigError, match="holds no picture"):
        found(tmp_path)
    (tmp_path / "program").write_bytes(bytes(range(128, 256)))
    with pytest.raises(DataError, match="neither a picture nor a list"):
        found(tmp_path / "program")


@pytest.mark.parametrize("of", [1, 2, 3, 7, 20])
def test_shares_in_order_are_all_photos_and_of_one_size(of, tmp_path):
    photos = [tmp_path / str(i) for i in range(13)]
    shares = [share(photos, number, of) for number in range(1, of + 1)]
    assert [path for one in shares for path in one] == photos
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@pytest.mark.parametrize(("number", "of"), [(0, 2), (3, 2), (1, 0)])
def test_a_share_that_is_none_is_refused(number, of):
    with pytest.raises(ConfigError, match="is not valid"):
        share([], number, of)
