"""What plays and why, in sentences."""

from __future__ import annotations

from dashboard.pages.player.views import ListenerView

DEMONSTRATION = "A demonstration, after section 3.2 of the paper on A-MobileNet; not a measure of anybody's mood."
FORMATS = "MP3, M4A, WAV and FLAC play in every browser; Ogg and Opus not in Safari before version 18.4."
COMMAND = "fer player --music FOLDER"
GONE = "The folder of songs that this app was started with is not there. This command starts the app with another one:"
NO_FOLDER = "Whoever runs this app has named no folder of songs. This command starts the app at this page with one:"


def playing_sentence(now: ListenerView, expression: str | None) -> str:
    """Say which song plays, and who chose it; `expression` is what the song is for."""
    if now.song is None:
        return "**No song** plays yet: the first begins when an expression has held, or when you choose one."
    why = "chosen by hand" if now.is_held else "the face chose it"
    return f"**{now.song}** plays, a song for {expression}; {why}."


def seen_sentence(now: ListenerView, hold_s: float) -> str:
    """Say what is seen, and what it lacks to change the song."""
    if now.seen is None:
        return "No face is found."
    if now.is_held:
        return f"Seen: {now.seen}. The song stays until you let the face choose."
    return f"Seen: {now.seen}, for {now.seconds:.0f} s; after {hold_s:g} s it chooses, if it has songs."
