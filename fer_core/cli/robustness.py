"""`fer robustness`: ask checkpoints about corrupted test faces, once, and store the answers."""

from __future__ import annotations

import argparse
from pathlib import Path

from fer_core.cli.arguments import for_each, networks, unmeasured
from fer_core.errors import ConfigError
from fer_core.threads import use_threads

LEAST_FACES = 50  # fewer show nothing: half an interval would be 14 points


def add_robustness_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer robustness`."""
    parser.add_argument("checkpoints", nargs="*", metavar="CHECKPOINT", help="names or folders; asked anew")
    parser.add_argument("--all", action="store_true", help="all checkpoints with weights that were not asked yet")
    parser.add_argument(
        "--faces",
        type=int,
        default=600,
        metavar="N",
        help="faces to corrupt (default: 600); 0 is all of the test split",
    )
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: 1)")
    parser.set_defaults(run=_robustness)


def _robustness(options: argparse.Namespace) -> int:
    if options.faces and options.faces < LEAST_FACES:
        raise ConfigError(f"--faces {options.faces} shows nothing; give {LEAST_FACES} or more, or 0 for all")
    use_threads(options.threads)
    from fer_core.robustness.predict import is_current

    wanted = networks(options.checkpoints, options.all)
    if options.all:
        wanted = unmeasured(wanted, is_current, "ask")
    return for_each(wanted, lambda folder: print(_stored(folder, options.faces or None)))


def _stored(folder: Path, faces: int | None) -> str:
    from fer_core.robustness import scores
    from fer_core.robustness.predict import store_corruption_predictions

    stored = store_corruption_predictions(folder, faces=faces)
    totals = scores.robustness_summary(stored)
    return (
        f"{folder.name}: accuracy {totals.clean.value:.2%} unchanged (n = {totals.n:,}), {totals.corrupted.value:.2%} "
        f"corrupted (n = {totals.n_corrupted:,}); {totals.mirror_changes.value:.2%} of the answers change when mirrored"
    )
