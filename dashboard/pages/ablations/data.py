"""The papers' ablation tables beside our own numbers, from profiles, cards, claims and stored logits. No torch."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from statistics import fmean

from dashboard.pages.ablations.rows_data import ablation_tree, change, other_networks, root_of
from dashboard.pages.ablations.views import (
    AblationRow,
    AblationsView,
    BestView,
    MeasuredView,
    PaperView,
    PrintedView,
    StepView,
)
from dashboard.store.checkpoints import card_of, load_checkpoints
from dashboard.store.comparisons import pairwise_tests
from dashboard.store.costs import designs, network_view
from dashboard.store.ledger import ledger_rows
from dashboard.store.training_groups import (
    WIDEST,
    Training,
    best_of,
    leading_recipe,
    preferred,
    protocol_of,
    protocol_titles,
    protocol_words,
    recipes,
    trainings,
    unequal_conditions,
)
from dashboard.views.comparisons import PairView
from fer_core.checkpoints.default_selection import PAPERS
from fer_core.data import DATASETS, protocols
from fer_core.errors import FerError
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.seeds import over_seeds
from fer_core.evidence.claims import read_claims
from fer_core.evidence.ledger import DATA, IMPOSSIBLE, LedgerRow
from fer_core.profiling.profiles import Profile

SAME_NETWORK = {"a_mobilenet-base": "mobilenet_v1"}  # a row that another name is the claim of
NO_BASE = "This is the row that others are compared with."
SAME_BASE = "The base is the row that it changes."
OTHER = "Another network of the paper's table, not a row of its ablation."


def data_sets() -> dict[str, str]:
    """Return the titles of the data sets on which the papers claim something, by name."""
    claimed = {claim.data for claim in read_claims()}
    return {name: DATASETS[name].title for name in DATA if name in claimed}


def ablations(data: str, recipe: str = WIDEST, protocol: str | None = None) -> AblationsView:
    """Return the three papers' tables on one data set, under one protocol: numbers of two do not mix.

    Args:
        recipe: whose checkpoints to show where a row has several; rows without it fall back to what they have.
        protocol: its name, "" for the owner's splits; None for the strictest of which checkpoints lie here.

    Raises:
        ConfigError: if profiles, claims or ledger are missing or damaged.
    """
    known = designs()
    shelf = load_checkpoints()
    cards = [card_of(row.name) for row in shelf.checkpoints if row.data == data]
    titles = protocol_titles(data, cards)
    if protocol is None:
        protocol = next(iter(titles), "")
    registered = {name: profile.config for name, profile in known.items()}
    found = trainings([card for card in cards if protocol_of(card) == protocol], registered)
    papers = {family: _paper(family, data, recipe, known, found) for family in PAPERS}
    trained_families = {known[one.network].family for one in found}
    return AblationsView(
        data_title=DATASETS[data].title,
        protocols=titles,
        about=protocol_words(protocol),
        recipes=recipes([one for one in found if known[one.network].family in PAPERS]),
        papers=tuple(paper for paper in papers.values() if paper is not None),
        alone=tuple(network_view(one) for one, paper in papers.items() if paper is None and one in trained_families),
        problems=shelf.problems,
    )


def _paper(
    family: str, data: str, recipe: str, known: Mapping[str, Profile], found: Sequence[Training]
) -> PaperView | None:
    """Return a paper's table, or None where it claims nothing on the data and no two of its rows were trained."""
    tree = dict(ablation_tree(family, known))
    printed = {row.network: row for row in ledger_rows() if row.data == data and row.claimed and not row.measured}
    names = {*tree, *(SAME_NETWORK[name] for name in tree if name in SAME_NETWORK)}
    own = [one for one in found if one.network in names]
    others = [name for name in other_networks(family, data) if name in known and name not in tree]
    others = [name for name in others if name not in {SAME_NETWORK.get(row) for row in tree}]
    leading = leading_recipe(own, recipe)
    shown = {name: _shown(name, found, leading) for name in [*tree, *others]}
    rows = []
    for name in shown:
        claim, command = printed.get(SAME_NETWORK.get(name, name)), _command(name, data, own, leading)
        best = _best(name, found, shown[name])
        rows.append(_row(name, tree.get(name), known, claim, shown, best, command))
    return PaperView(network_view(family), tuple(told)) if (told := _told(rows)) else None


def _shown(name: str, found: Sequence[Training], recipe: str) -> Training | None:
    """Return a row's training: its own, or else one of the same network under its other name."""
    return best_of(name, found, recipe) or best_of(SAME_NETWORK.get(name, name), found, recipe)


