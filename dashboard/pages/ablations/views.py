"""What each part of a paper's network earns: rows of its table, what is claimed of them, what was measured of them.

Frozen rows of plain numbers and words, as in `views`; shares are 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.views.checkpoints import NetworkView
    from fer_core.evaluation.intervals import Estimate


@dataclass(frozen=True)
class PrintedView:
    """What the paper prints for a row: in percent as printed, as a share, on what, and whether that can be right."""

    words: str
    accuracy: float
    where: str
    is_impossible: bool
    why: str
    source: str


@dataclass(frozen=True)
class MeasuredView:
    """A row's checkpoints of one recipe, which differ by their seed only.

    `accuracy` is their mean, with the mean ends of their intervals (what `n` faces leave open); `deviation` the spread
    over seeds, None for a single one. `is_test` is False while only validation faces were scored.
    """

    recipe: str
    names: tuple[str, ...]
    seeds: tuple[str, ...]
    accuracy: Estimate
    deviation: float | None
    data_title: str
    split: str
    n: int
    is_test: bool


@dataclass(frozen=True)
class BestView:
    """The row's training with the highest mean accuracy on test faces, where the table shows another one."""

    recipe: str
    accuracy: Estimate


@dataclass(frozen=True)
class StepView:
    """A row's accuracy minus its base's, -1..1, on the same faces after the same recipe.

    `difference`, `p` (exact McNemar) and the faces that only one of the two has right are of the first common seed;
    `mean` and `deviation` are over all `seeds` common ones.
    """

    seed: str
    difference: Estimate
    p: float
    only_row: int
    only_base: int
    seeds: int
    mean: float
    deviation: float | None

    @property
    def is_distinct(self) -> bool:
        """Whether chance alone would seldom make this difference."""
        return self.p < 0.05


@dataclass(frozen=True)
class AblationRow:
    """One row of a paper's table. `depth` counts changes from the base; None: another network, for comparison.

    `change` reads "attention: none → se", "" for a base. `step` is against the row that it changes, `whole` against
    the first row of the tree where that is another one; `reason` and `whole_reason` say why there is none. `command`
    trains the row.
    """

    network: NetworkView
    depth: int | None
    base: NetworkView | None
    change: str
    params: int
    macs: int
    printed: PrintedView | None
    measured: MeasuredView | None
    best: BestView | None
    step: StepView | None
    reason: str
    whole: StepView | None
    whole_reason: str
    command: str

    @property
    def reached(self) -> Estimate:
        """The highest mean accuracy over all recipes; only for a measured row."""
        return self.best.accuracy if self.best else self.measured.accuracy


@dataclass(frozen=True)
class PaperView:
    """One paper on one data set: its network, and the rows of its table, each after the row that it changes."""

    network: NetworkView
    rows: tuple[AblationRow, ...]


@dataclass(frozen=True)
class AblationsView:
    """All three papers on one data set under one protocol.

    `protocols` are the titles, by name, of those under which checkpoints lie here, the strictest first, "" being the
    owner's splits; `about` says what the shown one does. `recipes` are those of its checkpoints, the widest first.
    `alone` are the papers' networks that were trained but stand in no table: nothing is there to compare them with.
    """

    data_title: str
    protocols: dict[str, str]
    about: str
    recipes: tuple[str, ...]
    papers: tuple[PaperView, ...]
    alone: tuple[NetworkView, ...]
    problems: tuple[str, ...]
