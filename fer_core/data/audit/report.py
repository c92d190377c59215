"""A set's audit as a versioned file, evidence/audit-<set>.json: counts, row indices and scores, no pictures.

Reading it needs neither torch nor the data set. Rows are numbers of the owner's file (see `FaceDataset.rows`), so
whoever has the set can show the pictures, and whoever has not can still count. Fractions are 0..1.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fer_core import files
from fer_core.data.audit.schema import Audit
from fer_core.data.entries import OLDER_PROTOCOL_KEYS
from fer_core.errors import DataError
from fer_core.records import parsed, renamed

ROOT = Path(__file__).resolve().parents[3] / "evidence"
FORMAT = 3

OLDER_KEYS = {"kinship": "nearest_neighbours", "prices": "leak_effects", "filmed": "sequences"}  # of format 2
OLDER_COUNTS = {"subjects": "n_subjects", "sequences": "n_sequences"}


def path_of(data: str, root: Path | str = ROOT) -> Path:
    """Return where a set's audit lies."""
    return Path(root) / f"audit-{data}.json"


def write(audit: Audit, root: Path | str = ROOT) -> Path:
    """Write an audit, whole or not at all, and return its file.

    Raises:
        DataError: if the file cannot be written.
    """
    path = path_of(audit.data, root)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, files.pretty_json(audit.model_dump()).encode())
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror}; free the cause and audit again") from error
    return path


def read(data: str, root: Path | str = ROOT) -> Audit:
    """Read a set's audit; one of format 2 is upgraded in memory.

    Raises:
        DataError: if there is none, or it is damaged or of another format; the message says how to make it again.
    """
    path, again = path_of(data, root), f"make it anew with `fer audit {data}`, which needs the data set"
    values = files.read_json(path, DataError, again)
    file_format = values.get("format") if isinstance(values, dict) else None
    if file_format not in (2, FORMAT):
        raise DataError(f"{path} has format {file_format!r} and this version reads 2 and {FORMAT}; {again}")
    audit = parsed(Audit, upgraded(values), DataError, f"{path} is not a valid audit; {again}")
    if audit.data != data:
        raise DataError(f"{path} is the audit of {audit.data}; {again}")
    return audit


def from_values(values: dict[str, Any]) -> Audit:
    """Make an audit of JSON values. Raises DataError with all that is wrong with them."""
    return parsed(Audit, values, DataError, f"the audit of {values.get('data')} is not valid")


def upgraded(values: dict[str, Any]) -> dict[str, Any]:
    """Return an audit's JSON values under today's keys; those of format 3 as they are."""
    if values["format"] == FORMAT:
        return values
    new = {OLDER_COUNTS.get(key, OLDER_KEYS.get(key, key)): value for key, value in values.items()}
    if isinstance(new.get("protocols"), list):
        new["protocols"] = [
            renamed(protocol, OLDER_PROTOCOL_KEYS) if isinstance(protocol, dict) else protocol
            for protocol in new["protocols"]
        ]
    return {**new, "format": FORMAT}


def list_audits(root: Path | str = ROOT) -> list[str]:
    """Return the names of the sets that have an audit, sorted."""
    return sorted(path.stem.removeprefix("audit-") for path in Path(root).glob("audit-*.json"))
