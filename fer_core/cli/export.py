"""`fer export`: a checkpoint as files that run without PyTorch, and what that changes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fer_core.cli.arguments import folders, for_each
from fer_core.threads import use_threads

if TYPE_CHECKING:
    from fer_core.export.record import ExportedFile


def add_export_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer export`."""
    parser.add_argument("checkpoints", nargs="+", metavar="CHECKPOINT", help="names or folders")
    parser.add_argument("--format", choices=["onnx"], default="onnx", help="default: onnx")
    parser.add_argument("--int8", action="store_true", help="also in 8 bits, calibrated on training faces")
    parser.add_argument("--out", type=Path, default=Path("exports"), metavar="FOLDER", help="default: exports")
    parser.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> int:
    use_threads(1)
    from fer_core.export.measure import export

    def store(folder: Path) -> None:
        exported = export(folder, options.out, with_int8=options.int8)
        for precision, path in exported.paths.items():
            print(f"{folder.name}: {path}, {_words(getattr(exported.record, precision))}")

    return for_each(folders(options.checkpoints), store)


def _words(file: ExportedFile) -> str:
    gap = file.difference
    return (
        f"{file.bytes / 1e6:.2f} MB, accuracy {file.accuracy.value:.2%} (n = {file.n:,}), "
        f"{100 * gap.value:+.2f} points against its original ({100 * gap.low:+.2f} to {100 * gap.high:+.2f}, "
        f"p = {file.p:.2g}), {file.changed_answers:,} answers change, "
        f"logits by up to {file.largest_logit_difference:.1e}"
    )
