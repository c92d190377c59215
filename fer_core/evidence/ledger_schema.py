"""What evidence/ledger.json must look like, and what it must mean; every problem is named. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fer_core.evidence.claim_checks import KINDS, Check, check, readings
from fer_core.schema import Maybe, problems

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

MEASUREMENT = {"split": str, "k": int, "n": int, "macro_f1": Maybe(float)}
ROW = {
    "name": str,
    "network": Maybe(str),
    "data": str,
    "year": Maybe(int),
    "claimed": Maybe(str),
    "measured": [MEASUREMENT],
    "split": str,
    "n": Maybe(int),
    "protocol": str,
    "selection": str,
    "status": str,
    "why": str,
    "source": str,
    "links": [str],
    "params": Maybe(int),
    "macs": Maybe(int),
}
LINE = {"text": str, "kind": str, "parts": [float], "printed": str, "value": Maybe(float), "holds": bool}
FINDING = {"id": str, "title": str, "text": str, "data": [str], "source": str, "links": [str], "checks": [LINE]}
LEDGER = {"format": int, "about": str, "rows": [ROW], "findings": [FINDING]}

# What else a number of faces can be, by data set and that number.
POOLS = {
    ("fer2013", 3589): {"PublicTest and PrivateTest together": 7178},
    ("ckplus", 99): {"all images, each in one of ten folds": 981},
}


def ledger_problems(data: Any) -> list[str]:
    """Return one sentence for each thing that is wrong with the ledger's JSON; meaning is asked once the form fits."""
    return problems(data, LEDGER) or _meaning(data)


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
    return f"No single run prints it. It could be {fitting[0]}." if fitting else "No reading that was tried prints it."


def _meaning(data: dict[str, Any]) -> list[str]:
    found = [] if data["format"] == FORMAT else [f"format is {data['format']}; this version reads {FORMAT}"]
    for row in data["rows"]:
        found += [f"{row['name']} on {row['data']}: {problem}" for problem in _row_problems(row)]
    keys = [(row["name"], row["data"]) for row in data["rows"]]
    found += [f"{name} on {where} stands twice" for name, where in sorted({key for key in keys if keys.count(key) > 1})]
    return found + [
        f"finding {entry['id']}: {problem}"
        for entry in data["findings"]
        for line in entry["checks"]
        for problem in _line_problems(line)
    ]


def _row_problems(row: dict[str, Any]) -> list[str]:
    found = [f"{key} is empty" for key in ("protocol", "selection", "split", "source", "why") if not row[key].strip()]
    if row["data"] not in DATA:
        found.append(f"data is {row['data']!r}; choose one of {', '.join(DATA)}")
    if row["status"] not in STATUSES:
        found.append(f"status is {row['status']!r}; choose one of {', '.join(STATUSES)}")
    if (row["status"] == MEASURED) != bool(row["measured"]):
        found.append(f"status is {row['status']!r} with {len(row['measured'])} measurements; it must say what there is")
    if row["claimed"] is None and not row["measured"]:
        found.append("neither a claim nor a measurement; a row needs one")
    lines = count_lines(row["claimed"], row["n"], row["data"])
    if lines and not lines[0].holds and "o count of" not in row["why"]:
        found.append(f"no count of {row['n']:,} faces prints as {row['claimed']}; say so in why")
    if row["status"] in (DISPUTED, IMPOSSIBLE) and not row["links"]:
        found.append(f"{row['status']} without a link; name the thread or page that shows it")
    found += [f"{one['k']} of {one['n']} faces cannot be" for one in row["measured"] if not 0 <= one["k"] <= one["n"]]
    return found


def _line_problems(line: dict[str, Any]) -> list[str]:
    if line["kind"] not in KINDS:
        return [f"kind is {line['kind']!r}; choose one of {', '.join(KINDS)}"]
    true = check(line["text"], line["kind"], line["parts"], line["printed"])
    said = Check(**{**line, "parts": tuple(line["parts"])})
    same = said.value == true.value or None not in (said.value, true.value) and abs(said.value - true.value) < 1e-6
    if same and said.holds is true.holds:
        return []
    return [f"{line['text']!r} says {said.value}, {said.holds}; the arithmetic gives {true.value}, {true.holds}"]
