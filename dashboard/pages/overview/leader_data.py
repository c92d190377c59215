"""Is the leader better than each other network? A question about a data set's networks, whatever rows are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from dashboard.store.checkpoints import card_of
from dashboard.store.training_groups import largest_alike, one_per_network, same_training
from dashboard.store.verdicts import COMPARED, verdict_of
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.comparisons import PairView
from fer_core.checkpoints.comparability import difference_words, fair_rows
from fer_core.errors import FerError
from fer_core.evaluation.question import Question, leader_against_each

LEADS = "The leader: best on validation faces of the networks that were trained alike."
ANOTHER = "Another training of its network than the one that validation faces prefer."


@dataclass(frozen=True)
class Leader:
    """The network that validation faces prefer among those that were trained alike, and the verdicts on it.

    Without two such networks it is the best of all by validation, and there are no `leads`. Trainings are identified by
    `same_training`: `training` is the leader's own, `leads` are keyed by the other's, and `compared` are those, one per
    network, that were considered. `others` counts the networks trained otherwise.
    """

    row: CheckpointView
    training: str
    leads: Mapping[str, PairView]
    compared: frozenset[str]
    others: int

    def lead_over(self, row: CheckpointView) -> tuple[PairView | None, str]:
        """Return the verdict on the leader against a row's training, or None and why there is none."""
        training = same_training(card_of(row.name))
        if training in self.leads:
            return self.leads[training], ""
        if training == self.training:
            return None, LEADS if self.leads else ""
        if training not in self.compared:
            return None, ANOTHER
        unequal = fair_rows([card_of(self.row.name)], [card_of(row.name)], COMPARED)
        return (
            None,
            f"Trained otherwise than the leader: {difference_words(unequal)}."
            if unequal
            else "Its answers are damaged.",
        )


def find_leader(counted: Sequence[CheckpointView], seeds: Mapping[str, Sequence[str]]) -> Leader:
    """Ask about the largest group of networks that were trained alike, see `largest_alike`.

    Args:
        counted: checkpoints that answer to the same faces; seeds: of each one's training, as `training_seeds` has them.
    """
    best = one_per_network(counted)
    group = largest_alike(counted)
    validated = {row.name: _validated(seeds[row.name]) for row in (*best, *group)}
    trained = {name: same_training(card_of(name)) for name in validated}
    compared = group if len(group) > 1 else best
    first = max(compared, key=lambda row: validated[row.name])
    leads = (
        _leads(leader_against_each({row.name: validated[row.name] for row in group}), seeds) if len(group) > 1 else {}
    )
    rest = len(best) - (len(group) if leads else 1)
    by_training = {trained[name]: lead for name, lead in leads.items()}
    return Leader(first, trained[first.name], by_training, frozenset(trained.values()), rest)


def _leads(question: Question, seeds: Mapping[str, Sequence[str]]) -> dict[str, PairView]:
    """Verdicts by the other's name; damaged answers cost their own, and still count in the family."""
    leads = {}
    for name in sorted({name for pair in question.pairs for name in pair} - {question.leader}):
        try:
            leads[name] = verdict_of(question.leader, name, question, seeds)
        except FerError:  # named above the table
            continue
    return leads


def _validated(names: Sequence[str]) -> float:
    known = [accuracy for name in names if (accuracy := card_of(name).validation_accuracy) is not None]
    return fmean(known) if known else -1.0
