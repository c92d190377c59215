"""A set's audit as a versioned file, evidence/audit-<set>.json: counts, row indices and scores, no pictures.

Reading it needs neither torch nor the data set. Rows are numbers of the owner's file (see `FaceDataset.rows`), so
whoever has the set can show the pictures, and whoever has not can still count. Fractions are 0..1.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fer_core import files
from fer_core.errors import DataError
from fer_core.schema import Each, Maybe, problems

ROOT = Path(__file__).resolve().parents[3] / "evidence"
FORMAT = 2

ESTIMATE = {"value": Maybe(float), "low": Maybe(float), "high": Maybe(float)}
LEAK = {
    "level": str,  # exact or near
    "split": str,
    "reference": [str],  # where the rows of `split` were looked for
    "n": int,  # rows of the split
    "count": int,
    "same_label": int,  # of those, how many have a copy with their own label
    "rows": [int],
}
BASELINE = {
    "protocol": str,
    "method": str,
    "title": str,
    "about": str,
    "n": int,
    "accuracy": ESTIMATE,  # of the protocol's seed; the interval is over whole subjects
    "draws": Maybe({"n": int, "low": float, "median": float, "high": float}),  # other draws of the same folds
}
NEIGHBOURS = {  # of the nearest picture that a tested frame finds among those it may look at, in raw pixels
    "protocol": str,
    "n": int,
    "same_sequence": int,
    "same_subject": int,
    "other_face": int,  # of the same subject, showing another expression
}
PROTOCOL = {
    "name": str,
    "title": str,
    "about": str,
    "seed": int,
    "sha256": str,
    "folds": int,
    "train": [int],  # rows of each fold
    "validation": [int],
    "test": [int],
    "is_leaky": bool,
}
AGREEMENT = {
    "tie_rule": str,
    "expressions": [str],
    "columns": [str],
    "splits": Each({"n": int, "agree_first": int, "agree_any": int, "agree_alone": int, "matrix": [[int]]}),
}
PRICE = {
    "checkpoint": str,
    "split": str,
    "reference": [str],
    "level": str,
    "n": int,
    "leaked": int,
    "all_rows": ESTIMATE,
    "without_leaked": ESTIMATE,
    "on_leaked": ESTIMATE,
    "gain": ESTIMATE,  # all rows minus without the leaked
}
SCHEMA = {
    "format": int,
    "data": str,
    "title": str,
    "terms": str,
    "versions": Each(str),
    "n": int,
    "size_px": int,
    "channels": int,
    "expressions": [str],
    "splits": Each(Each(int)),  # split -> expression -> pictures
    "subjects": Maybe(int),
    "sequences": Maybe(int),
    "filmed": Maybe(Each({"subjects": int, "sequences": int})),  # expression -> who shows it, in how many sequences
    "constant": [int],
    "exact": {
        "pictures": int,
        "groups": [[int]],
        "conflicting": [int],  # positions in groups
        "conflicts": [[str]],  # of each conflicting group the expressions, picture by picture
        "across_splits": [int],  # positions in groups
    },
    "near": {
        "about": str,
        "threshold": float,
        "pairs": [{"rows": [int], "kind": str, "cosine": float}],
        "conflicting": int,
        "across_splits": int,
        "across_subjects": Maybe(int),
    },
    "leaks": [LEAK],
    "protocols": [PROTOCOL],
    "agreement": Maybe(AGREEMENT),
    "kinship": Maybe({"n": int, "same_sequence": int, "same_subject": int}),
    "neighbours": [NEIGHBOURS],
    "baselines": [BASELINE],
    "prices": [PRICE],
}


def path_of(data: str, root: Path | str = ROOT) -> Path:
    """Return where a set's audit lies."""
    return Path(root) / f"audit-{data}.json"


def write(audit: dict[str, Any], root: Path | str = ROOT) -> Path:
    """Write an audit, whole or not at all, and return its file.

    Raises:
        DataError: if it breaks the schema (all problems together) or the file cannot be written.
    """
    path = path_of(audit.get("data", "?"), root)
    if found := problems(audit, SCHEMA):
        raise DataError("\n- ".join([f"{path} cannot be written, the audit is not valid:", *found]))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, files.pretty_json(audit).encode())
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror}; free the cause and audit again") from error
    return path


def read(data: str, root: Path | str = ROOT) -> dict[str, Any]:
    """Read a set's audit.

    Raises:
        DataError: if there is none, or it is damaged or of another format; the message says how to make it anew.
    """
    path, again = path_of(data, root), f"make it anew with `fer audit {data}`, which needs the data set"
    if not path.is_file():
        raise DataError(f"{path} is missing; {again}")
    try:
        audit = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{path} is not JSON ({error}); {again}") from error
    given = audit.get("format") if isinstance(audit, dict) else None
    if given != FORMAT:
        raise DataError(f"{path} has format {given!r} and this version reads {FORMAT}; {again}")
    if found := problems(audit, SCHEMA):
        raise DataError("\n- ".join([f"{path} is not a valid audit; {again}:", *found]))
    return audit


def list_audits(root: Path | str = ROOT) -> list[str]:
    """Return the names of the sets that have an audit, sorted."""
    return sorted(path.stem.removeprefix("audit-") for path in Path(root).glob("audit-*.json"))
