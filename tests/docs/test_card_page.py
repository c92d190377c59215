"""docs/card.md names every entry of a card, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from support.paths import PROJECT

from fer_core.checkpoints.card import Card

ESTIMATE = {"value", "low", "high"}  # said once on the page, not at each estimate


def documented() -> list[str]:
    rows = re.findall(r"^\| (`.*?`) \|", (PROJECT / "docs" / "card.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`(.+?)`", row)]


def entries(schema: dict[str, Any], parts: dict[str, Any], path: str = "") -> Iterator[str]:
    """Every entry that ends in a value, and each object that may be null, as `a.b[].c`."""
    options = [schema["$ref"]] if "$ref" in schema else [one.get("$ref") for one in schema.get("anyOf", [])]
    found = [parts[one.rpartition("/")[2]] for one in options if one]
    if found and set(found[0].get("properties", {})) != ESTIMATE:
        if "anyOf" in schema:
            yield path
        yield from entries(found[0], parts, path)
    elif schema.get("type") == "array":
        yield from entries(schema["items"], parts, f"{path}[]")
    elif "properties" in schema:
        for key, part in schema["properties"].items():
            yield from entries(part, parts, f"{path}.{key}".lstrip("."))
    elif isinstance(schema.get("additionalProperties"), dict):
        yield from entries(schema["additionalProperties"], parts, f"{path}.<split>")
    elif "patternProperties" in schema:
        yield from entries(next(iter(schema["patternProperties"].values())), parts, f"{path}.<split>")
    else:
        yield path


def test_the_page_has_each_entry_of_the_schema_once():
    schema = Card.model_json_schema(mode="serialization")
    assert sorted(documented()) == sorted(entries(schema, schema["$defs"]))
