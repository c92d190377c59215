"""The evidence ledger of each data set: numbers, findings, looks at test faces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dashboard.export_site.figures import Shelf
from dashboard.export_site.links import evidence_file
from dashboard.pages.evidence.data import evidence
from dashboard.pages.evidence.tables import arithmetic_parts, ledger_parts, looks_parts, source_parts
from dashboard.pages.evidence.text import FINDINGS, INTERVALS, LOOKS, MARKS, PARTS, claims_summary, looks_summary
from dashboard.plotting.site_export import BY_VARIABLE
from dashboard.plotting.site_page import SiteFigure, SitePage, SiteSection

if TYPE_CHECKING:
    from fer_core.evidence.ledger import Finding

MENU = "Evidence"


def evidence_pages(shelf: Shelf) -> Iterator[SitePage]:
    """Yield a page a data set of the ledger."""
    ledger = evidence()
    siblings = tuple((title, evidence_file(data)) for data, title in ledger.titles.items())
    for data, title in ledger.titles.items():
        rows = [row for row in ledger.rows if row.data == data]
        about = [finding for finding in ledger.findings if data in finding.data]
        looks = [split for split in ledger.looks if split.data == data]
        numbers = SiteSection(
            sentences=(claims_summary(rows, about, title),),
            figures=(shelf.table(ledger_parts(rows, BY_VARIABLE), note=MARKS),) if rows else (),
            notes=(INTERVALS,),
            title=PARTS["numbers"],
        )
        findings = SiteSection(
            figures=tuple(figure for finding in about for figure in _finding(shelf, finding)),
            notes=(FINDINGS,),
            title=PARTS["findings"],
            anchor="findings",
        )
        looked = SiteSection(
            sentences=(looks_summary(looks, title),),
            figures=(shelf.table(looks_parts(looks, BY_VARIABLE)),) if looks else (),
            notes=(LOOKS,),
            title=PARTS["looks"],
            anchor="looks",
        )
        sections = (numbers, *((findings,) if about else ()), looked)
        yield SitePage(evidence_file(data), f"{MENU}: {title}", MENU, sections, siblings)


def _finding(shelf: Shelf, finding: Finding) -> Iterator[SiteFigure]:
    yield shelf.table(arithmetic_parts(finding, BY_VARIABLE), finding.title, sentence=finding.text)
    yield shelf.table(source_parts(finding, BY_VARIABLE))
