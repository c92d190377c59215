"""`fer regions`: measure which part of the face checkpoints read, once, and store it."""

from __future__ import annotations

import argparse
from pathlib import Path

from fer_core.cli.arguments import for_each, networks, unmeasured
from fer_core.errors import ConfigError
from fer_core.threads import use_threads

LEAST_FACES = 50  # seven of each expression; fewer show nothing


def add_regions_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer regions`."""
    parser.add_argument("checkpoints", nargs="*", metavar="CHECKPOINT", help="names or folders; measured anew")
    parser.add_argument("--all", action="store_true", help="all checkpoints with weights that were not measured yet")
    parser.add_argument(
        "--faces",
        type=int,
        default=350,
        metavar="N",
        help="test faces, as many of each expression (default: 350)",
    )
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: 1)")
    parser.set_defaults(run=_regions)


def _regions(options: argparse.Namespace) -> int:
    if options.faces < LEAST_FACES:
        raise ConfigError(f"--faces {options.faces} shows nothing; give {LEAST_FACES} or more")
    use_threads(options.threads)
    from fer_core.explain.measure_regions import is_current

    wanted = networks(options.checkpoints, options.all, needs_layers=True)
    if options.all:
        wanted = unmeasured(_with_layout(wanted), is_current, "measure")
    return for_each(wanted, lambda folder: print(_stored(folder, options.faces)))


def _with_layout(wanted: list[Path]) -> list[Path]:
    from fer_core.checkpoints.card import read_card
    from fer_core.explain.regions import LAYOUTS

    data = {folder: read_card(folder).data for folder in wanted}
    for folder in wanted:
        if data[folder].name not in LAYOUTS:
            print(f"{folder.name}: passed over, because faces of {data[folder].title} have no layout of regions")
    return [folder for folder in wanted if data[folder].name in LAYOUTS]


def _stored(folder: Path, faces: int) -> str:
    from fer_core.checkpoints.card import read_card
    from fer_core.explain.measure_regions import store_region_attributions
    from fer_core.explain.region_statistics import region_statistics

    stored = store_region_attributions(folder, faces=faces)
    statistics = region_statistics(stored, read_card(folder).expressions)
    read, masking = statistics.overall, statistics.overall.masking
    top, random = masking.top.numbers()[0], masking.random.numbers()[0]
    return (
        f"{folder.name}: reads the {read.densest} most densely, {max(read.density):.2f} times its area "
        f"(n = {read.n:,}); a face's densest part masked costs {100 * top:.1f} points of probability, "
        f"random patches as large {100 * random:.1f} (p = {masking.p:.2g}); half of the "
        f"attributions miss less than {statistics.missed[0]:.1%} of the logit"
    )
