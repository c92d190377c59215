"""What does it cost? Parameters, MACs and measured time of every network, one by its stages, exported files."""

from __future__ import annotations

import streamlit as st

from dashboard.pages.efficiency.exported_chart import accuracy_against_time
from dashboard.pages.efficiency.exported_data import machines, phone_times
from dashboard.pages.efficiency.exported_tables import exported_table, phone_table
from dashboard.pages.efficiency.exported_text import (
    IN_THE_BROWSER,
    NOT_MEASURED,
    disturbed,
    drawn,
    gains,
    outdated,
    phone_note,
    unscored,
)
from dashboard.pages.efficiency.int8_data import int8_losses
from dashboard.pages.efficiency.int8_tables import loss_table
from dashboard.pages.efficiency.int8_text import HOW_MEASURED, losses
from dashboard.pages.efficiency.latency_chart import latency_against_macs
from dashboard.pages.efficiency.measuring import beside_shipped, measuring_section
from dashboard.pages.efficiency.tables import cost_table
from dashboard.pages.efficiency.text import by_cost, cheapest, quantity_words, size_words
from dashboard.plotting.network_costs import QUANTITIES, cost_dots, stage_bars
from dashboard.store.costs import network_costs, sizes
from dashboard.ui.chart_panel import show
from dashboard.ui.messages import answer, heading, info, note, page_title, shown_errors
from dashboard.ui.query_params import choose, segments

page_title("What does it cost?")

with shown_errors():
    sentence = st.container()
    with st.container(horizontal=True):
        measured_at = [str(size_px) for size_px in sizes()]
        size = segments("Face", measured_at, key="px", words=size_words) if len(measured_at) > 1 else measured_at[0]
        quantity = segments("Cost", list(QUANTITIES), key="cost", words=quantity_words)
    costs = network_costs(int(size))
    with sentence:
        answer(cheapest(costs))
    titles = {cost.network.name: cost.network.title for cost in costs}
    by_name = {cost.network.name: cost for cost in costs}

    left, right = st.columns([6, 5], gap="large")
    with left:
        show(f"cost_{quantity}", cost_dots, by_cost(costs, quantity), quantity)
    with right:
        if timed := by_cost(costs, "latency"):
            show("time_against_macs", latency_against_macs, timed)
        with st.expander("All numbers of all networks"):
            cost_table(by_cost(costs, quantity))

    with st.columns([6, 5], gap="large")[0]:
        network = choose("Stages of", list(titles), key="network", default="i_mobilenet_v2", words=titles.__getitem__)
        show(f"stages {network}", stage_bars, by_name[network], quantity)

with shown_errors():
    heading("As exported files")
    measuring_section()
    if stored := {machine.title: machine for machine in machines()}:
        name = [*stored][0]
        if len(stored) > 1:
            name = choose("Machine", list(stored), key="machine", width=420)
        machine = stored[name]
        answer(gains(machine.files))
        left, right = st.columns(2, gap="large")
        with left:
            if scored := drawn(machine.files):
                show("exported_files", accuracy_against_time, scored, machine.stamp)
            note(outdated(machine.files))
            note(unscored(machine.files))
            note(disturbed(machine.files))
        with right:
            heading("Beside the paper's phone")
            phone = phone_times(machine.files)
            phone_table(phone)
            note(phone_note(phone))
        exported_table(machine.files)
        beside_shipped(list(stored.values()))
    else:
        info(NOT_MEASURED)
    note(IN_THE_BROWSER)

with shown_errors():
    if measured := int8_losses():
        with st.expander("Where int8 loses"):
            answer(losses(measured))
            loss_table(measured)
            note(HOW_MEASURED)
