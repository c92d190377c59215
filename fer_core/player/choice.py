"""Which song plays: a state, and what three events make of it. Pure; whoever calls it has the clock and the speakers.

An expression changes the song once it was seen without a break for a chosen time, if there are songs for it. It does so
once: until another expression has held, the same one asks for nothing, so that a song can be left to play. What a hand
chooses plays until the hand lets go of it; then an expression that holds from there on chooses again. Songs of an
expression come in order, one after the other, and begin again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fer_core.player.library import Library, Song


@dataclass(frozen=True)
class PlayerState:
    """What plays, and what is seen.

    Args:
        song: that plays; None before the first.
        seen, since_s: the expression that is seen now, without a break since then; None for no face.
        answered: the expression that was last acted on.
        played: the songs that each expression has had, as (expression, how many).
        is_held: whether a hand chose the song and has not let go.
    """

    song: Song | None = None
    seen: str | None = None
    since_s: float = 0.0
    answered: str | None = None
    played: tuple[tuple[str, int], ...] = ()
    is_held: bool = False


def see(state: PlayerState, time_s: float, expression: str | None, library: Library, hold_s: float) -> PlayerState:
    """Return the state after a look at the listener; times do not fall.

    Args:
        expression: the one that is seen, None for no face.
        hold_s: for how long an expression must be seen before it changes the song.
    """
    if expression != state.seen:
        state = replace(state, seen=expression, since_s=time_s)
    if state.is_held or expression in (None, state.answered) or time_s - state.since_s < hold_s:
        return state
    return replace(_next(state, expression, library), answered=expression) if library.of(expression) else state


def choose(state: PlayerState, song: Song) -> PlayerState:
    """Return the state after a hand chose a song."""
    return replace(state, song=song, is_held=True)


def release(state: PlayerState, time_s: float) -> PlayerState:
    """Return the state after the hand let go: the song plays on until an expression holds that it is not for."""
    return replace(state, is_held=False, since_s=time_s, answered=state.song.expression if state.song else None)


def _next(state: PlayerState, expression: str, library: Library) -> PlayerState:
    """Play the next song for an expression."""
    counts, songs = dict(state.played), library.of(expression)
    place = counts.get(expression, 0)
    counts[expression] = place + 1
    return replace(state, song=songs[place % len(songs)], played=tuple(counts.items()))
