"""`fer int8-error`: where exported networks lose in 8 bits, layer by layer."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fer_core.cli.arguments import exported_networks, folders, for_each
from fer_core.threads import use_threads

if TYPE_CHECKING:
    from fer_core.export.int8_errors import Int8Errors

SHOWN = 3


def add_int8_error_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer int8-error`."""
    parser.add_argument("checkpoints", nargs="*", metavar="NAME", help="default: those in evidence/exports.json")
    parser.set_defaults(run=_int8_error)


def _int8_error(options: argparse.Namespace) -> int:
    use_threads(1)
    from fer_core.export import int8_errors as record
    from fer_core.export.measure_int8_errors import int8_errors

    record.read_int8_errors()  # a damaged file is said before minutes are spent

    def measure(folder: Path) -> None:
        errors = int8_errors(folder)
        record.add_int8_errors(folder.name, errors)
        print("\n".join([f"{folder.name}: logits {errors.logits_db:.1f} dB", *_lines(errors)]), flush=True)

    return for_each(folders(options.checkpoints) if options.checkpoints else exported_networks(), measure)


def _lines(errors: Int8Errors) -> list[str]:
    worst = [
        f"  {layer.alone_db:.1f} dB alone: {layer.kind} {layer.operator} {layer.name}" for layer in errors.worst(SHOWN)
    ]
    scores = [
        f"  {name}: {score.changed} of {errors.n:,} answers change on {errors.validation}, "
        f"{100 * (score.right - errors.right) / errors.n:+.2f} points, {score.logits_db:.1f} dB"
        for name, score in errors.calibrations.items()
    ]
    return worst + scores
