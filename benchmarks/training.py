"""How many pictures a second training goes through, by PyTorch's layers and by fused ones, in float32 and in bfloat16.

    python -m benchmarks.training                              this machine, one and two CPU threads, a GPU if present
    python -m benchmarks.training --save before.json           keep the numbers
    python -m benchmarks.training --against before.json        print both, and the ratio

Real steps of the real loop (augmentation, forward, backward, update, average) on drawn noise of FER2013's size; no data
set is needed. The ways to compute a step of one network take turns, so that a busy machine slows all of them alike.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fer_core import labels, models
from fer_core.cli.arguments import aligned
from fer_core.data import FaceDataset
from fer_core.images.preprocessing import InputSpec
from fer_core.memory import keep_freed_pages
from fer_core.profiling.latency import cpu_model
from fer_core.training import loop, recipes
from fer_core.training.distributed import SingleProcess
from fer_core.training.fused.layers import obstacle
from fer_core.training.loader import Batch, ResidentSplit
from fer_core.training.losses import build_objective
from fer_core.training.runs import Run
from fer_core.training.step_choice import Step

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np  # noqa: E402 - the line above must come before torch
import torch  # noqa: E402

NETWORKS = ("i_mobilenet_v2", "i_mobilenet_v2-s16", "a_mobilenet", "lightexnet", "lightexnet-s16", "mobilenet_v2")
PLAIN = Step("float32", is_fused=False)
ROWS, SIZE_PX, WARMUP_STEPS = 4096, 48, 3
SPEC = InputSpec(SIZE_PX, 3, "grey", (0.5,), (0.25,))

Key = tuple[str, str, Step]  # network, device, way


@dataclass
class Timer:
    """Seconds of all timed steps of one way, and those of them that data and augmentation took."""

    trainer: loop.Trainer
    batches: Iterator[Batch]
    steps: int = 0
    seconds: float = 0.0
    data_seconds: float = 0.0

    def step(self) -> None:
        """Time one more update."""
        started = now(self.trainer.device)
        batch = next(self.batches)
        drawn = now(self.trainer.device)
        self.trainer.step(batch, 1e-3)
        self.seconds += now(self.trainer.device) - started
        self.data_seconds += drawn - started
        self.steps += 1


def main(given: Sequence[str] | None = None) -> None:
    """Measure, print, and keep or compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__.partition("\n")[0])
    parser.add_argument("networks", nargs="*", default=NETWORKS, help="registered names (default: six)")
    parser.add_argument("--recipe", default="lens", help="whose batch, augmentation and optimiser (default: lens)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="CPU threads (default: 1 2)")
    parser.add_argument("--seconds", type=float, default=5.0, help="of timing a row (default: 5)")
    parser.add_argument("--compile", action="store_true", help="compile the step, as fer train --compile does")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the numbers as JSON")
    parser.add_argument("--against", type=Path, metavar="FILE", help="numbers kept before, to print beside")
    options = parser.parse_args(given)
    if options.against and not options.against.is_file():
        sys.exit(f"{options.against} is not there; --save it first, before the change that you want to see")
    keep_freed_pages()
    rates = dict(measured(options))
    print(f"{cpu_model()}, load average {os.getloadavg()[0]:.1f}, torch {torch.__version__}")
    before = json.loads(options.against.read_text()) if options.against else {}
    print("\n".join(aligned(list(table(rates, before)))))
    if options.save:
        options.save.write_text(json.dumps({words(key): row for key, row in rates.items()}, indent=1))


def measured(options: argparse.Namespace) -> Iterator[tuple[Key, dict[str, float]]]:
    """Yield images/s and the share of data and augmentation for every network, device and way."""
    recipe = recipes.resolve(options.recipe)
    for name in options.networks:
        for threads in options.threads:
            torch.set_num_threads(threads)
            cpu = torch.device("cpu")
            for step, row in speeds(name, recipe, cpu, options.seconds, is_compiled=options.compile).items():
                yield (name, f"{threads} thread(s)", step), row
        if torch.cuda.is_available():
            cuda = torch.device("cuda")
            for step, row in speeds(name, recipe, cuda, options.seconds, is_compiled=options.compile).items():
                yield (name, "cuda", step), row


def speeds(
    name: str, recipe: recipes.Recipe, device: torch.device, seconds: float, *, is_compiled: bool = False
) -> dict[Step, dict[str, float]]:
    """Train in all ways for about so many seconds each; return {"images_per_second", "data_share"} of each."""
    kinds = (False,) if is_compiled or obstacle(device) else (False, True)
    steps = [Step(precision, is_fused) for is_fused in kinds for precision in ("float32", "bfloat16")]
    with tempfile.TemporaryDirectory() as folder:
        timers = {step: timer(name, recipe, device, step, Path(folder), is_compiled) for step in steps}
        while any(one.seconds < seconds or not one.steps for one in timers.values()):
            for one in timers.values():
                one.step()
    size = min(recipe.batch_size, ROWS)
    return {
        step: {"images_per_second": one.steps * size / one.seconds, "data_share": one.data_seconds / one.seconds}
        for step, one in timers.items()
    }


def timer(
    name: str, recipe: recipes.Recipe, device: torch.device, step: Step, folder: Path, is_compiled: bool
) -> Timer:
    """Build a new network that trains in this way, warmed up."""
    torch.manual_seed(0)
    recipe = replace(recipe, precision=step.precision)
    config = models.config_from(name, {})
    network = models.build_config(name, config)
    objective = build_objective(config.loss, config.num_classes, network.embedding_size, recipes.as_dict(recipe))
    run = Run(folder / words((name, "", step)), {})
    trainer = loop.Trainer(network, objective, recipe, run, SingleProcess(device), 0, is_compiled=is_compiled)
    trainer.use(step.precision, is_fused=step.is_fused)
    trainer.network.train()
    batches = endless(ResidentSplit(noise(), SPEC, device), recipe)
    for _ in range(WARMUP_STEPS):
        trainer.step(next(batches), 1e-3)
    return Timer(trainer, batches)


def noise() -> FaceDataset:
    """Grey noise of FER2013's size, with labels."""
    random = np.random.default_rng(0)
    return FaceDataset(
        name="fer2013",
        images=random.integers(0, 256, (ROWS, SIZE_PX, SIZE_PX)).astype(np.uint8),
        labels=random.integers(0, len(labels.FER2013), ROWS),
        split=np.full(ROWS, "Training"),
        rows=np.arange(ROWS),
        expressions=labels.FER2013,
        terms="drawn here",
    )


def endless(split: ResidentSplit, recipe: recipes.Recipe) -> Iterator[Batch]:
    """Yield augmented batches, epoch after epoch."""
    seed = 0
    while True:
        yield from split.training_batches(recipe, seed)
        seed += 1


def now(device: torch.device) -> float:
    """Return the time once the device has done all that it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()


def words(key: Key) -> str:
    """Return a key as a file keeps it."""
    name, device, step = key
    return f"{name}, {device}, {step}"


def table(rates: dict[Key, dict[str, float]], before: dict[str, dict[str, float]]) -> Iterator[tuple[str, ...]]:
    """Yield rows of cells: images/s, and how many times those of plain float32 layers; what was kept, and the ratio."""
    kept = ("before", "now / before") if before else ()
    yield ("network", "device", "precision", "layers", "images/s", "x plain float32", *kept, "data share")
    for (name, device, step), row in rates.items():
        rate = row["images_per_second"]
        gain = rate / rates[name, device, PLAIN]["images_per_second"]
        old = before.get(words((name, device, step)), {}).get("images_per_second")
        cells = (f"{old:.0f}", f"{rate / old:.2f}") if old else ("-", "-")
        layers = "fused" if step.is_fused else "plain"
        yield (
            *(name, device, step.precision, layers, f"{rate:.0f}", f"{gain:.2f}"),
            *(cells if before else ()),
            f"{row['data_share']:.0%}",
        )


if __name__ == "__main__":
    main()
