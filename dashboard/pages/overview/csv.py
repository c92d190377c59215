"""The leaderboard as a CSV file: one row per network, every number in full."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dashboard.plotting.export import rows_as_csv
from dashboard.ui.chart_panel import csv_file
from dashboard.views.comparisons import LeaderboardRowView


def table_file(key: str, rows: Sequence[LeaderboardRowView]) -> None:
    """Offer the leaderboard as a file, unrounded."""
    csv_file(key, partial(leaderboard_csv, rows))


def leaderboard_csv(rows: Sequence[LeaderboardRowView]) -> bytes:
    """Return the leaderboard as CSV, one row per checkpoint; what is not known is empty."""
    return rows_as_csv([_flat(row) for row in rows])


def _flat(standing: LeaderboardRowView) -> dict[str, object]:
    row = standing.checkpoint
    scores: dict[str, object] = {}
    known = (("accuracy", row.accuracy), ("accuracy_without_leaks", standing.clean), ("macro_f1", row.macro_f1))
    for name, value in known:
        ends = (value.value, value.low, value.high) if value else (None, None, None)
        scores |= dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
    return {
        "checkpoint": row.name,
        "network": row.network.title,
        "seed": row.seed if row.seeds == 1 else None,
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
        **_lead(standing),
        "params": row.params,
        "macs": row.macs,
        "size_px": row.size_px,
        "latency_median_ms": standing.latency_ms,
        "paper_accuracy": row.claim.accuracy if row.claim else None,
        "paper_source": row.claim.source if row.claim else None,
    }


def _lead(standing: LeaderboardRowView) -> dict[str, object]:
    """The leader minus this row, and the verdict."""
    verdict = standing.lead.verdict if standing.lead else None
    return {
        "leader_minus_this": verdict.difference.value if verdict else None,
        "leader_minus_this_low": verdict.difference.low if verdict else None,
        "leader_minus_this_high": verdict.difference.high if verdict else None,
        "leader_is": standing.lead.status if standing.lead else None,
        "compared_with_the_leader": verdict.question.family_size if verdict else None,
    }
