"""A data set's metadata in Croissant's format (mlcommons.org/croissant, 1.0): JSON-LD that data catalogues read.

It is written from the stored audit, so it needs no data set, and it holds no picture and no list of files: the sets are
not ours to pass on. What of each expression lies in each split stands in it as records.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fer_core.data.audit.schema import Audit
from fer_core.data.dataset import DatasetInfo
from fer_core.report.citations import dataset_bibtex
from fer_core.versions import MADE_BY

VERSION = "http://mlcommons.org/croissant/1.0"
# The format's terms, all of them: readers compare the context with theirs.
TERMS = ("citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet",
         "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet",
         "references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField",
         "transform")  # fmt: skip
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in TERMS},
}
TEXT, WHOLE = "sc:Text", "sc:Integer"
ROLES = ("trained on", "chosen on", "scored")

Record = dict[str, str | int]


def croissant(info: DatasetInfo, audit: Audit) -> dict[str, Any]:
    """Return the metadata of a set as JSON-LD: terms, citation, expressions, splits, and faces of each in each."""
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": VERSION,
        "name": info.name,
        "alternateName": info.title,
        "description": _description(info, audit),
        "license": audit.terms,
        **_origin(info),
        "recordSet": [_expressions(audit), _splits(info, audit), _counts(audit)],
    }


def _description(info: DatasetInfo, audit: Audit) -> str:
    colours = "colour" if audit.channels == 3 else "grey"
    people = f" of {audit.n_subjects} people" if audit.n_subjects else ""
    return (
        f"{info.title}: {audit.n:,} {colours} faces{people}, {audit.size_px} x {audit.size_px} px, each with one of "
        f"{len(audit.expressions)} apparent expressions. Counted by {MADE_BY}; the pictures are their owner's."
    )


def _origin(info: DatasetInfo) -> dict[str, Any]:
    """Return where a set comes from; nothing for a person's own pictures."""
    if info.paper is None:
        return {}
    return {
        "url": info.page,
        "datePublished": str(info.paper.year),
        "citeAs": dataset_bibtex(info.paper),
        "creator": [{"@type": "sc:Person", "name": name} for name in _names(info.paper.authors)],
    }


def _names(authors: str) -> list[str]:
    """Return people as they are called, of "Last, First and Last, First"; "others" are left out."""
    turned = (" ".join(reversed(author.split(", "))) for author in authors.split(" and ") if author != "others")
    return list(turned)


def _expressions(audit: Audit) -> dict[str, Any]:
    records: list[Record] = [{"name": expression, "label": place} for place, expression in enumerate(audit.expressions)]
    about = "The expressions, in the set's own order; label is an expression's place in answers of networks."
    fields = [_field("expressions", "name", TEXT), _field("expressions", "label", WHOLE)]
    return _record_set("expressions", about, fields, records, kind="sc:Enumeration")


def _splits(info: DatasetInfo, audit: Audit) -> dict[str, Any]:
    roles = dict(zip(info.official_splits or (), ROLES, strict=False))
    records: list[Record] = [
        {"name": name, "faces": sum(counts.values()), "role": roles.get(name, "through a protocol")}
        for name, counts in audit.splits.items()
    ]
    about = "The splits, by their owner's names, and what each one is for."
    fields = [_field("splits", "name", TEXT), _field("splits", "faces", WHOLE), _field("splits", "role", TEXT)]
    return _record_set("splits", about, fields, records, kind="cr:Split")


def _counts(audit: Audit) -> dict[str, Any]:
    records: list[Record] = [
        {"split": split, "expression": expression, "faces": n}
        for split, counts in audit.splits.items()
        for expression, n in counts.items()
    ]
    split = {**_field("counts", "split", TEXT), "references": {"field": {"@id": "splits/name"}}}
    label = {
        **_field("counts", "expression", [TEXT, "cr:Label"]),
        "references": {"field": {"@id": "expressions/name"}},
    }
    fields = [split, label, _field("counts", "faces", WHOLE)]
    return _record_set("counts", "Faces of each expression in each split.", fields, records, key=fields[:2])


def _field(record_set: str, name: str, kind: str | list[str]) -> dict[str, Any]:
    return {"@type": "cr:Field", "@id": f"{record_set}/{name}", "name": name, "dataType": kind}


def _record_set(
    name: str,
    about: str,
    fields: list[dict[str, Any]],
    records: Sequence[Record],
    *,
    kind: str = "",
    key: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """Return records that stand in the file itself; the first field alone identifies one, or those of `key` do."""
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": about,
        **({"dataType": kind} if kind else {}),
        "key": [{"@id": field["@id"]} for field in key or fields[:1]],
        "field": fields,
        "data": [{f"{name}/{column}": value for column, value in record.items()} for record in records],
    }
