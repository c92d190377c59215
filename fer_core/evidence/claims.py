"""What the papers say their networks reach, as versioned data beside what we measure. No torch.

evidence/claims.json holds a claim per network and data set: the printed accuracy, on what it was measured as far as
the paper says, where it stands in the paper, and what a reader must know before comparing.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from fer_core import files
from fer_core.errors import ConfigError
from fer_core.records import Name, Number, Positive, Record, Text, parsed

PATH = Path(__file__).resolve().parents[2] / "evidence" / "claims.json"
FORMAT = 1
REMEDY = "restore it from the repository"

CARD_ENTRIES = ("accuracy", "data", "split", "source", "note")


class Claim(Record):
    """One printed result.

    network: our name for the network that the paper's row describes; data: fer2013, ferplus, rafdb or ckplus.
    row: what the paper calls it.
    accuracy: fraction 0..1 (printed in percent with two decimals).
    split: on what it was measured; n: rows of that split, None if the paper leaves it open.
    selection: how the epoch was chosen, as far as stated.
    source: paper, table or section; doi: None if we have none.
    note: what to know before comparing; may be empty.
    params, macs: only if the paper prints them and they are what the words mean; rounded as printed.
    """

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
    params: Positive | None
    macs: Positive | None

    def contradictions(self) -> list[str]:
        """An accuracy that is none."""
        if 0 < self.accuracy < 1:
            return []
        return [f"accuracy {self.accuracy}; it must be a fraction between 0 and 1"]

    def as_card_entry(self) -> dict[str, Any]:
        """Return what a card repeats of the claim."""
        return {key: getattr(self, key) for key in CARD_ENTRIES}


class ClaimsFile(Record):
    """evidence/claims.json."""

    format: Positive
    about: Text
    claims: Annotated[tuple[Claim, ...], Field(max_length=1000)]

    def contradictions(self) -> list[str]:
        """Another format, and what is claimed twice."""
        found = [] if self.format == FORMAT else [f"format is {self.format}; this version reads {FORMAT}"]
        keys = [(claim.network, claim.data) for claim in self.claims]
        return found + [
            f"{network} on {data} is claimed twice; keep one and mention the other in its note"
            for network, data in sorted({key for key in keys if keys.count(key) > 1})
        ]


def claim_for(network: str, data: str) -> Claim | None:
    """Return the claim for one of our network names on a data set, or None where no paper makes one."""
    return next((claim for claim in read_claims() if (claim.network, claim.data) == (network, data)), None)


@lru_cache(maxsize=4)
def read_claims(path: Path = PATH) -> tuple[Claim, ...]:
    """Read all claims.

    Raises:
        ConfigError: if the file is missing, is not JSON, breaks the schema or claims something twice; all problems
            together.
    """
    data = files.read_json(path, ConfigError, REMEDY)
    return parsed(ClaimsFile, data, ConfigError, f"{path} is not a valid list of claims").claims
