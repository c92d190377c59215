"""What evidence/claims.json must look like, and what it must mean; every problem is named. No torch."""

from __future__ import annotations

import re
from collections import Counter
from typing import Annotated, Literal

from pydantic import Field

from fer_core.records import Name, Number, Positive, Record, Text, matching

FORMAT = 2
REMEDY = "restore it from the repository"

# What a printed number that is no accuracy says.
QUANTITIES = ("latency", "size", "recall", "gain", "size gap")

Link = Annotated[Text, matching(re.compile(r"https://\S+"), "an address that begins with https://")]


class PaperEntry(Record):
    """Where claims come from, see `claims.Paper`."""

    short: Name
    authors: Text
    title: Text
    journal: Text
    year: Positive
    family: Name
    size_px: Positive | None
    protocols: dict[Name, Text]
    links: tuple[Link, ...]


class PrintedClaim(Record):
    """One printed accuracy, see `claims.Claim`; `paper` is a key of the file's papers."""

    paper: Name
    network: Name
    data: Name
    row: Text
    accuracy: Number
    split: Text
    n: Positive | None
    selection: Text
    source: Text
    doi: Text | None
    note: Text
    start: Text | None
    epochs: Positive | None
    batch_size: Positive | None
    params: Positive | None
    macs: Positive | None
    macs_counted: Positive | None

    def contradictions(self) -> list[str]:
        """An accuracy that is none."""
        if 0 < self.accuracy < 1:
            return []
        return [f"accuracy is {self.accuracy}; it must be a fraction between 0 and 1"]


class PrintedNumber(Record):
    """One printed number that is no accuracy, see `claims.Number`."""

    paper: Name
    network: Name
    data: Name | None
    quantity: Literal[*QUANTITIES]  # type: ignore[valid-type]
    of: Text
    printed: Text
    unit: Text
    where: Text
    note: Text

    def contradictions(self) -> list[str]:
        """A number that is none."""
        try:
            is_positive = 0 < float(self.printed) < float("inf")
        except ValueError:
            is_positive = False
        return [] if is_positive else [f"printed is {self.printed!r}; it must be a positive number"]


class ClaimsFile(Record):
    """evidence/claims.json."""

    format: Positive
    about: Text
    papers: dict[Name, PaperEntry]
    claims: Annotated[tuple[PrintedClaim, ...], Field(max_length=1000)]
    numbers: Annotated[tuple[PrintedNumber, ...], Field(max_length=1000)]

    def contradictions(self) -> list[str]:
        """Another format, what is claimed twice, and papers that are not there."""
        problems = [] if self.format == FORMAT else [f"format is {self.format}; this version reads {FORMAT}"]
        for claim in self.claims:
            if claim.paper not in self.papers or claim.data not in self.papers[claim.paper].protocols:
                reason = f"is of {claim.paper!r}, which is no paper with a protocol for {claim.data}"
                problems.append(f"{claim.network} on {claim.data} {reason}")
        problems += [
            f"{number.quantity} of {number.network} is of {number.paper!r}, which is no paper here"
            for number in self.numbers
            if number.paper not in self.papers
        ]
        keys = Counter((claim.network, claim.data) for claim in self.claims)
        return problems + [
            f"{network} on {where} is claimed twice; keep one and mention the other in its note"
            for (network, where), count in keys.items()
            if count > 1
        ]
