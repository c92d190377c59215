"""Figures and tables as files for a paper: SVG and PDF, booktabs and CSV, with citations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from dashboard.pages.report.document_data import for_paper
from dashboard.plotting.export import as_csv, as_pdf, as_svg, rows_as_csv
from dashboard.plotting.report_item import ReportItem, TextTable
from dashboard.store.checkpoints import card_of
from fer_core.errors import CheckpointError
from fer_core.report.archive import to_zip
from fer_core.report.citations import measurement_bibtex
from fer_core.report.latex import booktabs

NO_LETTER = re.compile(r"[^a-z0-9]+")
LETTERS = 40  # of a caption in a file's name


def archive(items: Sequence[ReportItem], addresses: Mapping[str, str]) -> bytes:
    """Return all items as files in one zip archive, numbered in their order, with captions and citations.

    Args:
        addresses: of the pages of checkpoints that are cited beside those of the items, by name.
    """
    files = {name: content for place, item in enumerate(items, 1) for name, content in _files(place, item)}
    cited = dict.fromkeys((name for item in items for name, _ in item.hashes), "") | dict(addresses)
    return to_zip({"captions.txt": _captions(items).encode(), "references.bib": _bibtex(cited).encode(), **files})


def file_stem(place: int, item: ReportItem) -> str:
    """Return what an item's files are called: "02-accuracy-against-macs"; nothing of a caption leads elsewhere."""
    words = NO_LETTER.sub("-", item.caption.lower()).strip("-")[:LETTERS].rstrip("-")
    return f"{place:02d}-{words}" if words else f"{place:02d}"


def _files(place: int, item: ReportItem) -> Iterator[tuple[str, bytes]]:
    stem = file_stem(place, item)
    if item.table:
        yield f"{stem}.tex", _latex(place, item, item.table)
        yield f"{stem}.csv", rows_as_csv(_rows(item.table))
    elif item.picture:
        yield f"{stem}.png", item.picture.png
        yield f"{stem}.pdf", item.picture.pdf
    else:
        chart = replace(for_paper(item), footer=item.source)  # the sentence belongs into the paper's own caption
        yield f"{stem}.svg", as_svg(chart)
        yield f"{stem}.pdf", as_pdf(chart)
        yield f"{stem}.csv", as_csv(chart)


def _latex(place: int, item: ReportItem, table: TextTable) -> bytes:
    caption = " ".join(f"{part.rstrip('.')}." for part in (item.caption, item.sentence, item.source) if part)
    label = f"tab:{file_stem(place, item)}"
    return booktabs(table.header, table.rows, caption, label, table.numbers, table.prose).encode()


def _rows(table: TextTable) -> list[dict[str, object]]:
    """Return a table's rows by column; a head that is there twice gets its place, as a CSV needs."""
    heads = [
        head if head and table.header.count(head) == 1 else f"{head} {place}".strip()
        for place, head in enumerate(table.header, 1)
    ]
    return [dict(zip(heads, row, strict=True)) for row in table.rows]


def _captions(items: Sequence[ReportItem]) -> str:
    return "\n".join(
        "\n".join(filter(None, (file_stem(place, item), item.caption, item.sentence, item.source, item.address, " ")))
        for place, item in enumerate(items, 1)
    )


def _bibtex(addresses: Mapping[str, str]) -> str:
    return "\n".join(entry for name, address in addresses.items() if (entry := _entry(name, address)))


def _entry(name: str, address: str) -> str:
    try:
        return measurement_bibtex(card_of(name), address)
    except CheckpointError:  # gone since it was put into the report; its hash stands with the item
        return ""
