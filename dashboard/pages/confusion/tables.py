"""Scores by expression, of one network or of two and their difference, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.formatting import DASH, Span, count, estimate, percent, points_span, sample_size, signed
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import Scale, empty, interval_cells, number, table, text

if TYPE_CHECKING:
    from markupsafe import Markup

    from dashboard.plotting.theme import Palette
    from dashboard.views.checkpoints import CheckpointView, MatrixView
    from fer_core.evaluation.curves import ClassCurve
    from fer_core.evaluation.intervals import Estimate
    from fer_core.evaluation.resampling import ClassDifference

LETTERS = ("A", "B")  # the first and the second checkpoint, where two are compared


def class_table(matrices: Sequence[MatrixView]) -> None:
    """Show precision, recall and F1 of every expression, for one checkpoint or two, A and B."""
    header = [("Expression", ""), ("Faces", "number")]
    for side in LETTERS[: len(matrices)] if len(matrices) > 1 else ("",):
        header += [(f"{measure} {side}".strip(), "number") for measure in ("Recall", "Precision", "F1")]
    body = []
    for place, expression in enumerate(matrices[0].expressions):
        row = [text(expression), number(count(matrices[0].per_class[place].n))]
        for matrix in matrices:
            scores = matrix.per_class[place]
            row += [
                number(estimate(value), reason="No face to estimate it from.")
                for value in (scores.recall, scores.precision, scores.f1)
            ]
        body.append(row)
    table(header, body, palette(), "Recall, precision and F1 of every expression", matrices)


def class_difference_table(
    differences: Sequence[ClassDifference], titles: Sequence[str], matrices: Sequence[MatrixView]
) -> None:
    """Show each expression's scores of one checkpoint minus another, A minus B, in points, with 95 % intervals.

    `titles` and `matrices` are those of both.
    """
    colours = palette()
    known = [part for row in differences for part in (row.recall, row.precision, row.f1) if part.value is not None]
    scale = Scale.around([*known, Span(0, 0, 0)])
    header = [("A minus B", ""), ("Recall", "number"), ("", "drawn")]
    header += [("Precision", "number"), ("", "drawn"), ("F1", "number"), ("", "drawn")]
    body = [
        [
            text(row.expression, sample_size(row.n)),
            *(cell for part in (row.recall, row.precision, row.f1) for cell in _points(part, scale, colours)),
        ]
        for row in differences
    ]
    table(header, body, colours, f"Recall, precision and F1 of {' minus '.join(titles)}, in points", matrices)


def _points(value: Estimate, scale: Scale, colours: Palette) -> tuple[Markup, Markup]:
    if value.value is None:
        return number(DASH, reason="Undefined for one of the two."), empty()
    is_distinct = not value.low <= 0 <= value.high
    colour = colours.accent if is_distinct else colours.reference
    return interval_cells(signed(value.value), value, scale, colour, points_span(value))


def area_table(rows: Sequence[CheckpointView], curves: Sequence[Sequence[ClassCurve]], area: str) -> None:
    """Show the area under every expression's curve, for one checkpoint or two."""
    header = [("Expression", ""), ("Faces", "number")]
    for side in LETTERS[: len(curves)] if len(curves) > 1 else ("",):
        header.append((f"{area[0].upper()}{area[1:]} {side}".strip(), "number"))
    header.append(("Chance", "number"))
    body = [
        [
            text(place[0].expression),
            number(count(place[0].n)),
            *(number(estimate(curve.area), reason="No face to estimate it from.") for curve in place),
            number(percent(place[0].chance)),
        ]
        for place in zip(*curves, strict=True)
    ]
    table(header, body, palette(), f"{area} of every expression", rows)
