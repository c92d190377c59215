"""The queue's handling of processes, with a small script standing in for `fer train`."""

from __future__ import annotations

import _thread
import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from support.paths import PROJECT

from fer_core import cli
from fer_core.errors import ConfigError
from fer_core.training import run_lock
from fer_core.training.config import Request
from fer_core.training.queue import Queue, train_command
from fer_core.training.status import BEGUN, DONE, WAITING

# Trains `total` epochs of `pause` seconds, each said to take `told` seconds; goes on from what is there.
STAND_IN = """
import json, os, sys, time
run, checkpoint, total, pause, told, ending = sys.argv[1:]
os.makedirs(run, exist_ok=True)
path = os.path.join(run, "history.jsonl")
lines = open(path).readlines() if os.path.exists(path) else []
if ending == "fail":
    sys.exit("fer: the loss became nan")
while len(lines) < int(total):
    lines.append(json.dumps({"epoch": len(lines) + 1, "train_loss": 1.0, "validation_accuracy": 0.5, "lr": 0.1,
                             "seconds": float(told)}) + "\\n")
    open(path + ".part", "w").writelines(lines)
    os.replace(path + ".part", path)
    time.sleep(float(pause))
os.makedirs(checkpoint)
open(os.path.join(checkpoint, "card.json"), "w").write("{}")
"""

FIRST, SECOND, THIRD = (Request(f"network{i}", "fer2013", recipe="short", tag=f"t{i}") for i in range(3))


class Stage:
    """A place to train, and what each request does there: (pause, told, ending)."""

    def __init__(self, folder):
        self.runs, self.checkpoints = folder / "runs", folder / "checkpoints"
        self.script = folder / "stand_in.py"
        self.script.write_text(STAND_IN)
        self.acts: dict[str, tuple[float, float, str]] = {}
        self.news: list[str] = []

    def command(self, request: Request, threads: int | None) -> list[str]:
        places = [str(self.runs / request.name), str(self.checkpoints / request.name)]
        act = self.acts.get(request.name, (0, 1, "done"))
        return [sys.executable, "-S", str(self.script), *places, "20", *map(str, act)]

    def queue(self, *requests: Request, **options) -> Queue:
        options = {"poll_s": 0.01, **options}
        return Queue(
            requests,
            runs=self.runs,
            checkpoints=self.checkpoints,
            command=self.command,
            say=self.news.append,
            **options,
        )

    def begin(self, request: Request, epochs: int) -> None:
        """Leave a run as a kill would."""
        (self.runs / request.name).mkdir(parents=True)
        line = {"train_loss": 1.0, "validation_accuracy": 0.1, "lr": 0.1, "seconds": 1.0}
        lines = [json.dumps({"epoch": i, **line}) + "\n" for i in range(1, epochs + 1)]
        (self.runs / request.name / "history.jsonl").write_text("".join(lines))


@pytest.fixture
def stage(tmp_path) -> Stage:
    return Stage(tmp_path)


def test_trainings_run_in_order_and_a_second_queue_finds_nothing_to_do(stage):
    queue = stage.queue(FIRST, SECOND)
    assert queue.run().finished == [FIRST.name, SECOND.name]
    assert [one.state for one in queue.standings()] == [DONE, DONE]
    assert [news.split()[0] for news in stage.news] == ["began", "finished"] * 2
    again = stage.queue(FIRST, SECOND).run()
    assert (again.finished, again.stopped, again.failed) == ([], [], {})


def test_a_half_done_training_goes_on_from_its_last_epoch(stage):
    stage.begin(FIRST, 7)
    stage.queue(FIRST).run()
    lines = (stage.runs / FIRST.name / "history.jsonl").read_text().splitlines()
    assert f"began {FIRST.name} again after epoch 7" in stage.news
    assert [json.loads(line)["validation_accuracy"] for line in lines] == [0.1] * 7 + [0.5] * 13


def test_a_failure_is_told_with_its_last_line_and_stops_nobody_else(stage):
    stage.acts[FIRST.name] = (0, 1, "fail")
    outcome = stage.queue(FIRST, SECOND).run()
    assert outcome.finished == [SECOND.name]
    assert outcome.failed[FIRST.name].startswith("fer: the loss became nan (all of it in ")


