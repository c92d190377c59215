"""The songs of this server, and what plays for this session's listener."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import streamlit as st

from dashboard.pages.player.views import ListenerView, SongView
from fer_core.live.analysis import AnalysisOptions, FrameAnalysis
from fer_core.paths import music_root
from fer_core.player.library import Library, read_library
from fer_core.player.listening import Listening

SMOOTH_S = 1.0  # or one blurred picture would break what holds
READ_AGAIN_S = 60.0
KEPT = "who listens"  # in the session
KINDS = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".flac": "audio/flac", ".ogg": "audio/ogg", ".opus": "audio/ogg",
         ".wav": "audio/wav"}  # fmt: skip


def has_music() -> bool:
    """Whether whoever serves the app named a folder of songs."""
    return music_root() is not None


def is_there() -> bool:
    """Whether that folder lies here now."""
    root = music_root()
    return root is not None and root.is_dir()


@dataclass
class Player:
    """What plays for one session, on this server's songs.

    Args:
        notes: a sentence for each song that is left out.
        songs: by their names, in their order.
    """

    listening: Listening
    notes: tuple[str, ...] = ()
    songs: dict[str, SongView] = field(default_factory=dict)

    def saw(self, analysis: FrameAnalysis) -> None:
        """Take note of the first network's answer to the largest face, in the thread that looks."""
        answers = [answer.expression for seen in analysis.faces[:1] for answer in seen.answers.values()]
        self.listening.saw(analysis.time_s, answers[0] if answers else None)

    def take(self, name: str | None) -> None:
        """Play the song that a hand chooses, by its name; None lets the face choose."""
        chosen = None if name is None else Path(self.songs[name].path)
        songs = {song.path: song for song in self.listening.library.songs}
        self.listening.take(None if chosen is None else songs[chosen], monotonic())

    def now(self) -> ListenerView:
        """Return what plays and what is seen."""
        state = self.listening.state
        names = {Path(song.path): song.name for song in self.songs.values()}
        song = names.get(state.song.path) if state.song else None
        return ListenerView(song, state.is_held, state.seen, monotonic() - state.since_s)


def player(hold_s: float) -> Player:
    """Return this session's player, with the songs that lie in the folder now.

    Raises:
        FerError: if there is no such folder, or no song in it has a mood.
    """
    home = music_root() or Path()
    library = _library(str(home))
    kept: Player = st.session_state.setdefault(KEPT, Player(Listening(library, hold_s)))
    kept.listening.library, kept.listening.hold_s, kept.notes = library, hold_s, library.notes
    views = (_view(song.path, song.expression, home) for song in library.songs)
    kept.songs = {view.name: view for view in views}
    return kept


def options() -> AnalysisOptions:
    """Return what is asked of each picture."""
    return AnalysisOptions(SMOOTH_S)


@st.cache_resource(max_entries=2, ttl=READ_AGAIN_S, show_spinner=False)
def _library(home: str) -> Library:
    return read_library(Path(home))


def _view(path: Path, expression: str, home: Path) -> SongView:
    return SongView(path.relative_to(home).as_posix(), expression, str(path), KINDS[path.suffix.lower()])
