"""What do faces show over time? A film, its faces followed from frame to frame, and networks' answers to each."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.film.answer_table import answer_table
from dashboard.pages.film.data import SMOOTH_S, film_reading, outlined, timeline, tracks
from dashboard.pages.film.film_input import film_input
from dashboard.pages.film.progress import read_on
from dashboard.pages.film.text import NO_FACE, film_sentence, smoothing_words, track_words
from dashboard.pages.film.timeline_chart import timeline_chart
from dashboard.store.checkpoints import first_choice
from dashboard.ui.address import end_page
from dashboard.ui.chart_panel import csv_file, draw, palette
from dashboard.ui.checkpoint_choice import choose_checkpoints
from dashboard.ui.labels import labels
from dashboard.ui.messages import answer, available_checkpoints, heading, info, note, page_title, shown_errors
from dashboard.ui.query_params import choose, segments, slide, switch
from dashboard.ui.waiting import say_place_here

RATES = ("1", "2", "5", "10")  # frames a second

page_title("What does a face show, moment by moment?")

rows = available_checkpoints()
sentence = st.container()
film_side, answer_side = st.columns([2, 5], gap="large")
with film_side:
    film = film_input(float(RATES[0]))
    frame, slider, seen = st.container(), st.container(), st.container()
with answer_side:
    networks, rate_place = st.columns([3, 2])
    with networks:
        chosen = choose_checkpoints("Networks", rows, key="networks", default=first_choice)
    with rate_place:
        rate = segments("Frames a second", list(RATES), key="rate", default="5")
        is_smooth = switch(f"Average over {SMOOTH_S:g} s", key="smooth")
    say_place_here()
    if not chosen:
        note("Choose a network.")
        end_page()
    reading = None
    with shown_errors():
        reading = film_reading(film, chosen, float(rate))
        read_on(reading)
    if reading is None or not reading.is_done:
        end_page()

with answer_side:
    note(reading.missing_end)
face_rows = reading.rows(is_smooth)
followed = {str(track.number): track for track in tracks(face_rows)}
if not followed:
    info(NO_FACE.format(n=len(reading.moments)))
    end_page()
names = labels(rows[name] for name in chosen)
with answer_side:
    track = followed[choose("Face", list(followed), key="face", words=lambda number: track_words(followed[number]))]
    views = [timeline(rows[name], reading.moments, face_rows, track.number) for name in chosen]
    first = next(place for place, shares in enumerate(views[0].probabilities) if shares is not None)
    with slider:
        last = len(reading.moments) - 1
        place = slide("Sampled frame", key="at", default=first, high=last, step=1) if last else 0
    window = smoothing_words(is_smooth, SMOOTH_S)
    chart = timeline_chart(views, list(names.values()), track.number, place, window, palette=palette())
    heading(chart.title)
    draw("timeline", chart)
    note(chart.footer)
    csv_file("film", lambda: reading.as_csv(is_smooth))
with sentence:
    answer(film_sentence(track, views[0], names[chosen[0]]))
with frame:
    moment = reading.moments[place]
    st.image(outlined(moment, face_rows, track.number), width="stretch", alt="The chosen frame, its faces outlined")
with seen:
    note(f"{moment.time_s:.1f} s, frame {moment.number} of the film, counted from 0.")
    answer_table(views, names, place)
