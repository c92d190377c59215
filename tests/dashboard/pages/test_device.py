"""A device's budget: what fits, what validation prefers within, what misses least; all in the address."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.app_driver import open_page, spaced, words
from support.checkpoints import A, B
from support.costs import costs, machine
from support.views import judged, row

from dashboard.pages.device.budget_chart import accuracy_within_budget
from dashboard.pages.device.data import candidates, choice
from dashboard.pages.device.text import column_digits, digits, left_out, recommended, runner_up
from dashboard.pages.device.views import CandidateView
from dashboard.plotting.theme import LIGHT
from dashboard.store.checkpoints import load_checkpoints
from dashboard.store.recommendation import placed_on
from dashboard.store.verdicts import sentence_on
from dashboard.views.checkpoints import LatencyView
from fer_core.export import costs as record


def candidate(name: str, validated: float, ms: float | None, mb: float, millions: float = 1.0) -> CandidateView:
    network = replace(row(name, claimed=False), validation_accuracy=validated, params=int(millions * 1e6))
    latency = None if ms is None else LatencyView(ms, ms, ms, "Measured on a test.")
    return CandidateView(network, validated, latency, ms, mb)


LARGE = candidate("large", 0.70, ms=8.0, mb=9.0, millions=4.0)
MIDDLE = candidate("middle", 0.66, ms=4.0, mb=3.0, millions=1.5)
UNTIMED = candidate("untimed", 0.65, ms=None, mb=1.0)
SMALL = candidate("small", 0.60, ms=2.0, mb=3.5, millions=0.5)
EVERY = [LARGE, MIDDLE, UNTIMED, SMALL]


def named(found: tuple[CandidateView, ...]) -> list[str]:
    return [one.row.network.name for one in found]


@pytest.mark.parametrize(
    ("limits", "within", "beyond", "unknown", "nearest"),
    [
        ({}, ["large", "middle", "untimed", "small"], [], [], None),
        ({"ms": 4.0}, ["middle", "small"], ["large"], ["untimed"], None),  # exactly at the limit fits
        ({"ms": 4.0, "mb": 3.0}, ["middle"], ["large", "small"], ["untimed"], None),
        ({"millions": 1.0}, ["untimed", "small"], ["large", "middle"], [], None),
        ({"ms": 1.0}, [], ["large", "middle", "small"], ["untimed"], "small"),
        ({"ms": 3.0, "mb": 2.0}, [], ["large", "middle", "small"], ["untimed"], "middle"),
    ],
)
def test_what_fits_a_budget(limits, within, beyond, unknown, nearest):
    found = choice(EVERY, limits)
    assert (named(found.within), named(found.beyond), named(found.unknown)) == (within, beyond, unknown)
    assert (found.nearest.row.network.name if found.nearest else None) == nearest


def test_validation_chooses_and_the_sentence_names_the_costs():
    better_on_test = replace(SMALL, row=replace(SMALL.row, accuracy=replace(SMALL.row.accuracy, value=0.75)))
    found = choice([LARGE, MIDDLE, better_on_test], {"ms": 5.0})
    said = spaced(recommended(found))
    assert said.startswith("**Middle** is best on validation faces within this budget: 70.0 % ± 10.0 on FER2013")
    assert "4 ms, 3 MB and 1.5 M parameters" in said


def test_where_nothing_fits_the_nearest_and_its_excess_are_named():
    found = choice(EVERY, {"ms": 3.0, "mb": 2.0})
    said = "Nothing fits this budget. **Middle** misses it least: "
    said += "4 ms, 1 ms over the limit and 3 MB, 1 MB over the limit."
    assert spaced(recommended(found)) == said
    assert left_out(found) == (
        "Not checked, for want of a measured time: 1 network; fer costs NAME times what has weights."
    )
    assert runner_up(found, None) == ""


def test_without_any_known_cost_the_budget_cannot_be_checked():
    found = choice([UNTIMED], {"ms": 3.0})
    assert recommended(found) == "**None can be checked** against this budget."
    theirs = replace(UNTIMED, row=replace(UNTIMED.row, is_imported=True, recipe="public"))
    assert left_out(choice([UNTIMED, theirs], {"ms": 3.0})) == (
        "Not checked, for want of a measured time: 1 network; fer costs NAME times what has weights. "
        "And Untimed, public; fer peers restore NAME FILE brings a file back (docs/peers.md), then fer costs NAME."
    )


def test_the_runner_up_stands_with_the_one_verdict():
    found = choice(EVERY, {"ms": 8.0})
    pair = judged(LARGE.row, MIDDLE.row, 30, 5)
    said = runner_up(found, pair)
    assert spaced(said).startswith("Runner-up: **Middle**, 4 ms, 3 MB and 1.5 M parameters. ")
    assert said.endswith(sentence_on(pair, "**Large**", "**Middle**"))
    assert runner_up(choice([LARGE], {}), None) == "No other network fits."


def test_the_chart_draws_the_budget_as_a_line_and_pales_what_does_not_fit():
    figure = accuracy_within_budget(choice(EVERY, {"ms": 4.0}), "ms", palette=LIGHT).figure
    (line,) = [trace for trace in figure.data if trace.name == "Budget"]
    assert list(line.x) == [4.0, 4.0]
    marks = {trace.name: trace.marker.opacity for trace in figure.data if "markers" in trace.mode}
    assert marks == {"Middle": 1.0, "Small": 1.0, "Large": 0.5}  # the untimed one has no place on the axis
    without = accuracy_within_budget(choice(EVERY, {"ms": 4.0}), "mb", palette=LIGHT)
    assert "Budget" not in [trace.name for trace in without.figure.data]
    assert [line["ms_on_the_device"] for line in without.table] == [4.0, 2.0, 8.0, None]


@pytest.mark.parametrize(("value", "said"), [(6.7511, "6.75"), (0.131548, "0.13"), (1234.4, "1,234"), (8.0, "8")])
def test_costs_have_two_or_three_digits(value, said):
    assert digits(value) == said


def test_a_column_of_costs_is_equally_exact():
    assert [column_digits(value) for value in (1234.4, 13, 8.0, 1.4, 0.2)] == ["1,234", "13.0", "8.00", "1.40", "0.20"]


@pytest.fixture
def timed(here, tmp_path, monkeypatch) -> Path:
    """Costs in which I-MobileNetV2's file takes 4 ms and mini-Xception's 1.5 ms a face, each of another run."""
    monkeypatch.setattr(record, "PATH", tmp_path / "costs.json")
    others = {"i_mobilenet_v2.fer2013-other": costs("c" * 64, float32=4.0)}
    record.add_costs(machine({**others, "mini_xception.fer2013-other": costs("d" * 64, float32=1.5)}))
    return tmp_path / "costs.json"


def test_a_slower_device_takes_so_many_times_as_long(timed):
    placed = placed_on(load_checkpoints().checkpoints, "fer2013")
    found = candidates(placed, 2.5)
    assert [(one.row.name, one.ms, one.mb) for one in found] == [(A, 10.0, 4.56), (B, 3.75, 4.56)]


def test_a_public_network_takes_part_by_what_was_counted_on_validation_faces():
    name = "human_emotion.fer2013-theirs"
    (row,) = [row for row in load_checkpoints().checkpoints if row.name == name]
    (found,) = candidates([row], 1.0)
    assert (found.validated, found.origin) == (2344 / 3589, "public")
    assert found.mb == pytest.approx(0.82, abs=0.02)  # as measured, or 4 bytes a parameter
    assert "It is public: its training may have used these faces" in recommended(choice([found], {"millions": 0.3}))


def test_the_budget_stands_in_the_address_and_decides(timed):
    app = open_page("device")
    assert not app.exception
    assert "**I-MobileNetV2** is best on validation faces without any limit" in words(app)
    app.number_input(key="ms").set_value(3.5).run()
    assert app.query_params["ms"] in ("3.5", ["3.5"])
    assert "**mini-Xception** is best on validation faces within this budget" in words(app)
    app.number_input(key="slower").set_value(10.0).run()
    assert "Nothing fits this budget. **mini-Xception** misses it least: 15 ms, 11.5 ms over" in words(app)
    again = open_page("device", ms="3.5", slower="10")
    assert (again.number_input(key="ms").value, again.number_input(key="slower").value) == (3.5, 10.0)
    app.number_input(key="ms").set_value(None).run()
    assert "ms" not in app.query_params


@pytest.mark.parametrize("given", ["0", "-3", "nan", "inf", "1e9", "few", "9" * 40])
def test_a_number_that_is_no_limit_is_said_and_left_out(given, here):
    app = open_page("device", ms=given)
    assert not app.exception
    assert app.number_input(key="ms").value is None
    assert "under At most ms a face, which is not here" in words(app)


def test_a_network_without_a_measured_time_says_so(here, tmp_path, monkeypatch):
    monkeypatch.setattr(record, "PATH", tmp_path / "absent.json")
    app = open_page("device", ms="5")
    assert not app.exception
    assert "for want of a measured time: 2 networks" in words(app)
    assert words(app).count("Its file was not timed.") == 2