def test_two_at_once(stage):
    """Both have begun before either has finished."""
    stage.acts = {FIRST.name: (0.05, 1, "done"), SECOND.name: (0.05, 1, "done")}
    stage.queue(FIRST, SECOND, processes=2).run()
    assert [news.split()[0] for news in stage.news] == ["began", "began", "finished", "finished"]


def test_when_the_next_epoch_would_be_too_late_it_stops_at_the_boundary(stage):
    """Each epoch is said to take 1,000 s and the budget is 500 s: one whole epoch, and nothing new is begun."""
    stage.acts[FIRST.name] = (60, 1000, "done")
    queue = stage.queue(FIRST, SECOND, budget_s=500)
    assert queue.run().stopped == [FIRST.name]
    assert [(one.state, one.epochs) for one in queue.standings()] == [(BEGUN, 1), (WAITING, 0)]


def test_when_the_time_is_up_the_epoch_under_way_is_given_up(stage):
    stage.acts[FIRST.name] = (60, 0.0, "done")
    queue = stage.queue(FIRST, budget_s=1.0)
    assert queue.run().stopped == [FIRST.name]
    assert queue.standings()[0].state != DONE


def test_a_begun_training_whose_epoch_does_not_fit_is_not_begun_again(stage):
    stage.begin(FIRST, 3)  # of 1 s
    assert stage.queue(FIRST, budget_s=0.5).run().stopped == []
    assert stage.news == []


def test_a_student_waits_for_its_teacher(stage):
    student = replace(FIRST, changes={"teacher": SECOND.name})
    assert stage.queue(student, SECOND, processes=2).run().finished == [SECOND.name, student.name]


def test_a_student_without_its_teacher_is_not_begun(stage):
    student = replace(FIRST, changes={"teacher": "nobody.fer2013-s0"})
    outcome = stage.queue(student, SECOND).run()
    assert outcome.finished == [SECOND.name]
    assert "it learns from nobody.fer2013-s0, which is not finished and not going to be" in outcome.failed[student.name]


def test_what_another_process_trains_is_left_alone_until_that_is_killed(stage):
    """The lock is the training's own: it outlives the queue that began it, and ends with the training."""
    code = (
        "import sys, time; from pathlib import Path; from fer_core.training import run_lock\n"
        "with run_lock.hold(Path(sys.argv[1]), sys.argv[2], 'fer train x'):\n"
        "    print('held', flush=True); time.sleep(600)"
    )
    words = [sys.executable, "-c", code, str(stage.runs), FIRST.name]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=PROJECT) as training:
        try:
            assert training.stdout.readline().strip() == b"held"
            outcome = stage.queue(FIRST, SECOND).run()
        finally:
            training.kill()
    assert outcome.finished == [SECOND.name]
    assert f"it is being trained by process {training.pid} on " in outcome.failed[FIRST.name]
    assert stage.queue(FIRST).run().finished == [FIRST.name]


def begin(runs: Path, request: Request) -> None:
    with run_lock.hold(runs, request.name, f"fer train {request.network}"):
        pass


def test_a_second_start_names_who_trains_and_the_first_goes_on(tmp_path):
    with run_lock.hold(tmp_path, FIRST.name, "fer train network0"):
        with pytest.raises(ConfigError, match=f"is being trained by process {os.getpid()} on .*fer train network0"):
            begin(tmp_path, FIRST)
        assert run_lock.is_held(tmp_path, FIRST.name) and not run_lock.is_held(tmp_path, SECOND.name)
        begin(tmp_path, SECOND)
    assert not run_lock.is_held(tmp_path, FIRST.name)


def test_a_holder_that_said_nothing_is_another_process(tmp_path):
    with run_lock.hold(tmp_path, FIRST.name, ""):
        (tmp_path / "queue" / f"{FIRST.name}.holder.json").write_text("[")
        with pytest.raises(ConfigError, match="is being trained by another process; wait until"):
            begin(tmp_path, FIRST)


