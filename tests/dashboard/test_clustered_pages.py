"""Pages on answers to faces that show the same people again and again: everything is told of whole people."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from support.app_driver import open_page, words
from support.checkpoint import DATA, HISTORY, INPUT, TRAINING
from support.checkpoints import PER_CLASS, answers
from support.views import row

from dashboard.pages.calibration.data import faces_fitted_on
from dashboard.store.checkpoints import first_choice
from fer_core import checkpoints, labels, models
from fer_core.data import DATASETS

CLEAN, WEAK = "mini_xception.ckplus-subject-s0", "i_mobilenet_v2.ckplus-subject-s0"
FRAMES = "mini_xception.ckplus-frame-s0"
ROWS = PER_CLASS * len(labels.CKPLUS)
PEOPLE = np.arange(ROWS) % PER_CLASS  # ten people, each with one face of each expression
SPLITS = {"train_split": "train", "validation_split": "validation", "test_split": "test"}


def publish(root: Path, name: str, mistaken: tuple[int, ...], title: str, is_leaky: bool = False) -> None:
    """Publish a checkpoint that takes every face of the `mistaken` people for the next expression."""
    network_name = name.partition(".")[0]
    torch.manual_seed(0)
    stored = answers(labels.CKPLUS, {})
    called = (stored.labels + np.isin(PEOPLE, mistaken)) % len(labels.CKPLUS)
    stored = replace(stored, logits=np.eye(len(labels.CKPLUS), dtype=np.float32)[called], clusters=PEOPLE)
    checkpoints.publish(
        root,
        name,
        network=checkpoints.as_stored(models.build(network_name)),
        network_name=network_name,
        config=models.entry(network_name).config,
        expressions=labels.CKPLUS,
        input_spec=INPUT,
        data={**DATA, **SPLITS, "name": "ckplus", "title": "CK+", "alignment": DATASETS["ckplus"].alignment},
        training=TRAINING,
        history_lines=HISTORY,
        logits={"validation": stored, "test": stored},
        protocol={
            "name": f"ckplus-{name.split('-')[1]}", "title": title, "seed": 0, "folds": 1, "sha256": "0" * 64,
            "is_leaky": is_leaky,
        },
        with_weights=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def people_shelf(tmp_path_factory) -> Path:
    """Two checkpoints: the second errs on all fourteen faces of two of ten people, and nowhere else."""
    root = tmp_path_factory.mktemp("people")
    publish(root, CLEAN, (0,), "CK+, unseen subjects")
    publish(root, WEAK, (0, 1, 2), "CK+, unseen subjects")
    return root


@pytest.fixture
def people_here(here, people_shelf, monkeypatch) -> Path:
    monkeypatch.setenv("FER_CHECKPOINTS", str(people_shelf))
    return people_shelf


@pytest.mark.parametrize("page", ["overview", "paired", "confusion", "calibration"])
def test_every_page_says_that_people_are_taken_whole(page, people_here):
    app = open_page(page, a=CLEAN, b=WEAK)
    assert not app.exception
    assert not app.error
    shown = words(app)
    assert "clustered by subject" in shown
    assert "n = 70 faces of 10 people" in shown
    assert "exact McNemar" not in shown


@pytest.mark.parametrize(
    ("page", "before"),
    [
        ("start", r"what people feel\. "),
        ("calibration", r"(confident|is calibrated) on "),
        ("network", r"70 faces \("),
        ("ablations", "Measured on "),
    ],
)
def test_every_answer_names_the_protocol_not_the_files_split(page, before, people_here):
    answer = words(open_page(page, a=CLEAN, name="mini_xception", data="ckplus"))
    assert re.search(before + r"CK\+, unseen subjects", answer)
    assert "CK+ test" not in answer


def test_fourteen_faces_of_two_people_are_no_real_difference(people_here):
    # McNemar's test would see 14 : 0, p = 2 / 2^14; the bootstrap sees two of ten people.
    shown = words(open_page("paired", checkpoints=[CLEAN, WEAK]))
    assert "Not resolved whether **mini-Xception** or **I-MobileNetV2** is more accurate: +20.0 points" in shown
    assert "70 faces of 10 people show a true difference of" in shown
    assert "14 : 0" in shown
    assert "bootstrap of 10 whole people" in shown


def test_the_leaderboard_does_not_resolve_them(people_here):
    shown = words(open_page("overview"))
    assert "The other is not resolved." in shown
    assert '<td class="number">not resolved<small' in shown
    assert "n = 70 of 10 people" in shown
    assert "(Wilson" not in shown


def test_all_pages_state_one_verdict(people_here):
    paired = words(open_page("paired", checkpoints=[CLEAN, WEAK]))
    confusion = words(open_page("confusion", a=CLEAN, b=WEAK))
    sentence = next(line for line in paired.splitlines() if line.startswith("Not resolved whether"))
    assert sentence in confusion


def test_bars_of_an_expression_count_people(people_here):
    shown = words(open_page("confusion", a=CLEAN))
    assert "Wilson 95 % intervals as if each person were one face" in shown
    assert "as if faces counted singly, hence too narrow" in shown  # the area under a curve


def test_a_checkpoint_without_weights_has_no_plane_and_says_why(people_here):
    app = open_page("embedding", checkpoints=CLEAN)
    assert not app.exception
    assert f"the weights of {CLEAN} are not shipped" in words(app)


def test_pages_that_run_networks_open_with_those_whose_weights_are_here():
    shipped, better = row("lightexnet", 0.6), replace(row("lightexnet", 0.9), name="better", weights="")
    assert first_choice([better, shipped]) == [shipped.name]
    tuned, lucky = (
        replace(row("lightexnet", test), name=name, validation_accuracy=validation)
        for name, test, validation in (("tuned", 0.6, 0.7), ("lucky", 0.9, 0.5))
    )
    assert first_choice([lucky, tuned]) == [tuned.name]  # the test split has no say
    assert first_choice([replace(row("a"), name=name, weights="float16" * (name == "b")) for name in "abcd"])[0] == "b"


def test_a_protocol_that_flatters_is_not_ranked(here, tmp_path, monkeypatch):
    publish(tmp_path, CLEAN, (0, 1), "CK+, unseen subjects")
    publish(tmp_path, FRAMES, (), "CK+, random frames", is_leaky=True)
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path))
    shown = words(open_page("overview"))
    assert "**mini-Xception** is best on validation faces, with 80 % ± 30 on CK+ (unseen subjects)" in shown
    assert "under another protocol: mini-Xception (CK+, random frames, 100.0 %, which flatters on purpose)" in shown


def test_one_network_under_two_protocols_is_told_apart(here, tmp_path, monkeypatch):
    publish(tmp_path, CLEAN, (0, 1), "CK+, unseen subjects")
    publish(tmp_path, FRAMES, (), "CK+, random frames", is_leaky=True)
    monkeypatch.setenv("FER_CHECKPOINTS", str(tmp_path))
    app = open_page("confusion", a=CLEAN, b=FRAMES)
    assert not app.exception
    assert "mini-Xception, random frames" in words(app) and "mini-Xception, unseen subjects" in words(app)


def test_faces_that_validation_answered_too_are_counted(people_shelf, monkeypatch):
    monkeypatch.setenv("FER_CHECKPOINTS", str(people_shelf))
    assert faces_fitted_on(CLEAN) == (ROWS, ROWS)
    app = open_page("calibration", a=CLEAN)
    assert not app.exception
    assert f"{ROWS} of the {ROWS} faces judged here" in words(app)
