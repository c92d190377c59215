"""The song that plays, the hand that chooses one, and the list of all."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.pages.player.text import FORMATS, playing_sentence, seen_sentence
from dashboard.ui.camera import say_problem
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import draw_table, number, text
from dashboard.ui.messages import answer, note
from dashboard.ui.query_params import choose

if TYPE_CHECKING:
    from dashboard.pages.player.data import Player
    from dashboard.store.live import Camera

FACE = "face"


def choose_by_hand(player: Player) -> None:
    """Let a hand choose a song, which then plays until the face may choose again."""
    words = {
        FACE: "The face chooses",
        **{song.name: f"{song.name} · {song.expression}" for song in player.songs.values()},
    }
    chosen = choose("Song", list(words), key="song", words=words.__getitem__)
    player.take(None if chosen == FACE else chosen)


def play(player: Player) -> str | None:
    """Say which song plays and play it, again and again; return its name."""
    now = player.now()
    song = player.songs[now.song] if now.song else None
    answer(playing_sentence(now, song.expression if song else None))
    if song:
        st.audio(song.path, format=song.kind, autoplay=True, loop=True)
    return now.song


def listen(player: Player, camera: Camera, played: str | None, hold_s: float) -> None:
    """Say what is seen, and draw the page anew once another song is to play than the one that was drawn."""
    say_problem(camera)
    now = player.now()
    if now.song != played:
        st.rerun()
    is_seeing = camera.seen() is not None
    note(
        seen_sentence(now, hold_s) if is_seeing else "Waiting for a picture; after a start networks take some seconds."
    )


def list_songs(player: Player) -> None:
    """Show how many songs there are for each expression, and which files are left out."""
    counts = Counter(song.expression for song in player.songs.values())
    body = [[text(expression), number(str(count))] for expression, count in counts.most_common()]
    draw_table([("Expression", ""), ("Songs", "number")], body, palette(), "Songs for each expression")
    note(FORMATS)
    for sentence in player.notes:
        note(sentence)
