"""Time the exported files again on the machine that shows the page, beside the times that ship."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.pages.efficiency.exported_data import timed_twice
from dashboard.pages.efficiency.exported_tables import twice_timed_table
from dashboard.pages.efficiency.exported_text import READ_ONLY, disturbed, measuring_note
from dashboard.pages.efficiency.measuring_data import folder_name, measurable, measure_here
from dashboard.pages.efficiency.views import MachineView
from dashboard.ui.messages import heading, note, plain, show_problems, shown_errors
from dashboard.ui.query_params import choose_many
from dashboard.ui.waiting import say_place_here
from dashboard.upload_limits import is_read_only

STEPS = 5  # that a timing tells: PyTorch, exporting, onnxruntime, cold starts, what was found


def measuring_section() -> None:
    """Offer to time networks on this machine; read-only, say why not."""
    if is_read_only():
        note(READ_ONLY)
        return
    if not (names := measurable()):
        return
    with st.expander("Measure here again"):
        chosen = choose_many("Networks to time", names, key="timed", default=names)
        note(measuring_note(len(chosen), folder_name()))
        say_place_here()
        if st.button("Measure", key="measure", disabled=not chosen):
            _measure(chosen)


def _measure(names: Sequence[str]) -> None:
    bar = st.progress(0.0)
    for done, name in enumerate(names):
        steps = 0

        def tell(step: str, done: int = done, name: str = name) -> None:
            nonlocal steps
            steps = min(steps + 1, STEPS)
            text = plain(f"{done + 1} of {len(names)}, {name}: {step}")
            bar.progress((done + steps / (STEPS + 1)) / len(names), text=text)

        with shown_errors():
            measure_here(name, tell)
    bar.empty()


def beside_shipped(machines: Sequence[MachineView]) -> None:
    """Put what was measured here beside the first machine that ships; each is compared with itself alone."""
    shipped = [machine for machine in machines if not machine.is_own]
    for own in [machine for machine in machines if machine.is_own]:
        if shipped and (rows := timed_twice(shipped[0], own)):
            heading(f"Measured here: {own.name}")
            show_problems([warning] if (warning := disturbed(own.files)) else [])
            twice_timed_table(rows, shipped[0].title, own.title)
            note(f"{shipped[0].stamp} {own.stamp}")
