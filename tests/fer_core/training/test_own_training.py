"""Own pictures from their folder to a reproduced score: splits by folder, by table and by person, and what is said."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fer_core import cli
from fer_core.data import open_dataset, protocols
from fer_core.errors import DataError

SMALL = ["--set", "size_px=48", "--set", "color=grey"]
TRAIN = ["train", "mini_xception", "--data", "own", "--recipe", "short", "--epochs", "1", "--tag", "t", *SMALL]
NAME = "mini_xception.own-t"


def picture(home: Path, place: str, seed: int, kind: str = "PNG") -> Path:
    path = home / place
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (40, 30, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(path, kind)
    return path


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FER_DATA", raising=False)
    monkeypatch.delenv("FER_CHECKPOINTS", raising=False)
    return tmp_path / "data" / "own"


def people(home: Path, count: int = 12, delimiter: str = ",", encoding: str = "utf-8", splits: bool = False) -> None:
    """Each person shows joy and sadness twice; a table says who is seen."""
    lines = [delimiter.join(["Image name", "Emotion", "Person", *(["Usage"] if splits else [])])]
    for one in range(count):
        for word in ("joy", "Sadness"):
            for take in range(2):
                picture(home, f"all/{word}/{one}-{take}.png", hash((one, word, take)) % 2**31)
                usage = ["train", "val", "test"][min(2, one // 4)]
                lines.append(delimiter.join(
                    [f"all\\{word}\\{one}-{take}.png", word, f"Zoë {one}", *([usage] if splits else [])]))  # fmt: skip
    (home / "labels.csv").write_bytes(("\r\n".join(lines) + "\r\n\r\n").encode(encoding))
    (home / "labels.json").write_text('{"joy": "happy"}')


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8-sig"), (";", "utf-8"), ("\t", "utf-16")])
def test_a_table_says_who_is_seen_and_people_are_held_out(home, delimiter, encoding):
    people(home, delimiter=delimiter, encoding=encoding)
    faces = open_dataset("own")
    assert len(faces) == 48 and faces.expressions == ("happy", "sad") and len(set(faces.subjects)) == 12
    (fold,) = protocols.build(protocols.default_for(faces), faces).folds
    seen = [set(faces.subjects[part]) for part in (fold.train, fold.validation, fold.test)]
    assert [len(one) for one in seen] == [8, 2, 2] and not seen[0] & seen[2] and not seen[1] & seen[2]
    assert np.bincount(faces.labels).tolist() == [24, 24]


def test_own_people_from_a_dry_run_to_a_reproduced_score(home, capsys):
    people(home)
    assert cli.main([*TRAIN, "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "own: 48 faces, 2 expressions" in shown and "  train 32 of 8 people: happy 16, sad 16" in shown
    assert "labels: joy is happy (24), Sadness is sad (24)" in shown and "nobody is on two sides" in shown
    assert not Path("runs").exists()
    assert cli.main(TRAIN) == 0
    assert cli.main(["evaluate", NAME]) == 0 and cli.main(["evaluate", NAME]) == 0
    assert "test, n = 8, " in (said := capsys.readouterr().out) and "the stored answers again" in said
    assert cli.main(["check"]) == 0
    card = json.loads(Path("checkpoints", NAME, "card.json").read_text())
    assert card["protocol"]["name"] == "own-people" and card["expressions"] == ["happy", "sad"]
    picture(home, "all/joy/0-0.png", 99_999)
    assert cli.main(["evaluate", NAME]) == 1
    assert "the pixels of All" in capsys.readouterr().out


def test_own_people_are_audited_too(home, capsys):
    people(home)
    (home / "all" / "joy" / "0-0.png").write_bytes((home / "all" / "joy" / "7-1.png").read_bytes())
    assert cli.main(["audit", "own", "--out", "found"]) == 0
    shown = capsys.readouterr().out
    assert "48 pictures of 100 x 100 px, 12 subjects\n" in shown and "1 groups, 2 pictures" in shown
    assert "protocol own-people: 8 tested" in shown


def test_people_are_too_few_to_be_held_out(home, capsys):
    people(home, count=4)
    assert cli.main(TRAIN) == 2
    assert "own has 2 people to hold 2 out of, and somebody must be left; add pictures" in capsys.readouterr().err
    people(home, splits=True)
    table = home / "labels.csv"
    table.write_text(table.read_text().replace("Zoë 5", "Zoë 4").replace("Zoë 6", "Zoë 4").replace("Zoë 7", "Zoë 4"))
    assert cli.main(TRAIN) == 2
    assert "validation shows one person only (Zoë 4)" in capsys.readouterr().err
    assert not Path("runs").exists()


def test_ten_folds_of_own_people(home, capsys):
    people(home)
    assert cli.main([*TRAIN, "--protocol", "own-subject"]) == 0
    card = json.loads(Path("checkpoints", "mini_xception.own-subject-t", "card.json").read_text())
    assert card["scores"]["test"]["n"] == 48 and card["protocol"]["folds"] == 10


def test_splits_of_a_table_are_kept_and_people_on_both_sides_are_named(home):
    people(home, splits=True)
    faces = open_dataset("own")
    assert faces.roles == ("train", "validation", "test") and protocols.default_for(faces) == ""
    assert [len(faces.subset(role)) for role in faces.roles] == [16, 16, 16]
    assert not any("are in test and also" in note for note in faces.notes)
    table = home / "labels.csv"
    table.write_text(table.read_text().replace("Zoë 8,", "Zoë 1,").replace("Zoë 9,", "Zoë 5,"))
    assert "2 people are in test and also in train or validation (Zoë 1 first)" in open_dataset("own").notes


@pytest.mark.parametrize(
    ("folders", "sizes"),
    [
        (("train", "test"), (18, 2, 7)),
        (("Training", "val"), (16, 7, 4)),
        (("train",), (14, 2, 4)),
        (("train", "dev", "test"), (20, 7, 7)),
    ],
)
def test_folders_say_the_split_and_what_is_missing_is_held_out_of_train(home, folders, sizes, capsys):
    for at, folder in enumerate(folders):
        for i in range(10 if at == 0 else 4):
            picture(home, f"{folder}/happy/{i}.png", 100 * at + i)
        for i in range(10 if at == 0 else 3):
            picture(home, f"{folder}/fear/deep/er/{i}.png", 1000 + 100 * at + i)
    faces = open_dataset("own")
    assert tuple(len(faces.subset(role)) for role in faces.roles) == sizes
    assert sum("of train, held out: the same share of each expression" in note for note in faces.notes) == 3 - len(
        folders
    )
    assert cli.main([*TRAIN, "--dry-run"]) == 0
    assert f"  train {sizes[0]}: fear" in capsys.readouterr().out


def test_flat_folders_are_trained_too_and_a_new_picture_moves_no_other(home):
    for i in range(20):
        picture(home, f"happy/{i}.png", i)
        picture(home, f"sad/{i}.png", 100 + i)
    faces = open_dataset("own")
    (fold,) = protocols.build("own-pictures", faces).folds
    assert [len(part) for part in (fold.train, fold.validation, fold.test)] == [28, 4, 8]
    test = {faces.images[row].tobytes() for row in fold.test}
    (home / "happy" / "3.png").rename(home / "happy" / "zz.png")
    again = open_dataset("own")
    (moved,) = protocols.build("own-pictures", again).folds
    assert test == {again.images[row].tobytes() for row in moved.test}


def test_a_test_folder_alone_can_be_scored_and_not_trained(home, capsys):
    picture(home, "test/happy/a.png", 0)
    picture(home, "test/sad/a.png", 1)
    assert open_dataset("own").splits == ("test",)
    assert cli.main(TRAIN) == 2
    assert "name the splits test and none to train on; call one train" in capsys.readouterr().err


# --- what is read, and what is passed over


def test_every_format_of_the_photo_reader_is_read_and_the_rest_is_counted(home):
    kinds = {"a.png": "PNG", "b.JPG": "JPEG", "c.webp": "WEBP", "d.gif": "GIF", "e.bmp": "BMP", "f.tiff": "TIFF",
             "no ending": "PNG"}  # fmt: skip
    for i, (name, kind) in enumerate(kinds.items()):
        picture(home, f"happy/2024/{'x' * (i % 2)}/{name}", i, kind)
    for name in ("readme.txt", "film.mov"):
        (home / "happy" / name).write_bytes(b"no picture")
    Image.new("L", (10, 10)).save(home / "happy" / "tiny.png")
    (home / "happy" / "Thumbs.db").write_bytes(b"")
    picture(home, "outside.png", 9)
    faces = open_dataset("own")
    assert len(faces) == len(kinds)
    notes = " | ".join(faces.notes)
    assert "left out: 2 of the files" in notes and "can be read" in notes
    assert "tiny.png first: The picture has 10" in notes
    assert "passed over: 1 file that lies in no class folder (outside.png)" in notes and "Thumbs" not in notes
    assert open_dataset("own").notes == faces.notes  # also from the cache


def test_a_folder_of_what_cannot_be_read_says_why(home):
    (home / "sad").mkdir(parents=True)
    (home / "sad" / "a.png").write_bytes(b"nothing")
    with pytest.raises(
        DataError, match=r"own has no pictures to use; left out: 1 of the files, a\.png first: The file"
    ):
        open_dataset("own")


def test_accents_are_the_same_however_a_system_spells_them(home):
    decomposed, composed = (unicodedata.normalize(form, "fröhlich") for form in ("NFD", "NFC"))
    assert decomposed != composed
    picture(home, f"{decomposed}/a.png", 0)
    picture(home, "sad/b.png", 1)
    (home / "labels.json").write_text(json.dumps({composed: "happy"}), encoding="utf-16")
    assert open_dataset("own").expressions == ("happy", "sad")
    (home / "labels.csv").write_text(f"file,label\n{composed}/a.png,{decomposed}\nsad/b.png,SAD\n")
    assert open_dataset("own").expressions == ("happy", "sad")


def test_all_words_that_are_no_expression_are_told_with_what_they_may_mean(home):
    for i, word in enumerate(("joy", "suprised", "zzz", "sad")):
        picture(home, f"{word}/a.png", i)
    with pytest.raises(
        DataError, match="own/joy is not named after an expression, and so are 2 others; rename it"
    ) as told:
        open_dataset("own")
    assert '{"joy": "happy", "suprised": "surprise", "zzz": null}' in str(told.value)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("label,who\nsad,a\n", r"labels\.csv has the columns 'label, who' and none that says the file"),
        ("file,path,label\na,b,sad\n", "has the columns file and path, which both say the file"),
        ("file,label\nsad/a.png,sad\nsad/a.png,sad\n", r"line 3: sad/a\.png is listed twice"),
        (
            "file,label\nsad/z.png,sad\nb.png,sad\n",
            r"lists 2 of 2 files that are not below .*own \(sad/z\.png, b\.png\)",
        ),
        ("file,label,split\nsad/a.png,sad,tests\n", r"line 2: split 'tests' is none of .* \(closest: test\)"),
        ("file,label,subject\nsad/a.png,sad,\n", "line 2: its subject is empty; fill it in for every row"),
        ("file,label\nsad/a.png\n", "line 2: it has 1 of 2 columns"),
        ("file,label\nsad/a.png,hapy\n", r"the label 'hapy' in .*labels\.csv is not named .*\{\"hapy\": \"happy\"\}"),
        ("file,label\n", "has no pictures to use"),
    ],
)
def test_each_mistake_in_a_table_gets_its_sentence(home, table, message):
    picture(home, "sad/a.png", 0)
    (home / "labels.csv").write_text(table)
    with pytest.raises(DataError, match=message):
        open_dataset("own")


def test_a_table_of_people_alone_takes_labels_from_folders(home):
    for i in range(6):
        picture(home, f"{'sad' if i % 2 else 'fear'}/{i}.png", i)
    lines = [f"{'sad' if i % 2 else 'fear'}/{i}.png;p{i // 2}" for i in range(5)]
    (home / "labels.csv").write_text("\n".join(["File;Subject-ID", *lines]))
    faces = open_dataset("own")
    assert faces.subjects.tolist() == ["p0", "p0", "p1", "p1", "p2"] and faces.expressions == ("fear", "sad")
    assert any("passed over: 1 file that labels.csv does not list (5.png)" in note for note in faces.notes)


def test_split_folders_beside_class_folders_are_refused(home):
    picture(home, "train/sad/a.png", 0)
    picture(home, "happy/a.png", 1)
    with pytest.raises(DataError, match=r"holds split folders \(train\) beside happy; put class folders into"):
        open_dataset("own")
