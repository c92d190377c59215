"""The result of `fer contract`, stored beside the network: contract.json. No torch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from fer_core import files
from fer_core.checkpoints.card import Card, write_file
from fer_core.data.entries import Expression, SplitName
from fer_core.errors import CheckpointError
from fer_core.records import Count, Name, Positive, Record, Sha256, ShareEstimate, Text, parsed

FILE_NAME, COMMAND = "contract.json", "fer contract"
State = Literal["green", "amber", "red"]
GREEN: Final = "green"
AMBER: Final = "amber"
RED: Final = "red"


def percent(share: float) -> str:
    """0.524 -> "52.4 %", as lines write shares."""
    return f"{100 * share:.1f} %"


class ContractLine(Record):
    """One thing that a network and its card must agree on: the finding and, unless it is green, what to do."""

    check: Name
    state: State
    found: Text
    fix: Text = ""

    def contradictions(self) -> list[str]:
        """A fault without a remedy."""
        return [] if self.state == GREEN or self.fix else [f"fix is empty; a line in {self.state} needs one"]


class OrderEntry(Record):
    """One expression's recall under the order that the card gives, and under the best relabelling of the outputs."""

    expression: Expression
    n: Count
    given: ShareEstimate
    best: ShareEstimate


class ScaleEntry(Record):
    """Accuracy where pixels are fed in one scale, each under the relabelling that suits it best."""

    scale: Name
    accuracy: ShareEstimate


class ContractReport(Record):
    """All lines, the numbers behind the first two, and of which weights and faces they are."""

    weights: Sha256
    split: SplitName
    n: Positive
    lines: Annotated[tuple[ContractLine, ...], Field(min_length=1, max_length=32)]
    order: tuple[OrderEntry, ...]
    scales: tuple[ScaleEntry, ...]

    @property
    def state(self) -> State:
        """The worst of its lines."""
        return max((line.state for line in self.lines), key=(GREEN, AMBER, RED).index)


def report_path(card: Card) -> Path:
    """Return the path of a checkpoint's report; it need not exist."""
    return Path(card.folder or ".") / FILE_NAME


def save_report(card: Card, report: ContractReport) -> Path:
    """Write a report beside its card, whole or not at all; returns the file."""
    write_file(report_path(card), files.pretty_json(report.model_dump()).encode())
    return report_path(card)


def load_report(card: Card) -> ContractReport:
    """Read a checkpoint's report.

    Raises:
        CheckpointError: if there is none, it is damaged, or it is of other weights.
    """
    path, again = report_path(card), f"`{COMMAND} {card.name}` writes it anew"
    if not path.is_file():
        raise CheckpointError(f"{card.name} was not checked yet; `{COMMAND} {card.name}` does it in seconds")
    report = parsed(ContractReport, files.read_json(path, CheckpointError, again), CheckpointError, f"{path} ({again})")
    if card.weights is None or report.weights != card.weights.sha256:
        raise CheckpointError(f"{path} is of other weights than those of {card.name}; {again}")
    return report


def report_problems(card: Card) -> list[str]:
    """Return a sentence for what is wrong with a stored report; [] if it is good, or there is none."""
    if not report_path(card).exists():
        return []
    try:
        load_report(card)
    except CheckpointError as error:
        return [str(error)]
    return []
