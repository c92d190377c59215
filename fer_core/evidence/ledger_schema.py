"""What evidence/ledger.json must look like, and what it must mean; every problem is named. No torch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from fer_core.errors import ConfigError
from fer_core.evidence.claim_checks import KINDS, Check, check, readings
from fer_core.evidence.claims_schema import Link
from fer_core.records import Count, Flag, Name, Number, Positive, Record, Share, Text, matching

FORMAT = 2

MEASURED, CLAIMED, DISPUTED, IMPOSSIBLE = "measured here", "claimed only", "disputed", "cannot be right"

# What each status means, for the page to say.
STATUSES = {
    MEASURED: "We have a number of our own for it, counted on the faces that stand beside it; a row says so where its "
    "answers face by face are not kept and cannot be counted again.",
    CLAIMED: "Only its authors' number, or another party's re-implementation; we neither confirm nor doubt it.",
    DISPUTED: "Others tried to reproduce it in public and could not, or its test faces also chose the epoch.",
    IMPOSSIBLE: "Its authors concede an error that it rests on, or no reading of its faces, be it one run, splits "
    "together, or a mean of runs or folds, prints as this number.",
}
DATA = ("fer2013", "ferplus", "rafdb", "ckplus")

Data = Literal[*DATA]  # type: ignore[valid-type]


class MeasurementEntry(Record):
    """k of n faces right on a split."""

    split: Text
    k: Count
    n: Positive
    macro_f1: Share | None

    def contradictions(self) -> list[str]:
        """More right than there are."""
        return [] if self.k <= self.n else [f"k is {self.k}, but n is {self.n}: {self.k} of {self.n} is impossible"]


class RowEntry(Record):
    """One network on one data set, see `ledger.LedgerRow`."""

    name: Name
    network: Name | None
    data: Data
    year: Positive | None
    claimed: Annotated[Text, matching(re.compile(r"\d{1,3}(\.\d{1,6})?"), "a percentage as printed")] | None
    measured: tuple[MeasurementEntry, ...]
    split: Text
    n: Positive | None
    protocol: Text
    selection: Text
    status: Literal[*STATUSES]  # type: ignore[valid-type]
    why: Text
    source: Text
    links: tuple[Link, ...]
    params: Positive | None
    macs: Positive | None

    def contradictions(self) -> list[str]:
        """A status that says other than what there is, and texts that say nothing."""
        return [f"{problem} ({self.name} on {self.data})" for problem in _row_problems(self)]


class LineEntry(Record):
    """One line of arithmetic, see `claim_checks.Check`."""

    text: Text
    kind: Literal[*KINDS]  # type: ignore[valid-type]
    parts: tuple[Number, ...]
    printed: Text
    value: Number | None
    holds: Flag

    def as_check(self) -> Check:
        """Return the line as the arithmetic knows it."""
        return Check(**self.known())

    def contradictions(self) -> list[str]:
        """A value, or a verdict, that the arithmetic does not give."""
        try:
            true = check(self.text, self.kind, self.parts, self.printed)
        except (ConfigError, ArithmeticError, ValueError, IndexError) as error:
            return [f"parts are {self.parts}, which cannot be reckoned with ({error})"]
        if _is_same(self.value, true.value) and self.holds is true.holds:
            return []
        statement = f"value and holds are {self.value}, {self.holds}"
        return [f"{statement}; the arithmetic of {self.text!r} gives {true.value}, {true.holds}"]


class FindingEntry(Record):
    """Something in a source that changes how it must be read, with the arithmetic that shows it."""

    id: Name
    title: Text
    text: Text
    data: tuple[Data, ...]
    source: Text
    links: tuple[Link, ...]
    checks: tuple[LineEntry, ...]


class LedgerFile(Record):
    """evidence/ledger.json."""

    format: Positive
    about: Text
    rows: tuple[RowEntry, ...]
    findings: tuple[FindingEntry, ...]

    def contradictions(self) -> list[str]:
        """Another format, and rows that stand twice."""
        problems = [] if self.format == FORMAT else [f"format is {self.format}; this version reads {FORMAT}"]
        keys = [(row.name, row.data) for row in self.rows]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        return problems + [f"{name} on {where} stands twice" for name, where in twice]


# What else a number of faces can be, by data set and that number.
POOLS = {
    ("fer2013", 3589): {"PublicTest and PrivateTest together": 7178},
    ("ckplus", 99): {"all images, each in one of ten folds": 981},
}


def count_lines(claimed: str | None, n: int | None, data: str) -> tuple[Check, ...]:
    """Ask how a claim can be read on its faces; nothing to ask without faces or with fewer than two decimals."""
    if claimed is None or n is None or len(claimed.partition(".")[2]) < 2:
        return ()
    return readings(claimed, n, POOLS.get((data, n)))


def reading_words(lines: Sequence[Check]) -> str:
    """Say what a claim cannot be and what it could be; "" where it is a count of its faces, or none was asked."""
    if not lines or lines[0].holds:
        return ""
    fitting = [line.text for line in lines if line.holds]
    if fitting:
        return f"No single run prints it. It could be {fitting[0]}."
    return f"No reading that was tried prints it: {'; '.join(line.text for line in lines)}."


def _row_problems(row: RowEntry) -> list[str]:
    texts = ("protocol", "selection", "split", "source", "why")
    problems = [f"{key} is empty" for key in texts if not getattr(row, key).strip()]
    if (row.status == MEASURED) != bool(row.measured):
        problems.append(f"status is {row.status!r} with {len(row.measured)} measurements; it must say what there is")
    if row.claimed is None and not row.measured:
        problems.append("claimed and measured are empty; a row needs one of them")
    lines = count_lines(row.claimed, row.n, row.data)
    if lines and not lines[0].holds and "o count of" not in row.why:
        problems.append(f"why does not say that no count of {row.n:,} faces prints as {row.claimed}")
    if row.status in (DISPUTED, IMPOSSIBLE) and not row.links:
        problems.append(f"links are empty, but status is {row.status!r}; name the thread or page that shows it")
    return problems


def _is_same(one: float | None, other: float | None) -> bool:
    return one == other or (one is not None and other is not None and abs(one - other) < 1e-6)
