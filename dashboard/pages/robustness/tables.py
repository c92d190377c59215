"""Networks under corrupted faces in numbers, and what the corruptions look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.formatting import DASH, Span, estimate, points_span, probability, sample_size, signed
from dashboard.pages.robustness.data import samples
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import Scale, empty, interval_cells, number, table, text
from dashboard.ui.messages import note, shown_errors
from dashboard.ui.photo_input import SAMPLE, SAMPLE_CREDIT

if TYPE_CHECKING:
    from markupsafe import Markup

    from dashboard.pages.robustness.views import RobustnessView
    from dashboard.plotting.theme import Palette
    from dashboard.views.corruptions import CorruptionView
    from fer_core.robustness.scores import AttentionBypassed

NO_GATES = "It has no attention gates."
PICTURE_PX = 84  # so that all six stand in one row beside the other chart
CORRUPTION = "corruption"  # key of the chosen one, in the address


def select_corruption(clicked: Sequence[str]) -> None:
    """Make a clicked corruption the chosen one."""
    st.session_state[CORRUPTION] = clicked[0]


def corruption_strip(corruption: CorruptionView) -> None:
    """Show a free face under a corruption, as a network sees it, at every severity."""
    with shown_errors(), st.container(horizontal=True):
        levels = ("unchanged", *corruption.levels)
        pictures = samples(SAMPLE.read_bytes(), corruption.name)
        for severity, (picture, level) in enumerate(zip(pictures, levels, strict=True)):
            with st.container(gap=None, width=PICTURE_PX):
                st.image(picture, width=PICTURE_PX, alt=f"{corruption.title}, severity {severity}: {level}")
                note(f"{severity}: {level}")
    note(SAMPLE_CREDIT)


def robustness_table(views: Sequence[RobustnessView], names: Mapping[str, str]) -> None:
    """Show one row per checkpoint: unchanged, corrupted, mirrored, and with attention bypassed."""
    colours = palette()
    scales = [
        Scale.around([getattr(view.summary, part) for view in views])
        for part in ("clean", "corrupted", "mirror_changes")
    ]
    gates = Scale.around([*(view.summary.gates.difference for view in views if view.summary.gates), Span(0, 0, 0)])
    header = [("Network", "")]
    for title in ("Unchanged", "Corrupted", "Flips under mirroring", "Attention bypassed"):
        header += [(title, "number"), ("", "drawn")]
    table(
        header,
        [_row(view, names[view.checkpoint.name], scales, gates, colours) for view in views],
        colours,
        "Accuracy unchanged and corrupted, answers that flip under mirroring, and accuracy with attention bypassed",
        views,
    )


def _row(view: RobustnessView, name: str, scales: Sequence[Scale], gates: Scale, colours: Palette) -> list[Markup]:
    colour, summary = colours.family(view.checkpoint.network.family), view.summary
    shares = (
        (summary.clean, sample_size(summary.n)),
        (summary.corrupted, sample_size(summary.n_corrupted)),
        (summary.mirror_changes, ""),
    )
    drawn = [
        cell
        for (value, small), scale in zip(shares, scales, strict=True)
        for cell in interval_cells(estimate(value), value, scale, colour, small)
    ]
    return [text(name, colour=colour), *drawn, *_gates(summary.gates, gates, colours)]


def _gates(bypassed: AttentionBypassed | None, scale: Scale, colours: Palette) -> tuple[Markup, Markup]:
    if bypassed is None:
        return number(DASH, reason=NO_GATES), empty()
    is_distinct = not bypassed.difference.low <= 0 <= bypassed.difference.high
    small = f"{points_span(bypassed.difference)}, p {probability(bypassed.p)}"
    colour = colours.accent if is_distinct else colours.reference
    return interval_cells(signed(bypassed.difference.value), bypassed.difference, scale, colour, small)
