"""What evidence/ledger.json must look like, and what it must mean; every problem is named. No torch."""

from __future__ import annotations

from typing import Any

from fer_core.evidence.claim_checks import KINDS, Check, check
from fer_core.schema import Maybe, problems

FORMAT = 1

MEASURED, CLAIMED, DISPUTED, IMPOSSIBLE = "measured here", "claimed only", "disputed", "cannot be right"

# What each status means, for the page to say.
STATUSES = {
    MEASURED: "We have a number of our own for it, counted on the faces that stand beside it.",
    CLAIMED: "Only its authors' number, or another party's re-implementation; we neither confirm nor doubt it.",
    DISPUTED: "Others tried to reproduce it in public and could not, or its test faces also chose the epoch.",
    IMPOSSIBLE: "Its authors concede an error that it rests on, or no count of the stated faces prints as this number.",
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
PAPER = {"starts": str, "short": str, "year": int, "protocols": dict, "links": [str]}
LINE = {"text": str, "kind": str, "parts": [float], "printed": str, "value": Maybe(float), "holds": bool}
FINDING = {"id": str, "title": str, "text": str, "data": [str], "source": str, "links": [str], "checks": [LINE]}
LEDGER = {"format": int, "about": str, "papers": [PAPER], "rows": [ROW], "findings": [FINDING]}


def ledger_problems(data: Any) -> list[str]:
    """Return one sentence for each thing that is wrong with the ledger's JSON; meaning is asked once the form fits."""
    return problems(data, LEDGER) or _meaning(data)


def count_lines(claimed: str | None, n: int | None) -> tuple[Check, ...]:
    """Ask whether a claim is a count of its faces; nothing to ask without faces or with fewer than two decimals."""
    if claimed is None or n is None or len(claimed.partition(".")[2]) < 2:
        return ()
    return (check(f"{claimed} % of {n:,} faces", "count", [n], claimed),)


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
    if row["status"] == CLAIMED and not all(line.holds for line in count_lines(row["claimed"], row["n"])):
        found.append(f"no count of {row['n']:,} faces prints as {row['claimed']}, so it is not just {CLAIMED!r}")
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
