"""Which output is which expression? The order that the card gives, against the best of all relabellings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fer_core import labels
from fer_core.checkpoints.contract_report import AMBER, GREEN, RED, ContractLine, OrderEntry, percent
from fer_core.contract.subject import Subject
from fer_core.evaluation.intervals import proportion
from fer_core.evaluation.paired import discordant, mcnemar
from fer_core.records import ShareEstimate

CHECK = "label order"
ALPHA = 0.001  # the best of many relabellings is better by chance too, so more is asked than 5 %
WEAK = 0.5  # a network below this share of right answers may be fed wrongly, whatever its order


@dataclass(frozen=True, eq=False)
class Relabelling:
    """What each output stands for, (K,) indices of the card's expressions or -1, and which faces are then right."""

    meaning: np.ndarray
    is_right: np.ndarray

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0..1."""
        return float(self.is_right.mean())

    def share_right(self, among: np.ndarray | None = None) -> ShareEstimate:
        """Return the share of right answers with its interval; among: bool (N,), faces that count (default: all)."""
        is_right = self.is_right if among is None else self.is_right[among]
        return ShareEstimate.model_validate(proportion(int(is_right.sum()), len(is_right)).as_dict())


def given_order(subject: Subject, outputs: np.ndarray) -> Relabelling:
    """Read outputs (N, K) as the card says; outputs that stand for nothing are never the answer."""
    known = subject.card.expressions
    meaning = np.array([known.index(expression) if expression in known else -1 for expression in subject.columns])
    answers = np.where(subject.is_named, outputs, -np.inf).argmax(axis=1)
    return Relabelling(meaning, meaning[answers] == subject.faces.labels)


def best_order(subject: Subject, outputs: np.ndarray) -> Relabelling:
    """Give each expression the output that makes most faces right, all together (Kuhn 1955, Hungarian method)."""
    from scipy.optimize import linear_sum_assignment

    answers = np.where(subject.is_named, outputs, -np.inf).argmax(axis=1)
    counts = np.zeros((len(subject.card.expressions), outputs.shape[1]))
    np.add.at(counts, (subject.faces.labels, answers), 1)
    counts[:, ~subject.is_named] = -1
    rows, columns = linear_sum_assignment(counts, maximize=True)
    meaning = np.full(outputs.shape[1], -1)
    meaning[columns] = rows
    return Relabelling(meaning, meaning[answers] == subject.faces.labels)


def label_order(subject: Subject, outputs: np.ndarray) -> tuple[ContractLine, tuple[OrderEntry, ...]]:
    """Compare both orders on the validation faces; outputs (N, K) are to the faces as the card feeds them."""
    given, best = given_order(subject, outputs), best_order(subject, outputs)
    better, worse = discordant(best.is_right, given.is_right)
    entries = tuple(_entry(subject, place, given, best) for place in range(len(subject.card.expressions)))
    sentence = f"{percent(given.accuracy)} right in the given order"
    order = _order(subject, best)
    if better > worse and mcnemar(better, worse) < ALPHA:
        return ContractLine(
            check=CHECK,
            state=RED,
            found=f"{sentence}, {percent(best.accuracy)} if the outputs are {', '.join(order)}{_known_as(order)}",
            fix=f"import it again with --labels {','.join(order)}",
        ), entries
    if given.accuracy < WEAK:
        return ContractLine(
            check=CHECK,
            state=AMBER,
            found=f"{sentence}; no other order is better, but so few right answers cannot tell an order for sure",
            fix="see the line of the input's scale, and ask whoever trained it for the order",
        ), entries
    return ContractLine(check=CHECK, state=GREEN, found=f"{sentence}; no other order is better"), entries


def _order(subject: Subject, best: Relabelling) -> list[str]:
    return [subject.card.expressions[place] if place >= 0 else "-" for place in best.meaning]


def _known_as(order: Sequence[str]) -> str:
    known = {**labels.ORDERS, "alphabetical": tuple(sorted(order))}
    names = [name for name, known_order in known.items() if list(known_order) == list(order)]
    return f" ({names[0]} order)" if names else ""


def _entry(subject: Subject, place: int, given: Relabelling, best: Relabelling) -> OrderEntry:
    is_shown = subject.faces.labels == place
    return OrderEntry(
        expression=subject.card.expressions[place],
        n=int(is_shown.sum()),
        given=given.share_right(is_shown),
        best=best.share_right(is_shown),
    )
