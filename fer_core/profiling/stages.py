"""What a stage of a network is called: its place in words instead of its path among the modules. No torch.

features.0                Stem, 24 × 24
features.6                Row 48, block 1, 3 × 3      the papers' tables name a row by its channels
features.0.deep.3         Deep row 32, block 1, 6 × 6
features.18               Last convolution, 2 × 2
classifier                Classifier
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

TRUNK = "features"  # what every network calls the layers that work on maps
PLAIN = "Sequential"  # layers in a row, as a stem is; blocks have a class of their own

# Children of a network that are one stage each, by the last part of their path.
WORDS = {
    "shallow": "Shallow branch",
    "fused_attention": "Fused attention",
    "head": "Head",
    "classifier": "Classifier",
}


class Stage(NamedTuple):
    """A stage as `complexity.stage_table` finds it: path, class, output without the batch, (C, H, W) or (C,)."""

    name: str
    kind: str
    output_shape: tuple[int, ...]

    @property
    def trunk(self) -> str:
        """The path of what holds it."""
        return self.name.rpartition(".")[0]

    @property
    def is_numbered(self) -> bool:
        """Whether it is one of several in its trunk, and has no word of its own."""
        return self.name.rpartition(".")[2].isdigit()


def stage_titles(stages: Sequence[Stage]) -> list[str]:
    """Name the stages of one network, given in forward order; no two get the same title."""
    titles: list[str] = []
    for (trunk, is_numbered), group in groupby(stages, lambda stage: (stage.trunk, stage.is_numbered)):
        some = [*group]
        titles += _trunk_titles(trunk, some) if is_numbered else [_titled(_word(stage), stage) for stage in some]
    return titles


def _trunk_titles(trunk: str, stages: Sequence[Stage]) -> list[str]:
    """A stem, rows of blocks of one shape, a last convolution; where all are plain layers, they are the rows."""
    branch = trunk.rpartition(".")[2]
    row = "Row" if branch == TRUNK else f"{_in_words(branch)} row"
    has_only_rows = len(stages) > 1 and {stage.kind for stage in stages} == {PLAIN}
    titles = []
    for (kind, shape), group in groupby(stages, lambda stage: (stage.kind, stage.output_shape)):
        run = [*group]
        if kind == PLAIN and not has_only_rows:
            titles += [_titled("Stem" if stage.name.endswith(".0") else "Last convolution", stage) for stage in run]
            continue
        numbers = [f", block {i}" for i in range(1, len(run) + 1)] if len(run) > 1 else [""]
        titles += [_titled(f"{row} {shape[0]}{number}", stage) for number, stage in zip(numbers, run, strict=True)]
    return titles


def _word(stage: Stage) -> str:
    part = stage.name.rpartition(".")[2]
    return WORDS.get(part, _in_words(part))


def _in_words(part: str) -> str:
    return part.replace("_", " ").capitalize()


def _titled(words: str, stage: Stage) -> str:
    """Add the size of the map behind the stage, or the length of its vector; a classifier's is known."""
    size = stage.output_shape
    if len(size) == 3:
        return f"{words}, {size[1]} × {size[2]}"
    return words if words == WORDS["classifier"] else f"{words}, {size[0]} numbers"
