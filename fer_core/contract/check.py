"""All lines of a checkpoint's contract, stored beside it."""

from __future__ import annotations

from pathlib import Path

from fer_core.checkpoints.contract_report import ContractReport, save_report
from fer_core.contract.answers import batch_independence, determinism, flip_sensitivity, graph_lines, output_kind
from fer_core.contract.input_scale import input_scale
from fer_core.contract.label_order import label_order
from fer_core.contract.subject import Subject, subject_of


def check_contract(folder: Path | str, root: Path | None = None) -> ContractReport:
    """Check a checkpoint on its validation faces and store the report in its folder.

    Args:
        folder: the checkpoint. root: where the data sets are.

    Raises:
        CheckpointError, DataError: what is missing or damaged.
    """
    subject = subject_of(folder, root)
    report = contract(subject)
    save_report(subject.card, report)
    return report


def contract(subject: Subject) -> ContractReport:
    """Return every line for a subject."""
    outputs = subject.outputs()
    order_line, order = label_order(subject, outputs)
    scale_line, scales = input_scale(subject)
    lines = [
        order_line,
        scale_line,
        output_kind(subject, outputs),
        determinism(subject),
        batch_independence(subject),
        flip_sensitivity(subject, outputs),
        *graph_lines(subject),
    ]
    return ContractReport(
        weights=subject.card.shipped.sha256,
        split=subject.card.data.validation_split,
        n=len(subject.faces),
        lines=tuple(lines),
        order=order,
        scales=scales,
    )
