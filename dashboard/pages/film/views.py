"""What is seen in a film, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.views.checkpoints import CheckpointView


@dataclass(frozen=True)
class TrackView:
    """A face that was followed: its number, in how many sampled frames it was found, and from when to when, s."""

    number: int
    frames: int
    first_s: float
    last_s: float


@dataclass(frozen=True, eq=False)
class TimelineView:
    """What one network answers to one face over time.

    Args:
        times_s: of all sampled frames, rising.
        probabilities: a row of (K,) a frame in the order of `expressions`; None where the face was not found.
    """

    row: CheckpointView
    expressions: tuple[str, ...]
    times_s: tuple[float, ...]
    probabilities: tuple[tuple[float, ...] | None, ...]

    def answer(self, place: int) -> tuple[str, float] | None:
        """Return the most probable expression of a frame and its probability; None where the face was not found."""
        shares = self.probabilities[place]
        return None if shares is None else max(zip(self.expressions, shares, strict=True), key=lambda pair: pair[1])
