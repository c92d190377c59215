"""What a JSON file must look like, said as data; the check names every problem, not only the first. No torch.

A schema is one of
    str, int, float, bool, dict    a value of that type; float takes whole numbers too, int takes no bool
    {"key": schema, ...}     an object with exactly these entries
    [schema]                 a list of such values
    Each(schema)             an object with any keys and such values
    Maybe(schema)            such a value or null
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from typing import Any

WORDS = {str: "text", int: "a whole number", float: "a finite number", bool: "true or false", dict: "an object"}


@dataclass(frozen=True)
class Each:
    """An object whose keys are free and whose values follow one schema."""

    schema: Any


@dataclass(frozen=True)
class Maybe:
    """A value that may be null."""

    schema: Any


def problems(value: Any, schema: Any, path: str = "") -> list[str]:
    """Return one sentence for each place where a JSON value departs from the schema; none if it fits."""
    if isinstance(schema, Maybe):
        return [] if value is None else problems(value, schema.schema, path)
    if isinstance(schema, list):
        if not isinstance(value, (list, tuple)):
            return [_wrong(value, path, "a list")]
        return [found for i, part in enumerate(value) for found in problems(part, schema[0], f"{path}[{i}]")]
    if isinstance(schema, (dict, Each)):
        return _object_problems(value, schema, path)
    return [] if _is_a(value, schema) else [_wrong(value, path, WORDS[schema])]


def _object_problems(value: Any, schema: dict[str, Any] | Each, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [_wrong(value, path, "an object")]
    if isinstance(schema, Each):
        return [found for key, part in value.items() for found in problems(part, schema.schema, _join(path, key))]
    missing = [key for key in schema if key not in value]
    found = [f"{_join(path, key)} is missing" for key in missing]
    for key, part in value.items():
        if key in schema:
            found += problems(part, schema[key], _join(path, key))
        else:
            close = get_close_matches(str(key), missing, n=1, cutoff=0.4)
            found.append(f"{_join(path, key)} is not a known entry" + (f" (closest: {close[0]})" if close else ""))
    return found


def _is_a(value: Any, kind: type) -> bool:
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _wrong(value: Any, path: str, wanted: str) -> str:
    text = repr(value)
    return f"{path or 'the file'} is {text if len(text) <= 60 else text[:57] + '...'}; it must be {wanted}"


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)
