"""Checkpoints gathered by how they were trained: seeds of one training belong together, and rows of one recipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING, Any

from dashboard.store.checkpoints import card_of
from dashboard.store.costs import designs
from dashboard.views.checkpoints import CheckpointView
from fer_core.checkpoints import comparability
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.upgrade import RECIPE_FIELDS, RECIPE_NAMES
from fer_core.data import protocols
from fer_core.errors import FerError
from fer_core.evaluation.seeds import estimate_over_seeds

if TYPE_CHECKING:
    from fer_core.evaluation.intervals import Estimate


@dataclass(frozen=True, eq=False)
class Training:
    """One network trained in one way: its checkpoints, one per seed, the lowest seed first.

    `recipe` is what to call the way, `key` the same for all trainings that make fair pairs with this one.
    """

    network: str
    recipe: str
    key: str
    conditions: Mapping[str, Any]
    cards: tuple[Card, ...]

    @property
    def by_seed(self) -> dict[int, str]:
        """The checkpoints' names by their seeds."""
        return {card.training.seed: card.name for card in self.cards}


def protocol_of(card: Card) -> str:
    """Return the name of the protocol that a checkpoint was trained under, "" for the owner's splits."""
    return card.protocol.name if card.protocol else ""


def protocol_titles(data: str, cards: Sequence[Card]) -> dict[str, str]:
    """Return the titles of the protocols of which there are checkpoints, by name, the strictest first."""
    used = {protocol_of(card) for card in cards}
    known = {"": "The owner's splits", **{name: protocols.PROTOCOLS[name].title for name in protocols.for_data(data)}}
    return {name: title for name, title in known.items() if name in used}


def protocol_words(name: str) -> str:
    """Return what a protocol does, and whether it flatters; "" for the owner's splits."""
    if not name:
        return ""
    plan = protocols.PROTOCOLS[name]
    return f"{plan.about} It flatters and is here to show by how much." if plan.is_leaky else plan.about


def trainings(cards: Sequence[Card], designs: Mapping[str, Mapping[str, Any]]) -> list[Training]:
    """Gather the checkpoints of one data set.

    Args:
        designs: registered configs by network name; a checkpoint of a network without one is left out.
    """
    groups: dict[str, list[tuple[Card, dict[str, Any]]]] = {}
    ways: dict[str, dict[str, Any]] = {}
    for card in sorted(cards, key=lambda card: (card.training.seed, card.name)):
        name = card.network.name
        if name not in designs:
            continue
        conditions = comparability.conditions(card, designs[name])
        groups.setdefault(_key(card, conditions), []).append((card, conditions))
        # The first training of a recipe says what its bare name stands for, and of a row's own part the first with it.
        way = ways.setdefault(card.training.recipe, comparability.shared(conditions))
        way.update({key: conditions[key] for key in comparability.own(conditions) if key not in way})
    return [_training(rows, ways[rows[0][0].training.recipe]) for rows in groups.values()]


def _key(card: Card, conditions: Mapping[str, Any]) -> str:
    """Seeds of one training share the precision of their weights, too: a mean of two precisions is of neither."""
    return f"{card.network.name} {card.precision} {sorted(conditions.items())!r}"


def _training(rows: Sequence[tuple[Card, dict[str, Any]]], way: Mapping[str, Any]) -> Training:
    first, conditions = rows[0]
    by_seed: dict[int, Card] = {}
    for card, _ in rows:
        by_seed.setdefault(card.training.seed, card)
    # A recipe's name stands for more than one way where fields were set.
    changed = [difference.partition(" against ")[0] for difference in comparability.apart(conditions, way)]
    extra = [_field_words(difference).replace("_", " ") for difference in changed]
    label = ", ".join([first.training.recipe, *extra])
    return Training(
        first.network.name, label, comparability.shared_key(conditions), conditions, tuple(by_seed.values())
    )


