"""The page of training curves, on hand-made histories."""

from __future__ import annotations

import json
import shutil

import pytest
from support.app_driver import open_page, words
from support.checkpoints import PLUS, A, B
from support.histories import line

from dashboard.formatting import machine
from dashboard.pages.training.text import training_summary
from dashboard.plotting.export import as_svg
from dashboard.plotting.label_placement import dodge
from dashboard.plotting.theme import LIGHT
from dashboard.plotting.training_curves import training_curves
from dashboard.store.training_curves import training_histories
from dashboard.views.training_curves import seconds_words


@pytest.fixture
def trained(here, tmp_path, monkeypatch):
    """A copy of the shelf with courses: A rises to its end, B levelled off, PLUS has two folds."""
    root = tmp_path / "with courses"
    shutil.copytree(here, root)
    monkeypatch.setenv("FER_CHECKPOINTS", str(root))
    write(root, A, [line(i, 0.1 * i) for i in range(1, 7)])
    write(root, B, [line(i, value) for i, value in enumerate((0.3, 0.5, 0.6, 0.6, 0.59, 0.6), 1)])
    write(root, PLUS, [line(i, 0.1 * i + 0.2 * fold, fold=fold) for fold in (0, 1) for i in range(1, 5)])
    return root


def write(root, name: str, lines: list[dict]) -> None:
    (root / name / "history.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))


def test_the_page_names_who_was_still_rising(trained):
    """A's last two epochs have 0.55 on average, the two before 0.35: 20 points."""
    app = open_page("training")
    assert not app.exception
    shown = words(app)
    assert "**I-MobileNetV2** (20.0 points) was still rising at the end" in shown
    assert "mini-Xception had levelled off" in shown
    assert "6 of 6" in shown  # A keeps its last epoch
    assert "3 of 6" in shown  # B keeps the first of its best
    assert "36 s" in shown


def test_curves_are_shown_over_hours_and_by_measure(trained):
    app = open_page("training", over="hours", curve="loss", trainings=[B])
    assert not app.exception
    assert "Training loss over the training" in words(app)
    assert "Losses of different recipes are different quantities" in words(app)


def test_folds_are_thin_lines_with_their_mean(trained):
    (course,), problems = training_histories([PLUS])
    assert problems == ()
    assert [fold.fold for fold in course.folds] == [0, 1]
    assert course.line.accuracy == pytest.approx((0.2, 0.3, 0.4, 0.5))
    assert course.hours == pytest.approx(8 * 36 / 3600)
    figure = training_curves([course], {PLUS: "plus"}, "accuracy", "epoch", palette=LIGHT).figure
    widths = {trace.name: trace.line.width for trace in figure.data if trace.mode == "lines" and trace.name}
    assert widths == {"plus, fold 0": 0.7, "plus, fold 1": 0.7, "plus": 2}


def test_the_kept_epoch_is_marked(trained):
    (course,), _ = training_histories([B])
    figure = training_curves([course], {B: "b"}, "accuracy", "epoch", palette=LIGHT).figure
    (marks,) = (trace for trace in figure.data if trace.mode == "markers")
    assert (list(marks.x), list(marks.y)) == ([3], [60.0])


def test_a_rate_of_zero_is_drawn_at_a_hundredth_of_the_peak(trained):
    write(trained, A, [line(1, 0.1, lr=0.2), line(2, 0.2, lr=0.0)])
    (course,), _ = training_histories([A])
    chart = training_curves([course], {A: "a"}, "rate", "epoch", palette=LIGHT)
    (curve,) = (trace for trace in chart.figure.data if trace.name == "a")
    assert list(curve.y) == pytest.approx([0.2, 0.002])
    assert chart.table[1]["learning_rate"] == 0  # the table keeps the truth


def test_the_curves_can_be_exported(trained):
    found, _ = training_histories([A, B])
    chart = training_curves(found, {A: "a", B: "b"}, "accuracy", "hours", palette=LIGHT)
    assert len(chart.table) == 12
    assert as_svg(chart).startswith(b"<?xml")


def test_a_damaged_history_gets_its_sentence_and_hides_no_other(trained):
    (trained / A / "history.jsonl").unlink()
    app = open_page("training")
    assert not app.exception
    assert "is missing, so nothing is known of this training's course" in words(app)
    assert "**mini-Xception** had levelled off before the end" in words(app)


def test_without_any_history_there_is_no_chart(trained):
    for path in trained.glob("*/history.jsonl"):
        path.write_text('{"epoch": 1}\n')
    app = open_page("training")
    assert not app.exception
    assert "has no whole epoch in each line: line 1.train_loss is missing" in words(app)
    assert not app.get("plotly_chart")


def test_the_sentence_without_rising_ones():
    assert training_summary([], {}) == "Choose a checkpoint to see how its training went."


@pytest.mark.parametrize(
    ("seconds", "shown"), [(3.21, "3.2 s"), (48.3, "48 s"), (130, "2 min 10 s"), (5400, "1 h 30 min")]
)
def test_times_have_the_unit_that_fits(seconds, shown):
    assert seconds_words(seconds).replace("\u00a0", " ") == shown


def test_names_are_pushed_apart_and_stay_below_the_ceiling():
    """1.0 and 1.1 with a distance of 1: the upper goes to 2; under a ceiling of 1.5 both move down."""
    assert dodge([1.1, 1.0], 1, 9) == [2.0, 1.0]
    assert dodge([1.1, 1.0], 1, 1.5) == [1.5, 0.5]


def test_a_machine_is_named_with_its_threads():
    assert machine("AMD EPYC, 1 thread(s)") == "AMD EPYC, 1 thread"
    assert machine("AMD EPYC, 12 thread(s)") == "AMD EPYC, 12 threads" and machine("NVIDIA H200") == "NVIDIA H200"
