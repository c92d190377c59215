"""The ablation tables as a CSV file: a row a network."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.plotting.export import rows_as_csv
from dashboard.views.ablations import AblationRow
from dashboard.views.comparisons import PairView


def ablations_csv(rows: Sequence[AblationRow]) -> bytes:
    """Return a paper's table as CSV, a row each; what is not known is empty."""
    return rows_as_csv([_flat_ablation(row) for row in rows])


def _flat_ablation(row: AblationRow) -> dict[str, object]:
    measured, accuracy = row.measured, row.measured.accuracy if row.measured else None
    return {
        "network": row.network.name,
        "title": row.network.title,
        "changes": row.base.name if row.base else None,
        "change": row.change,
        "params": row.params,
        "macs": row.macs,
        "claimed_percent": row.printed.words if row.printed else None,
        "claim_source": row.printed.source if row.printed else None,
        "beside_claim": row.beside_paper.words,
        "accuracy": accuracy.value if accuracy else None,
        "accuracy_low": accuracy.low if accuracy else None,
        "accuracy_high": accuracy.high if accuracy else None,
        "seeds": " ".join(measured.seeds) if measured else None,
        "spread_over_seeds": measured.deviation if measured else None,
        "recipe": measured.recipe if measured else None,
        "split": measured.split if measured else None,
        "n": measured.n if measured else None,
        **_flat_step("effect", row.step, row.reason),
        **_flat_step("against_base", row.whole, row.whole_reason),
    }


def _flat_step(name: str, step: PairView | None, reason: str) -> dict[str, object]:
    verdict = step.verdict if step else None
    return {
        name: verdict.difference.value if verdict else None,
        f"{name}_low": verdict.difference.low if verdict else None,
        f"{name}_high": verdict.difference.high if verdict else None,
        f"{name}_p_adjusted": verdict.p_adjusted if verdict else None,
        f"{name}_verdict": step.status if step else None,
        f"{name}_seeds": " against ".join(map(str, verdict.seeds)) if verdict else None,
        f"{name}_comparisons": verdict.question.family_size if verdict else None,
        f"{name}_reason_for_none": reason,
    }
