"""A data set in tables: its faces by expression and split, what was looked for in it, its protocols."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.formatting import DASH, count, percent
from dashboard.pages.data_audit.text import checks
from dashboard.pages.data_audit.views import AuditView
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import number, prose, table, text
from dashboard.ui.messages import note


def holdings_table(audit: AuditView) -> None:
    """Show one row per expression: its share, its faces in every split and, of sequences, who shows it."""
    header = [("Expression", ""), ("Share", "number"), *((split, "number") for split in audit.splits)]
    if audit.sequence_counts is not None:
        header += [("People", "number"), ("Sequences", "number")]
    body = []
    for place, name in enumerate(audit.expressions):
        column = [part[place] for part in audit.counts]
        row = [text(name), number(percent(sum(column) / max(1, audit.n))), *_numbers(column)]
        body.append(row + _numbers(audit.sequence_counts[place] if audit.sequence_counts else ()))
    totals = [sum(part) for part in audit.counts]
    people = (audit.subjects or 0, audit.sequences or 0) if audit.sequence_counts else ()
    body.append([text("All"), number(percent(1)), *_numbers(totals), *_numbers(people)])
    table(header, body, palette(), f"Faces of {audit.title} by expression and split")
    if audit.sequence_counts is None:
        note(f"{audit.title} does not say who is seen, so nobody can tell whether a person is in two splits.")


def _numbers(values: tuple[int, ...] | list[int]) -> list[Markup]:
    return [number(count(value)) for value in values]


def check_table(audit: AuditView) -> None:
    """Show what was looked for in the set, how much was found, and what it means."""
    header = [("Looked for", ""), ("Found", "number"), ("What it is", "")]
    body = [[text(what), number(result), prose("", about)] for what, result, about in checks(audit)]
    table(header, body, palette(), f"What the audit of {audit.title} looked for and found")
    note(f"A near-duplicate is {audit.near_about}.")


def protocol_table(audit: AuditView) -> None:
    """Show a row a protocol: who is held out, how many are tested, and the hash that goes with every number."""
    header = [("Protocol", ""), ("What it does", ""), ("Folds", "number"), ("Tested", "number"), ("SHA-256", "")]
    body = [
        [
            text(protocol.title, "exhibit, not a score" if protocol.is_leaky else ""),
            prose("", protocol.about),
            number(count(protocol.folds) if protocol.folds > 1 else DASH, reason="One draw, no folds."),
            number(count(protocol.tested)),
            text(protocol.sha256[:12], f"seed {protocol.seed}"),
        ]
        for protocol in audit.protocols
    ]
    table(header, body, palette(), f"Protocols of {audit.title}")
    note("The hash is over the indices of all folds: two numbers with the same hash were measured on the same faces.")
