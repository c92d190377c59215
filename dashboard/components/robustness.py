"""Networks under changed faces in numbers, and what the changes look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import services
from dashboard.components import cells
from dashboard.components.figures import palette
from dashboard.components.messages import note, shown_errors
from dashboard.components.photos import SAMPLE, SAMPLE_CREDIT
from dashboard.robustness import ChangeView, GatesView, RobustnessView
from dashboard.theme import Palette
from dashboard.views import Interval
from dashboard.wording import MINUS, NBSP, count, estimate, points_span, probability

NO_GATES = "It has no attention gates."
CHANGE = "change"  # key of the chosen kind of change, in the address


def take_change(clicked: Sequence[str]) -> None:
    """Make a clicked kind of change the chosen one."""
    st.session_state[CHANGE] = clicked[0]


def change_strip(change: ChangeView) -> None:
    """Show a free face under a change, as a network sees it, at every severity."""
    with shown_errors(), st.container(horizontal=True):
        words = ("unchanged", *change.levels)
        pictures = services.samples(SAMPLE.read_bytes(), change.name)
        for severity, (picture, level) in enumerate(zip(pictures, words, strict=True)):
            with st.container(gap=None, width=96):
                st.image(picture, width=96, alt=f"{change.title}, severity {severity}: {level}")
                note(f"{severity}: {level}")
    note(SAMPLE_CREDIT)


def robustness_table(found: Sequence[RobustnessView], names: Mapping[str, str]) -> None:
    """Show a row a checkpoint: unchanged, corrupted, mirrored, and with its gates open."""
    colours = palette()
    scales = [
        cells.Scale.around([getattr(one, part) for one in found]) for part in ("clean", "corrupted", "mirror_changes")
    ]
    gates = cells.Scale.around([*(one.gates.difference for one in found if one.gates), Interval(0, 0, 0)])
    header = [("Network", "")]
    for words in ("Unchanged", "Changed", "Other when mirrored", "Gates open"):
        header += [(words, "number"), ("", "drawn")]
    cells.table(
        header,
        [_row(one, names[one.checkpoint.name], scales, gates, colours) for one in found],
        colours,
        "Accuracy unchanged and changed, answers that change when mirrored, and accuracy with attention gates open",
    )


def _row(
    one: RobustnessView, name: str, scales: Sequence[cells.Scale], gates: cells.Scale, colours: Palette
) -> list[str]:
    colour = colours.family(one.checkpoint.network.family)
    shares = (
        (one.clean, f"n{NBSP}={NBSP}{count(one.n)}"),
        (
            one.corrupted,
            f"n{NBSP}={NBSP}{count(one.n_corrupted)}",
        ),
        (one.mirror_changes, ""),
    )
    drawn = [
        cell
        for (value, small), scale in zip(shares, scales, strict=True)
        for cell in cells.reach(estimate(value), value, scale, colour, small)
    ]
    return [cells.text(name, colour=colour), *drawn, *_gates(one.gates, gates, colours)]


def _gates(found: GatesView | None, scale: cells.Scale, colours: Palette) -> tuple[str, str]:
    if found is None:
        return cells.number("–", reason=NO_GATES), "<td></td>"
    words = f"{100 * found.difference.value:+.1f}".replace("-", MINUS)
    is_distinct = not found.difference.low <= 0 <= found.difference.high
    small = f"{points_span(found.difference)}, p {probability(found.p)}"
    return cells.reach(words, found.difference, scale, colours.accent if is_distinct else colours.reference, small)
