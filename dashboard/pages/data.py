"""What is in the data, and what leaks? Holdings, copies, labels, protocols and faces of the research sets."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, components, leaks, services

components.title("What is in the data, and what leaks?")

sentence = st.container()
choices = st.container(horizontal=True)
sets = services.audited()
with choices:
    data = components.segments("Data set", list(sets), key="data", words=sets.get)

with components.shown_errors():
    audit = services.audit(data)
    with sentence:
        components.answer(leaks.told(audit))
    with choices:
        part = components.segments("Show", leaks.parts(audit), key="part", words=leaks.PARTS.get)

    if part == "holds":
        left, right = st.columns([6, 5], gap="large")
        with left:
            components.show(f"holdings {data}", charts.holding_bars, audit)
        with right:
            components.holdings_table(audit)
            components.note(f"{leaks.scale(audit)} {audit.terms}")

    if part == "copies":
        left, right = st.columns([6, 5], gap="large")
        with left:
            level = "exact"
            if len(audit.splits) > 1:
                components.show(f"leaks {data}", charts.leak_bars, audit)
                level = components.segments("Leaked", list(leaks.LEVELS), key="level", words=leaks.LEVELS.get)
            found, problems = services.prices(data, level)
            components.answer(leaks.priced(found, audit, level))
            components.problems(problems)
            if found:
                names = list(components.labels(one.checkpoint for one in found).values())
                components.show(f"prices {data} {level}", charts.price_dots, found, names)
        with right:
            components.check_table(audit)

    if part == "labels":
        with choices:
            split = components.segments("Split", audit.voted[::-1], key="split")
        votes = services.agreement(data, split)
        components.answer(leaks.agreed(votes))
        left, right = st.columns([6, 5], gap="large")
        with left:
            components.show(f"votes {data} {split}", charts.agreement_matrix, votes)
        with right:
            components.show(f"agreement {data} {split}", charts.agreement_dots, votes)

    if part == "protocols":
        if data == "ckplus":
            with choices:
                step = components.segments("Test faces are", list(leaks.STEPS), key="step", words=leaks.STEPS.get)
            fall = services.fall()
            components.answer(leaks.fallen(fall, step))
            components.show(f"fall {step}", charts.fall_dots, fall, step, leaks.STEPS[step])
        components.protocol_table(audit)

    if part == "faces":
        components.face_groups(audit)
