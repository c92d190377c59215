"""A network beside the ten annotators of FER+. From stored logits and the repository's ballots; no data set."""

from __future__ import annotations

import numpy as np

from dashboard.pages.calibration.data import SHOWN, confident_faces
from dashboard.pages.calibration.views import EntropyView, VotesView
from dashboard.store.annotator_votes import NAMES, ballots
from dashboard.store.checkpoints import card_of, checkpoint_view
from dashboard.store.logits import logits_of, split_logits, with_ends
from fer_core.data import ferplus
from fer_core.evaluation import mean
from fer_core.evaluation import votes as core
from fer_core.evaluation.calibration import confidence
from fer_core.labels import FERPLUS

ENTROPIES = ("all agree", "8 : 2 or clearer", "two camps", "three camps or more")  # the bins of votes.EDGES


def human_agreement(name: str, at: float = 1.0) -> VotesView | None:
    """Compare a checkpoint with the annotators, at a temperature; None where nobody voted on its faces.

    Raises:
        FerError: if its logits are damaged or its expressions and the votes' have nothing in common.
    """
    card = card_of(name)
    stored = logits_of(split_logits(card))
    counts = ballots(card.data.name, stored.rows)
    if counts is None:
        return None
    common = core.on_common(ferplus.shares(counts), FERPLUS, card.expressions)
    voted, predicted = common.voted, stored.logits.argmax(axis=1)
    confidences, entropy = confidence(stored.logits, at), core.entropy_bits(common.shares)
    split = core.confident_while_split(confidences[voted], entropy)
    bins = core.accuracy_by_entropy((predicted == stored.labels)[voted], entropy)
    return VotesView(
        checkpoint=checkpoint_view(card),
        n=len(voted),
        network=with_ends(mean(_as_most_say(counts[voted], predicted[voted], card.expressions))),
        person=with_ends(mean(core.agreement_with_the_rest(counts[voted]))),
        agrees=with_ends(mean(core.vote_share(common.shares, predicted[voted]))),
        kl_bits=with_ends(mean(core.kl_bits(common.shares, stored.logits[voted], at))),
        by_entropy=tuple(
            EntropyView(label, row.n, with_ends(row.accuracy)) for label, row in zip(ENTROPIES, bins, strict=True)
        ),
        split=confident_faces(card, stored, voted[split[:SHOWN]], confidences),
    )


def _as_most_say(counts: np.ndarray, predicted: np.ndarray, expressions: tuple[str, ...]) -> np.ndarray:
    """Return whether each answer is what most annotators say, (N,); of t that tie each counts 1 / t."""
    column = np.array([NAMES.index(name) if name in NAMES else -1 for name in expressions])[predicted]
    most = counts.max(axis=1)
    votes = np.where(column >= 0, counts[np.arange(len(counts)), column], -1)
    return (votes == most) / (counts == most[:, None]).sum(axis=1)
