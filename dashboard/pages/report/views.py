"""Rows of the report and its guided story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.views.ablations import AblationRow
    from dashboard.views.checkpoints import CheckpointView, CostView, LatencyView, MatrixView, NetworkView
    from dashboard.views.claims import ClaimRowView
    from dashboard.views.leak_effects import LeakEffectView, LeakPriceView
    from dashboard.views.regions import RegionsView
    from dashboard.views.training_curves import TrainingCurvesView


@dataclass(frozen=True)
class EntryView:
    """A checkpoint in the report, with its matrix and what identifies the numbers.

    `claim` is None where no paper makes one, `latency` where no time was measured. `weights` and `answers` are SHA-256
    sums, `weights` "" where the hash of what was scored is not known. `address` is where the network's page can be
    opened, "" for nowhere.
    """

    row: CheckpointView
    matrix: MatrixView
    claim: ClaimRowView | None
    latency: LatencyView | None
    weights: str
    answers: str
    address: str


@dataclass(frozen=True)
class PaperView:
    """One claim of a paper about its own network; `paper` is its authors and year."""

    network: NetworkView
    paper: str
    claim: ClaimRowView


@dataclass(frozen=True)
class StoryView:
    """What the guided story is told from; what is not known is empty or None, and its step is left out.

    `costs` are those of the papers' networks, `papers` their claims on all data sets, `looks` is of any data set. The
    rest is of one: `runs` and `trainings` of the papers' networks, `parts` the judged steps of their tables, `leaks`
    their scores with and without copies, `prices` what training on copies was worth, `placed` one run a network,
    `small` and `best` those that validation faces prefer.
    """

    data_title: str
    costs: tuple[CostView, ...]
    papers: tuple[PaperView, ...]
    runs: tuple[CheckpointView, ...]
    trainings: tuple[TrainingCurvesView, ...]
    parts: tuple[AblationRow, ...]
    looks: RegionsView | None
    leaks: tuple[LeakEffectView, ...]
    prices: tuple[LeakPriceView, ...]
    placed: tuple[CheckpointView, ...]
    small: CheckpointView | None
    best: CheckpointView | None
