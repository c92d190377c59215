"""What does it cost? Parameters, multiply-adds and measured time of every registered network, and one by its stages."""

from __future__ import annotations

import streamlit as st

from dashboard import answers, charts, components, services

components.title("What does it cost?")

with components.shown_errors():
    costs = services.costs()
    components.answer(answers.cheapest(costs))
    titles = {cost.network.name: cost.network.title for cost in costs}
    by_name = {cost.network.name: cost for cost in costs}

    quantity = components.segments("Cost", list(charts.QUANTITIES), key="cost", words=components.quantity_words)
    left, right = st.columns([6, 5], gap="large")
    with left:
        components.show(f"cost_{quantity}", charts.cost_dots, answers.by_cost(costs, quantity), quantity)
    with right:
        if timed := answers.by_cost(costs, "latency"):
            components.show("time_against_macs", charts.time_against_macs, timed)
        with st.expander("All numbers of all networks"):
            components.cost_table(answers.by_cost(costs, quantity))

    with st.columns([6, 5], gap="large")[0]:
        network = components.choose(
            "Stages of", list(titles), key="network", default="i_mobilenet_v2", words=titles.get
        )
        components.show(f"stages {network}", charts.stage_bars, by_name[network], quantity)
