"""The table of pairs: difference, interval and verdict on the same faces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from dashboard.formatting import DASH, Span, points_span, probability, signed
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import Scale, interval_cells, number, table, text

if TYPE_CHECKING:
    from dashboard.views.comparisons import PairsView

NO_P = "More than the network differs, so no test of it is reported."


def pair_table(view: PairsView, names: Mapping[str, str]) -> None:
    """Show one row per pair, the smallest p first; `names` is what to call each checkpoint."""
    colours, scale = palette(), Scale.around([pair.verdict.difference for pair in view.pairs] + [Span(0, 0, 0)])
    header = [
        ("Pair", ""),
        ("Difference", "number"),
        (scale.words, "drawn"),
        ("First is", "number"),
        ("Alone right", "number"),
        ("p", "number"),
    ]
    body = [
        [
            text(
                names[pair.one.name],
                f"against {names[pair.other.name]}",
                link=f"confusion?a={quote(pair.one.name)}&b={quote(pair.other.name)}",
            ),
            *interval_cells(
                signed(pair.verdict.difference.value),
                pair.verdict.difference,
                scale,
                colours.accent if pair.is_ranked else colours.reference,
                points_span(pair.verdict.difference),
            ),
            number(pair.status, pair.unequal),
            number(" : ".join(f"{faces:,.0f}" for faces in pair.alone)),
            number(DASH, reason=NO_P) if pair.unequal else number(probability(pair.verdict.p_adjusted)),
        ]
        for pair in sorted(view.pairs, key=lambda pair: (bool(pair.unequal), pair.verdict.p))
    ]
    table(header, body, colours, "All pairs with their difference, verdict and faces that one alone has right", view)
