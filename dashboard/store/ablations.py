"""The papers' ablation tables beside our own numbers, from profiles, cards, claims and stored logits. No torch."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from dashboard.store.ablation_rows import ablation_tree, change, other_networks, root_of
from dashboard.store.checkpoints import card_of, load_checkpoints
from dashboard.store.claims import SAME_NETWORK, claim_beside
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
)
from dashboard.store.verdicts import verdict_of
from dashboard.views.ablations import (
    AblationRow,
    AblationsView,
    BestView,
    MeasuredView,
    PaperView,
    PrintedView,
)
from dashboard.views.checkpoints import BesideClaimView
from dashboard.views.comparisons import PairView
from fer_core.checkpoints.default_selection import PAPERS
from fer_core.data import DATASETS, protocols
from fer_core.errors import FerError
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.question import Question, ablation_steps
from fer_core.evaluation.seeds import estimate_over_seeds, over_seeds
from fer_core.evidence.claims import read_claims
from fer_core.evidence.ledger import DATA, IMPOSSIBLE, LedgerRow
from fer_core.profiling.profiles import Profile

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
        protocol: its name, "" for the owner's splits; None for the strictest under which rows can be compared.

    Raises:
        ConfigError: if profiles, claims or ledger are missing or damaged.
    """
    known = designs()
    listed = load_checkpoints()
    cards = [card_of(row.name) for row in listed.checkpoints if row.data == data]
    titles = protocol_titles(data, cards)
    registered = {name: profile.config for name, profile in known.items()}
    under = {name: trainings([card for card in cards if protocol_of(card) == name], registered) for name in titles}
    offered = {name: title for name, title in titles.items() if _are_compared(under[name], known)}
    if protocol is None:
        protocol = next(iter(offered or titles), "")
    trained = under.get(protocol, [])
    papers = {family: _paper(family, data, recipe, known, trained) for family in PAPERS}
    trained_families = {known[training.network].family for training in trained}
    return AblationsView(
        data_title=DATASETS[data].title,
        protocols=offered,
        lone_protocols=tuple(titles[name] for name in titles if name not in offered and name != protocol),
        about=protocol_words(protocol),
        recipes=_recipes(trained, known),
        papers=tuple(paper for paper in papers.values() if paper is not None),
        alone=tuple(
            network_view(family) for family, paper in papers.items() if paper is None and family in trained_families
        ),
        problems=listed.problems,
    )


def _are_compared(trained: Sequence[Training], known: Mapping[str, Profile]) -> bool:
    """Whether two rows of one paper's table are among the trainings: one alone has nothing to be compared with."""
    own = {training.network for training in trained}
    trees = ([name for name, _ in ablation_tree(family, known)] for family in PAPERS)
    return any(sum(name in own or SAME_NETWORK.get(name) in own for name in tree) > 1 for tree in trees)


def _recipes(trained: Sequence[Training], known: Mapping[str, Profile]) -> tuple[str, ...]:
    """Return the recipes of which two rows of a table were trained, the one with most rows first."""
    found = recipes([training for training in trained if known[training.network].family in PAPERS])
    alike = {recipe: [training for training in trained if training.recipe == recipe] for recipe in found}
    return tuple(recipe for recipe in found if _are_compared(alike[recipe], known))


def _paper(
    family: str, data: str, recipe: str, known: Mapping[str, Profile], trained: Sequence[Training]
) -> PaperView | None:
    """Return a paper's table, or None where it claims nothing on the data and no two of its rows were trained."""
    tree = dict(ablation_tree(family, known))
    printed = {row.network: row for row in ledger_rows() if row.data == data and row.claimed and not row.measured}
    names = {*tree, *(SAME_NETWORK[name] for name in tree if name in SAME_NETWORK)}
    own = [training for training in trained if training.network in names]
    others = [name for name in other_networks(family, data) if name in known and name not in tree]
    others = [name for name in others if name not in {SAME_NETWORK.get(row) for row in tree}]
    leading = leading_recipe(own, recipe)
    shown = {name: _shown(name, trained, leading) for name in [*tree, *others]}
    question = _question(tree, known, shown) if len(tree) > 1 else None
    rows = []
    for name in shown:
        claim, command = printed.get(SAME_NETWORK.get(name, name)), _command(name, data, own, leading)
        best = _best(name, trained, shown[name])
        rows.append(_row(name, tree.get(name), known, claim, shown, best, command, question))
    return PaperView(network_view(family), tuple(kept)) if (kept := _worth_comparing(rows)) else None


