"""Suites as data, and where each of their trainings stands."""

from __future__ import annotations

import json
import subprocess

import pytest
from support.data_sets import write_ck48

from fer_core import cli, models
from fer_core.cli import suite as words
from fer_core.errors import ConfigError
from fer_core.training import status, suites
from fer_core.training.config import Request

LINE = {"train_loss": 1.0, "lr": 0.1, "seconds": 30.0}
ONE = Request("mini_xception", "fer2013", recipe="short")


def write_epochs(runs, request: Request, epochs: int, place: str = "", seconds: float = 30.0) -> None:
    folder = runs / request.name / place
    folder.mkdir(parents=True)
    lines = [{**LINE, "epoch": i, "validation_accuracy": i / 100, "seconds": seconds} for i in range(1, epochs + 1)]
    (folder / "history.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def finish(checkpoints, request: Request) -> None:
    (checkpoints / request.name).mkdir(parents=True)
    (checkpoints / request.name / "card.json").write_text("{}")


def test_every_row_of_every_suite_is_a_known_network_and_stands_once():
    for suite in suites.SUITES.values():
        names = [request.name for request in suite.requests]
        assert len(set(names)) == len(names)
        assert {request.network for request in suite.requests} <= set(models.list_networks())


def test_an_ablation_suite_has_every_row_with_its_base_and_one_recipe():
    for name in ("i_mobilenet_v2-ablation", "a_mobilenet-ablation", "lightexnet-ablation", "fer2013-ablations"):
        requests = suites.SUITES[name].requests
        networks = [request.network for request in requests]
        assert len({request.recipe for request in requests}) == 1
        for network in networks:
            base = models.entry(network).base
            assert base is None or networks.index(base) < networks.index(network)


def test_the_zoo_holds_all_other_suites():
    zoo = {request.name for request in suites.SUITES["zoo"].requests}
    assert all({request.name for request in suite.requests} <= zoo for suite in suites.SUITES.values())


def test_a_suite_takes_another_recipe():
    requests = suites.resolve("rafdb", "short").requests
    assert {request.name for request in requests} >= {"lightexnet.rafdb-short-s0"}


@pytest.mark.parametrize(
    ("name", "recipe", "message"),
    [
        ("zooo", None, r"'zooo' is not a known suite; choose one of .* \(closest: zoo\)"),
        ("zoo", "len", r"'len' is not a known recipe; choose one of .* \(closest: lens\)"),
    ],
)
def test_unknown_names_name_the_closest(name, recipe, message):
    with pytest.raises(ConfigError, match=message):
        suites.resolve(name, recipe)


def test_the_folders_tell_where_a_training_stands(tmp_path):
    runs, checkpoints = tmp_path / "runs", tmp_path / "checkpoints"
    assert status.run_status(ONE, runs, checkpoints).state == status.WAITING
    write_epochs(runs, ONE, 5)
    found = status.run_status(ONE, runs, checkpoints)
    assert (found.state, found.epochs, found.total, found.best, found.left) == (status.BEGUN, 5, 20, 0.05, 15)
    finish(checkpoints, ONE)
    found = status.run_status(ONE, runs, checkpoints)
    assert (found.state, found.left) == (status.DONE, 0)


def test_epochs_of_folds_count_together(tmp_path):
    request = Request("mini_xception", "ckplus", recipe="short", protocol="ckplus-subject")
    write_epochs(tmp_path, request, 20, "fold-0")
    write_epochs(tmp_path, request, 3, "fold-1")
    found = status.run_status(request, tmp_path, tmp_path / "none")
    assert (found.epochs, found.total) == (23, 200)


def test_a_half_written_history_counts_as_none(tmp_path):
    write_epochs(tmp_path, ONE, 2)
    (tmp_path / ONE.name / "history.jsonl").write_text('{"epoch": 1')
    assert status.run_status(ONE, tmp_path, tmp_path).epochs == 0


def test_a_taught_training_needs_its_teacher(tmp_path):
    request = Request("mini_xception", "fer2013", changes={"teacher": "dense.fer2013-s0", "init_from": "x.fer2013-s0"})
    assert status.run_status(request, tmp_path, tmp_path).needs == ("dense.fer2013-s0", "x.fer2013-s0")
    votes = Request("mini_xception", "ferplus", changes={"teacher": "votes"})
    assert status.run_status(votes, tmp_path, tmp_path).needs == ()
    imagenet = Request("a_mobilenet", "fer2013", changes={"init_from": "imagenet"})
    assert status.run_status(imagenet, tmp_path, tmp_path).needs == ()


def test_time_left_goes_by_own_pace_or_by_multiply_adds(tmp_path, monkeypatch):
    """5 of 20 epochs at 30 s leave 450 s; a network of twice the MACs takes 60 s for each of 20 epochs."""
    monkeypatch.setattr(status, "_macs", lambda: {"mini_xception": 100, "mobilenet_v2": 200})
    twice, other_data = (
        Request("mobilenet_v2", "fer2013", recipe="short"),
        Request("mobilenet_v2", "rafdb", recipe="short"),
    )
    write_epochs(tmp_path, ONE, 5)
    found = [status.run_status(one, tmp_path, tmp_path / "none") for one in (ONE, twice, other_data)]
    assert status.seconds_left(found) == {ONE.name: 450, twice.name: 1200, other_data.name: None}


def test_the_table_sums_the_time_left(tmp_path, monkeypatch):
    monkeypatch.setattr(status, "_macs", lambda: {"mini_xception": 100, "mobilenet_v2": 200})
    twice = Request("mobilenet_v2", "fer2013", recipe="short")
    write_epochs(tmp_path, ONE, 5)
    found = [status.run_status(one, tmp_path, tmp_path / "none") for one in (ONE, twice)]
    shown = words.table(suites.Suite("two", "a test", (ONE, twice)), found, 1)
    assert "half-done    5/20  5.00%      30 s   8 min" in shown
    assert "0 of 2 done; about 28 min left with 1 at once" in shown  # 450 + 1200 s


@pytest.mark.parametrize(("text", "expected"), [("25m", 1500), ("90s", 90), ("2h", 7200), ("10", 600), ("1.5h", 5400)])
def test_a_budget_has_a_unit_or_is_in_minutes(text, expected):
    assert words.seconds(text) == expected


@pytest.mark.parametrize("text", ["soon", "-5m", "0m", "5d", ""])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ConfigError, match="is no time; write 25m, 2h or 90s, or a number of minutes"):
        words.seconds(text)


