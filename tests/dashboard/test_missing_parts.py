"""What cannot be shown is a sentence on the page where it happens, and hides nothing else."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from support.app_driver import open_page, words
from support.checkpoints import PLUS, A, B

from dashboard.store.checkpoints import load_checkpoints

PAGES = ("start", "overview", "confusion", "differences", "paired", "device", "calibration", "embedding", "evidence")


@pytest.fixture
def copied(here, tmp_path, monkeypatch) -> Path:
    """The shelf, to be damaged."""
    shutil.copytree(here, tmp_path / "shelf")
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path / "shelf"))
    return tmp_path / "shelf"


def change_card(folder: Path, **changes: object) -> None:
    """Change entries of a card; a key like data__test_split goes inside, None takes the entry away."""
    path = folder / "card.json"
    card = json.loads(path.read_text())
    for key, value in changes.items():
        *way, last = key.split("__")
        inside = card
        for step in way:
            inside = inside[step]
        if value is None:
            del inside[last]
        else:
            inside[last] = value
    path.write_text(json.dumps(card))


def read(page: str, **address: str | list[str]) -> str:
    """Open a page that must stand, and return its words."""
    app = open_page(page, **address)
    assert not app.exception
    assert app.title[0].value.endswith("?")
    return words(app)


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("overview", {"data": "fer2013"}),
        ("confusion", {"a": B}),
        ("confusion", {"a": A, "b": B}),
        ("differences", {"a": A, "b": B}),
        ("paired", {"checkpoints": [A, B]}),
        ("device", {"data": "fer2013"}),
        ("calibration", {"a": B}),
    ],
)
def test_damaged_logits_are_a_sentence(page, address, copied):
    (copied / B / "logits-PrivateTest.safetensors").write_bytes(b"cut short")
    assert "was changed after its card was written" in read(page, **address)


def test_damaged_logits_of_the_best_leave_the_leaderboard_without_a_verdict(copied):
    (copied / A / "logits-PrivateTest.safetensors").write_bytes(b"cut short")
    shown = read("overview", data="fer2013")
    assert "was changed after its card was written" in shown
    assert "**I-MobileNetV2** is best on validation faces" in shown
    assert "It is better" not in shown


@pytest.mark.parametrize("page", ["embedding", "evidence", "efficiency"])
def test_damaged_logits_do_not_touch_pages_that_need_none(page, copied):
    (copied / B / "logits-PrivateTest.safetensors").write_bytes(b"cut short")
    assert "safetensors" not in read(page)


@pytest.mark.parametrize("page", PAGES)
def test_a_card_that_names_no_split_is_a_sentence(page, copied):
    change_card(copied / B, data__test_split=None)
    assert "is not a valid card: data.test_split is missing" in read(page)


@pytest.mark.parametrize("page", PAGES)
def test_a_card_whose_splits_do_not_agree_is_a_sentence(page, copied):
    change_card(copied / B, logits__PrivateTest=None)
    assert "scores has the splits ['PrivateTest', 'PublicTest'], logits has ['PublicTest']" in read(page)


@pytest.fixture
def beside(copied) -> dict[str, str]:
    """Folders that must be left out, B under another name among them, each with what is said of it."""
    (copied / B).rename(copied / "mine")
    shutil.copytree(copied / A, copied / f"{A}.bak")
    change_card(copied / f"{A}.bak", scores__PrivateTest__accuracy={"value": 0.99, "low": 0.98, "high": 1.0})
    shutil.copytree(copied / A, Path(os.fsdecode(os.fsencode(copied) + b"/caf\xe9")))
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    for name, content in (("deep", deep.encode()), ("no text", b"\xff\xfe\x00")):
        (copied / name).mkdir()
        (copied / name / "card.json").write_bytes(content)
    return {
        "renamed": f"the folder is mine, the card's name is {B}: it was renamed or copied, and is left out",
        "copied": f"the folder is {A}.bak, the card's name is {A}: it was renamed or copied, and is left out",
        "not UTF-8": "the folder caf\\udce9 has a name that is not UTF-8, so it is left out; rename it",
        "deep": "deep/card.json",
        "no text": "no text/card.json",
    }


@pytest.mark.parametrize("page", [*PAGES, "ablations", "data_audit", "regions", "robustness", "training"])
def test_each_bad_folder_is_a_sentence_on_every_page_and_stops_no_other(page, beside):
    app = open_page(page)
    assert not app.exception and app.title[0].value.endswith("?")
    warnings = [warning.value.replace("\\", "") for warning in app.warning]
    told = {kind: sum(said.replace("\\", "") in one for one in warnings) for kind, said in beside.items()}
    assert told == dict.fromkeys(beside, 1)
    assert "99.0 %" not in words(app)
    assert [row.name for row in load_checkpoints().checkpoints] == [A, PLUS]


@pytest.fixture
def unscored(copied) -> Path:
    """B was never scored on the test split."""
    change_card(copied / B, logits__PrivateTest=None, scores__PrivateTest=None)
    return copied


@pytest.mark.parametrize(
    ("page", "address", "sentence"),
    [
        ("overview", {"data": "fer2013"}, "Not ranked, since not scored on PrivateTest: mini-Xception (PublicTest)"),
        (
            "confusion",
            {"a": A, "b": B},
            "only answers to the same faces can be compared, so evaluate both on one split",
        ),
        (
            "paired",
            {"checkpoints": [A, B]},
            "is left out: it was scored on 70 faces of PublicTest, not 70 of PrivateTest",
        ),
        ("calibration", {"a": B}, "what is fitted there cannot be judged there, so run fer evaluate on it first"),
    ],
)
def test_a_checkpoint_without_a_scored_test_split_is_a_sentence(page, address, sentence, unscored):
    assert sentence in read(page, **address)


def test_evidence_measures_an_unscored_checkpoint_where_it_was_scored(unscored):
    assert "PublicTest, n = 70" in read("evidence", status="measured here")


@pytest.mark.parametrize(
    ("page", "address", "sentence"),
    [
        ("paired", {"checkpoints": [A, B, PLUS]}, f"{PLUS} is left out: it was scored on 80 faces of FER+"),
        ("paired", {"checkpoints": [A, PLUS]}, "A paired test needs two checkpoints of one split"),
        ("confusion", {"a": A, "b": PLUS}, "only networks that were scored on the same faces can be compared"),
    ],
)
def test_a_checkpoint_of_another_data_set_is_a_sentence(page, address, sentence, here):
    assert sentence in read(page, **address)


def test_a_damaged_features_file_is_a_sentence(copied):
    from fer_core.checkpoints.features import features_path

    features_path(copied / A, "PrivateTest").write_bytes(b"cut short")
    assert f"`fer embed {A}` writes it anew" in read("embedding", checkpoints=A)


def test_the_same_error_is_told_once_on_a_page(copied):
    # The list of faces, both differences and the curve all need the damaged file.
    (copied / B / "logits-PrivateTest.safetensors").write_bytes(b"cut short")
    app = open_page("confusion", a=A, b=B)
    assert len(app.error) == 1
    assert "for the reason given above" in words(app)
    assert len(app.run().error) == 1  # a new run tells it again
