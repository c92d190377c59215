"""What is known of two trainings, for every page that compares: one verdict per pair and question. No torch, no data.

A checkpoint stands for its training: all seeds of it that are here and answer to the same faces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from statistics import fmean

from dashboard.formatting import count
from dashboard.store.checkpoints import card_of, checkpoint_view, load_checkpoints
from dashboard.store.logits import SplitLogits, logits_of, split_logits, subjects_on
from dashboard.store.same_faces import Faces, apart, faces_of, known_faces, largest_group
from dashboard.store.training_groups import same_training
from dashboard.views.comparisons import PairsView, PairView
from fer_core.checkpoints.comparability import difference_words, fair_rows
from fer_core.errors import DataError, FerError
from fer_core.evaluation.answers import Answers
from fer_core.evaluation.question import Question, all_pairs, two_networks
from fer_core.evaluation.verdict import PairVerdict, pair_verdict
from fer_core.evaluation.verdict_sentence import power_sentence, verdict_sentence

COMPARED = ("network", "seeds")  # the conditions that two rows of a table may differ in
Side = tuple[str, tuple[SplitLogits, ...]]  # what the question calls a training, and its answers, one per seed


def verdict_of(one: str, other: str, question: Question, seeds: Mapping[str, Sequence[str]]) -> PairView:
    """Judge two checkpoints' trainings under a question that names both, and say in what else they differ.

    Two seeds of one training are judged as the single runs that they are.

    Args:
        seeds: the checkpoints of each one's training, as `training_seeds` gives them.

    Raises:
        FerError: if they were not scored on the same faces, or stored answers are damaged.
    """
    runs = [(one,), (other,)] if other in seeds[one] else [seeds[one], seeds[other]]
    sides = [tuple(split_logits(card_of(name)) for name in names) for names in runs]
    ours, theirs = ([card_of(name) for name in names] for names in runs)
    return PairView(
        one=checkpoint_view(card_of(one)),
        other=checkpoint_view(card_of(other)),
        verdict=_verdict((one, sides[0]), (other, sides[1]), question),
        unequal=difference_words(fair_rows(ours, theirs, COMPARED)),
    )


def verdict_of_two(one: str, other: str) -> PairView:
    """Judge two checkpoints' trainings as one pair, chosen by the reader. Raises FerError as `verdict_of`."""
    return verdict_of(one, other, two_networks(one, other), training_seeds([one, other]))


def verdicts_of_all(names: Sequence[str]) -> PairsView:
    """Judge all pairs of the largest group that answers to the same faces; the others are named as problems.

    Raises:
        DataError: if fewer than two are left.
    """
    sides, problems = readable(names)
    if len(sides) < 2:
        raise DataError(
            " ".join([*(f"{problem}." for problem in problems), "A paired test needs two checkpoints of one split"])
        )
    seeds = training_seeds(list(sides))
    placed = sorted(sides, key=lambda name: -_accuracy(seeds[name]))
    question = all_pairs(placed) if len(placed) > 2 else two_networks(*placed)
    first = checkpoint_view(card_of(placed[0]))
    return PairsView(
        checkpoints=tuple(checkpoint_view(card_of(name)) for name in placed),
        n=first.n,
        pairs=tuple(verdict_of(first, second, question, seeds) for first, second in combinations(placed, 2)),
        problems=tuple(problems),
        subjects=subjects_on(sides[placed[0]]),
    )


def sentence_on(pair: PairView, one: str, other: str) -> str:
    """Say what is known of two trainings, in the same words on every page; `one` and `other` are what to call them."""
    return verdict_sentence(pair.verdict, one, other, pair.unequal)


def power_of(pairs: Sequence[PairView]) -> str:
    """Say what difference the faces of several pairs could have shown; "" for none."""
    return power_sentence([pair.verdict for pair in pairs])


def training_seeds(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return, by checkpoint, those that differ from it by their seed only and answer to the same faces, itself too.

    The lowest seed comes first; a seed that was run twice counts once.
    """
    wanted = {card_of(name).data.name for name in names}
    names_here = [row.name for row in load_checkpoints().checkpoints if row.data in wanted]
    groups: dict[str, list[str]] = {}
    for name in names_here:
        groups.setdefault(same_training(card_of(name)), []).append(name)
    return {name: _seeds(name, groups[same_training(card_of(name))]) for name in names}


def _seeds(name: str, alike: Sequence[str]) -> tuple[str, ...]:
    own = known_faces(name)
    by_seed = {card_of(name).training.seed: name}
    for other in sorted(alike):
        if own is not None and known_faces(other) == own:
            by_seed.setdefault(card_of(other).training.seed, other)
    return tuple(by_seed[seed] for seed in sorted(by_seed))


def _accuracy(names: Sequence[str]) -> float:
    return fmean(card_of(name).headline_scores.accuracy.number for name in names)


def readable(names: Sequence[str]) -> tuple[dict[str, SplitLogits], list[str]]:
    """Return the largest group of checkpoints that answer to the same faces, and why each other one is not in it."""
    sides: dict[str, SplitLogits] = {}
    faces: dict[str, Faces] = {}
    problems = []
    for name in names:
        try:
            sides[name] = split_logits(card_of(name))
            faces[name] = faces_of(sides[name])
        except FerError as error:
            problems.append(str(error))
    if not faces:
        return {}, problems
    leading = largest_group(faces)
    first = next(name for name in faces if faces[name] == leading)
    problems += [_left_out(name, first, faces) for name in faces if faces[name] != leading]
    return {name: sides[name] for name in faces if faces[name] == leading}, problems


def _left_out(name: str, first: str, faces: Mapping[str, Faces]) -> str:
    own, theirs = (card_of(checkpoint).data.title for checkpoint in (name, first))
    scored = apart(faces[name], faces[first]) if own == theirs else f"{count(faces[name].n)} faces of {own}"
    return f"{name} is left out: it was scored on {scored}; only answers to the same faces can be paired"


@lru_cache(maxsize=1024)
def _verdict(first: Side, second: Side, question: Question) -> PairVerdict:
    return pair_verdict(_answers(first), _answers(second), question)


@lru_cache(maxsize=256)
def _answers(side: Side) -> Answers:
    name, seeds = side
    return Answers.of(name, [logits_of(seed) for seed in seeds])