def test_a_suite_is_also_trained_by_the_word_train(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["train", "--suite", "rafdb", "--dry-run"]) == 0
    assert "0 of 6 done" in capsys.readouterr().out
    assert cli.main(["train"]) == 2
    assert "there is nothing to train; name a network" in capsys.readouterr().err


def test_one_network_can_be_looked_at_without_training(tmp_path, monkeypatch, capsys):
    write_ck48(tmp_path / "data", subjects=20)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FER_DATA", raising=False)
    monkeypatch.setattr(subprocess, "Popen", None)  # nothing may be begun
    words = ["--data", "ckplus", "--protocol", "ckplus-subject", "--recipe", "short", "--epochs", "3", "--dry-run"]
    assert cli.main(["train", "lightexnet", *words]) == 0
    shown = capsys.readouterr().out
    assert "lightexnet.ckplus-subject-short-s0: one training" in shown
    assert "  train 96 of 16 people: angry 48, contempt 48" in shown  # of 20 people in ten folds two are test
    assert "waiting    0/30" in shown
    assert not (tmp_path / "runs").exists()


def test_one_network_stops_when_its_time_is_up(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    asked = ["train", "mini_xception", "--data", "rafdb", "--budget", "0.01s"]
    assert cli.main(asked) == 0
    shown = capsys.readouterr().out
    assert "mini_xception.rafdb-lens-s0  waiting    0/60" in shown
    assert "not trained" not in shown


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--processes", "2"], "--processes 2 is for a table's trainings at once, with `fer suite`; one network"),
        (["--ranks", "2", "--budget", "5m"], "--ranks does not go with --budget or --dry-run; leave one of them out"),
        (["--budget", "later"], "--budget 'later' is no time"),
        (["--dry-run", "--recipe", "shrot"], "'shrot' is not a known recipe"),
        (["--dry-run", "--network-set", "width=2"], "'width' is not a field of mini_xception"),
    ],
)
def test_what_one_network_cannot_be_asked_gets_a_sentence(words, message, capsys):
    assert cli.main(["train", "mini_xception", *words]) == 2
    assert message in capsys.readouterr().err
