"""A contract report, invented."""

from __future__ import annotations

from fer_core.checkpoints.contract_report import ContractLine, ContractReport, OrderEntry, ScaleEntry
from fer_core.evaluation import proportion


def made_up(weights: str, state: str = "red") -> ContractReport:
    """A report of two lines, of which the first is in a state, of these weights."""
    return ContractReport(
        weights=weights,
        split="PublicTest",
        n=420,
        lines=(
            ContractLine(check="label order", state=state, found="17.1% right", fix="import it again"),
            ContractLine(check="output", state="green", found="7 logits"),
        ),
        order=(
            OrderEntry(expression="angry", n=60, given=proportion(6, 60).as_dict(), best=proportion(45, 60).as_dict()),
        ),
        scales=(ScaleEntry(scale="0..255", accuracy=proportion(105, 420).as_dict()),),
    )
