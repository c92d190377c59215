"""The evidence ledger: rows with claim and measurement side by side, and findings with their arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

import streamlit as st
from markupsafe import Markup

from dashboard.formatting import DASH, NBSP, IntervalLike, Span, count, estimate, millions, percent, sample_size
from dashboard.pages.evidence.csv import ledger_file
from dashboard.pages.evidence.text import ANY, INTERVALS, MARKS, worked
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import Scale, TableParts, both, claim, number, prose, table, text
from dashboard.ui.messages import answer, how_computed, note, plain
from dashboard.ui.query_params import opened, settle_opened

if TYPE_CHECKING:
    from dashboard.plotting.theme import Palette
    from fer_core.checkpoints.look_counts import SplitLooks
    from fer_core.evidence.ledger import Finding, LedgerRow

NOT_MEASURED = "Its weights could not be had, or were not run here."
NO_CLAIM = "Nobody claims an accuracy of this network on this data set."


def numbers_section(rows: Sequence[LedgerRow], data: str, status: str, about: Mapping[str, str]) -> None:
    """Show the numbers of a status on a data set, with what the status means, and offer them as a file."""
    if status != ANY:
        note(about[status])
    shown = [row for row in rows if status in (ANY, row.status)]
    if not shown:
        note("No number on this data set has this status.")
        return
    ledger_table(shown)
    ledger_file(f"evidence_{data}", shown)


def ledger_table(rows: Sequence[LedgerRow]) -> None:
    """Show one row per network: what is claimed, what was measured, the status and why, how it came about."""
    table(*ledger_parts(rows, palette()))
    note(MARKS)
    with how_computed():
        note(INTERVALS)


def ledger_parts(rows: Sequence[LedgerRow], colours: Palette) -> TableParts:
    """Return the table of numbers."""
    known = [Span(row.accuracy, row.accuracy, row.accuracy) for row in rows if row.accuracy is not None]
    measured = [_interval(row) for row in rows if row.measured]
    scale = Scale.around([*known, *measured])
    header = [
        ("Network", ""),
        ("Claimed", "number"),
        ("Measured here", "number"),
        (f"{100 * scale.low:.0f} to {100 * scale.high:.0f}{NBSP}%", "drawn"),
        ("Status", ""),
        ("How it came about", ""),
        ("Source", ""),
    ]
    body = [
        [
            text(row.name, ", ".join(_facts(row)), link=f"confusion?a={quote(row.name)}" if _is_ours(row) else ""),
            _claimed(row),
            number(estimate(_interval(row)), _on(row), NOT_MEASURED),
            both(_interval(row), row.accuracy, scale, colours.accent),
            prose(row.status.capitalize(), row.why),
            prose("", f"{row.protocol} Epoch: {row.selection}"),
            prose("", row.source, row.links),
        ]
        for row in rows
    ]
    return TableParts(header, body, colours, "Claims and measurements with their status, protocol and source")


def looks_table(looks: Sequence[SplitLooks]) -> None:
    """Show a row a test split: how often it was scored, why, and the best score of it."""
    table(*looks_parts(looks, palette()))


def looks_parts(looks: Sequence[SplitLooks], colours: Palette) -> TableParts:
    """Return the table of looks at test faces."""
    header = [("Test faces", "")]
    header += [(words, "number") for words in ("Looks", "Checkpoints", "Rounded", "Repeated", "Reconstructed", "Gone")]
    header += [("Highest score", "number")]
    body = [
        [
            text(row.split, row.protocol),
            *(
                number(count(value))
                for value in (row.looks, row.checkpoints, row.rounded, row.repeated, row.reconstructed, len(row.gone))
            ),
            number(percent(row.best), f"{sample_size(row.n)}, {row.best_checkpoint}"),
        ]
        for row in looks
    ]
    return TableParts(header, body, colours, "How often each test split was scored, and the highest score")


def finding_list(findings: Sequence[Finding]) -> None:
    """Show findings, each with its arithmetic line by line; those that stand open are in the address."""
    wanted, standing = opened("Findings", [finding.id for finding in findings], key="finding"), []
    for finding in findings:
        is_wanted = finding.id in wanted
        with st.expander(plain(finding.title), is_wanted, key=f"finding {finding.id}", on_change="rerun") as frame:
            if not frame.open:
                continue
            standing.append(finding.id)
            answer(finding.text)
            table(*arithmetic_parts(finding, palette()))
            table(*source_parts(finding, palette()))
    settle_opened("finding", standing)


def arithmetic_parts(finding: Finding, colours: Palette) -> TableParts:
    """Return the table of a finding's arithmetic, a line each."""
    header = [("What", ""), ("Arithmetic", ""), ("Printed", "number"), ("Fits", "")]
    body = [
        [
            prose("", check.text),
            prose("", worked(check)),
            number(check.printed),
            text("yes" if check.holds else "no"),
        ]
        for check in finding.checks
    ]
    return TableParts(header, body, colours, f"Arithmetic of: {finding.title}")


def source_parts(finding: Finding, colours: Palette) -> TableParts:
    """Return where a finding is from, as a table with links."""
    row = [prose("", finding.source, finding.links)]
    return TableParts([("Source", "")], [row], colours, f"Source of: {finding.title}")


def _is_ours(row: LedgerRow) -> bool:
    return bool(row.measured) and row.n is not None


def _facts(row: LedgerRow) -> list[str]:
    facts = [str(row.year)] if row.year else []
    facts += [f"{millions(row.params)} parameters"] if row.params else []
    return facts + ([f"{millions(row.macs)} MACs"] if row.macs else [])


def _claimed(row: LedgerRow) -> Markup:
    if row.claimed is None:
        return number(DASH, reason=NO_CLAIM)
    lines = " ".join(f"{check.text}: {worked(check)}." for check in row.checks)
    where = row.split if row.n is None else f"{row.split}, {sample_size(row.n)}"
    if _is_ours(row):  # then split and faces are those of the measurement
        where = ""
    words = f"{row.claimed}{NBSP}%"
    return claim(words, lines or row.source, where, is_struck=row.status == "cannot be right")


def _interval(row: LedgerRow) -> IntervalLike | None:
    if not row.measured:
        return None
    accuracy = row.measured[0].accuracy
    return Span(accuracy.value, accuracy.low, accuracy.high)


def _on(row: LedgerRow) -> str:
    return f"{row.measured[0].split}, {sample_size(row.measured[0].n)}" if row.measured else ""
