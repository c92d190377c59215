"""Networks on tilted faces, as they lie and with level eyes, in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dashboard.formatting import MINUS, Span, estimate, points_span, probability, sample_size, signed
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import Scale, interval_cells, number, table, text
from dashboard.ui.labels import labels

if TYPE_CHECKING:
    from markupsafe import Markup

    from dashboard.pages.robustness.views import AlignmentView
    from dashboard.plotting.theme import Palette


def alignment_table(views: Sequence[AlignmentView]) -> None:
    """Show one row per checkpoint and tilt: accuracy untilted, as the faces lie, and with level eyes."""
    colours, names = palette(), labels([view.checkpoint for view in views])
    header = [("Network", ""), ("Tilt", "number"), ("Untilted", "number"), ("As they lie", "number"),
              ("Eyes level", "number"), ("Difference", "number"), ("", "drawn")]  # fmt: skip
    scale = Scale.around([*(score.gain for view in views for score in view.measured.tilts), Span(0, 0, 0)])
    rows = [row for view in views for row in _rows(view, names[view.checkpoint.name], scale, colours)]
    table(header, rows, colours, "Accuracy on tilted faces, as they lie and with their eyes level", views)


def _rows(view: AlignmentView, name: str, scale: Scale, colours: Palette) -> Iterator[list[Markup]]:
    for score in view.measured.tilts:
        gain = score.gain
        colour = colours.reference if gain.low <= 0 <= gain.high else colours.accent
        small = f"{points_span(gain)}, p {probability(score.p)}"
        yield [
            text(name, colour=colours.family(view.checkpoint.network.family)),
            number(degrees(score.tilt), sample_size(score.found)),
            *(number(estimate(score.share(right))) for right in (score.upright, score.tilted, score.levelled)),
            *interval_cells(signed(gain.value), gain, scale, colour, small),
        ]


def degrees(tilt: int) -> str:
    """15 -> "+15°", -30 -> "−30°"; 0 has no sign."""
    return f"{tilt:+d}°".replace("-", MINUS) if tilt else "0°"
