"""`fer train`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fer_core.cli.arguments import pairs, renamed, values
from fer_core.cli.suite import add_queue_arguments, refuse_counts, run_queue, run_suite
from fer_core.errors import ConfigError
from fer_core.paths import checkpoints_root
from fer_core.threads import use_threads

if TYPE_CHECKING:
    from fer_core.data import FaceDataset
    from fer_core.training.config import Request

RECIPE = "lens"


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer train`."""
    parser.add_argument("network", nargs="?", help="a registered name, for example i_mobilenet_v2-se")
    parser.add_argument("--data", default="fer2013", help="data set (default: fer2013)")
    parser.add_argument("--protocol", default="", help="who is held out, as ckplus-subject (default: the set's splits)")
    parser.add_argument("--recipe", help=f"named recipe (default: {RECIPE})")
    parser.add_argument("--epochs", help="short for --set epochs=N")
    parser.add_argument("--seed", type=int, default=0, help="of everything random, 0 or more (default: 0)")
    parser.add_argument("--tag", help="what follows the data set in the checkpoint's name (default: recipe and seed)")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="change a recipe field")
    parser.add_argument(
        "--network-set", action="append", default=[], metavar="FIELD=VALUE", help="change a network field"
    )
    parser.add_argument("--threads", type=int, help="CPU threads (default: all)")
    parser.add_argument(
        "--ranks",
        type=int,
        metavar="N",
        help="processes that train this one network together, each on its part of every batch (default: 1, or what "
        "torchrun started); they need requirements-distributed.txt. Not --processes, which is trainings at once",
    )
    parser.add_argument("--smoke", action="store_true", help="a few pictures, one epoch: try the whole path")
    parser.add_argument("--suite", help=argparse.SUPPRESS)  # of the release before; `fer suite` is its name
    add_queue_arguments(parser)
    parser.set_defaults(run=_train)


def _train(options: argparse.Namespace) -> int:
    refuse_counts(options)
    if options.suite:
        print(f"fer: `fer train --suite` is called `fer suite {options.suite}` now", file=sys.stderr)
        if options.ranks:
            raise ConfigError("--ranks is for one network; a table's trainings run side by side with --processes")
        return run_suite(options)
    if options.network is None:
        raise ConfigError("there is nothing to train; name a network, or train a table's rows with `fer suite`")
    if options.processes != 1:
        raise ConfigError(
            f"--processes {options.processes} is for a table's trainings at once, with `fer suite`; one network is "
            f"trained by several processes with --ranks"
        )
    if options.budget or options.dry_run:
        return _train_queued(options)
    return _train_here(options)


def _train_here(options: argparse.Namespace) -> int:
    use_threads(options.threads)
    from fer_core.training.runner import train
    from fer_core.training.step_choice import StepOptions

    if options.threads:
        os.environ["OMP_NUM_THREADS"] = str(options.threads)  # otherwise Fabric chooses for itself
    how = StepOptions(is_compiled=options.compile, fused=options.fused)
    train(_request(options), checkpoints_root=checkpoints_root(), processes=options.ranks, options=how)
    return 0


def _train_queued(options: argparse.Namespace) -> int:
    """One network as a queue of one, which knows how to stop in time and how to only look."""
    from fer_core.training import config
    from fer_core.training.suites import Suite

    if options.ranks:
        raise ConfigError("--ranks does not go with --budget or --dry-run; leave one of them out")
    request = _request(options)
    config.check(request)  # a wrong value is told now, not by a child later
    if options.dry_run:
        print("\n".join(holdings(config.divided(request))))
    return run_queue(Suite(request.name, "one training", (request,)), options)


def holdings(faces: FaceDataset) -> Iterator[str]:
    """Say what a data set holds: faces by split and expression, and what was done to open it."""
    yield f"{faces.name}: {len(faces):,} faces, {len(faces.expressions)} expressions"
    for split in [*(split for split in faces.roles or () if split in faces.splits)] or faces.splits:
        counts = np.bincount(faces.labels[faces.split == split], minlength=len(faces.expressions)).tolist()
        shown = ", ".join(f"{name} {n:,}" for name, n in zip(faces.expressions, counts, strict=True))
        people = "" if faces.subjects is None else f" of {len(set(faces.subjects[faces.split == split])):,} people"
        yield f"  {split} {sum(counts):,}{people}: {shown}"
    yield from (f"note: {note}" for note in faces.notes)


def _request(options: argparse.Namespace) -> Request:
    from fer_core.checkpoints.upgrade import RECIPE_FIELDS, RECIPE_NAMES, upgraded_command
    from fer_core.training.config import Request

    changes = {renamed(key, RECIPE_FIELDS): value for key, value in pairs(options.set).items()}
    if options.epochs is not None:
        changes["epochs"] = options.epochs
    given = options.recipe or RECIPE
    recipe, tag = renamed(given, RECIPE_NAMES), options.tag
    if recipe != given and not tag:  # a run that was begun under the old name goes on
        tag = f"{given}-s{options.seed}" + ("-smoke" if options.smoke else "")
    request = Request(
        network=options.network,
        data=options.data,
        recipe=recipe,
        protocol=options.protocol,
        changes=changes,
        network_changes=values(options.network_set),
        seed=options.seed,
        tag=tag,
        smoke=options.smoke,
    )
    return replace(request, command=upgraded_command(options.command_line, request.name))
