"""The pages' tables: checkpoints, expressions, costs."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from dashboard.components import cells
from dashboard.components.figures import palette
from dashboard.views import CheckpointView, CostView, MatrixView
from dashboard.wording import DASH, NBSP, count, estimate, millions, milliseconds, percent

NOT_SCORED = "Not scored yet: run fer evaluate on this checkpoint."


def checkpoint_table(rows: Sequence[CheckpointView]) -> None:
    """Show a row a checkpoint, in the order given; each name leads to its confusion matrix."""
    colours, scale = palette(), cells.Scale.around([row.accuracy for row in rows])
    header = [
        ("Network", ""),
        ("Accuracy", "number"),
        (f"{percent(scale.low, 0)} to {percent(scale.high, 0)}", "drawn"),
        ("Macro-F1", "number"),
        ("Parameters", "number"),
        ("MACs", "number"),
        ("Paper claims", "number"),
    ]
    body = [_checkpoint_row(row, scale, colours.family(row.network.family)) for row in rows]
    cells.table(header, body, colours, "Checkpoints with accuracy, macro-F1, cost and their papers' claims")


def _checkpoint_row(row: CheckpointView, scale: cells.Scale, colour: str) -> list[str]:
    return [
        cells.text(row.network.title, f"{row.data_title}, seed {row.seed}", colour, f"confusion?a={quote(row.name)}"),
        cells.interval(row.accuracy, scale, colour, f"{row.split}, n{NBSP}={NBSP}{count(row.n)}", NOT_SCORED),
        cells.number(estimate(row.macro_f1), reason=NOT_SCORED),
        cells.number(millions(row.params)),
        cells.number(millions(row.macs), f"at {row.size_px} px"),
        _claim_cell(row),
    ]


def _claim_cell(row: CheckpointView) -> str:
    if row.claim is None:
        return cells.number(DASH, reason=f"No paper prints an accuracy of this network on {row.data_title}.")
    words = f"{row.claim.source}; {row.claim.split}. {row.claim.note} Our schedule: {row.schedule_note}"
    return cells.claim(percent(row.claim.accuracy, 2), words)


def class_table(matrices: Sequence[MatrixView]) -> None:
    """Show precision, recall and F1 of every expression, for one checkpoint or two."""
    header = [("Expression", ""), ("Faces", "number")]
    for matrix in matrices:
        who = f" {matrix.checkpoint.network.title}" if len(matrices) > 1 else ""
        header += [(f"{measure}{who}", "number") for measure in ("Recall", "Precision", "F1")]
    body = []
    for place, expression in enumerate(matrices[0].expressions):
        row = [cells.text(expression), cells.number(count(matrices[0].per_class[place].n))]
        for matrix in matrices:
            one = matrix.per_class[place]
            row += [
                cells.number(estimate(value), reason="No face to estimate it from.")
                for value in (one.recall, one.precision, one.f1)
            ]
        body.append(row)
    cells.table(header, body, palette(), "Recall, precision and F1 of every expression")


def cost_table(costs: Sequence[CostView]) -> None:
    """Show what every network costs, in the order given."""
    colours = palette()
    header = [("Network", ""), ("Parameters", "number"), ("MACs", "number"), ("Median time", "number")]
    body = [
        [
            cells.text(cost.network.title, cost.network.name, colours.family(cost.network.family)),
            cells.number(count(cost.params)),
            cells.number(count(cost.macs)),
            _time_cell(cost),
        ]
        for cost in costs
    ]
    cells.table(header, body, colours, "Parameters, multiply-adds and measured time of every network")


def _time_cell(cost: CostView) -> str:
    if cost.latency is None:
        return cells.number(DASH, reason="Not measured.")
    late = cost.latency
    return cells.number(milliseconds(late.median_ms), f"quartiles {late.q1_ms:.1f} to {late.q3_ms:.1f}")
