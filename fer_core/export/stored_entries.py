"""Evidence files with one entry per name, such as exports, int8 errors and costs, read and written as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import RootModel

from fer_core import files
from fer_core.errors import ConfigError
from fer_core.records import Record, parsed

Entry = TypeVar("Entry", bound=Record)


def read_entries(path: Path, model: type[RootModel[dict[str, Entry]]], again: str) -> dict[str, Entry]:
    """Return the entries of a file by name; {} where there is none.

    Args:
        model: of the whole file. again: how to get another one, for the sentence.

    Raises:
        ConfigError: if the file is no JSON or breaks the schema (all problems together).
    """
    if not path.exists():
        return {}
    data = files.read_json(path, ConfigError, again)
    return parsed(model, data, ConfigError, f"{path} is not valid ({again})").root


def write_entries(path: Path, entries: Mapping[str, Record]) -> None:
    """Write a file of entries in their order. Raises ConfigError if it cannot be written."""
    shown = {name: entry.model_dump() for name, entry in entries.items()}
    files.write_json(path, shown, ConfigError, "make it writable")


def add_entry(path: Path, stored: Mapping[str, Record], name: str, entry: Record) -> None:
    """Write a file's entries in the order of their names, one of them in place of an older one of its name."""
    entries = {**stored, name: entry}
    write_entries(path, {key: entries[key] for key in sorted(entries)})
