"""A player that two threads share: one sees the listener's face, the other shows what plays and has the hand."""

from __future__ import annotations

from threading import Lock

from fer_core.player.choice import PlayerState, choose, release, see
from fer_core.player.library import Library, Song

BREAK_S = 3.0  # without a look for so long, what is seen begins anew: the camera was off meanwhile


class Listening:
    """What plays, for one listener.

    Args:
        library: the songs.
        hold_s: for how long an expression must be seen before it changes the song; may be set anew.
    """

    def __init__(self, library: Library, hold_s: float):
        self.library, self.hold_s = library, hold_s
        self._lock, self._state = Lock(), PlayerState()
        self._looked_s = float("-inf")

    @property
    def state(self) -> PlayerState:
        """What plays and what is seen."""
        return self._state

    def saw(self, time_s: float, expression: str | None) -> None:
        """Take note of a look at the listener; None for no face."""
        with self._lock:
            if time_s - self._looked_s > BREAK_S:
                self._state = see(self._state, time_s, None, self.library, self.hold_s)
            self._looked_s = time_s
            self._state = see(self._state, time_s, expression, self.library, self.hold_s)

    def take(self, song: Song | None, time_s: float) -> None:
        """Play the song that a hand chooses; None lets the face choose again."""
        with self._lock:
            if song is None:
                self._state = release(self._state, time_s) if self._state.is_held else self._state
            elif not (self._state.is_held and song == self._state.song):
                self._state = choose(self._state, song)
