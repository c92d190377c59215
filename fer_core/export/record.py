"""Answers of exported files against their originals: evidence/exports.json, one entry per checkpoint. No torch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, RootModel

from fer_core.checkpoints.card_schema import CheckpointName
from fer_core.data.entries import SplitName
from fer_core.export.stored_entries import add_entry, read_entries
from fer_core.records import Amount, Count, KnownEstimate, Name, Positive, Record, Sha256, Share, ShareEstimate

PATH = Path(__file__).resolve().parents[2] / "evidence" / "exports.json"
AGAIN = "restore the file, or write it anew with `fer export NAME`"


class Calibration(Record):
    """What gave the activations their ranges."""

    method: Name
    split: SplitName
    faces: Positive


class ExportedFile(Record):
    """One exported file, asked about the whole test split.

    Attributes:
        accuracy: of the file; difference: of the file minus its original on the same faces, with its 95 % interval.
        only_file, only_original: faces that one of the two alone has right; p: of no difference, as
            `evaluation.verdict` tests it.
        largest_logit_difference, changed_answers: over all n faces.
        calibration: of an int8 file; None for float32.
    """

    sha256: Sha256
    bytes: Positive
    n: Positive
    accuracy: ShareEstimate
    largest_logit_difference: Amount
    changed_answers: Count
    difference: KnownEstimate
    only_file: Count
    only_original: Count
    p: Share
    calibration: Calibration | None = None

    def contradictions(self) -> list[str]:
        """A difference of other faces than are counted, or more right and wrong answers than changed ones."""
        problems = []
        if abs(self.difference.value - (self.only_file - self.only_original) / self.n) > 1e-9:
            problems.append(f"difference is {self.difference.value}; only_file and only_original give another")
        if self.only_file + self.only_original > self.changed_answers or self.changed_answers > self.n:
            problems.append(f"changed_answers is {self.changed_answers}; that does not fit n and the faces that differ")
        return problems


class CheckpointExport(Record):
    """What `fer export` made of a checkpoint.

    `float32` is compared with the answers stored beside the card, which PyTorch gave; `int8` with `float32`.
    """

    weights: Sha256
    format: Literal["onnx"]
    opset: Positive
    rewritten_selu: Count
    split: SplitName
    versions: dict[Name, Name]
    float32: ExportedFile
    int8: ExportedFile | None = None

    def contradictions(self) -> list[str]:
        """Calibrated float, or 8 bits without calibration."""
        problems = ["float32.calibration is given; only int8 is calibrated"] if self.float32.calibration else []
        if self.int8 and not self.int8.calibration:
            problems.append("int8.calibration is null; static int8 needs one")
        return problems


class ExportsFile(RootModel[Annotated[dict[CheckpointName, CheckpointExport], Field(max_length=1000)]]):
    """evidence/exports.json: exports by checkpoint."""


def read_exports(path: Path | None = None) -> dict[str, CheckpointExport]:
    """Read what was measured, by checkpoint; {} where nothing was.

    Raises:
        ConfigError: if the file is no JSON or breaks the schema (all problems together).
    """
    return read_entries(path or PATH, ExportsFile, AGAIN)


def add_export(name: str, export: CheckpointExport) -> None:
    """Write a checkpoint's entry, in place of an older one.

    Raises:
        ConfigError: if the file cannot be read or written.
    """
    add_entry(PATH, read_exports(), name, export)
