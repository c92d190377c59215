"""`fer alignment`: what level eyes are worth to checkpoints, on validation faces, tilted or not."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fer_core.cli.arguments import aligned, folders
from fer_core.errors import ConfigError, FerError
from fer_core.threads import use_threads

if TYPE_CHECKING:
    from fer_core.robustness.alignment import Alignment, TiltScore

LEAST_FACES = 50  # fewer show nothing


def add_alignment_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer alignment`."""
    parser.add_argument("checkpoints", nargs="+", metavar="CHECKPOINT", help="names or folders; measured anew")
    parser.add_argument(
        "--faces", type=int, default=300, metavar="N", help="validation faces, the same for all (default: 300)"
    )
    parser.set_defaults(run=_alignment)


def _alignment(options: argparse.Namespace) -> int:
    if options.faces < LEAST_FACES:
        raise ConfigError(f"--faces {options.faces} shows nothing; give {LEAST_FACES} or more")
    use_threads(1)
    from fer_core.robustness.alignment import add_alignment, read_alignments
    from fer_core.robustness.measure_alignment import measured_alignments

    read_alignments()  # a damaged file is said before minutes are spent
    code = 0
    for name, measured in measured_alignments(folders(options.checkpoints), faces=options.faces):
        if isinstance(measured, FerError):
            print(f"fer: {measured}", file=sys.stderr)
            code = 2
            continue
        add_alignment(name, measured)
        print("\n".join([f"{name}: {measured.n:,} faces of {measured.split}", *_lines(measured)]), flush=True)
    return code


def _lines(measured: Alignment) -> Iterator[str]:
    header = ("tilt", "found", "untilted", "as they lie", "eyes level", "difference", "95 %", "p")
    yield from aligned([header, *map(_row, measured.tilts)])


def _row(score: TiltScore) -> tuple[str, ...]:
    value, low, high = (100 * share for share in score.gain.numbers())
    shares = (f"{score.share(right).value:.1%}" for right in (score.upright, score.tilted, score.levelled))
    return (
        f"{score.tilt:+d}",
        f"{score.found:,}",
        *shares,
        f"{value:+.1f}",
        f"{low:+.1f} to {high:+.1f}",
        f"{score.p:.2g}",
    )
