"""`fer costs`: what exported files cost on this machine, beside PyTorch."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from fer_core.cli.arguments import exported_networks, folders, for_each, with_weights
from fer_core.errors import ConfigError
from fer_core.paths import measured_root
from fer_core.threads import use_threads

if TYPE_CHECKING:
    from fer_core.export.costs import CheckpointCosts

DATA = "fer2013"


def add_costs_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer costs`."""
    parser.add_argument("checkpoints", nargs="*", metavar="NAME", help="default: those in evidence/exports.json")
    parser.add_argument("--here", action="store_true", help="store it in measured/, and leave what ships as it is")
    parser.add_argument("--all", action="store_true", help="every network's best run on FER2013, imported ones too")
    parser.set_defaults(run=_costs)


def _costs(options: argparse.Namespace) -> int:
    use_threads(1)
    from fer_core.export import costs
    from fer_core.export.measure_costs import checkpoint_costs, this_machine

    for path in costs.own_paths(measured_root()) if options.here else [costs.PATH]:
        costs.read_costs(path)  # a damaged file is said before minutes are spent
    wanted = _chosen_checkpoints(options)
    measured: dict[str, CheckpointCosts] = {}

    def measure(folder: Path) -> None:
        start, number = time.monotonic(), wanted.index(folder) + 1
        print(f"{number} of {len(wanted)}, {folder.name}", flush=True)
        measured[folder.name] = checkpoint_costs(folder, lambda step: print(f"  {step}", flush=True))
        print(f"  {_words(measured[folder.name])}, in {time.monotonic() - start:.0f} s", flush=True)

    code = for_each(wanted, measure)
    if measured:
        machine = this_machine(measured)
        path = costs.own_path(machine.name, measured_root()) if options.here else costs.PATH
        costs.add_costs(machine, path)
        print(f"wrote {len(measured)} to {path}")
    return code


def _chosen_checkpoints(options: argparse.Namespace) -> list[Path]:
    """Named checkpoints; else the best run of every network, or those that were exported, where weights are here."""
    if options.checkpoints:
        return folders(options.checkpoints)
    if not options.all:
        return exported_networks()
    own = [card for card in with_weights() if card.data.name == DATA and not (card.protocol and card.protocol.is_leaky)]
    best = {card.network.name: card for card in sorted(own, key=lambda card: card.validation_accuracy or 0)}
    if not best:
        raise ConfigError(f"no network of {DATA} has weights here; `fer list` shows what there is")
    return sorted(card.home for card in best.values())


def _words(costs: CheckpointCosts) -> str:
    from fer_core.export.costs import timing_at

    timings = {"PyTorch": costs.pytorch or (), "float32": costs.float32.timings}
    if costs.int8:
        timings["int8"] = costs.int8.timings
    first = {name: timing_at(some, 1, 1) for name, some in timings.items()}
    return ", ".join(f"{name} {timing.median_ms:.2f} ms" for name, timing in first.items() if timing)
