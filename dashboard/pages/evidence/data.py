"""The evidence ledger with this machine's own checkpoints in it. No torch, no data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.store.checkpoints import card_of, load_checkpoints
from dashboard.store.claims import claim_beside
from dashboard.store.ledger import ledger
from dashboard.store.verdicts import training_seeds
from fer_core.checkpoints import looks
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.look_counts import SplitLooks, counts
from fer_core.data import DATASETS
from fer_core.evaluation.intervals import Estimate
from fer_core.evidence.ledger import DATA, MEASURED, STATUSES, Finding, LedgerRow, Measurement


@dataclass(frozen=True)
class Evidence:
    """Ledger rows of all data sets, the largest number first, findings, and the titles of the data sets by name.

    `looks` say how often each test split was scored, the most first. `problems` say which checkpoint's card, or line of
    the log of looks, cannot be read.
    """

    rows: tuple[LedgerRow, ...]
    findings: tuple[Finding, ...]
    titles: dict[str, str]
    looks: tuple[SplitLooks, ...]
    problems: tuple[str, ...]


def evidence() -> Evidence:
    """Return what is claimed, what was measured, and how often test splits were scored.

    Raises:
        ConfigError: if the ledger's file is damaged, or the log of looks cannot be read.
    """
    others, listed = ledger(), load_checkpoints()
    seeds = training_seeds([row.name for row in listed.checkpoints])
    ours = ([card_of(seed) for seed in (name, *alike)] for name, alike in seeds.items())
    rows = [*others.rows, *(row_of_card(card, alike) for card, *alike in ours)]
    titles = {name: DATASETS[name].title for name in DATA}
    log = looks.read()
    return Evidence(
        rows=tuple(sorted(rows, key=lambda row: -_largest(row))),
        findings=others.findings,
        titles=titles,
        looks=counts(log.looks, list(seeds)),
        problems=(*listed.problems, *log.problems),
    )


def statuses() -> Mapping[str, str]:
    """Return every status that a number can have, with what it means."""
    return STATUSES


def row_of_card(card: Card, seeds: Sequence[Card]) -> LedgerRow:
    """Return a checkpoint of ours as a row: its headline split, measured here.

    It claims nothing, because a training of ours is no measurement of its paper's claim, which has a row of its own;
    `why` says how the two stand, over all `seeds` of the training.
    """
    split, scores = card.headline_split, card.headline_scores
    hits = sum(scores.confusion[i][i] for i in range(len(card.expressions)))
    n_train, size, note = card.data.n_train, card.input.size_px, card.training.schedule_note
    accuracy = Estimate.from_dict(scores.accuracy.known())
    beside_claim = claim_beside(seeds).words
    trained = f"{n_train:,} faces of {card.data.train_split}, "
    selection = f"the epoch with the best accuracy on {card.data.validation_split}, seed {card.training.seed}"
    if card.runtime == "onnx":  # trained elsewhere
        trained, selection = "", "the weights as published; how their epoch was chosen is not known here"
    return LedgerRow(
        name=card.name,
        network=card.network.name,
        data=card.data.name,
        year=None,
        claimed=None,
        measured=(Measurement(split, hits, scores.n, scores.macro_f1.value, accuracy),),
        split=split,
        n=scores.n,
        protocol=f"{trained}{size} px, single view; {card.limits}".rstrip("; "),
        selection=selection,
        status=MEASURED,
        why=" ".join(filter(None, (beside_claim, note[:1].upper() + note[1:]))),
        source=card.training.command,
        links=(),
        params=card.params,
        macs=card.macs,
        size_px=size,
    )


def _largest(row: LedgerRow) -> float:
    measured = row.measured[0].accuracy.value if row.measured else None
    return max(measured or 0.0, row.accuracy or 0.0)
