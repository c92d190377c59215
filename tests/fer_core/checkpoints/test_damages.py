"""Every damage of a table is noticed by `verify` and said in a sentence; none stops a listing or hides a neighbour."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from support import corruption_predictions, damages, region_attributions
from support.checkpoint import NAME, publish_sample

from fer_core import checkpoints, cli
from fer_core.checkpoints import StoredFeatures, StoredLogits
from fer_core.checkpoints.card import Card, read_card
from fer_core.checkpoints.corruption_predictions import load_corruption_predictions, save_corruption_predictions
from fer_core.checkpoints.features import load_features, save_features
from fer_core.checkpoints.history import read_history
from fer_core.checkpoints.region_attributions import load_region_attributions, save_region_attributions
from fer_core.errors import FerError
from fer_core.evaluation.embedding import spread

SPLIT, ROWS, NEIGHBOUR = "PrivateTest", 70, "mini_xception.fer2013-good"


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A checkpoint with everything that can lie beside a card: its network answers 65 of 70 made-up faces right."""
    folder = publish_sample(tmp_path_factory.mktemp("whole"))
    stored = corruption_predictions.made_up(ROWS)
    logits = np.eye(7, dtype=np.float32)[stored.answers["clean"]]
    card = checkpoints.add_split(folder, SPLIT, StoredLogits(logits, stored.labels, stored.rows))
    save_corruption_predictions(card, SPLIT, stored)
    save_features(card, SPLIT, made_up_features(logits, stored.labels))
    regions = region_attributions.made_up(ROWS)
    answers = stored.answers["clean"]
    save_region_attributions(card, SPLIT, type(regions)(**{**vars(regions), "answers": answers}))
    return folder


def made_up_features(logits: np.ndarray, labels: np.ndarray) -> StoredFeatures:
    return StoredFeatures(
        rows=np.arange(ROWS), labels=labels, answers=logits.argmax(1), components=logits[:, :2].astype(np.float16),
        tsne=logits[:, :2], explained=(0.5, 0.25), size=7, spread=spread(logits, labels),
    )  # fmt: skip


@pytest.fixture
def root(whole, tmp_path) -> Path:
    """A root with a copy to be damaged and a good neighbour."""
    shutil.copytree(whole, tmp_path / NAME)
    good = Path(shutil.copytree(whole, tmp_path / NEIGHBOUR))
    damages.card(lambda c: c.update(name=NEIGHBOUR))(good)
    return tmp_path


def test_the_table_is_long_enough_and_the_undamaged_is_true(root):
    assert len(damages.ALL) == sum(
        len(part)
        for part in (
            damages.OF_CARDS, damages.OF_HISTORIES, damages.OF_WEIGHTS, damages.OF_LOGITS, damages.OF_ARTIFACTS,
            damages.OF_FOLDERS,
        )
    ) >= 150  # fmt: skip
    assert checkpoints.verify(root / NAME) == [] and checkpoints.verify(root / NEIGHBOUR) == []
    assert len(checkpoints.scan_checkpoints(root).cards) == 2
    everything_of(read_card(root / NEIGHBOUR))


def everything_of(card: Card) -> None:
    """Read all that pages read of a checkpoint, each by itself: what fails is an error with a sentence."""
    readers = [
        checkpoints.summary_row,
        lambda one: read_history(one.folder),
        lambda one: load_features(one, SPLIT),
        lambda one: load_corruption_predictions(one, SPLIT),
        lambda one: load_region_attributions(one, SPLIT),
        lambda one: checkpoints.load_network(one.folder),
        *(lambda one, split=split: checkpoints.load_logits(one, split).score(one.expressions) for split in card.logits),
    ]
    for read in readers:
        try:
            read(card)
        except FerError as error:
            assert str(error)


@pytest.mark.parametrize("damage", damages.ALL.values(), ids=damages.ALL)
def test_a_damage_is_noticed_and_hides_no_neighbour(root, damage):
    damage(root / NAME)
    found = checkpoints.verify(root / NAME)
    assert found and all(sentence.strip() for sentence in found)
    listing = checkpoints.scan_checkpoints(root)
    assert NEIGHBOUR in [card.name for card in listing.cards]
    assert len(listing.cards) + len(listing.problems) == 2
    for card in listing.cards:
        if card.name != NEIGHBOUR:  # which no damage touches; it is read above
            everything_of(card)


