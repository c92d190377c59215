"""What the papers say their networks reach, as versioned data beside what we measure. No torch.

evidence/claims.json holds a claim per network and data set: the printed accuracy, on what it was measured as far as
the paper says, where it stands in the paper, and what a reader must know before comparing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fer_core.errors import ConfigError
from fer_core.schema import Maybe, problems

PATH = Path(__file__).resolve().parents[2] / "evidence" / "claims.json"
FORMAT = 1

CLAIM = {
    "network": str,
    "data": str,
    "row": str,
    "accuracy": float,
    "split": str,
    "n": Maybe(int),
    "selection": str,
    "source": str,
    "doi": Maybe(str),
    "note": str,
    "params": Maybe(int),
    "macs": Maybe(int),
}
CARD_ENTRIES = ("accuracy", "data", "split", "source", "note")


@dataclass(frozen=True)
class Claim:
    """One printed result.

    Args:
        network: our name for the network that the paper's row describes; data: fer2013, ferplus, rafdb or ckplus.
        row: what the paper calls it.
        accuracy: fraction 0..1 (printed in percent with two decimals).
        split: on what it was measured; n: rows of that split, None if the paper leaves it open.
        selection: how the epoch was chosen, as far as stated.
        source: paper, table or section; doi: None if we have none.
        note: what to know before comparing; may be empty.
        params, macs: only if the paper prints them and they are what the words mean; rounded as printed.
    """

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
    params: int | None
    macs: int | None

    def as_card_entry(self) -> dict[str, Any]:
        """Return what a card repeats of the claim."""
        return {key: getattr(self, key) for key in CARD_ENTRIES}


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
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read ({error}); restore it from the repository") from error
    found = problems(data, {"format": int, "about": str, "claims": [CLAIM]}) or _meaning(data)
    if found:
        raise ConfigError("\n- ".join([f"{path} is not a valid list of claims:", *found]))
    return tuple(Claim(**one) for one in data["claims"])


def _meaning(data: dict[str, Any]) -> list[str]:
    found = [] if data["format"] == FORMAT else [f"format is {data['format']}; this version reads {FORMAT}"]
    seen = set()
    for claim in data["claims"]:
        key = (claim["network"], claim["data"])
        if key in seen:
            found.append(f"{key[0]} on {key[1]} is claimed twice; keep one and mention the other in its note")
        seen.add(key)
        if not 0 < claim["accuracy"] < 1:
            found.append(
                f"{key[0]} on {key[1]} has accuracy {claim['accuracy']}; it must be a fraction between 0 and 1"
            )
    return found
