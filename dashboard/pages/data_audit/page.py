"""What is in the data, and what leaks? Holdings, copies, labels, protocols and faces of the research sets."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.data_audit.agreement_chart import label_agreement_dots, label_agreement_matrix
from dashboard.pages.data_audit.class_counts_chart import class_count_bars
from dashboard.pages.data_audit.data import agreement, audit_view, audited, protocol_gap
from dashboard.pages.data_audit.duplicates import face_groups_section
from dashboard.pages.data_audit.leak_charts import leak_bars
from dashboard.pages.data_audit.metadata import metadata_button
from dashboard.pages.data_audit.protocol_chart import protocol_gap_dots
from dashboard.pages.data_audit.tables import check_table, holdings_table, protocol_table
from dashboard.pages.data_audit.text import (
    LEVELS,
    NO_CAUSE,
    PARTS,
    STEPS,
    label_agreement_summary,
    leak_effects_summary,
    leak_prices_summary,
    leaks_summary,
    parts,
    protocol_gap_summary,
    scale,
)
from dashboard.plotting.leak_effect_dots import leak_effect_dots
from dashboard.store.checkpoints import load_checkpoints
from dashboard.store.leak_effects import leak_effects, leak_prices
from dashboard.ui.chart_panel import show
from dashboard.ui.labels import labels
from dashboard.ui.messages import answer, note, page_title, show_problems, shown_errors
from dashboard.ui.query_params import segments

page_title("What is in the data, and what leaks?")

sentence = st.container()
choices = st.container(horizontal=True)
sets = audited()
with choices:
    data = segments("Data set", list(sets), key="data", words=sets.__getitem__)

show_problems(load_checkpoints().problems)
with shown_errors():
    audit = audit_view(data)
    with sentence:
        answer(leaks_summary(audit))
    with choices:
        part = segments("Show", parts(audit), key="show", words=PARTS.__getitem__)

    if part == "holds":
        left, right = st.columns([6, 5], gap="large")
        with left:
            show(f"holdings {data}", class_count_bars, audit)
        with right:
            holdings_table(audit)
            note(f"{scale(audit)} {audit.terms}")
            metadata_button(data)

    if part == "copies":
        left, right = st.columns([6, 5], gap="large")
        with left:
            level = "exact"
            if len(audit.splits) > 1:
                show(f"leaks {data}", leak_bars, audit)
                level = segments("Leaked", list(LEVELS), key="leaked", words=LEVELS.__getitem__)
            effects, problems = leak_effects(data, level)
            answer(leak_effects_summary(effects, audit, level))
            show_problems(problems)
            if effects:
                answer(leak_prices_summary(leak_prices(data)) or NO_CAUSE)
            if effects:
                names = list(labels(effect.checkpoint for effect in effects).values())
                show(f"prices {data} {level}", leak_effect_dots, effects, names)
        with right:
            check_table(audit)

    if part == "labels":
        with choices:
            split = segments("Split", audit.voted[::-1], key="split")
        votes = agreement(data, split)
        answer(label_agreement_summary(votes))
        left, right = st.columns([6, 5], gap="large")
        with left:
            show(f"votes {data} {split}", label_agreement_matrix, votes)
        with right:
            show(f"agreement {data} {split}", label_agreement_dots, votes)

    if part == "protocols":
        if data == "ckplus":
            with choices:
                step = segments("Protocol", list(STEPS), key="protocol", words=STEPS.__getitem__)
            fall = protocol_gap()
            answer(protocol_gap_summary(fall, step))
            show(f"fall {step}", protocol_gap_dots, fall, step, STEPS[step])
        protocol_table(audit)

    if part == "faces":
        face_groups_section(audit)
