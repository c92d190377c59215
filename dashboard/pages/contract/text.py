"""Sentences of the contract page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.formatting import count, percent

if TYPE_CHECKING:
    from fer_core.checkpoints.contract_report import ContractReport

HOW = (
    "Asked of validation faces, equally many of each expression; the test split has no say. The best relabelling gives "
    "each expression the output that makes most faces right (Hungarian method); it must be better at p < 0.001 to turn "
    "the line red, another scale at p < 0.01 (exact McNemar, the same faces)."
)
NONE_YET = "No network has been checked yet. This command checks one and stores what it finds:"


def contract_summary(title: str, report: ContractReport) -> str:
    """Say whether a network is fed and read as it was trained."""
    faults = [line.check for line in report.lines if line.state == "red"]
    doubts = [line.check for line in report.lines if line.state == "amber"]
    where = f"on {count(report.n)} faces of {report.split}"
    if faults:
        return f"**{title}** breaks its contract in {', '.join(faults)}, {where}."
    if doubts:
        return f"**{title}** keeps its contract {where}; amber: {', '.join(doubts)}."
    return f"**{title}** gets what it was trained for and means what its card says, {where}."


def share(value: float | None) -> str:
    """Write a share, or that there is none."""
    return "no faces" if value is None else percent(value)
