"""A map's scores in the width of the map, as HTML: number, and the map's mark among those of the baselines."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.formatting import correlation
from dashboard.pages.face_lab.score_text import MapScoresView, random_weights_words, score_words
from dashboard.plotting.theme import Palette

if TYPE_CHECKING:
    from fer_core.explain.metrics import RandomWeights, Score

CHANGES = {True: "Changes with the weights", False: "Hardly changes with the weights"}
LEGEND = (
    "Under each map, from 0 to 1: filled the map, hollow the random map, the edge map and the centred blob, with their "
    "numbers on hover. A bold number is better than all three."
)


def score_block(known: MapScoresView, palette: Palette) -> None:
    """Show what is known of a map, a line a measure; what a line says in full is on hover and read aloud."""
    lines = "".join(_line(score) for score in known.scores)
    badge = "" if known.random_weights is None else _badge(known.random_weights)
    st.html(f'{_rules(palette)}<div class="fer-scores">{lines}{badge}</div>')


def _line(score: Score) -> str:
    title, words = escape(score.title), escape(score_words(score))
    is_best = score.is_low_good is not None and score.beats_all
    hollow = "".join(f'<span class="other" style="left:{_place(value)}%"></span>' for _, value in score.baselines)
    weight = ' class="best"' if is_best else ""
    return (
        f'<div class="line" tabindex="0" title="{title} {words}"><span>{title}</span>'
        f'<span{weight} aria-hidden="true">{score.value:.2f}</span><span class="scale" aria-hidden="true">{hollow}'
        f'<span class="own" style="left:{_place(score.value)}%"></span></span>'
        f'<span class="read">{words}</span></div>'
    )


def _place(value: float) -> str:
    return f"{100 * min(1.0, max(0.0, value)):.1f}"


def _badge(checked: RandomWeights) -> str:
    words = random_weights_words(checked)
    short = f"{correlation(checked.half)} half random, {correlation(checked.all)} all"
    kind = "badge" if checked.changes else "badge warns"
    return (
        f'<div class="{kind}" tabindex="0" title="{escape(words)}">{CHANGES[checked.changes]}'
        f'<small aria-hidden="true">{short}</small><span class="read">{escape(words)}</span></div>'
    )


def _rules(palette: Palette) -> str:
    return f"""<style>
.fer-scores {{ font-size: .8125rem; font-variant-numeric: tabular-nums; line-height: 1.6; color: {palette.text}; }}
.fer-scores .line {{ display: grid; grid-template-columns: 4.6rem 2rem 1fr; align-items: center; cursor: help; }}
.fer-scores .best {{ font-weight: 700; }}
.fer-scores .scale {{ position: relative; height: 10px; margin-right: 6px; min-width: 32px;
  background: linear-gradient({palette.muted}, {palette.muted}) center / 100% 1px no-repeat; }}
.fer-scores .other, .fer-scores .own {{ position: absolute; top: 1px; width: 8px; height: 8px; margin-left: -4px;
  border-radius: 4px; box-sizing: border-box; }}
.fer-scores .other {{ border: 1.5px solid {palette.muted}; }}
.fer-scores .own {{ background: {palette.text}; }}
.fer-scores .badge {{ margin-top: 4px; padding-left: 8px; border-left: 3px solid {palette.accent}; line-height: 1.35;
  cursor: help; }}
.fer-scores .warns {{ border-left-color: {palette.diverging[2]}; font-weight: 600; }}
.fer-scores small {{ display: block; color: {palette.muted}; font-weight: 400; font-size: inherit; }}
.fer-scores .read {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
</style>"""