def _field_words(difference: str) -> str:
    """Leave out where a field stands: "gate_start.a_mobilenet even" is "gate_start even"."""
    field, _, value = difference.partition(" ")
    if field.startswith(comparability.GATE_START):
        return f"{comparability.GATE_START} {value}"
    return difference.removeprefix("network.")


def label_today(label: str) -> str:
    """Return what a way of training is called, by what it was called when recipes and fields had older names."""
    recipe, *changed = label.split(", ")
    return ", ".join([RECIPE_NAMES.get(recipe, recipe), *map(_field_today, changed)])


def _field_today(difference: str) -> str:
    for old, new in RECIPE_FIELDS.items():
        name = old.replace("_", " ")
        if difference.startswith(f"{name} "):
            return new.replace("_", " ") + difference.removeprefix(name)
    return difference


def recipes(trainings: Sequence[Training]) -> tuple[str, ...]:
    """Return what the ways of training are called, the one with most networks first.

    Of equals, the one that did better on validation faces: a longer training of the same rows replaces a shorter one.
    """
    alike: dict[str, list[Training]] = {}
    for training in trainings:
        alike.setdefault(training.recipe, []).append(training)

    def order(recipe: str) -> tuple[int, float, str]:
        own = alike[recipe]
        return -len({training.network for training in own}), -fmean(map(_on_validation, own)), recipe

    return tuple(sorted(alike, key=order))


def leading_recipe(trainings: Sequence[Training], wanted: str) -> str:
    """Return the wanted recipe, or for WIDEST the one that covers most networks; "" without any training."""
    known = recipes(trainings)
    return wanted if wanted != WIDEST else (known[0] if known else "")


def best_of(network: str, trainings: Sequence[Training], recipe: str) -> Training | None:
    """Return a network's training with that recipe, or else the one with most seeds; None if it has none.

    Of equals, the one that did better on validation faces: no row is picked by its test score.
    """
    own = [training for training in trainings if training.network == network]
    return max(
        own,
        key=lambda training: (training.recipe == recipe, len(training.cards), _on_validation(training)),
        default=None,
    )


def preferred(own: Sequence[Training]) -> Training | None:
    """Return the training that did best on validation faces, in the mean of its seeds; None if there is none.

    One of several seeds gives way to one of fewer only if that is ahead of its best seed: a single run can be ahead of
    a mean by luck.
    """
    best = None
    for training in sorted(own, key=lambda training: (len(training.cards), _on_validation(training)), reverse=True):
        if best is None or _on_validation(training) > max(_validated(best)):
            best = training
    return best


def best_per_network(rows: Sequence[CheckpointView]) -> list[CheckpointView]:
    """Return one row per network and data set, in the order given: of the preferred training, the lowest seed.

    A network with a field changed by hand is another network: it does not stand in for the registered one.
    """
    places: dict[tuple[str, str], list[Card]] = {}
    for row in rows:
        places.setdefault((row.data, row.protocol), []).append(card_of(row.name))
    best = {name for cards in places.values() for name in _best_per_network(cards)}
    return [row for row in rows if row.name in best]


def one_per_network(rows: Sequence[CheckpointView]) -> list[CheckpointView]:
    """Return the rows of `best_per_network`, each with the means over those of its seeds that are among the rows.

    A seed that was run twice counts once.
    """
    training = {row.name: same_training(card_of(row.name)) for row in rows}
    alike: dict[str, dict[str, CheckpointView]] = {}
    for row in sorted(rows, key=lambda row: row.name):
        alike.setdefault(training[row.name], {}).setdefault(row.seed, row)
    return [_over_seeds(row, [*alike[training[row.name]].values()]) for row in best_per_network(rows)]


def _over_seeds(row: CheckpointView, seeds: Sequence[CheckpointView]) -> CheckpointView:
    if len(seeds) == 1:
        return row
    validated = [seed.validation_accuracy for seed in seeds if seed.validation_accuracy is not None]
    return replace(
        row,
        accuracy=mean_estimate([seed.accuracy for seed in seeds]),
        macro_f1=mean_estimate([seed.macro_f1 for seed in seeds]),
        validation_accuracy=fmean(validated) if validated else None,
        seeds=len(seeds),
    )


