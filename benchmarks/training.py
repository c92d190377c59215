"""How many pictures a second training goes through, and what share of the time data and augmentation take.

    python -m benchmarks.training                              this machine, one CPU thread, and a GPU if there is one
    python -m benchmarks.training --save before.json           keep the numbers
    python -m benchmarks.training --against before.json        print both, and the ratio

Real steps of the real loop (augmentation, forward, backward, update, average) on drawn noise of FER2013's size; no data
set is needed. The loop is warmed up first and then timed for a few seconds a row.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from fer_core import labels, models
from fer_core.cli.arguments import aligned
from fer_core.data import FaceDataset
from fer_core.images.preprocessing import InputSpec
from fer_core.profiling.latency import cpu_model
from fer_core.training import loop, recipes
from fer_core.training.distributed import SingleProcess
from fer_core.training.loader import Batch, ResidentSplit
from fer_core.training.losses import build_objective
from fer_core.training.runs import Run

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np  # noqa: E402 - the line above must come before torch
import torch  # noqa: E402

NETWORKS = ("i_mobilenet_v2", "mobilenet_v2", "lightexnet", "a_mobilenet", "dense_resnet")
PRECISIONS = ("float32", "bfloat16")
ROWS, SIZE_PX, WARMUP_STEPS = 4096, 48, 3
SPEC = InputSpec(SIZE_PX, 3, "grey", (0.5,), (0.25,))

Key = tuple[str, str, str]  # network, device, precision


def main(given: Sequence[str] | None = None) -> None:
    """Measure, print, and keep or compare."""
    words = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__.partition("\n")[0])
    words.add_argument("networks", nargs="*", default=NETWORKS, help="registered names (default: five)")
    words.add_argument("--recipe", default="lens", help="whose batch, augmentation and optimiser (default: lens)")
    words.add_argument("--threads", type=int, default=1, help="CPU threads (default: 1)")
    words.add_argument("--seconds", type=float, default=5.0, help="of timing a row (default: 5)")
    words.add_argument("--compile", action="store_true", help="compile the step, as fer train --compile does")
    words.add_argument("--save", type=Path, metavar="FILE", help="keep the numbers as JSON")
    words.add_argument("--against", type=Path, metavar="FILE", help="numbers kept before, to print beside")
    options = words.parse_args(given)
    if options.against and not options.against.is_file():
        sys.exit(f"{options.against} is not there; --save it first, before the change that you want to see")
    torch.set_num_threads(options.threads)
    found = dict(measured(options))
    busy = f"load average {os.getloadavg()[0]:.1f}"
    print(f"{cpu_model()}, {options.threads} thread(s), {busy}, torch {torch.__version__}")
    before = json.loads(options.against.read_text()) if options.against else {}
    print("\n".join(aligned(list(table(found, before)))))
    if options.save:
        options.save.write_text(json.dumps({" ".join(key): row for key, row in found.items()}, indent=1))


def measured(options: argparse.Namespace) -> Iterator[tuple[Key, dict[str, float]]]:
    """Yield images/s and the share of data and augmentation for every network, device and precision."""
    devices = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
    for name in options.networks:
        for device in devices:
            for precision in PRECISIONS:
                recipe = replace(recipes.resolve(options.recipe), precision=precision)
                yield (name, device, precision), speed(name, recipe, torch.device(device), options)


def speed(name: str, recipe: recipes.Recipe, device: torch.device, options: argparse.Namespace) -> dict[str, float]:
    """Train for about the seconds asked for and return {"images_per_second", "data_share"}."""
    torch.manual_seed(0)
    config = models.config_from(name, {})
    network = models.build_config(name, config)
    objective = build_objective(config.loss, config.num_classes, network.embedding_size, recipes.as_dict(recipe))
    split = ResidentSplit(noise(), SPEC, device)
    with tempfile.TemporaryDirectory() as folder:
        trainer = loop.Trainer(
            network, objective, recipe, Run(Path(folder), {}), SingleProcess(device), 0, is_compiled=options.compile
        )
        trainer.network.train()
        batches = endless(split, recipe)
        for _ in range(WARMUP_STEPS):
            trainer.step(next(batches), 1e-3)
        steps, whole, data = 0, 0.0, 0.0
        while whole < options.seconds:
            started = now(device)
            batch = next(batches)
            drawn = now(device)
            trainer.step(batch, 1e-3)
            whole += now(device) - started
            data += drawn - started
            steps += 1
    return {"images_per_second": steps * recipe.batch_size / whole, "data_share": data / whole}


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


def table(found: dict[Key, dict[str, float]], before: dict[str, dict[str, float]]) -> Iterator[tuple[str, ...]]:
    """Yield rows of cells; with numbers kept before, both and their ratio."""
    yield ("network", "device", "precision", *(["before", "now", "ratio"] if before else ["images/s"]), "data share")
    for key, row in found.items():
        rate, old = row["images_per_second"], before.get(" ".join(key), {}).get("images_per_second")
        pair = [f"{old:.0f}", f"{rate:.0f}", f"{rate / old:.2f}"] if old else ["-", f"{rate:.0f}", "-"]
        yield (*key, *(pair if before else [f"{rate:.0f}"]), f"{row['data_share']:.0%}")


if __name__ == "__main__":
    main()
