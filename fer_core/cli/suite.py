"""`fer suite`: train all rows of a table, several at once, in the time there is."""

from __future__ import annotations

import argparse
import re
import signal
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fer_core.cli.arguments import aligned, renamed
from fer_core.errors import ConfigError
from fer_core.paths import checkpoints_root
from fer_core.threads import check_threads

if TYPE_CHECKING:
    from fer_core.training.queue import Outcome
    from fer_core.training.status import RunStatus
    from fer_core.training.suites import Suite

RUNS = Path("runs")
HEADER = ("training", "state", "epochs", "best", "an epoch", "left")
UNITS_S = {"s": 1, "m": 60, "": 60, "h": 3600}


def add_suite_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer suite`."""
    parser.add_argument("suite", nargs="?", metavar="SUITE", help="its name (default: list the suites)")
    parser.add_argument("--recipe", help="another recipe for all its trainings")
    parser.add_argument("--threads", type=int, help="CPU threads of each training (default: all)")
    add_queue_arguments(parser)
    parser.set_defaults(run=run_suite)


def add_queue_arguments(parser: argparse.ArgumentParser) -> None:
    """What `fer suite` and `fer train` share."""
    parser.add_argument(
        "--compile", action="store_true", help="compile the step; on CUDA it becomes a captured graph (off: as it is)"
    )
    parser.add_argument(
        "--fused",
        choices=("auto", "on", "off"),
        default="auto",
        help="compute batch norm and activation in one pass, and depthwise convolutions in bfloat16, on a CPU; needs "
        "requirements-training.txt (default: where a few steps at the start show that it is faster)",
    )
    parser.add_argument("--budget", metavar="TIME", help="stop cleanly after 25m, 2h or 90s (a bare number: minutes)")
    parser.add_argument("--processes", type=int, default=1, metavar="N", help="trainings at once (default: 1)")
    parser.add_argument("--dry-run", action="store_true", help="only show what is done and what is left")


def refuse_counts(options: argparse.Namespace) -> None:
    """Raise ConfigError for counts of threads or processes that cannot be."""
    if options.processes < 1:
        raise ConfigError(f"--processes {options.processes} is not valid; give 1 or more")
    check_threads(options.threads)


def run_suite(options: argparse.Namespace) -> int:
    """Train what is missing of options.suite; also by `fer train --suite`, for one release."""
    from fer_core.checkpoints.upgrade import RECIPE_NAMES
    from fer_core.training import suites

    if options.suite is None:
        _list_suites()
        return 0
    refuse_counts(options)
    given = options.recipe
    suite = suites.resolve(options.suite, given and renamed(given, RECIPE_NAMES))
    if given in RECIPE_NAMES:  # trainings of the old name are finished, or go on
        tagged = (replace(request, tag=f"{given}-s{request.seed}") for request in suite.requests)
        suite = replace(suite, requests=tuple(tagged))
    return run_queue(suite, options)


def run_queue(suite: Suite, options: argparse.Namespace) -> int:
    """Train what is missing of a suite, in the time that options.budget leaves; or only show it."""
    from fer_core.training.queue import Queue, train_command

    budget_s = None if options.budget is None else seconds(options.budget)
    queue = Queue(
        suite.requests,
        runs=RUNS,
        checkpoints=checkpoints_root(),
        processes=options.processes,
        threads=options.threads,
        command=partial(train_command, is_compiled=options.compile, fused=options.fused),
        budget_s=budget_s,
        say=_say,
    )
    _say(table(suite, queue.standings(), options.processes))
    if options.dry_run:
        return 0
    signal.signal(signal.SIGTERM, _as_interrupt)
    outcome = queue.run()
    _say(table(suite, queue.standings(), options.processes))
    _say(_outcome_lines(outcome))
    return 1 if outcome.failed else 0


def seconds(budget: str) -> float:
    """Read a time: "25m", "2h", "90s", or a bare number of minutes. Raises ConfigError for anything else."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", budget.strip())
    if not match or float(match[1]) == 0:
        raise ConfigError(f"--budget {budget!r} is no time; write 25m, 2h or 90s, or a number of minutes")
    return float(match[1]) * UNITS_S[match[2]]


def table(suite: Suite, statuses: Sequence[RunStatus], processes: int) -> str:
    """Return a suite's trainings as lines: state, epochs, best validation accuracy, time of an epoch, time left."""
    from fer_core.training.status import DONE, seconds_left

    left = seconds_left(statuses)
    rows = [_row(status, left[status.request.name]) for status in statuses]
    done = sum(status.state == DONE for status in statuses)
    lines = [f"{suite.name}: {suite.title}", *aligned([HEADER, *rows])]
    return "\n".join(
        [*lines, f"{done} of {len(statuses)} done" + (_rest(left, processes) if done < len(statuses) else "")]
    )


def _rest(left: Mapping[str, float | None], processes: int) -> str:
    known = [value for value in left.values() if value]
    unknown = sum(value is None for value in left.values())
    if not known:
        return "; how long the rest takes is known after its first epoch"
    more = f", and {unknown} more that nothing like was timed" if unknown else ""
    return f"; about {_duration(max(max(known), sum(known) / processes))} left with {processes} at once{more}"


def _row(status: RunStatus, left: float | None) -> tuple[str, ...]:
    return (
        status.request.name,
        status.state,
        f"{status.epochs}/{status.total}" if status.state != "done" else "-",
        "-" if status.best is None else f"{status.best:.2%}",
        "-" if status.epoch_seconds is None else _duration(status.epoch_seconds),
        "?" if left is None else _duration(left) if left else "-",
    )


def _duration(value: float) -> str:
    """42 -> "42 s", 130 -> "2 min", 7300 -> "2 h 02 min"."""
    if value < 100:
        return f"{value:.0f} s"
    minutes = round(value / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02d} min"


def _outcome_lines(outcome: Outcome) -> str:
    lines = [f"not trained: {name}: {why}" for name, why in outcome.failed.items()]
    if outcome.stopped:
        lines.append(f"{len(outcome.stopped)} stopped after a whole epoch; the same command goes on from there")
    if outcome.finished:
        lines.append(f"score the new ones on their test faces: fer evaluate {' '.join(outcome.finished)}")
    return "\n".join(lines) or "nothing was left to train"


def _list_suites() -> None:
    from fer_core.training.suites import SUITES

    rows = [("suite", "trainings"), *((suite.name, str(len(suite.requests))) for suite in SUITES.values())]
    titles = ["what", *(suite.title for suite in SUITES.values())]
    print("\n".join(f"{line}  {title}" for line, title in zip(aligned(rows), titles, strict=True)))


def _say(text: str) -> None:
    print(text, flush=True)


def _as_interrupt(signum: int, frame: object) -> None:
    """A polite kill ends like Ctrl-C: children are asked to stop, and their last whole epochs are kept."""
    raise KeyboardInterrupt
