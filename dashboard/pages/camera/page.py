"""What do networks see while somebody moves? A camera's video with networks' answers, and a photo of it on request."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard.pages.camera.data import MOST_NETWORKS, SMOOTH_S, maps, options
from dashboard.pages.camera.live_answers import TITLES, live_answers
from dashboard.store.checkpoints import first_choice
from dashboard.store.live import camera_of, snapshot
from dashboard.ui.address import end_page
from dashboard.ui.camera import camera_video, end_without_camera, every_second
from dashboard.ui.checkpoint_choice import choose_checkpoints
from dashboard.ui.labels import labels
from dashboard.ui.messages import available_checkpoints, note, page_title
from dashboard.ui.photo_input import open_in_face_lab
from dashboard.ui.query_params import segments, switch

page_title("What do networks see while you move?")

rows = available_checkpoints()
video_side, answer_side = st.columns([3, 2], gap="large")
with answer_side:
    chosen = choose_checkpoints("Networks", rows, key="networks", default=lambda some: first_choice(some)[:1])
    if len(chosen) > MOST_NETWORKS:
        note(f"The first {MOST_NETWORKS} of them are asked.")
    kind = segments("Map of the first network", list(maps()), key="map", words=TITLES.__getitem__)
    is_smooth = switch(f"Average over the last {SMOOTH_S:g} s", key="smooth")
with video_side:
    end_without_camera()
    if not chosen:
        note("Choose a network.")
        end_page()
    names = labels(rows[name] for name in chosen[:MOST_NETWORKS])
    camera = camera_of("camera")
    is_on = camera_video(camera, "camera", partial(camera.analyze_with, names, options(kind, is_smooth)))
if is_on:
    with answer_side:
        if st.button("Take a photo into the face lab") and (photo := snapshot(camera)):
            open_in_face_lab(photo)
        every_second(partial(live_answers, camera, names, kind))
