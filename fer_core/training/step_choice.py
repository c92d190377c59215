"""How a new run computes its steps: in which precision, with fused layers or PyTorch's own; the fastest is taken.

That a processor knows bfloat16 does not make it faster, and fused layers are not faster for every network, so each way
is timed on a copy of the network: forward and backward pass of one real batch. A run of fewer steps than the timing
takes would only lose by it, and begins in the simplest way. The run's state keeps what was chosen, a resumed run goes
on with it, and history and card name it.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor, nn
from tqdm import tqdm

from fer_core.errors import ConfigError, unknown_name
from fer_core.training.autocast import autocast
from fer_core.training.fused.layers import fuse, obstacle
from fer_core.training.loader import ResidentSplit
from fer_core.training.loop import Trainer
from fer_core.training.runs import Progress

FUSED = ("auto", "on", "off")
TIMED_STEPS = 5
WORTH = 1.03  # a way that is this much faster than a simpler one is taken; less is within the noise of the timing


@dataclass(frozen=True)
class Step:
    """One way to compute a step; precision is float32 or bfloat16."""

    precision: str
    is_fused: bool

    def __str__(self) -> str:
        return f"{self.precision}, {'fused' if self.is_fused else 'plain'} layers"


@dataclass(frozen=True)
class StepOptions:
    """What was asked for.

    is_compiled: compile the step; fused: fuse layers "on", "off" or, "auto", where it is faster; earlier: what an
    earlier fold of the same training began with, None if there is none or it began before this was chosen by timing.
    """

    is_compiled: bool = False
    fused: str = "auto"
    earlier: Step | None = None


def begun_with(progress: Progress) -> Step | None:
    """What a run began with, None for one that began before this was chosen by timing."""
    return Step(progress.precision, progress.is_fused) if progress.precision else None


def choose_step(
    trainer: Trainer,
    train: ResidentSplit,
    options: StepOptions,
    *,
    say: Callable[[str], None] = tqdm.write,
) -> None:
    """Let a trainer's run begin with its fastest step, or go on with the one that it began with; says which.

    Raises:
        ConfigError: if layers are to be fused where they cannot be, or a run is to go on in another way.
    """
    fused, earlier = options.fused, options.earlier
    if fused not in FUSED:
        raise unknown_name("choice for --fused", fused, FUSED)
    if trainer.progress.epoch:
        _refuse_other(trainer, fused)
        return
    steps = (earlier,) if earlier else candidates(trainer, fused)
    rates = images_per_second(trainer, train, steps) if _is_worth_timing(trainer, train, len(steps)) else {}
    step = fastest(rates) if rates else steps[0]
    trainer.use(step.precision, is_fused=step.is_fused)
    if trainer.ranks.index == 0:
        timed = "; ".join(f"{candidate}: {rate:.0f} images/s" for candidate, rate in rates.items())
        why = f" (timed: {timed})" if timed else ""
        left_out = _why_plain(trainer) if fused == "auto" and not step.is_fused and not earlier else ""
        say(f"each step is computed in {step}{why}{left_out}")


def _is_worth_timing(trainer: Trainer, train: ResidentSplit, ways: int) -> bool:
    """Whether a run computes more steps than timing that many ways does."""
    per_epoch = len(train) // min(trainer.recipe.batch_size, len(train))
    return ways > 1 and trainer.recipe.epochs * per_epoch > ways * (TIMED_STEPS + 1)


def candidates(trainer: Trainer, fused: str) -> tuple[Step, ...]:
    """The ways that a recipe and a machine leave open, simpler ones first."""
    chosen = trainer.recipe.precision
    precisions: tuple[str, ...] = ("float32", "bfloat16")
    if chosen != "auto":
        precisions = (chosen,)
    elif trainer.device.type != "cpu":
        precisions = ("bfloat16",)
    elif not trainer.can_be_fused:  # all processes must agree, and a compiled step is compiled once
        precisions = ("float32",)
    why = _why_plain(trainer)
    if fused == "on" and why:
        raise ConfigError(f"--fused on is not possible{why}")
    kinds = {"on": (True,), "off": (False,), "auto": (False,) if why else (False, True)}[fused]
    return tuple(Step(precision, is_fused) for is_fused, precision in product(kinds, precisions))


def fastest(rates: dict[Step, float]) -> Step:
    """The first of all, in order, that none beats by `WORTH`."""
    return next(step for step, rate in rates.items() if max(rates.values()) < rate * WORTH)


def images_per_second(trainer: Trainer, train: ResidentSplit, steps: Sequence[Step]) -> dict[Step, float]:
    """Time each way on copies of a trainer's network, in turn, and take the best of a few steps."""
    batch = next(train.batches(min(trainer.recipe.batch_size, len(train))))
    x = trainer.as_learned(batch).x
    networks = [copy.deepcopy(trainer.network).train() for _ in steps]
    for step, network in zip(steps, networks, strict=True):
        if step.is_fused:
            fuse(network)
    seconds = dict.fromkeys(steps, float("inf"))
    with torch.random.fork_rng(devices=[]):
        for round_ in range(TIMED_STEPS + 1):
            for step, network in zip(steps, networks, strict=True):
                took = _seconds(network, x, step.precision)
                if round_:  # the first one compiles kernels
                    seconds[step] = min(seconds[step], took)
    return {step: len(batch.x) / took for step, took in seconds.items()}


def _seconds(network: nn.Module, x: Tensor, precision: str) -> float:
    started = time.perf_counter()
    with autocast(precision, x.device):
        logits = network(x)
    logits.float().square().mean().backward()
    network.zero_grad(set_to_none=True)
    return time.perf_counter() - started


def _why_plain(trainer: Trainer) -> str:
    """Why a trainer's layers cannot be fused, as the end of a sentence; "" if they can be."""
    if why := obstacle(trainer.device):
        return f": {why}"
    return "" if trainer.can_be_fused else ": fused layers are for one process and a step that is not compiled"


def _refuse_other(trainer: Trainer, fused: str) -> None:
    is_fused = trainer.progress.is_fused
    if is_fused and (why := _why_plain(trainer)):
        raise ConfigError(f"{trainer.run.folder} was begun with fused layers and cannot go on{why}")
    if fused != "auto" and (fused == "on") != is_fused:
        begun = "with fused layers" if is_fused else "with PyTorch's own layers"
        raise ConfigError(
            f"{trainer.run.folder} was begun {begun}, so it goes on in that way; leave --fused out, or give this "
            "training another --tag"
        )
