"""Which song plays: a state, and what three events make of it. Pure; whoever calls it has the clock and the speakers.

An expression changes the song once it was seen without a break for a chosen time, if there are songs for it. It does so
once: until another expression has held, the same one asks for nothing, so that a song can be left to play. What a hand
chooses plays until an expression holds that is not the one that was seen when it chose. Songs of an expression come in
order, one after the other, and begin again.
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
    """

    song: Song | None = None
    seen: str | None = None
    since_s: float = 0.0
    answered: str | None = None
    played: tuple[tuple[str, int], ...] = ()


def see(state: PlayerState, time_s: float, expression: str | None, library: Library, hold_s: float) -> PlayerState:
    """Return the state after a look at the listener; times do not fall.

    Args:
        expression: the one that is seen, None for no face.
        hold_s: for how long an expression must be seen before it changes the song.
    """
    if expression != state.seen:
        state = replace(state, seen=expression, since_s=time_s)
    if expression is None or expression == state.answered or time_s - state.since_s < hold_s:
        return state
    return replace(_next(state, expression, library), answered=expression) if library.of(expression) else state


def choose(state: PlayerState, time_s: float, song: Song) -> PlayerState:
    """Return the state after a hand chose a song."""
    return replace(state, song=song, answered=state.seen, since_s=time_s)


def end(state: PlayerState, library: Library) -> PlayerState:
    """Return the state after a song came to its end: the next one for the same expression."""
    return _next(state, state.song.expression, library) if state.song else state


def _next(state: PlayerState, expression: str, library: Library) -> PlayerState:
    """Play the next song for an expression."""
    counts, songs = dict(state.played), library.of(expression)
    place = counts.get(expression, 0)
    counts[expression] = place + 1
    return replace(state, song=songs[place % len(songs)], played=tuple(counts.items()))
