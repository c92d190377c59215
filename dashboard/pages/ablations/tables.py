"""A paper's ablation table: rows below the row that they change, claimed beside measured, and what the change earns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from dashboard.formatting import DASH, NBSP, Span, estimate, millions, percent, signed
from dashboard.pages.ablations.csv import ablations_csv
from dashboard.pages.ablations.text import (
    ground_words,
    measured_faces,
    printed_words,
    reading,
    seeds_words,
    step_words,
)
from dashboard.ui.chart_panel import csv_file, palette
from dashboard.ui.html_table import (
    Scale,
    TableParts,
    both,
    claim,
    empty,
    interval_cells,
    number,
    prose,
    table,
    text,
)
from dashboard.ui.messages import heading, note

if TYPE_CHECKING:
    from markupsafe import Markup

    from dashboard.plotting.theme import Palette
    from dashboard.views.ablations import AblationRow, PaperView
    from dashboard.views.comparisons import PairView

NOT_PRINTED = "The paper prints no number for this row on this data set."
INDENT_PX = 16


def paper_table(paper: PaperView) -> None:
    """Show a paper's rows: claim, measurement, what the change earns, size, one sentence.

    Claim and measurement come first, so that a phone shows both before it has to scroll.
    """
    heading(paper.network.title)
    note(ground_words(paper.rows))
    table(*paper_parts(paper, palette()))
    csv_file(f"ablations_{paper.network.name}", partial(ablations_csv, paper.rows))


def paper_parts(paper: PaperView, colours: Palette) -> TableParts:
    """Return the table of a paper's rows."""
    accuracies = [row.measured.accuracy for row in paper.rows if row.measured]
    claims = [Span(*[row.printed.accuracy] * 3) for row in paper.rows if row.printed]
    scale = Scale.around([*accuracies, *claims])
    gaps = [step.verdict.difference for row in paper.rows for step in (row.step, row.whole) if step]
    reach = Scale.around([*gaps, Span(0, 0, 0)])
    header = [
        ("Row", ""),
        ("Claimed", "number"),
        ("Measured", "number"),
        ("Accuracy drawn", "drawn"),
        ("Effect", "number"),
        (reach.words if gaps else "", "drawn"),
        ("In plain words", ""),
    ]
    is_common = bool(ground_words(paper.rows))
    body = [_row(row, is_common, scale, reach, colours) for row in paper.rows]
    caption = f"Rows of the paper's table of {paper.network.title}, claimed and measured"
    return TableParts(header, body, colours, caption, paper)


def _row(row: AblationRow, is_common: bool, scale: Scale, reach: Scale, colours: Palette) -> list[Markup]:
    colour = colours.family(row.network.family)
    link = f"confusion?a={quote(row.measured.names[0])}" if row.measured else ""
    measured, step = row.measured, row.step
    return [
        text(row.network.title, _change(row), link=link, indent=INDENT_PX * (row.depth or 0)),
        _claimed(row),
        number(
            estimate(measured.accuracy) if measured else DASH,
            _measured(row, is_common) if measured else "",
            f"Not trained here yet: {row.command}",
        ),
        both(measured.accuracy if measured else None, row.printed.accuracy if row.printed else None, scale, colour),
        *_step_cells(step, row.whole, row.reason, reach, colours),
        prose(reading(row), _small(row)),
    ]


def _measured(row: AblationRow, is_common: bool) -> str:
    """Seeds and recipe behind a number, on what it was measured where the rows differ in that; a better training."""
    measured = row.measured
    where = [] if is_common else [measured_faces(measured)]
    made = ", ".join([seeds_words(measured), measured.recipe, *where])
    if row.best is None:
        return made
    return f"{made}; validation prefers {row.best.recipe}, {percent(row.best.accuracy.value)}"


def _change(row: AblationRow) -> str:
    """What it changes, or what it is, and its cost."""
    kind = "base" if row.depth is not None else "for comparison"
    return f"{row.change or kind}; {millions(row.params)} parameters, {millions(row.macs)} MACs"


def _claimed(row: AblationRow) -> Markup:
    if row.printed is None:
        return number(DASH, reason=NOT_PRINTED)
    printed = f"{row.printed.words}{NBSP}%"
    return claim(printed, printed_words(row), is_struck=row.printed.is_impossible)


def _step_cells(
    step: PairView | None, whole: PairView | None, reason: str, reach: Scale, colours: Palette
) -> tuple[Markup, Markup]:
    """What the change earns, and below it what all changes since the base earn together."""
    in_all = f"against the base {signed(whole.verdict.difference.value)}: {step_words(whole)}" if whole else ""
    if step is None:
        return number(DASH, in_all, "" if in_all else reason), empty()
    words = "; ".join(filter(None, [step_words(step), in_all]))
    colour = colours.accent if step.is_ranked and not step.verdict.is_one_seed else colours.reference
    difference = step.verdict.difference
    return interval_cells(signed(difference.value), difference, reach, colour, words)


def _small(row: AblationRow) -> str:
    """The command of a row that is missing; why a trained one is not compared."""
    if row.measured is None:
        return row.command
    return row.reason if row.step is None and row.base is not None else ""
