"""Where 8 bits lose, layer by layer: evidence/int8-errors.json, one entry per checkpoint. No torch, no onnx."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, RootModel

from fer_core.checkpoints.card_schema import CheckpointName
from fer_core.data.entries import SplitName
from fer_core.export.costs import Day
from fer_core.export.stored_entries import add_entry, read_entries
from fer_core.records import Count, Name, Number, Positive, Record, Sha256

PATH = Path(__file__).resolve().parents[2] / "evidence" / "int8-errors.json"
# Ways to find the range of an activation, by what the file calls them: see `export.static_int8`.
MEAN_RANGE, WHOLE_RANGE = "MinMax, mean of batches of 64", "MinMax"
AGAIN = "restore the file, or measure anew with `fer int8-error`"


class LayerError(Record):
    """One layer in 8 bits beside float32.

    In decibels of signal to quantisation noise, 20 log10(|x| / |x - x8|): 20 is noise of a tenth, 40 of a hundredth.

    Attributes:
        name: the module, or what it stands behind; operator: as ONNX calls it.
        kind: of the part of the network, for readers.
        activation_db: of its output where all layers are in 8 bits, so what came before counts too.
        alone_db: of the logits where this layer alone is in 8 bits.
    """

    name: Name
    operator: Name
    kind: Name
    activation_db: Number | None
    alone_db: Number


class CalibrationScore(Record):
    """What validation faces say of one way to find ranges: answers that differ from float32's, and right ones."""

    changed: Count
    right: Count
    logits_db: Number


class Int8Errors(Record):
    """What `fer int8-error` measured of a checkpoint.

    Attributes:
        weights: SHA-256 of the stored weights; measured: the day.
        split, faces: of training faces, on which layers are compared.
        logits_db: where all layers are in 8 bits.
        layers: in the order of the graph; those that only pick or clip values are left out.
        validation, n, right: of the validation split, and what float32 has right there.
        calibrations: MEAN_RANGE, which exports have, and WHOLE_RANGE.
    """

    weights: Sha256
    measured: Day
    versions: dict[Name, Name]
    split: SplitName
    faces: Positive
    logits_db: Number
    layers: Annotated[tuple[LayerError, ...], Field(min_length=1, max_length=2000)]
    validation: SplitName
    n: Positive
    right: Count
    calibrations: Annotated[dict[Name, CalibrationScore], Field(min_length=1, max_length=16)]

    def contradictions(self) -> list[str]:
        """More faces right or changed than there are, or right answers that no so few changes can explain."""
        problems = [] if self.right <= self.n else [f"right is {self.right}, of {self.n} faces"]
        for name, score in self.calibrations.items():
            if max(score.changed, score.right) > self.n or abs(score.right - self.right) > score.changed:
                problems.append(f"calibrations.{name} has {score.right} right and {score.changed} changed of {self.n}")
        return problems

    def worst(self, count: int) -> list[LayerError]:
        """Return the layers that lose most alone, worst first."""
        return sorted(self.layers, key=lambda layer: layer.alone_db)[:count]


class Int8ErrorsFile(RootModel[Annotated[dict[CheckpointName, Int8Errors], Field(max_length=1000)]]):
    """evidence/int8-errors.json: by checkpoint."""


def read_int8_errors(path: Path | None = None) -> dict[str, Int8Errors]:
    """Read what was measured, by checkpoint; {} where nothing was.

    Raises:
        ConfigError: if the file is no JSON or breaks the schema (all problems together).
    """
    return read_entries(path or PATH, Int8ErrorsFile, AGAIN)


def add_int8_errors(name: str, errors: Int8Errors) -> None:
    """Write a checkpoint's entry, in place of an older one.

    Raises:
        ConfigError: if the file cannot be read or written.
    """
    add_entry(PATH, read_int8_errors(), name, errors)
