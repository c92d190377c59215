"""The evidence ledger: what papers and well-known projects claim beside what was measured, and how each came about.

Two files make one table, and no number stands in both of them:
    evidence/claims.json    the accuracies of the papers whose networks are rebuilt here (`claims`); their status is
                            computed: a number that no count of the stated faces gives cannot be right as printed
    evidence/ledger.json    other projects' claims, what was measured of them, what those papers leave open, findings

The dashboard adds a row for each checkpoint of this project, from its card.

Findings carry their arithmetic line by line; reading the file does it again and refuses a line that does not hold
as written. No torch.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fer_core.errors import ConfigError
from fer_core.evaluation import Estimate, proportion
from fer_core.evidence.claim_checks import Check
from fer_core.evidence.claims import Claim, read_claims
from fer_core.evidence.ledger_schema import (
    CLAIMED,
    DATA,
    DISPUTED,
    IMPOSSIBLE,
    MEASURED,
    STATUSES,
    count_lines,
    ledger_problems,
)

__all__ = [
    "CLAIMED",
    "DATA",
    "DISPUTED",
    "IMPOSSIBLE",
    "MEASURED",
    "STATUSES",
    "Finding",
    "Ledger",
    "LedgerRow",
    "Measurement",
    "read_ledger",
]

PATH = Path(__file__).resolve().parents[2] / "evidence" / "ledger.json"


@dataclass(frozen=True)
class Measurement:
    """k of n faces right on a split; `macro_f1` 0..1 where it was noted."""

    split: str
    k: int
    n: int
    macro_f1: float | None

    @property
    def accuracy(self) -> Estimate:
        """k / n with Wilson's interval."""
        return proportion(self.k, self.n)


@dataclass(frozen=True)
class LedgerRow:
    """One network on one data set.

    Attributes:
        name: as its source calls it; network: our name for it if it is one of ours.
        data: fer2013, ferplus, rafdb or ckplus; year: of publication, None if unknown.
        claimed: accuracy in percent exactly as printed, with its decimals; None if nothing is claimed.
        measured: what was measured here, the test split first; empty if nothing was.
        split, n: on what the claim was measured and how many faces that is, None if left open.
        protocol: preparation, folds, pre-training, views, as far as known; selection: how the epoch was chosen.
        status: a key of `STATUSES`; why: the reason for it and what to know before comparing.
        source: paper with table, repository or thread; links: addresses to open.
        params, macs: as printed or counted.
        checks: the arithmetic behind the status, where there is some.
    """

    name: str
    network: str | None
    data: str
    year: int | None
    claimed: str | None
    measured: tuple[Measurement, ...]
    split: str
    n: int | None
    protocol: str
    selection: str
    status: str
    why: str
    source: str
    links: tuple[str, ...]
    params: int | None
    macs: int | None
    checks: tuple[Check, ...] = ()

    @property
    def accuracy(self) -> float | None:
        """The claim as a fraction 0..1."""
        return None if self.claimed is None else float(self.claimed) / 100


@dataclass(frozen=True)
class Finding:
    """Something in a source that changes how it must be read, with the arithmetic that shows it."""

    id: str
    title: str
    text: str
    data: tuple[str, ...]
    source: str
    links: tuple[str, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Ledger:
    """All rows but those of our own checkpoints, by data set and claim; and the findings."""

    rows: tuple[LedgerRow, ...]
    findings: tuple[Finding, ...]


@lru_cache(maxsize=4)
def read_ledger(path: Path = PATH) -> Ledger:
    """Read the ledger and join the papers' claims.

    Raises:
        ConfigError: if the file is missing, is not JSON, breaks the schema, or its arithmetic does not hold as
            written; all problems together. Also if evidence/claims.json cannot be read.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read ({error}); restore it from the repository") from error
    found = ledger_problems(data)
    if found:
        raise ConfigError("\n- ".join([f"{path} is not a valid ledger:", *found]))
    rows = [_row(entry) for entry in data["rows"]]
    rows += [_row_of_claim(claim, _paper(claim, data["papers"])) for claim in read_claims()]
    order = sorted(rows, key=lambda row: (DATA.index(row.data), -(row.accuracy or 0)))
    return Ledger(tuple(order), tuple(_finding(entry) for entry in data["findings"]))


def _row(entry: dict[str, Any]) -> LedgerRow:
    measured = tuple(Measurement(**one) for one in entry["measured"])
    lines = count_lines(entry["claimed"], entry["n"])
    return LedgerRow(**{**entry, "measured": measured, "links": tuple(entry["links"]), "checks": lines})


def _row_of_claim(claim: Claim, paper: dict[str, Any]) -> LedgerRow:
    printed = f"{100 * claim.accuracy:.2f}"
    lines = count_lines(printed, claim.n)
    is_possible = all(line.holds for line in lines)
    return LedgerRow(
        name=f"{claim.row} ({paper['short']})",
        network=claim.network,
        data=claim.data,
        year=paper["year"],
        claimed=printed,
        measured=(),
        split=claim.split,
        n=claim.n,
        protocol=paper["protocols"][claim.data],
        selection=claim.selection,
        status=CLAIMED if is_possible else IMPOSSIBLE,
        why=claim.note,
        source=claim.source,
        links=tuple(paper["links"]),
        params=claim.params,
        macs=claim.macs,
        checks=lines,
    )


def _finding(entry: dict[str, Any]) -> Finding:
    lines = tuple(Check(**{**line, "parts": tuple(line["parts"])}) for line in entry["checks"])
    return Finding(**{**entry, "data": tuple(entry["data"]), "links": tuple(entry["links"]), "checks": lines})


def _paper(claim: Claim, papers: list[dict[str, Any]]) -> dict[str, Any]:
    found = [paper for paper in papers if claim.source.startswith(paper["starts"])]
    if len(found) != 1 or claim.data not in found[0]["protocols"]:
        raise ConfigError(
            f"the claim {claim.network} on {claim.data} has {len(found)} papers in evidence/ledger.json, or none with "
            f"a protocol for {claim.data}; its source begins {claim.source[:40]!r}"
        )
    return found[0]
