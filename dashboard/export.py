"""Charts and tables as files: SVG, PNG and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from dashboard.ablations import AblationRow, StepView
from dashboard.charts.base import Chart
from dashboard.paper import render
from dashboard.services import LedgerRow
from dashboard.verdicts import StandingView


def as_csv(chart: Chart) -> bytes:
    """Return the table twin, unrounded; the title and footer lead as comment lines."""
    return _csv(chart.table, f"# {chart.title}\n# {chart.footer}\n")


def standings_csv(rows: Sequence[StandingView]) -> bytes:
    """Return the leaderboard as CSV, a row a checkpoint; what is not known is empty."""
    return _csv([_flat(row) for row in rows])


def _flat(standing: StandingView) -> dict[str, object]:
    row, scores = standing.checkpoint, {}
    known = (("accuracy", row.accuracy), ("accuracy_without_leaks", standing.clean), ("macro_f1", row.macro_f1))
    for name, value in known:
        ends = (value.value, value.low, value.high) if value else (None, None, None)
        scores |= dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
    return {
        "checkpoint": row.name,
        "network": row.network.title,
        "seed": row.seed,
        "seeds": standing.seeds.n,
        "accuracy_mean_of_seeds": standing.seeds.mean,
        "accuracy_sd_of_seeds": standing.seeds.deviation,
        "protocol": row.protocol or None,
        "subjects": row.subjects,
        "data": row.data,
        "split": row.split,
        "n": row.n,
        "n_leaked": standing.n_leaked,
        **scores,
        "ece": standing.ece,
        "params": row.params,
        "macs": row.macs,
        "size_px": row.size_px,
        "latency_median_ms": standing.latency_ms,
        "paper_accuracy": row.claim.accuracy if row.claim else None,
        "paper_source": row.claim.source if row.claim else None,
    }


def ledger_csv(rows: Sequence[LedgerRow]) -> bytes:
    """Return ledger rows as CSV, a row each."""
    return _csv([_flat_ledger(row) for row in rows])


def _flat_ledger(row: LedgerRow) -> dict[str, object]:
    measured = row.measured[0] if row.measured else None
    found = measured.accuracy if measured else None
    is_ours = measured is not None and row.n is not None  # then split and n are those of the measurement
    return {
        "name": row.name,
        "data": row.data,
        "year": row.year,
        "claimed_percent": row.claimed,
        "claimed_on": None if is_ours else row.split,
        "claimed_n": None if is_ours else row.n,
        "measured_k": measured.k if measured else None,
        "measured_n": measured.n if measured else None,
        "measured_on": measured.split if measured else None,
        "measured_low": found.low if found else None,
        "measured_high": found.high if found else None,
        "status": row.status,
        "why": row.why,
        "protocol": row.protocol,
        "selection": row.selection,
        "source": row.source,
        "links": " ".join(row.links),
    }


def ablations_csv(rows: Sequence[AblationRow]) -> bytes:
    """Return a paper's table as CSV, a row each; what is not known is empty."""
    return _csv([_flat_ablation(row) for row in rows])


def _flat_ablation(row: AblationRow) -> dict[str, object]:
    found, accuracy = row.measured, row.measured.accuracy if row.measured else None
    return {
        "network": row.network.name,
        "title": row.network.title,
        "changes": row.base.name if row.base else None,
        "change": row.change,
        "params": row.params,
        "macs": row.macs,
        "claimed_percent": row.printed.words if row.printed else None,
        "claim_source": row.printed.source if row.printed else None,
        "accuracy": accuracy.value if accuracy else None,
        "accuracy_low": accuracy.low if accuracy else None,
        "accuracy_high": accuracy.high if accuracy else None,
        "seeds": " ".join(found.seeds) if found else None,
        "spread_over_seeds": found.deviation if found else None,
        "recipe": found.recipe if found else None,
        "split": found.split if found else None,
        "n": found.n if found else None,
        **_flat_step("earned", row.step, row.reason),
        **_flat_step("against_base", row.whole, row.whole_reason),
    }


def _flat_step(name: str, step: StepView | None, reason: str) -> dict[str, object]:
    return {
        name: step.difference.value if step else None,
        f"{name}_low": step.difference.low if step else None,
        f"{name}_high": step.difference.high if step else None,
        f"{name}_p": step.p if step else None,
        f"{name}_mean_over_seeds": step.mean if step else None,
        f"{name}_reason_for_none": reason,
    }


def _csv(rows: Sequence[Mapping[str, object]], heading: str = "") -> bytes:
    text = io.StringIO()
    text.write(heading)
    writer = csv.DictWriter(text, list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_svg(chart: Chart) -> bytes:
    """Return the chart as SVG with its words as text."""
    return render(chart, "svg")


def as_png(chart: Chart) -> bytes:
    """Return the chart as PNG at 200 dots an inch."""
    return render(chart, "png")
