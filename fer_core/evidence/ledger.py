"""The evidence ledger: what papers and well-known projects claim beside what was measured, and how each came about.

Two files make one table, and no number stands in both of them:
    evidence/claims.json    the accuracies of the papers whose networks are rebuilt here (`claims`); their status is
                            computed: only a number that no reading of the stated faces gives cannot be right
    evidence/ledger.json    other projects' claims, what was measured of them, what those papers leave open, findings

The dashboard adds a row for each checkpoint of this project, from its card.

Findings carry their arithmetic line by line; reading the file does it again and refuses a line that does not hold
as written. No torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fer_core import files
from fer_core.errors import ConfigError
from fer_core.evaluation import Estimate, proportion
from fer_core.evidence.claim_checks import Check
from fer_core.evidence.claims import Claim, read_claims
from fer_core.evidence.claims_schema import REMEDY
from fer_core.evidence.ledger_schema import (
    CLAIMED,
    DATA,
    DISPUTED,
    IMPOSSIBLE,
    MEASURED,
    STATUSES,
    FindingEntry,
    LedgerFile,
    RowEntry,
    count_lines,
    reading_words,
)
from fer_core.records import parsed

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
    """k of n faces right on a split; `macro_f1` 0..1 where it was noted.

    `counted` is the same share with the interval that its card has: over whole people where faces do not count singly.
    """

    split: str
    k: int
    n: int
    macro_f1: float | None
    counted: Estimate | None = None

    @property
    def accuracy(self) -> Estimate:
        """k / n with its interval, Wilson's unless the card has another."""
        return self.counted or proportion(self.k, self.n)


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
        params, macs: as printed or counted, at the input size that the claim or measurement is for.
        checks: how the claim can be read on its faces, where they are known.
        size_px: side of the input, None if not known.
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
    size_px: int | None = None

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
    data = files.read_json(path, ConfigError, REMEDY)
    ledger_file = parsed(LedgerFile, data, ConfigError, f"{path} is not a valid ledger")
    rows = [_row(entry) for entry in ledger_file.rows]
    rows += [_row_of_claim(claim) for claim in read_claims()]
    order = sorted(rows, key=lambda row: (DATA.index(row.data), -(row.accuracy or 0)))
    return Ledger(tuple(order), tuple(_finding(entry) for entry in ledger_file.findings))


def _row(entry: RowEntry) -> LedgerRow:
    measured = tuple(Measurement(**measurement.known()) for measurement in entry.measured)
    lines = count_lines(entry.claimed, entry.n, entry.data)
    return LedgerRow(**{**entry.known(), "measured": measured, "checks": lines})


def _row_of_claim(claim: Claim) -> LedgerRow:
    lines = count_lines(claim.printed, claim.n, claim.data)
    return LedgerRow(
        name=f"{claim.row} ({claim.paper.short})",
        network=claim.network,
        data=claim.data,
        year=claim.paper.year,
        claimed=claim.printed,
        measured=(),
        split=claim.split,
        n=claim.n,
        protocol=claim.protocol,
        selection=claim.selection,
        status=CLAIMED if not lines or any(line.holds for line in lines) else IMPOSSIBLE,
        why=_sentences(claim.note, reading_words(lines)),
        source=claim.source,
        links=claim.paper.links,
        params=claim.params,
        macs=claim.cost,
        checks=lines,
        size_px=claim.size_px,
    )


def _finding(entry: FindingEntry) -> Finding:
    return Finding(**{**entry.known(), "checks": tuple(line.as_check() for line in entry.checks)})


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)