@pytest.mark.parametrize("place", ["runs", "runs/queue"])
def test_a_file_where_a_folder_should_be_gets_a_sentence(tmp_path, place, stage):
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("")
    with pytest.raises(ConfigError, match=r"trainings are kept in .*queue, which cannot be made: .* is a file; move"):
        stage.queue(FIRST).run()
    with pytest.raises(ConfigError, match="is a file"):
        begin(tmp_path / "runs", FIRST)


def test_a_folder_in_which_nothing_can_be_written_gets_a_sentence(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ConfigError, match="where nothing can be written; change its rights"):
        run_lock.usable_folder(tmp_path, "trainings")
    monkeypatch.undo()
    monkeypatch.setattr(run_lock.FileLock, "acquire", refuse)
    with pytest.raises(ConfigError, match=r"\.lock cannot be written \(Permission denied\); change the rights of"):
        begin(tmp_path, FIRST)


@pytest.fixture
def heard():
    """Interrupts are heard, also by tests that a shell runs in the background, where they would be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_reaches_the_children(stage, heard):
    stage.acts[FIRST.name] = (60, 1, "done")
    queue = stage.queue(FIRST)
    interrupt = threading.Thread(target=interrupt_when, args=(queue,))
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        queue.run()
    interrupt.join()
    assert queue.outcome.stopped == [FIRST.name]
    assert queue.workers == []


def interrupt_when(queue: Queue) -> None:
    """Press Ctrl-C once a child has written its first epoch."""
    while not queue.standings()[0].epochs:
        time.sleep(0.01)
    _thread.interrupt_main()


def test_the_command_trains_what_was_asked_for():
    request = Request(
        "lightexnet", "ckplus", recipe="short", protocol="ckplus-subject", seed=2, changes={"lr": "0.1"},
        network_changes={"output_stride": 16},
    )  # fmt: skip
    assert " ".join(train_command(request, 3)[3:]) == (
        "train lightexnet --data ckplus --recipe short --seed 2 --protocol ckplus-subject --set lr=0.1 "
        "--network-set output_stride=16 --threads 3"
    )
    assert train_command(request, None, is_compiled=True) == [*train_command(request, None), "--compile"]
    assert train_command(replace(request, smoke=True), None) == [*train_command(request, None), "--smoke"]


def test_fer_suite_lists_and_shows_without_training(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "Popen", None)  # nothing may be begun
    assert cli.main(["suite"]) == 0
    assert "lightexnet-ablation              4  LightExNet's ablation on FER2013" in capsys.readouterr().out
    assert cli.main(["suite", "lightexnet-ablation", "--recipe", "short", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "lightexnet-backbone.fer2013-short-s0           waiting    0/20" in shown
    assert "0 of 4 done; how long the rest takes is known after its first epoch" in shown


def test_an_old_recipe_name_means_the_trainings_that_were_begun_under_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "Popen", None)
    assert cli.main(["suite", "lightexnet-ablation", "--recipe", "cpu-taught", "--dry-run"]) == 0
    said = capsys.readouterr()
    assert "lightexnet-backbone.fer2013-cpu-taught-s0" in said.out
    assert said.err == "fer: 'cpu-taught' is called 'cpu-kd' now; the old name goes with the next release\n"
    assert cli.main(["suite", "lightexnet-ablation", "--recipe", "cpu-kd", "--dry-run"]) == 0
    said = capsys.readouterr()
    assert "lightexnet-backbone.fer2013-cpu-kd-s0" in said.out and said.err == ""


def test_train_suite_says_its_new_name(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "Popen", None)
    assert cli.main(["train", "--suite", "headline", "--dry-run"]) == 0
    said = capsys.readouterr()
    assert said.err == "fer: `fer train --suite` is called `fer suite headline` now\n" and "of 9 done" in said.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["zo"], "'zo' is not a known suite"),
        (["zoo", "--processes", "0"], "--processes 0 is not valid; give 1 or more"),
        (["zoo", "--budget", "later"], "--budget 'later' is no time"),
    ],
)
def test_mistakes_get_a_sentence(words, message, capsys):
    assert cli.main(["suite", *words]) == 2
    assert message in capsys.readouterr().err