def _shown(name: str, trained: Sequence[Training], recipe: str) -> Training | None:
    """Return a row's training: its own, or else one of the same network under its other name."""
    return best_of(name, trained, recipe) or best_of(SAME_NETWORK.get(name, name), trained, recipe)


def _worth_comparing(rows: Sequence[AblationRow]) -> list[AblationRow]:
    """Return the rows of which something is known, claimed or measured; none where nothing can be compared."""
    known = [row for row in rows if row.printed or row.measured]
    return known if len(known) > 1 or any(row.printed for row in known) else []


def _row(  # noqa: PLR0913 - all that a row is made of
    name: str,
    depth: int | None,
    known: Mapping[str, Profile],
    printed: LedgerRow | None,
    shown: Mapping[str, Training | None],
    best: BestView | None,
    command: str,
    question: Question | None,
) -> AblationRow:
    base, own = known[name].base, shown[name]
    if depth is None or base not in shown:
        base = None
    step, reason = _step(own, shown[base], question) if base else (None, NO_BASE if depth is not None else OTHER)
    root = root_of(name, known, shown)
    whole, whole_reason = None, SAME_BASE if base else reason
    if base and root != base:
        whole, whole_reason = _step(own, shown[root], question)
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
        beside_paper=claim_beside(own.cards) if own else BesideClaimView(),
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
        accuracy=estimate_over_seeds([Estimate.from_dict(score.known()) for score in scores]),
        deviation=over_seeds([score.value for score in scores]).deviation,
        scored_on=first.scored_on,
        split=first.headline_split,
        n=first.headline_scores.n,
        is_test=first.headline_split == first.data.test_split,
    )


def _best(name: str, trained: Sequence[Training], shown: Training | None) -> BestView | None:
    """Return the training that validation faces prefer to the shown one, if it was tested."""
    same = (name, SAME_NETWORK.get(name))
    best = preferred([training for training in trained if training.network in same])
    if shown is None or best is None or best is shown or not _measured(best).is_test:
        return None
    return BestView(best.recipe, _measured(best).accuracy)


def _question(tree: Mapping[str, int], known: Mapping[str, Profile], shown: Mapping[str, Training | None]) -> Question:
    """Ask what each row adds to the one that it changes and to the first: all of the table, trained or not."""
    steps = {(name, base) for name in tree for base in (known[name].base, root_of(name, known, tree)) if base in tree}
    return ablation_steps(
        [(_name_in_question(name, shown), _name_in_question(base, shown)) for name, base in steps if name != base]
    )


def _name_in_question(name: str, shown: Mapping[str, Training | None]) -> str:
    """What the question calls a row: its first checkpoint, or the network while it is not trained."""
    own = shown.get(name)
    return own.cards[0].name if own else name


def _step(own: Training | None, base: Training | None, question: Question) -> tuple[PairView | None, str]:
    """Return the verdict on a fair pair, over faces and seeds, or None and why there is none."""
    if own is None or base is None:
        return None, "Not trained here yet." if own is None else "The row that it changes is not trained here yet."
    seeds = {training.cards[0].name: tuple(training.by_seed.values()) for training in (own, base)}
    try:
        first, second = seeds
        pair = verdict_of(first, second, question, seeds)
    except FerError as error:  # scored on other faces, or stored answers are damaged
        return None, str(error)
    return (None, f"Not a fair pair: {pair.unequal}.") if pair.unequal else (pair, "")


def _command(name: str, data: str, own: Sequence[Training], recipe: str) -> str:
    """Return the command that trains a row as its siblings of that recipe were trained."""
    like = next((training.cards[0] for training in own if training.recipe == recipe), None)
    words = shlex.split(like.training.command) if like else []
    if like is None or like.network.name not in words:
        crossed = "" if DATASETS[data].train_split else f" --protocol {protocols.for_data(data)[0]}"
        return f"fer train {name} --data {data}{crossed}"
    without_tag = [word for i, word in enumerate(words) if word != "--tag" and (i == 0 or words[i - 1] != "--tag")]
    return shlex.join(name if word == like.network.name else word for word in without_tag)
