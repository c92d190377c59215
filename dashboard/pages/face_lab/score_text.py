"""Sentences about maps: their scores beside those of the baselines, and the check with random weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dashboard.formatting import correlation, percent, several

if TYPE_CHECKING:
    from fer_core.explain.metrics import RandomWeights, Score


class Answered(Protocol):
    """A network's answer: its most probable expression and that one's probability."""

    @property
    def expression(self) -> str:
        """What the network answers."""

    @property
    def top(self) -> float:
        """The probability of that answer, 0..1."""


@dataclass(frozen=True)
class MapScoresView:
    """One map with its scores, so far as they are known."""

    network: str
    family: str
    method: str
    scores: tuple[Score, ...] = ()
    random_weights: RandomWeights | None = None

    def score(self, measure: str) -> Score | None:
        """Return one measure's score, or None where it is not known."""
        return next((score for score in self.scores if score.measure == measure), None)


def score_words(score: Score) -> str:
    """A score and what it beats: "0.16, better than random map 0.28 and edge map 0.50; not than centred blob 0.15"."""
    value = f"{score.value:.2f}"
    if score.is_low_good is None:
        return f"{value}, beside {_named(score.baselines)}"
    beaten = [baseline for baseline in score.baselines if score.beats(baseline[1])]
    others = [baseline for baseline in score.baselines if baseline not in beaten]
    if not others:
        return f"{value}, better than {_named(beaten)}"
    if not beaten:
        return f"{value}, not better than {_named(others)}"
    return f"{value}, better than {_named(beaten)}; not than {_named(others)}"


def _named(baselines: Sequence[tuple[str, float]]) -> str:
    return several([f"{title} {value:.2f}" for title, value in baselines])


def without_gates(title: str, gated: Answered, ungated: Answered) -> str:
    """Tell what a network answers with all gates at one."""
    opening, now, was = f"With all its gates at one, {title}", percent(ungated.top, 0), percent(gated.top, 0)
    if ungated.expression == gated.expression:
        return f"{opening} still answers **{gated.expression}**: {now} instead of {was}."
    return f"{opening} answers **{ungated.expression}** ({now}) instead of **{gated.expression}** ({was})."


def random_weights_words(checked: RandomWeights) -> str:
    """The badge's numbers: "rank correlation −0.13 with half of the layers random, 0.20 with all"."""
    half, entire = correlation(checked.half), correlation(checked.all)
    return f"rank correlation {half} with half of the layers random, {entire} with all"


def believed(maps: Sequence[MapScoresView]) -> str:
    """Say which maps can be trusted: those that beat every baseline that counts, and change with the weights.

    Networks whose weights cannot be randomised, such as imported ones, are named.
    """
    checked = [shown for shown in maps if shown.scores]
    if not checked:
        return ""
    fixed = list(dict.fromkeys(shown.network for shown in checked if shown.random_weights is None))
    rest = f" The weights of {several(fixed)} could not be exchanged." if fixed else ""
    good = [shown for shown in checked if _is_believed(shown)]
    if not good:
        return f"**None of the {len(checked)} maps** beats every baseline in deletion, insertion and infidelity.{rest}"
    names = several([f"{shown.method} of {shown.network}" for shown in good])
    change = "" if all(shown.random_weights is None for shown in good) else "change with the weights and "
    return (
        f"**{len(good)} of {len(checked)} maps** {change}beat every baseline in deletion, insertion and infidelity: "
        f"{names}.{rest}"
    )


def _is_believed(shown: MapScoresView) -> bool:
    changes = shown.random_weights is None or shown.random_weights.changes
    return changes and all(score.beats_all for score in shown.scores if score.is_low_good is not None)
