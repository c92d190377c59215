"""Which song fits a face? A demonstration: a camera's face, or a hand, chooses songs of a folder of the server."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard.pages.player.data import has_music, is_there, options, player
from dashboard.pages.player.songs import choose_by_hand, list_songs, listen, play
from dashboard.pages.player.text import COMMAND, DEMONSTRATION, GONE, NO_FOLDER
from dashboard.store.checkpoints import first_choice
from dashboard.store.live import camera_of
from dashboard.ui.address import end_page
from dashboard.ui.camera import camera_video, end_without_camera, every_second
from dashboard.ui.checkpoint_choice import choose_checkpoint, unfolded_runs
from dashboard.ui.labels import labels
from dashboard.ui.messages import available_checkpoints, info, note, page_title, shown_errors
from dashboard.ui.query_params import slide

page_title("Which song fits your face?")
note(DEMONSTRATION)

if not is_there():
    info(GONE if has_music() else NO_FOLDER)
    st.code(COMMAND, language=None)
    end_page()
rows = available_checkpoints()
video_side, song_side = st.columns([3, 2], gap="large")
with song_side:
    sound, place = st.container(), st.container()
    runs = unfolded_runs(rows)
    with place:
        chosen = choose_checkpoint("Network", rows, runs, key="a", default=first_choice)
    hold_s = slide("Seconds that an expression must hold", key="hold", default=2, high=10, step=1)
    playing = None
    with shown_errors():
        playing = player(hold_s)
    if playing is None:
        end_page()
    choose_by_hand(playing)
with sound:
    played = play(playing)
with video_side:
    end_without_camera()
    camera = camera_of("player", playing.saw)
    is_on = camera_video(camera, "player", partial(camera.analyze_with, labels([rows[chosen]]), options()))
with song_side:
    if is_on:
        every_second(partial(listen, playing, camera, played, hold_s))
    list_songs(playing)
