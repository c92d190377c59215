"""The contract's lines, the numbers behind label order and scale, and what an export changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.formatting import count, probability, signed
from dashboard.pages.contract.text import share
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import Scale, interval, number, prose, table, text

if TYPE_CHECKING:
    from markupsafe import Markup

    from fer_core.checkpoints.contract_report import ContractReport, OrderEntry, ScaleEntry
    from fer_core.export.record import CheckpointExport, ExportedFile

# Colour never stands alone: the word says the same. Okabe and Ito's green, orange and vermilion.
STATES = {"green": "#009e73", "amber": "#e69f00", "red": "#d55e00"}


def lines_table(report: ContractReport) -> None:
    """Show every line with its state, and what to do where it is not green."""
    body = [
        [text(line.state, colour=STATES[line.state]), text(line.check), prose(line.found, line.fix)]
        for line in report.lines
    ]
    table([("State", ""), ("Check", ""), ("Found, and what to do", "")], body, palette(), "The contract, line by line")


def order_table(order: Sequence[OrderEntry]) -> None:
    """Show each expression's recall under the given order and under the best relabelling."""
    body = [
        [
            text(entry.expression),
            number(count(entry.n)),
            number(share(entry.given.value)),
            number(share(entry.best.value)),
        ]
        for entry in order
    ]
    header = [("Expression", ""), ("Faces", "number"), ("Given order", "number"), ("Best relabelling", "number")]
    table(header, body, palette(), "Recall of each expression under two orders")


def scale_table(scales: Sequence[ScaleEntry]) -> None:
    """Show accuracy in each scale of the pixels with its interval."""
    colours, scale = palette(), Scale(0.0, 1.0)
    body = [[text(entry.scale), interval(entry.accuracy, scale, colours.text)] for entry in scales]
    header = [("Pixels", ""), ("Accuracy", "number"), ("0 to 100 %", "drawn")]
    table(header, body, colours, "Accuracy in each scale of the pixels")


def export_table(export: CheckpointExport) -> None:
    """Show what each exported file answers beside its original."""
    files = {"float32, against PyTorch": export.float32, "int8, against float32": export.int8}
    body = [_export_row(name, file) for name, file in files.items() if file]
    header = [("ONNX file", ""), ("MB", "number"), ("Accuracy", "number"), ("Difference", "number")]
    header += [("Changed answers", "number"), ("Largest logit difference", "number")]
    table(header, body, palette(), "What exported files change on the test split")


def _export_row(name: str, file: ExportedFile) -> list[Markup]:
    gap = file.difference
    return [
        text(name),
        number(f"{file.bytes / 1e6:.2f}"),
        number(share(file.accuracy.value), f"n = {count(file.n)}"),
        number(signed(gap.value, 2), f"{signed(gap.low, 2)} to {signed(gap.high, 2)}, p {probability(file.p)}"),
        number(count(file.changed_answers)),
        number(f"{file.largest_logit_difference:.1e}"),
    ]
