"""The question of a comparison: it fixes how many pairs are tested together, whatever rows a page shows.

    two_networks           is one better than the other?                            1 pair
    leader_against_each    is the best by validation better than the others?        k - 1 pairs of k networks
    all_pairs              which of them differ at all?                             k (k - 1) / 2
    ablation_steps         what does each step of one table add?                    one per step

A network is named by its training (all its seeds), and a question lists all networks that it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from fer_core.errors import ConfigError


class QuestionKind(StrEnum):
    """The kinds of questions, in the words of a sentence."""

    TWO = "two networks"
    LEADER = "the leader against each other network"
    ALL_PAIRS = "every pair of networks"
    STEPS = "the steps of one ablation table"


@dataclass(frozen=True)
class Question:
    """What is asked, and the family of pairs over which the error rate is controlled; made by the functions below."""

    kind: QuestionKind
    pairs: frozenset[frozenset[str]]
    leader: str | None = None

    @property
    def family_size(self) -> int:
        """How many pairs are tested together."""
        return len(self.pairs)

    def check_asks(self, one: str, other: str) -> None:
        """Raise ConfigError unless the question is about this pair."""
        if frozenset((one, other)) not in self.pairs:
            raise ConfigError(
                f"{one} against {other} is none of the {self.family_size} pairs of this question ({self.kind}); "
                "ask a question that names both"
            )


def two_networks(one: str, other: str) -> Question:
    """Ask about one pair, chosen before its answers were looked at. Raises ConfigError for a network and itself."""
    return _question(QuestionKind.TWO, [(one, other)])


def leader_against_each(validation: Mapping[str, float]) -> Question:
    """Ask whether the leader is better than each other network: k - 1 pairs.

    The leader is the best on validation faces. A leader picked by the test answers could be any of the k, so all pairs
    would count: with ten equally good networks, counting k - 1 would raise a false alarm in one question of eight.

    Args:
        validation: accuracy on validation faces, 0..1, of all k networks that the question is about.

    Raises:
        ConfigError: if there are fewer than two.
    """
    leader = max(validation, key=validation.__getitem__, default="")
    return _question(QuestionKind.LEADER, [(leader, name) for name in validation if name != leader], leader)


def all_pairs(names: Sequence[str]) -> Question:
    """Ask which of k networks differ at all. Raises ConfigError if there are fewer than two."""
    return _question(QuestionKind.ALL_PAIRS, combinations(names, 2))


def ablation_steps(steps: Sequence[tuple[str, str]]) -> Question:
    """Ask what each step of a table adds.

    Args:
        steps: (row, the row that it changes), all of the table, also those that are not trained yet.

    Raises:
        ConfigError: if there is no step, or one from a row to itself.
    """
    return _question(QuestionKind.STEPS, steps)


def _question(kind: QuestionKind, pairs: Iterable[tuple[str, str]], leader: str | None = None) -> Question:
    family = frozenset(frozenset(pair) for pair in pairs)
    if not family or any(len(pair) != 2 for pair in family):
        raise ConfigError(f"a question about {kind} needs at least two different networks; name them")
    return Question(kind, family, leader)