@pytest.mark.parametrize("name", ["deep json", "another name", "a link loop"])
def test_commands_go_on_past_a_bad_card_and_say_so(root, monkeypatch, capsys, name):
    damages.ALL[name](root / NAME)
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    assert cli.main(["list"]) == 0
    said = capsys.readouterr()
    assert NEIGHBOUR in said.out and NAME not in said.out and said.err.startswith("left out: ")
    assert cli.main(["verify"]) == 1
    said = capsys.readouterr()
    assert f"{NEIGHBOUR}: the card agrees with its files" in said.out and f"{NAME}: " in said.out


def test_a_copied_or_renamed_folder_is_no_second_checkpoint(root):
    shutil.copytree(root / NAME, root / f"{NAME}.bak")
    (root / "linked.fer2013-x").symlink_to(root / NAME)
    (root / NEIGHBOUR).rename(root / "mini_xception.fer2013-renamed")
    listing = checkpoints.scan_checkpoints(root)
    assert [card.name for card in listing.cards] == [NAME]
    assert [sentence.partition(":")[0] for sentence in listing.problems] == [
        "the folder is linked.fer2013-x, the card's name is mini_xception.fer2013-test",
        "the folder is mini_xception.fer2013-renamed, the card's name is mini_xception.fer2013-good",
        "the folder is mini_xception.fer2013-test.bak, the card's name is mini_xception.fer2013-test",
    ]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these file systems allow no such names")
def test_a_folder_whose_name_is_not_utf_8_gets_a_sentence(root, monkeypatch, capsys):
    shutil.copytree(root / NAME, os.fsdecode(os.fsencode(root) + b"/caf\xe9"))
    listing = checkpoints.scan_checkpoints(root)
    assert len(listing.cards) == 2 and "the folder is caf\\udce9" in listing.problems[0]
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    assert cli.main(["verify"]) == 1
    assert "caf\\udce9: the folder is caf\\udce9" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["card.json", "history.jsonl", "logits-PublicTest.safetensors", "model.safetensors"])
def test_a_file_without_permission_is_named_and_hides_no_neighbour(root, monkeypatch, name):
    """As after sudo or Docker; whoever runs the tests may be allowed everything, so the refusal is imitated."""
    closed, stat = str(root / NAME / name), os.stat
    for function in ("read_text", "open"):
        allowed = getattr(Path, function)

        def refuse(path, *given, allowed=allowed, **more):
            if str(path) == closed:
                raise PermissionError(13, "Permission denied", closed)
            return allowed(path, *given, **more)

        monkeypatch.setattr(Path, function, refuse)
    assert stat(closed).st_size > 0
    assert any("Permission denied" in sentence for sentence in checkpoints.verify(root / NAME))
    listing = checkpoints.scan_checkpoints(root)
    assert NEIGHBOUR in [card.name for card in listing.cards]
    assert len(listing.problems) == (1 if name == "card.json" else 0)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_entered_gets_a_sentence(root):
    (root / NAME).chmod(0)
    try:
        listing = checkpoints.scan_checkpoints(root)
        assert [card.name for card in listing.cards] == [NEIGHBOUR]
        assert "Permission denied" in listing.problems[0]
    finally:
        (root / NAME).chmod(0o755)


def test_entries_of_a_newer_version_are_kept_named_and_no_falsehood(root, monkeypatch, capsys):
    damages.card(lambda c: (c.update(mood="good"), c["training"].update(weather=[1, 2])))(root / NAME)
    assert checkpoints.verify(root / NAME) == []
    card = checkpoints.add_split(root / NAME, SPLIT, checkpoints.load_logits(read_card(root / NAME), SPLIT))
    assert card.as_dict()["mood"] == "good" and read_card(root / NAME).training.model_extra == {"weather": [1, 2]}
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    assert cli.main(["verify", NAME]) == 0
    assert "the card agrees with its files (not known to this version, and not compared: mood, training.weather)" in (
        capsys.readouterr().out
    )
