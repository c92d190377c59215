"""What each part of a paper's network earns: rows of its table, what is claimed of them, what was measured of them.

Frozen rows of plain numbers and words, as in `views`; shares are 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.views.checkpoints import BesideClaimView, NetworkView
    from dashboard.views.comparisons import PairView
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

    `accuracy` is their mean, with an interval over faces and seeds; `deviation` the spread over seeds, None for a
    single one. `scored_on` names the faces: their protocol, or the data set with the owner's `split`. `is_test` is
    False while only validation faces were scored.
    """

    recipe: str
    names: tuple[str, ...]
    seeds: tuple[str, ...]
    accuracy: Estimate
    deviation: float | None
    scored_on: str
    split: str
    n: int
    is_test: bool


@dataclass(frozen=True)
class BestView:
    """The row's training with the highest mean accuracy on test faces, where the table shows another one."""

    recipe: str
    accuracy: Estimate


@dataclass(frozen=True)
class AblationRow:
    """One row of a paper's table. `depth` counts changes from the base; None: another network, for comparison.

    `change` reads "attention: none → se", "" for a base. `step` is the verdict on the row against the one that it
    changes, `whole` against the first row of the tree where that is another one; `reason` and `whole_reason` say why
    there is none. `beside_paper` holds the row against its claim. `command` trains the row.
    """

    network: NetworkView
    depth: int | None
    base: NetworkView | None
    change: str
    params: int
    macs: int
    printed: PrintedView | None
    measured: MeasuredView | None
    beside_paper: BesideClaimView
    best: BestView | None
    step: PairView | None
    reason: str
    whole: PairView | None
    whole_reason: str
    command: str


@dataclass(frozen=True)
class PaperView:
    """One paper on one data set: its network, and the rows of its table, each after the row that it changes."""

    network: NetworkView
    rows: tuple[AblationRow, ...]


@dataclass(frozen=True)
class AblationsView:
    """All three papers on one data set under one protocol.

    `protocols` are the titles, by name, of those under which two rows of a table were trained, the strictest first, ""
    being the owner's splits; `lone_protocols` the titles of others with checkpoints, where nothing can be compared.
    `about` says what the shown one does. `recipes` are those that two rows of a table share, the widest first.
    `alone` are the papers' networks that were trained but stand in no table: nothing is there to compare them with.
    """

    data_title: str
    protocols: dict[str, str]
    lone_protocols: tuple[str, ...]
    about: str
    recipes: tuple[str, ...]
    papers: tuple[PaperView, ...]
    alone: tuple[NetworkView, ...]
    problems: tuple[str, ...]
