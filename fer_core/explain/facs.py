"""Where a face moves in an expression, as the Facial Action Coding System has it. Data; no torch.

The action units (AU) of each expression are prototypes of Ekman, Friesen and Hager (2002), "Facial Action Coding
System: Investigator's Guide", table 10-1; contempt, which that table lacks, is EMFACS's (Friesen and Ekman 1983). An
expression has several prototypes; one is taken, without intensities. Neutral is the absence of all of them.

Each unit belongs to the one region that its name says it moves. That is our reading: a muscle also folds the skin
beside it, as the cheek raiser does at the eyes.
"""

from __future__ import annotations

from dataclasses import dataclass

from fer_core import labels
from fer_core.explain.regions import REGIONS

SOURCE = "Ekman, Friesen and Hager 2002, FACS Investigator's Guide, table 10-1"


@dataclass(frozen=True)
class ActionUnit:
    """What a muscle, or several that move together, do to a face, and the region where that is seen."""

    name: str
    region: str


UNITS: dict[int, ActionUnit] = {
    1: ActionUnit("inner brow raiser", "brows"),
    2: ActionUnit("outer brow raiser", "brows"),
    4: ActionUnit("brow lowerer", "brows"),
    5: ActionUnit("upper lid raiser", "eyes"),
    6: ActionUnit("cheek raiser", "cheeks"),
    7: ActionUnit("lid tightener", "eyes"),
    9: ActionUnit("nose wrinkler", "nose"),
    12: ActionUnit("lip corner puller", "mouth"),
    14: ActionUnit("dimpler", "mouth"),
    15: ActionUnit("lip corner depressor", "mouth"),
    16: ActionUnit("lower lip depressor", "mouth"),
    20: ActionUnit("lip stretcher", "mouth"),
    23: ActionUnit("lip tightener", "mouth"),
    26: ActionUnit("jaw drop", "mouth"),
}

PROTOTYPES: dict[str, tuple[int, ...]] = {
    labels.HAPPY: (6, 12),
    labels.SURPRISE: (1, 2, 5, 26),
    labels.FEAR: (1, 2, 4, 5, 20, 26),
    labels.SAD: (1, 4, 15),
    labels.DISGUST: (9, 15, 16),
    labels.ANGRY: (4, 5, 7, 23),
    labels.CONTEMPT: (12, 14),  # on one side of the face
    labels.NEUTRAL: (),
}


def expected_regions(expression: str) -> tuple[str, ...]:
    """Return where an expression's action units move the face, in the order of REGIONS; () where none is known."""
    moved = {UNITS[unit].region for unit in PROTOTYPES.get(expression, ())}
    return tuple(region for region in REGIONS if region in moved)


def in_words(expression: str) -> str:
    """Return an expression's action units as they are written: "AU 6+12"; "" where there is none."""
    units = PROTOTYPES.get(expression, ())
    return f"AU {'+'.join(map(str, units))}" if units else ""