def _told(rows: Sequence[AblationRow]) -> list[AblationRow]:
    """Return the rows of which something is known, claimed or measured; none where nothing can be compared."""
    told = [row for row in rows if row.printed or row.measured]
    return told if len(told) > 1 or any(row.printed for row in told) else []


def _row(
    name: str,
    depth: int | None,
    known: Mapping[str, Profile],
    printed: LedgerRow | None,
    shown: Mapping[str, Training | None],
    best: BestView | None,
    command: str,
) -> AblationRow:
    base, own = known[name].base, shown[name]
    if depth is None or base not in shown:
        base = None
    step, reason = _step(own, shown[base]) if base else (None, NO_BASE if depth is not None else OTHER)
    root = root_of(name, known, shown)
    whole, whole_reason = _step(own, shown[root]) if base and root != base else (None, SAME_BASE if base else reason)
    size = own.cards[0] if own else None
    return AblationRow(
        network=network_view(name),
        depth=depth,
        base=network_view(base) if base else None,
        change=change(known[base].config, known[name].config) if base else "",
        params=size.params if size else known[name].params,
        macs=size.macs if size else known[name].macs,
        printed=_printed(printed) if printed else None,
        measured=_measured(own) if own else None,
        best=best,
        step=step,
        reason=reason,
        whole=whole,
        whole_reason=whole_reason,
        command=command,
    )


def _printed(row: LedgerRow) -> PrintedView:
    return PrintedView(
        words=row.claimed,
        accuracy=row.accuracy,
        where=row.split,
        is_impossible=row.status == IMPOSSIBLE,
        why=row.why,
        source=row.source,
    )


def _measured(own: Training) -> MeasuredView:
    first = own.cards[0]
    scores = [card.headline_scores.accuracy for card in own.cards]
    return MeasuredView(
        recipe=own.recipe,
        names=tuple(card.name for card in own.cards),
        seeds=tuple(str(card.training.seed) for card in own.cards),
        accuracy=Estimate(*(fmean(getattr(one, key) for one in scores) for key in ("value", "low", "high"))),
        deviation=over_seeds([one.value for one in scores]).deviation,
        data_title=first.data.title,
        split=first.headline_split,
        n=first.headline_scores.n,
        is_test=first.headline_split == first.data.test_split,
    )


def _best(name: str, found: Sequence[Training], shown: Training | None) -> BestView | None:
    """Return the training that validation faces prefer to the shown one, if it was tested."""
    same = (name, SAME_NETWORK.get(name))
    best = preferred([one for one in found if one.network in same])
    if shown is None or best is None or best is shown or not _measured(best).is_test:
        return None
    return BestView(best.recipe, _measured(best).accuracy)


def _step(own: Training | None, base: Training | None) -> tuple[StepView | None, str]:
    """Return the paired difference of a fair pair, or None and why there is none."""
    if own is None or base is None:
        return None, "Not trained here yet." if own is None else "The row that it changes is not trained here yet."
    if unequal := unequal_conditions(own, base):
        return None, f"Recipes differ: not a fair pair ({'; '.join(unequal)})."
    theirs = {card.training.seed: card.name for card in base.cards}
    common = {seed: (name, theirs[seed]) for seed, name in own.by_seed.items() if seed in theirs}
    if not common:
        return None, "No seed was trained for both rows."
    try:
        found = {seed: _compared(*names) for seed, names in common.items()}
    except FerError as error:  # scored on other faces, or stored answers are damaged
        return None, str(error)
    spread = over_seeds([gap.value for gap, _ in found.values()])
    seed, (gap, pair) = next(iter(found.items()))
    only = (pair.only_one, pair.only_other) if pair.one.name == common[seed][0] else (pair.only_other, pair.only_one)
    return StepView(str(seed), gap, pair.p, *only, spread.n, spread.mean, spread.deviation), ""


def _compared(row: str, base: str) -> tuple[Estimate, PairView]:
    """Return row minus base, and the pair that it comes from, which may stand the other way round."""
    pair = pairwise_tests([row, base]).pairs[0]
    gap = pair.difference
    return (gap if pair.one.name == row else Estimate(-gap.value, -gap.high, -gap.low)), pair


def _command(name: str, data: str, own: Sequence[Training], recipe: str) -> str:
    """Return the command that trains a row as its siblings of that recipe were trained."""
    like = next((one.cards[0] for one in own if one.recipe == recipe), None)
    words = shlex.split(like.training.command) if like else []
    if like is None or like.network.name not in words:
        crossed = "" if DATASETS[data].train_split else f" --protocol {protocols.for_data(data)[0]}"
        return f"fer train {name} --data {data}{crossed}"
    kept = [word for i, word in enumerate(words) if word != "--tag" and (i == 0 or words[i - 1] != "--tag")]
    return shlex.join(name if word == like.network.name else word for word in kept)
