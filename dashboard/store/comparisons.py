"""Every pair of several checkpoints on the same faces, from their stored logits. No torch, no data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np

from dashboard.formatting import count
from dashboard.store.checkpoints import card_of, checkpoint_view
from dashboard.store.logits import SplitLogits, logits_of, people_of, split_logits
from dashboard.store.same_faces import Faces, apart, faces_of, largest_group
from dashboard.views.comparisons import LeadView, PairsView, PairView
from fer_core.errors import DataError, FerError
from fer_core.evaluation import comparison
from fer_core.evaluation.intervals import Estimate


def pairwise_tests(names: Sequence[str]) -> PairsView:
    """Test all pairs of the largest group that answers to the same faces; the others are named as problems.

    Raises:
        DataError: if fewer than two are left.
    """
    sides, problems = readable(names)
    found = compared(tuple(sides.items()))
    if found is None:
        raise DataError(
            " ".join([*(f"{one}." for one in problems), "A paired test needs two checkpoints of one split"])
        )
    rows = [checkpoint_view(card_of(name)) for name in found.names]
    return PairsView(
        checkpoints=tuple(rows[place] for place in found.ranking),
        n=found.n,
        pairs=tuple(
            PairView(
                one=rows[i],
                other=rows[j],
                difference=_difference(found, i, j),
                only_one=int(found.only[i, j]),
                only_other=int(found.only[j, i]),
                p=float(found.p[i, j]),
                p_holm=float(found.p_holm[i, j]),
                is_distinct=bool(found.is_distinct[i, j]),
            )
            for i, j in combinations(found.ranking, 2)
        ),
        ties=tuple(tuple(group) for group in found.tie_groups),
        problems=tuple(problems),
        subjects=found.groups,
    )


def leads(found: comparison.Comparison) -> dict[str, LeadView]:
    """Return by how much the first checkpoint leads each other one."""
    return {
        name: LeadView(_difference(found, 0, place), float(found.p_holm[0, place]), bool(found.is_distinct[0, place]))
        for place, name in enumerate(found.names)
        if place
    }


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
    mine, other = (card_of(one).data.title for one in (name, first))
    scored = apart(faces[name], faces[first]) if mine == other else f"{count(faces[name].n)} faces of {mine}"
    return f"{name} is left out: it was scored on {scored}; only answers to the same faces can be paired"


@lru_cache(maxsize=16)
def compared(named: tuple[tuple[str, SplitLogits], ...]) -> comparison.Comparison | None:
    """Compare checkpoints that answer to the same faces, by whole people where they say who is seen; None for one."""
    if len(named) < 2:
        return None
    stored = [logits_of(side) for _, side in named]
    is_right = np.stack([one.logits.argmax(axis=1) == one.labels for one in stored])
    return comparison.compare([name for name, _ in named], is_right, people_of(*(side for _, side in named)))


def _difference(found: comparison.Comparison, one: int, other: int) -> Estimate:
    return Estimate(*(float(part[one, other]) for part in (found.difference, found.low, found.high)))
