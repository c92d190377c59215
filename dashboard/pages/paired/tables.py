"""The table of pairs: difference, interval and p of each two networks on the same faces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from dashboard.formatting import Span, count, points_span, probability, signed
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import Scale, interval_cells, number, table, text

if TYPE_CHECKING:
    from dashboard.views.comparisons import PairsView


def pair_table(found: PairsView, names: Mapping[str, str]) -> None:
    """Show a row a pair, the smallest p first; `names` is what to call each checkpoint."""
    colours, scale = palette(), Scale.around([pair.difference for pair in found.pairs] + [Span(0, 0, 0)])
    header = [
        ("Pair", ""),
        ("Difference", "number"),
        (scale.words, "drawn"),
        ("Discordant", "number"),
        ("p", "number"),
        ("Holm", "number"),
    ]
    body = [
        [
            text(
                names[pair.one.name],
                f"against {names[pair.other.name]}",
                link=f"confusion?a={quote(pair.one.name)}&b={quote(pair.other.name)}",
            ),
            *interval_cells(
                signed(pair.difference.value),
                pair.difference,
                scale,
                colours.accent if pair.is_distinct else colours.reference,
                points_span(pair.difference),
            ),
            number(f"{count(pair.only_one)} : {count(pair.only_other)}"),
            number(probability(pair.p)),
            number(probability(pair.p_holm), "" if pair.is_distinct else "within chance"),
        ]
        for pair in sorted(found.pairs, key=lambda pair: (pair.p_holm, pair.p))
    ]
    table(header, body, colours, "All pairs with their difference, discordant faces and p-values")
