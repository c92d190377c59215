"""What the papers say their networks reach, as versioned data beside what we measure. No torch.

evidence/claims.json holds a claim per network and data set: the printed accuracy, on what it was measured as far as the
paper says, at which input size and cost, where it stands in the paper, and what a reader must know before comparing.
Other printed numbers, such as times on a phone and recalls, stand beside them as they are printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fer_core import files
from fer_core.errors import ConfigError
from fer_core.evaluation.intervals import Estimate, wilson
from fer_core.evidence.claims_schema import REMEDY, ClaimsFile
from fer_core.records import parsed

PATH = Path(__file__).resolve().parents[2] / "evidence" / "claims.json"

CARD_ENTRIES = ("accuracy", "data", "split", "source", "note")


@dataclass(frozen=True)
class Paper:
    """Where claims come from.

    Attributes:
        short: authors and year; authors: as BibTeX writes them, "" where they are not known to us.
        title, journal: as printed; the journal with volume and pages where they are known.
        family: the family of networks that is its own.
        size_px: side of the input, None if not stated.
        protocols: by data set: training faces, test faces, what is left open.
    """

    short: str
    authors: str
    title: str
    journal: str
    year: int
    family: str
    size_px: int | None
    protocols: dict[str, str]
    links: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """One printed accuracy.

    Attributes:
        paper: who prints it.
        network: our name for the network that the paper's row describes; data: fer2013, ferplus, rafdb or ckplus.
        row: what the paper calls it.
        accuracy: fraction 0..1 (printed in percent with two decimals).
        split: on what it was measured; n: rows of that split, None if the paper leaves it open.
        selection: how the epoch was chosen, as far as stated.
        source: paper, table or section; doi: None if we have none.
        note: what to know before comparing; may be empty.
        start: weights that the training started from; epochs, batch_size: its schedule; None where not stated.
        params, macs: only if the paper prints them and they are what the words mean; rounded as printed.
        macs_counted: multiply-adds of the rebuilt network at the paper's input size; None where that is not stated.
    """

    paper: Paper
    network: str
    data: str
    row: str
    accuracy: float
    split: str
    n: int | None
    selection: str
    source: str
    doi: str | None
    note: str
    start: str | None
    epochs: int | None
    batch_size: int | None
    params: int | None
    macs: int | None
    macs_counted: int | None

    @property
    def printed(self) -> str:
        """The accuracy in percent as the paper prints it."""
        return f"{100 * self.accuracy:.2f}"

    @property
    def size_px(self) -> int | None:
        """Side of the input that the claim is for."""
        return self.paper.size_px

    @property
    def protocol(self) -> str:
        """How it was trained and tested, as far as stated."""
        return self.paper.protocols[self.data]

    @property
    def cost(self) -> int | None:
        """Multiply-adds at which the claim stands: printed, or else counted at its own input size."""
        return self.macs or self.macs_counted

    @property
    def estimate(self) -> Estimate | None:
        """The claim as a share of its n faces, with Wilson's interval; None where n is not known."""
        return Estimate(self.accuracy, *wilson(self.accuracy * self.n, self.n)) if self.n else None

    def as_card_entry(self) -> dict[str, Any]:
        """Return what a card repeats of the claim."""
        return {key: getattr(self, key) for key in CARD_ENTRIES}


@dataclass(frozen=True)
class Number:
    """One printed number that is no accuracy.

    Attributes:
        network: our name; data: the data set that it is of, None for times and sizes.
        quantity: a word of `claims_schema.QUANTITIES`; of: what exactly, as an expression, or whom it is compared with.
        printed: as in the paper, with its decimals; unit; where: table or section.
        note: what to know before using it; may be empty.
    """

    paper: Paper
    network: str
    data: str | None
    quantity: str
    of: str
    printed: str
    unit: str
    where: str
    note: str


@dataclass(frozen=True)
class Claims:
    """All that evidence/claims.json holds."""

    claims: tuple[Claim, ...]
    numbers: tuple[Number, ...]


def claim_for(network: str, data: str) -> Claim | None:
    """Return the claim for one of our network names on a data set, or None where no paper makes one."""
    return next((claim for claim in read_claims() if (claim.network, claim.data) == (network, data)), None)


def schedule_words(family: str, data: str) -> str:
    """Say on how long the paper of a family trains it on a data set: "150 epochs of batch 20"; "" where it does not.

    A paper may train a data set its own way, and none trains all of them.
    """
    claim = claim_for(family, data)
    if claim is None or claim.paper.family != family or claim.epochs is None:
        return ""
    return f"the paper ({claim.paper.short}) trains {claim.epochs} of batch {claim.batch_size}"


def numbers_for(network: str) -> tuple[Number, ...]:
    """Return the other numbers that are printed of one of our networks."""
    return tuple(number for number in read_all().numbers if number.network == network)


def read_claims(path: Path = PATH) -> tuple[Claim, ...]:
    """Read all claims; raises what `read_all` raises."""
    return read_all(path).claims


@lru_cache(maxsize=4)
def read_all(path: Path = PATH) -> Claims:
    """Read claims and other numbers.

    Raises:
        ConfigError: if the file is missing, is not JSON, breaks the schema or claims something twice; all problems
            together.
    """
    data = files.read_json(path, ConfigError, REMEDY)
    claims_file = parsed(ClaimsFile, data, ConfigError, f"{path} is not a valid list of claims")
    papers = {key: Paper(**entry.known()) for key, entry in claims_file.papers.items()}
    return Claims(
        tuple(Claim(**{**entry.known(), "paper": papers[entry.paper]}) for entry in claims_file.claims),
        tuple(Number(**{**entry.known(), "paper": papers[entry.paper]}) for entry in claims_file.numbers),
    )
