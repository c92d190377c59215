"""Does it know when it is wrong? What confidence is worth, what abstaining gains, and where people split."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, components, robustness, services, trust

components.title("Does it know when it is wrong?")

rows = components.checkpoints()
sentence = st.container()
left, middle, right = st.columns([4, 3, 4], vertical_alignment="bottom")
with left:
    a = components.choose("Checkpoint", list(rows), key="a", words=lambda name: components.label(rows, name))
with middle:
    scale = components.segments("Confidence", list(trust.SCALES), key="scale", words=trust.SCALES.get)
with right:
    wanted = components.slide("Wrong answers allowed (%)", key="risk", default=20, low=0, high=50) / 100

with components.shown_errors():
    found = {"none": services.reliability(a)}
    with components.shown_errors():
        found["fitted"] = services.reliability(a, services.temperature(a))
    shown = found.get(scale, found["none"])
    risk = services.risk(a, wanted, shown.temperature)
    with sentence:
        components.answer(trust.calibrated(found["none"], found.get("fitted")))
    diagram, gain = st.columns(2, gap="large")
    with diagram:
        components.show(f"reliability {a}", charts.reliability_diagram, shown)
        components.calibration_table([(trust.SCALES[name], one) for name, one in found.items()])
        components.answer(robustness.mirrored(rows[a].network.title, services.mirror_changes(a)))
    with gain:
        components.show(f"risk {a}", charts.risk_coverage, risk)
        components.answer(trust.abstaining(risk))

    number, mistakes = services.sure_mistakes(a, shown.temperature)
    votes = services.beside_people(a, shown.temperature)
    left, right = st.columns(2, gap="large")
    with left:
        components.sure_table(a, f"Sure and wrong: {number:,} answers from 90 % on, the surest first", mistakes)
    with right:
        if votes is None:
            components.note(f"Nobody's votes are known for the faces of {rows[a].data_title}.")
        else:
            components.answer(trust.beside_people(votes))
            components.show(f"votes {a}", charts.accuracy_where_split, votes)
            components.votes_table(votes)
            components.sure_table(a, "Sure, while people split: the most divided first", votes.split)
