"""What a film shows, in sentences."""

from __future__ import annotations

from collections import Counter

from dashboard.formatting import several
from dashboard.pages.film.views import TimelineView, TrackView

NO_FACE = "No face was found in any of the {n} frames that were looked at."
UNSMOOTHED = "Each frame by itself."


def track_words(track: TrackView) -> str:
    """Name a face by its number and when it is seen."""
    return f"Face {track.number} · {track.first_s:.1f} to {track.last_s:.1f} s"


def smoothing_words(is_smooth: bool, window_s: float) -> str:
    """Say how the probabilities over time were made."""
    return f"Means over {window_s:g} s around each frame." if is_smooth else UNSMOOTHED


def film_sentence(track: TrackView, one: TimelineView, name: str) -> str:
    """Say how often a network gives which answer to a face that was followed."""
    answers = Counter(answer[0] for place in range(len(one.times_s)) if (answer := one.answer(place)))
    parts = [f"**{expression}** in {n}" for expression, n in answers.most_common(3)]
    rest = answers.total() - sum(n for _, n in answers.most_common(3))
    parts += [f"something else in {rest}"] if rest else []
    return f"Face {track.number} is found in {track.frames} of {len(one.times_s)} frames: {name} sees {several(parts)}."
