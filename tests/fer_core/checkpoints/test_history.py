"""Histories read back: curves, folds, and a sentence for every damage."""

from __future__ import annotations

import json

import pytest
from support.histories import line

from fer_core.checkpoints.history import STILL_RISING, Curve, mean_curve, read_history
from fer_core.errors import CheckpointError


def write(folder, lines: list[dict]):
    (folder / "history.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    return folder


def curve(tmp_path, *accuracies: float) -> Curve:
    (found,) = read_history(write(tmp_path, [line(i, one) for i, one in enumerate(accuracies, 1)]))
    return found


def test_the_first_of_the_best_epochs_is_the_best(tmp_path):
    found = curve(tmp_path, 0.2, 0.6, 0.5, 0.6)
    assert found.best.epoch == 2
    assert found.hours == pytest.approx((0.01, 0.02, 0.03, 0.04))  # 36 s an epoch
    assert found.fold is None


def test_the_late_gain_compares_the_last_two_fifths(tmp_path):
    """Ten epochs: (0.60 + 0.62) / 2 against (0.57 + 0.59) / 2 is 0.03."""
    found = curve(tmp_path, 0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.57, 0.59, 0.60, 0.62)
    assert found.late_gain == pytest.approx(0.03)
    assert found.is_rising


def test_a_training_that_fell_at_its_end_is_not_rising(tmp_path):
    found = curve(tmp_path, *[0.1] * 9, 0.5, 0.5, 0.5, 0.62, 0.60, 0.60)
    assert found.late_gain > STILL_RISING
    assert not found.is_rising


def test_three_epochs_are_too_few_to_say(tmp_path):
    found = curve(tmp_path, 0.1, 0.2, 0.3)
    assert found.late_gain is None
    assert not found.is_rising


def test_folds_become_curves_with_a_mean_as_far_as_all_go(tmp_path):
    lines = [
        line(1, 0.4, fold=1),
        line(2, 0.6, fold=1),
        line(1, 0.2, fold=0),
        line(2, 0.3, fold=0),
        line(3, 0.9, fold=0),
    ]
    curves = read_history(write(tmp_path, lines))
    assert [one.fold for one in curves] == [0, 1]
    mean = mean_curve(curves)
    assert [one.validation_accuracy for one in mean.epochs] == pytest.approx([0.3, 0.45])
    assert mean.fold is None


def test_one_curve_is_its_own_mean(tmp_path):
    found = curve(tmp_path, 0.1, 0.2)
    assert mean_curve([found]) is found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "history.jsonl is missing, so nothing is known of this training's course; restore the file or train"),
        ("", "history.jsonl is empty: no epoch was finished"),
        ('{"epoch": 1', "history.jsonl is not one JSON object a line"),
        ('{"epoch": 1}\n{"epoch": 2}\n', "line 1.train_loss is missing, and 7 more; restore the file or train again"),
        ("[1]\n", "no whole epoch in each line: line 1 is [1]; it must be an object"),
        (json.dumps(line(2, 0.5)), "the epochs in .* are 2; they must count up from 1"),
        (json.dumps(line(2, 0.5, fold=3)), "the epochs of fold 3 in .* are 2; they must count up from 1"),
        (json.dumps(line(1, 0.5, fold="a")), "line 1.fold is 'a'; it must be a whole number"),
    ],
)
def test_a_damaged_history_gets_a_sentence(tmp_path, text, message):
    if text is not None:
        (tmp_path / "history.jsonl").write_text(text)
    with pytest.raises(CheckpointError, match=message.replace("[1]", r"\[1\]")):
        read_history(tmp_path)
