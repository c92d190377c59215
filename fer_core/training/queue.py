"""Train a list of requests, several at a time, and leave everything consistent when time is up or it is killed.

Each training is a `fer train` of its own, which writes its state after every epoch and goes on from there. The queue
keeps no state: `status` reads the folders. Each child holds the lock of its run folder itself (`run_lock`), also after
the queue was killed, so no two ever write to one.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fer_core.checkpoints.card import FILE_NAME
from fer_core.training import run_lock, status
from fer_core.training.config import Request
from fer_core.training.status import DONE, RunStatus

PATIENCE_S = 60.0  # between asking a child to stop and making it
INTERRUPTED = (130, -signal.SIGINT)
# On Windows Ctrl-C would reach the children too. Elsewhere there is no such flag; a session of their own does it.
OWN_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)


@dataclass
class Worker:
    """A training under way; `epochs` is how many it had when last looked at."""

    request: Request
    process: subprocess.Popen[bytes]
    epochs: int
    asked_at: float | None = None


@dataclass
class Outcome:
    """What became of a queue: names, and for those that failed or could not begin a sentence each."""

    finished: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def train_command(request: Request, threads: int | None, is_compiled: bool = False, fused: str = "auto") -> list[str]:
    """Return the words that train a request in a process of its own."""
    command = [sys.executable, "-m", "fer_core.cli", "train", request.network, "--data", request.data]
    command += ["--recipe", request.recipe, "--seed", str(request.seed)]
    command += ["--protocol", request.protocol] if request.protocol else []
    command += ["--tag", request.tag] if request.tag else []
    command += [word for key, value in request.changes.items() for word in ("--set", f"{key}={value}")]
    command += [word for key, value in request.network_changes.items() for word in ("--network-set", f"{key}={value}")]
    command += ["--smoke"] if request.smoke else []
    command += ["--compile"] if is_compiled else []
    command += ["--fused", fused] if fused != "auto" else []
    return command + (["--threads", str(threads)] if threads else [])


class Queue:
    """Trains requests in order.

    Args:
        requests: what to train; finished ones are skipped, begun ones resumed.
        runs, checkpoints: where runs and checkpoints lie.
        processes: how many trainings at once; threads: CPU threads of each, None for all.
        budget_s: seconds after which nothing new is begun and what runs is stopped; None for no limit.
        command: how a request is trained; say: where news goes.
        poll_s: how often to look.
    """

    def __init__(  # noqa: PLR0913 - a queue is all of these; keyword-only
        self,
        requests: Sequence[Request],
        *,
        runs: Path,
        checkpoints: Path,
        processes: int = 1,
        threads: int | None = None,
        budget_s: float | None = None,
        command: Callable[[Request, int | None], list[str]] = train_command,
        say: Callable[[str], None] = print,
        poll_s: float = 1.0,
    ):
        self.requests, self.runs, self.checkpoints = list(requests), Path(runs), Path(checkpoints)
        self.processes, self.threads, self.command, self.say, self.poll_s = processes, threads, command, say, poll_s
        self.deadline = None if budget_s is None else time.monotonic() + budget_s
        self.workers: list[Worker] = []
        self.is_closing = False  # nothing begins any more once something was stopped for lack of time
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Train until all is done, nothing can begin, or the time is up. A KeyboardInterrupt stops the children."""
        run_lock.usable_folder(self.runs / run_lock.PLACE, "logs of trainings")
        try:
            while self._begin() or self.workers:
                time.sleep(self.poll_s)
                self._reap()
                self._stop_in_time()
        finally:
            self._stop_all()
        return self.outcome

    def standings(self) -> list[RunStatus]:
        """Return where all of them stand."""
        return [self.standing(request) for request in self.requests]

    def standing(self, request: Request) -> RunStatus:
        """Return where a training stands at this moment."""
        return status.run_status(request, self.runs, self.checkpoints)

    def _begin(self) -> bool:
        """Begin what there is room and time for; return whether anything began."""
        began = False
        for request in self.requests:
            if len(self.workers) >= self.processes or self.is_closing or self._is_late(0):
                break
            if request.name not in self._settled():
                began |= self._try(request)
        return began

    def _settled(self) -> set[str]:
        return {worker.request.name for worker in self.workers} | {*self.outcome.stopped, *self.outcome.failed}

    def _try(self, request: Request) -> bool:
        standing = self.standing(request)
        if standing.state == DONE or self._is_late(standing.epoch_seconds or 0):
            return False
        if missing := [name for name in standing.needs if not self._is_finished(name)]:
            if not set(missing) <= {queued.name for queued in self.requests} - self.outcome.failed.keys():
                self._fail(request, f"it learns from {missing[0]}, which is not finished and not going to be; train it")
            return False
        if run_lock.is_held(self.runs, request.name):
            holder = run_lock.holder_of(self.runs, request.name)
            self._fail(request, f"it is being trained by {holder}; look again when that has ended")
            return False
        self.workers.append(Worker(request, self._spawn(request), standing.epochs))
        self.say(f"began {request.name}" + (f" again after epoch {standing.epochs}" if standing.epochs else ""))
        return True

    def _spawn(self, request: Request) -> subprocess.Popen[bytes]:
        command = self.command(request, self.threads)
        environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "FER_CHECKPOINTS": str(self.checkpoints)}
        if self.threads:
            environment["OMP_NUM_THREADS"] = str(self.threads)
        with self._log(request).open("a", encoding="utf-8") as log:
            log.write(f"$ {shlex.join(command)}\n")
            log.flush()
            # A session of its own: Ctrl-C reaches the queue alone, which then asks its children.
            return subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment,
                start_new_session=True, creationflags=OWN_GROUP,
            )  # fmt: skip

    def _reap(self) -> None:
        for worker in [worker for worker in self.workers if worker.process.poll() is not None]:
            self.workers.remove(worker)
            name, standing = worker.request.name, self.standing(worker.request)
            if standing.state == DONE:
                self.outcome.finished.append(name)
                best = "" if standing.best is None else f", best validation accuracy {standing.best:.4f}"
                self.say(f"finished {name}{best}")
            elif worker.asked_at is not None or worker.process.returncode in INTERRUPTED:
                self.outcome.stopped.append(name)
                self.say(f"stopped {name} after epoch {standing.epochs} of {standing.total}")
            else:
                self._fail(worker.request, self._last_line(worker.request))

    def _stop_in_time(self) -> None:
        """Ask children to stop at the end of the epoch after which there is no time for another, or when time is up."""
        for worker in self.workers:
            standing = self.standing(worker.request)
            is_boundary, worker.epochs = standing.epochs > worker.epochs, standing.epochs
            if 0 < standing.total <= standing.epochs:  # all trained; what remains is to write the checkpoint
                continue
            if self._is_late(standing.epoch_seconds or 0) if is_boundary else self._is_late(0):
                self.is_closing = True
                self._ask(worker)

    def _is_late(self, seconds: float) -> bool:
        return self.deadline is not None and time.monotonic() + seconds >= self.deadline

    def _ask(self, worker: Worker) -> None:
        """End a child; one that does not listen is killed. Its last whole epoch is kept either way.

        Not by an interrupt: what a shell starts in the background ignores those, and its children with it.
        """
        if worker.asked_at is None:
            worker.asked_at = time.monotonic()
            worker.process.terminate()
        elif time.monotonic() - worker.asked_at > PATIENCE_S:
            worker.process.kill()

    def _stop_all(self) -> None:
        for worker in self.workers:
            self._ask(worker)
        for worker in self.workers:
            try:
                worker.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
        self._reap()

    def _is_finished(self, name: str) -> bool:
        return (self.checkpoints / name / FILE_NAME).is_file()

    def _fail(self, request: Request, why: str) -> None:
        self.outcome.failed[request.name] = why
        self.say(f"not trained: {request.name}: {why}")

    def _log(self, request: Request) -> Path:
        return self.runs / run_lock.PLACE / f"{request.name}.log"

    def _last_line(self, request: Request) -> str:
        lines = self._log(request).read_text(encoding="utf-8", errors="replace").replace("\r", "\n").split("\n")
        filled = [line.strip() for line in lines if line.strip()]
        return f"{filled[-1]} (all of it in {self._log(request)})"
