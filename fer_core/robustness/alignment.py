"""The effect of levelling eyes on a checkpoint, on validation faces: evidence/alignment.json, one entry per checkpoint.

Counts of right answers are stored; shares, intervals and tests follow from them. No torch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, RootModel

from fer_core.checkpoints.card_schema import CheckpointName
from fer_core.data.entries import SplitName
from fer_core.evaluation.intervals import Estimate, proportion
from fer_core.evaluation.paired import difference, mcnemar
from fer_core.export.costs import Day
from fer_core.export.stored_entries import add_entry, read_entries
from fer_core.records import Count, Name, Positive, Record, Sha256, Whole

PATH = Path(__file__).resolve().parents[2] / "evidence" / "alignment.json"
AGAIN = "restore the file, or measure anew with `fer alignment NAME`"
MOST_TILT = 90


class TiltScore(Record):
    """Right answers to faces that were all tilted by one angle; of those whose landmarks were found.

    Attributes:
        tilt: degrees clockwise, added to what a face has of its own; 0 is the face as the data set holds it.
        found: faces whose landmarks the detector found; all other counts are of these.
        upright: right where the face is not tilted; tilted: as it lies; levelled: with its eyes brought level.
        only_tilted, only_levelled: right in one of these two ways only.
    """

    tilt: Annotated[Whole, Field(ge=-MOST_TILT, le=MOST_TILT)]
    found: Positive
    upright: Count
    tilted: Count
    levelled: Count
    only_tilted: Count
    only_levelled: Count

    def contradictions(self) -> list[str]:
        """More right than found, counts of single ways that do not add up, or a face that is tilted by nothing."""
        problems = []
        if max(self.upright, self.tilted + self.only_levelled) > self.found:
            problems.append(f"more answers are right than the {self.found} faces found")
        both = self.tilted - self.only_tilted
        if both < 0 or both != self.levelled - self.only_levelled:
            problems.append("only_tilted and only_levelled do not fit tilted and levelled")
        if self.tilt == 0 and self.tilted != self.upright:
            problems.append(f"tilted is {self.tilted} and upright {self.upright} at no tilt; they must agree")
        return problems

    def share(self, right: int) -> Estimate:
        """Return one of the counts as accuracy, with its Wilson interval."""
        return proportion(right, self.found)

    @property
    def gain(self) -> Estimate:
        """Accuracy with level eyes minus as the faces lie, with its paired interval."""
        return difference(self.only_levelled, self.only_tilted, self.found)

    @property
    def p(self) -> float:
        """Of no difference between the two, by McNemar's exact test."""
        return mcnemar(self.only_levelled, self.only_tilted)


class Alignment(Record):
    """What `fer alignment` measured of a checkpoint.

    Attributes:
        weights: SHA-256 of the stored weights; measured: the day.
        split, n: validation faces that were asked.
        tilts: in the order of their angles; 0 is among them.
    """

    weights: Sha256
    measured: Day
    versions: dict[Name, Name]
    split: SplitName
    n: Positive
    tilts: Annotated[tuple[TiltScore, ...], Field(min_length=1, max_length=64)]

    def contradictions(self) -> list[str]:
        """More faces found than asked, or tilts that are out of order or lack the faces as they are."""
        problems = [f"{score.found} faces found of {self.n}" for score in self.tilts if score.found > self.n]
        angles = [score.tilt for score in self.tilts]
        if angles != sorted(set(angles)) or 0 not in angles:
            problems.append(f"tilts are {angles}; they must rise, with 0 among them")
        return problems

    @property
    def as_held(self) -> TiltScore:
        """The scores of faces as the data set holds them."""
        return next(score for score in self.tilts if score.tilt == 0)


class AlignmentFile(RootModel[Annotated[dict[CheckpointName, Alignment], Field(max_length=1000)]]):
    """evidence/alignment.json: by checkpoint."""


def read_alignments(path: Path | None = None) -> dict[str, Alignment]:
    """Read what was measured, by checkpoint; {} where nothing was.

    Raises:
        ConfigError: if the file is no JSON or breaks the schema (all problems together).
    """
    return read_entries(path or PATH, AlignmentFile, AGAIN)


def add_alignment(name: str, alignment: Alignment) -> None:
    """Write a checkpoint's entry, in place of an older one.

    Raises:
        ConfigError: if the file cannot be read or written.
    """
    add_entry(PATH, read_alignments(), name, alignment)
