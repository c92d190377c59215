"""A map's scores in the width of the map: number, and the map's mark among those of the baselines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.formatting import correlation
from dashboard.pages.face_lab.score_text import MapScoresView, random_weights_words, score_words
from dashboard.plotting.theme import Palette
from dashboard.ui.html_templates import show_html

if TYPE_CHECKING:
    from fer_core.explain.metrics import RandomWeights, Score

CHANGES = {True: "Changes with the weights", False: "Hardly changes with the weights"}
LEGEND = (
    "Under each map, from 0 to 1: filled the map, hollow the random map, the edge map and the centred blob, with their "
    "numbers on hover. A bold number is better than all three."
)


def score_block(known: MapScoresView, palette: Palette) -> None:
    """Show what is known of a map, one line per measure; what a line says in full is on hover and read aloud."""
    badge = None if known.random_weights is None else _badge(known.random_weights)
    show_html("map_scores.html", palette, lines=[_line(score) for score in known.scores], badge=badge)


def _line(score: Score) -> dict[str, object]:
    return {
        "title": score.title,
        "told": score_words(score),
        "value": f"{score.value:.2f}",
        "is_best": score.is_low_good is not None and score.beats_all,
        "own": _place(score.value),
        "others": [_place(value) for _, value in score.baselines],
    }


def _place(value: float) -> str:
    return f"{100 * min(1.0, max(0.0, value)):.1f}"


def _badge(checked: RandomWeights) -> dict[str, object]:
    return {
        "changes": checked.changes,
        "words": CHANGES[checked.changes],
        "told": random_weights_words(checked),
        "short": f"{correlation(checked.half)} half random, {correlation(checked.all)} all",
    }
