"""Every network with its cost on the device, and whether it fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.formatting import DASH, estimate, millions, percent, several_seeds
from dashboard.pages.device.text import column_digits
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import number, table, text
from dashboard.ui.links import network_link

if TYPE_CHECKING:
    from markupsafe import Markup

    from dashboard.pages.device.views import CandidateView, ChoiceView


def candidate_table(choice: ChoiceView) -> None:
    """Show the networks within the budget first, those that validation faces prefer first in each part."""
    header = [("Network", ""), ("Validation", "number"), ("Accuracy", "number"), ("Time (ms)", "number")]
    header += [("MB", "number"), ("Parameters", "number"), *([("In budget", "")] if choice.limits else [])]
    body = [
        [*_cells(candidate), *([text(_fits(candidate, choice))] if choice.limits else [])]
        for candidate in choice.candidates
    ]
    table(header, body, palette(), "Every network with its cost on the device, and whether it fits", choice)


def _cells(candidate: CandidateView) -> list[Markup]:
    row = candidate.row
    validation = DASH if candidate.validated is None else percent(candidate.validated)
    return [
        text(row.network.title, candidate.origin, palette().family(row.network.family), network_link(row)),
        number(validation, reason="Not known."),
        number(estimate(row.accuracy), several_seeds(row.seeds)),
        number(DASH if candidate.ms is None else column_digits(candidate.ms), reason="Its file was not timed."),
        number(column_digits(candidate.mb)),
        number(millions(row.params)),
    ]


def _fits(candidate: CandidateView, view: ChoiceView) -> str:
    if candidate in view.within:
        return "yes"
    return "no" if candidate in view.beyond else "unknown"
