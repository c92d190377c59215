"""The report's sentences and text tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard.formatting import (
    DASH,
    NBSP,
    count,
    estimate,
    intervals,
    millions,
    milliseconds,
    points_span,
    several,
    signed,
)
from dashboard.plotting.report_item import DIGITS, TextTable
from dashboard.views.claims import NOT_REFUTED, why_they_differ

if TYPE_CHECKING:
    from dashboard.pages.report.views import EntryView

TITLE = "Facial-expression networks, measured"
GUIDED_STORY = "Guided story"
INTRO = (
    "Every number was measured here, on the split and the n faces beside it, in a single view; ± is the larger reach "
    "of its 95 % interval.",
    "Networks name the apparent expression, not what a person feels. Not for decisions about people.",
)
CLAIM = f"Claims are the papers' own. {NOT_REFUTED}"


def report_summary(n_items: int, entries: Sequence[EntryView]) -> str:
    """Say what the report holds."""
    sets = len({entry.row.data for entry in entries})
    parts = [f"**{n_items} item{'s' if n_items > 1 else ''}** of your list"] if n_items else []
    if entries:
        parts.append(
            f"**{len(entries)} trained network{'s' if len(entries) > 1 else ''}** on {sets} "
            f"data set{'s' if sets > 1 else ''}: scores, claims, costs, and a confusion matrix each"
        )
    if not parts:
        return "Choose the networks that the report is about, or add figures and tables on their pages."
    return f"{several(parts)}. The report is one file, which opens without a network."


def results_table(entries: Sequence[EntryView], names: Mapping[str, str]) -> TextTable:
    """Return scores with n, split, interval and claim; `names` is what to call each checkpoint."""
    rows = [
        (
            names[entry.row.name],
            entry.row.scored_on,
            count(entry.row.n),
            estimate(entry.row.accuracy),
            estimate(entry.row.macro_f1),
            entry.answers[:DIGITS],
        )
        for entry in entries
    ]
    ways = sorted({intervals(entry.row.subjects, "Wilson 95 % intervals of accuracy") for entry in entries})
    return TextTable(
        "Scores",
        ("Network", "Split", "n", "Accuracy", "Macro-F1", "Answers"),
        tuple(rows),
        f"{'; '.join(ways)}; bootstrap for macro-F1. Answers: beginning of their SHA-256.",
        (2, 3, 4),
    )


def report_tables(entries: Sequence[EntryView], names: Mapping[str, str]) -> tuple[TextTable, ...]:
    """Return all tables; that of claims only where a paper makes one."""
    claims = claims_table(entries, names)
    return (results_table(entries, names), *([claims] if claims.rows else []), costs_table(entries, names))


def claims_table(entries: Sequence[EntryView], names: Mapping[str, str]) -> TextTable:
    """Return claims beside measurements, with the difference or why there is none."""
    rows = [
        (
            names[entry.row.name],
            entry.claim.data_title,
            f"{entry.claim.printed}{NBSP}%",
            estimate(entry.claim.measured) + (f" ({entry.claim.seeds} seeds)" if entry.claim.seeds > 1 else ""),
            f"{signed(gap.value)} ({points_span(gap)})" if (gap := entry.claim.difference) else DASH,
            why_they_differ(entry.claim),
        )
        for entry in entries
        if entry.claim
    ]
    header = ("Network", "Data set", "Claimed", "Measured here", "Difference", "Why they differ")
    return TextTable("Claims", header, tuple(rows), CLAIM, (2, 3, 4), prose=(5,))


def costs_table(entries: Sequence[EntryView], names: Mapping[str, str]) -> TextTable:
    """Return parameters, multiply-adds, time and which weights were scored."""
    rows = [
        (
            names[entry.row.name],
            f"{entry.row.size_px}{NBSP}px",
            millions(entry.row.params),
            millions(entry.row.macs),
            milliseconds(entry.latency.median_ms) if entry.latency else DASH,
            entry.row.weights.partition(" ")[0] or "not shipped",
            entry.weights[:DIGITS] or DASH,
        )
        for entry in entries
    ]
    return TextTable(
        "Costs",
        ("Network", "Input", "Parameters", "MACs", "Time", "Weights", "SHA-256"),
        tuple(rows),
        " ".join(
            ["One multiply-add is one MAC.", *sorted({entry.latency.stamp for entry in entries if entry.latency})]
        ),
        (2, 3, 4),
    )