def mean_estimate(estimates: Iterable[Estimate | None]) -> Estimate | None:
    """Return the mean over seeds of what is known, with an interval over faces and seeds; None if nothing is."""
    known = [estimate for estimate in estimates if estimate is not None]
    return estimate_over_seeds(known) if known else None


def runs_by_data(rows: Iterable[CheckpointView], network: str) -> dict[str, list[CheckpointView]]:
    """Return a network's runs by data set, ordered as in `runs_by_network`."""
    own = [row for row in rows if row.network.name == network]
    return {runs[0].data: runs for runs in runs_by_network(own)}


def runs_by_network(rows: Sequence[CheckpointView]) -> list[list[CheckpointView]]:
    """Return the runs of each network on each data set: honest protocols first, then those that validation prefers.

    Data sets stand in the order given, networks by their first run, the best on validation faces first.
    """
    preferred = {row.name for row in best_per_network(rows)}
    places = {data: place for place, data in enumerate(dict.fromkeys(row.data for row in rows))}
    runs: dict[tuple[str, str], list[CheckpointView]] = {}
    for row in sorted(rows, key=lambda row: (row.is_leaky, row.name not in preferred, -(row.validation_accuracy or 0))):
        runs.setdefault((row.data, row.network.name), []).append(row)
    return sorted(runs.values(), key=lambda own: (places[own[0].data], -(own[0].validation_accuracy or 0)))


def _best_per_network(cards: Sequence[Card]) -> Iterator[str]:
    built: dict[str, list[Training]] = {}
    for training in trainings(cards, {card.network.name: design(card) for card in cards}):
        by_hand = [item for item in sorted(training.conditions.items()) if item[0].startswith("network.")]
        built.setdefault(f"{training.network} {by_hand!r}", []).append(training)
    return (best.cards[0].name for own in built.values() if (best := preferred(own)))


def largest_alike(rows: Sequence[CheckpointView]) -> list[CheckpointView]:
    """Return the networks that were trained in one way, a row each with the means over its seeds.

    Only trainings that differ in network and seed at most can be ranked by their networks. So of each network the best
    training counts that another network shares, and the way in which most of these were trained is taken; of equals,
    the one that did best on validation. Every network with such a training stands there, also with a better one.
    """
    ways = {row.name: comparability.fair_key(card_of(row.name)) for row in rows}
    networks: dict[str, set[str]] = {}
    for row in rows:
        networks.setdefault(ways[row.name], set()).add(row.network.name)
    shared = [row for row in rows if len(networks[ways[row.name]]) > 1]
    alike: dict[str, list[CheckpointView]] = {}
    for row in one_per_network(shared or rows):
        alike.setdefault(ways[row.name], []).append(row)
    most = max(alike, key=lambda way: (len(alike[way]), max(row.validation_accuracy or 0 for row in alike[way])))
    return one_per_network([row for row in rows if ways[row.name] == most])


def same_training(card: Card) -> str:
    """Return a text that is the same for all checkpoints which differ by their seed only."""
    return _key(card, comparability.conditions(card, design(card)))


def design(card: Card) -> Mapping[str, Any]:
    """Return the registered config of a card's network, or the card's own where no profile tells."""
    try:
        return designs()[card.network.name].config
    except (FerError, KeyError):
        return card.network.config


def _on_validation(training: Training) -> float:
    return fmean(_validated(training))


def _validated(training: Training) -> list[float]:
    """The validation accuracies of a training's seeds, where they are known; one below all others if none is."""
    return [card.validation_accuracy for card in training.cards if card.validation_accuracy is not None] or [-1.0]


WIDEST = "widest"  # the recipe that covers most rows of a paper
