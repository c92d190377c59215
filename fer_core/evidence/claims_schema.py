"""What evidence/claims.json must look like, and what it must mean; every problem is named. No torch."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fer_core.schema import Each, Maybe, problems

FORMAT = 2

# What a printed number that is no accuracy says.
QUANTITIES = ("latency", "size", "recall", "gain", "size gap")

PAPER = {"short": str, "year": int, "family": str, "size_px": Maybe(int), "protocols": Each(str), "links": [str]}
CLAIM = {
    "paper": str,
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
    "start": Maybe(str),
    "epochs": Maybe(int),
    "batch_size": Maybe(int),
    "params": Maybe(int),
    "macs": Maybe(int),
    "macs_counted": Maybe(int),
}
NUMBER = {
    "paper": str,
    "network": str,
    "data": Maybe(str),
    "quantity": str,
    "of": str,
    "printed": str,
    "unit": str,
    "where": str,
    "note": str,
}
CLAIMS = {"format": int, "about": str, "papers": Each(PAPER), "claims": [CLAIM], "numbers": [NUMBER]}


def claims_problems(data: Any) -> list[str]:
    """Return one sentence for each thing that is wrong with the claims' JSON; meaning is asked once the form fits."""
    return problems(data, CLAIMS) or _meaning(data)


def _meaning(data: dict[str, Any]) -> list[str]:
    found = [] if data["format"] == FORMAT else [f"format is {data['format']}; this version reads {FORMAT}"]
    for claim in data["claims"]:
        found += [f"{claim['network']} on {claim['data']} {text}" for text in _claim_problems(claim, data["papers"])]
    keys = Counter((claim["network"], claim["data"]) for claim in data["claims"])
    found += [
        f"{network} on {where} is claimed twice; keep one and mention the other in its note"
        for (network, where), count in keys.items()
        if count > 1
    ]
    for number in data["numbers"]:
        found += [f"{number['quantity']} of {number['network']} {text}" for text in _number_problems(number, data)]
    return found


def _claim_problems(claim: dict[str, Any], papers: dict[str, Any]) -> list[str]:
    found = []
    if not 0 < claim["accuracy"] < 1:
        found.append(f"has accuracy {claim['accuracy']}; it must be a fraction between 0 and 1")
    counts = {key: claim[key] for key in ("n", "epochs", "batch_size", "params", "macs", "macs_counted")}
    too_few = {key: count for key, count in counts.items() if count is not None and count < 1}
    found += [f"has {key} {count}; it must be 1 or more" for key, count in too_few.items()]
    if claim["data"] not in papers.get(claim["paper"], {"protocols": {}})["protocols"]:
        found.append(f"is of {claim['paper']!r}, which is no paper with a protocol for {claim['data']}")
    return found


def _number_problems(number: dict[str, Any], data: dict[str, Any]) -> list[str]:
    found = []
    if number["quantity"] not in QUANTITIES:
        found.append(f"is no known quantity; choose one of {', '.join(QUANTITIES)}")
    if number["paper"] not in data["papers"]:
        found.append(f"is of {number['paper']!r}, which is no paper here")
    try:
        is_positive = float(number["printed"]) > 0
    except ValueError:
        is_positive = False
    return found if is_positive else [*found, f"is printed as {number['printed']!r}; it must be a positive number"]
