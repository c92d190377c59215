"""Songs and who listens to them, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SongView:
    """A song: its name below the folder, the expression that it is for, its file, and what kind of sound it is."""

    name: str
    expression: str
    path: str
    kind: str


@dataclass(frozen=True)
class ListenerView:
    """What plays and what is seen.

    Args:
        song: that plays, by its name; None before the first.
        is_held: whether a hand chose it.
        seen: the expression that is seen without a break, for `seconds`; None for no face.
    """

    song: str | None
    is_held: bool
    seen: str | None
    seconds: float
