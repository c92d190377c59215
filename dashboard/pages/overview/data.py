"""The leaderboard beyond the cards: who cannot be told apart, scores without leaked faces, calibration, time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from statistics import fmean

import numpy as np

from dashboard.store.audits import stored_audit
from dashboard.store.checkpoints import card_of
from dashboard.store.comparisons import compared, leads, readable
from dashboard.store.costs import latency_of
from dashboard.store.logits import SplitLogits, logits_of, with_ends
from dashboard.store.training_groups import same_training
from dashboard.views.checkpoints import CheckpointView
from dashboard.views.comparisons import LeaderboardRowView, LeaderboardView
from fer_core.errors import FerError
from fer_core.evaluation import comparison, power, proportion
from fer_core.evaluation.calibration import expected_calibration_error
from fer_core.evaluation.clustered import clustered
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.leaks import without_rows
from fer_core.evaluation.seeds import OverSeeds, over_seeds

LEVEL = "exact"  # copies pixel by pixel: near ones are a matter of a threshold


def leaderboard(rows: Sequence[CheckpointView], scored: Sequence[CheckpointView] = ()) -> LeaderboardView:
    """Rank scored checkpoints of one data set and split; `rows` come most accurate first, at least one.

    Seeds are counted over `scored`, all checkpoints that could be ranked, or else over the rows themselves. Damaged
    logits cost a checkpoint what derives from them, and are named in `problems`; they hide nothing else.
    """
    sides, problems = readable([row.name for row in rows])
    found = compared(tuple(sides.items()))
    leaked = _leaked_rows(rows[0])
    counted = scored or rows
    seeds = _seeds(counted, {row.name: same_training(card_of(row.name)) for row in counted})
    return LeaderboardView(
        rows=tuple(_leaderboard_row(row, sides.get(row.name), seeds[row.name], leaked) for row in rows),
        ties=tuple(tuple(group) for group in found.tie_groups) if found else (),
        n=rows[0].n,
        leads=leads(found) if found and found.names[0] == rows[0].name else {},
        pairs=len(found.names) * (len(found.names) - 1) // 2 if found else 0,
        distinct=int(found.is_distinct.sum()) // 2 if found else 0,
        problems=tuple(problems),
        subjects=rows[0].subjects,
        **_power(found),
    )


def _power(found: comparison.Comparison | None) -> dict[str, float | None]:
    """Return the median discordance and the smallest significant differences at it; None where there is no answer.

    Of whole people the least difference depends on how it spreads over them, so there is none beforehand.
    """
    if found is None:
        return {"discordance": None, "least": None, "least_together": None}
    above = np.triu_indices(len(found.names), 1)
    median = float(np.median(found.discordance[above]))
    if found.groups is not None:
        return {"discordance": median, "least": None, "least_together": None}
    return {
        "discordance": median,
        "least": _least(found.n, median, 0.05),
        "least_together": _least(found.n, median, 0.05 / len(above[0])),
    }


@lru_cache(maxsize=64)
def _least(n: int, discordance: float, alpha: float) -> float | None:
    try:
        return power.least_significant_difference(n, discordance, alpha)
    except FerError:  # they agree on nearly every face: no difference between them could be significant
        return None


def _leaderboard_row(
    row: CheckpointView,
    side: SplitLogits | None,
    seeds: OverSeeds,
    leaked: tuple[int, ...],
) -> LeaderboardRowView:
    clean, n_leaked = (None, 0) if side is None else _clean(side, leaked)
    latency = latency_of(row)
    return LeaderboardRowView(
        checkpoint=row,
        clean=clean,
        n_leaked=n_leaked,
        ece=None if side is None else _ece(side),
        latency_ms=latency.median_ms if latency else None,
        seeds=seeds,
    )


def _seeds(rows: Sequence[CheckpointView], training: Mapping[str, str]) -> dict[str, OverSeeds]:
    """Return, by checkpoint, the accuracy over all rows that differ by their seed only; one run twice counts once."""
    alike: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        alike.setdefault(training[row.name], {}).setdefault(row.seed, []).append(row.accuracy.value)
    over = {key: over_seeds([fmean(values) for values in found.values()]) for key, found in alike.items()}
    return {name: over[key] for name, key in training.items()}


@lru_cache(maxsize=256)
def _clean(side: SplitLogits, leaked: tuple[int, ...]) -> tuple[Estimate | None, int]:
    stored = logits_of(side)
    if not leaked:
        return None, 0
    kept = without_rows(stored.rows, leaked)
    hits, people = (stored.logits.argmax(axis=1) == stored.labels)[kept], stored.clusters
    found = proportion(int(hits.sum()), len(kept)) if people is None else clustered(hits, people[kept])
    return with_ends(found), len(stored.rows) - len(kept)


@lru_cache(maxsize=256)
def _ece(side: SplitLogits) -> float:
    stored = logits_of(side)
    return expected_calibration_error(stored.logits, stored.labels)


def _leaked_rows(row: CheckpointView) -> tuple[int, ...]:
    """Return the test rows that stand in the training split, from the data set's audit; () where none is stored."""
    try:
        found = stored_audit(row.data).leaks
    except FerError:  # a missing or damaged audit takes a column away, not the page
        return ()
    wanted = (LEVEL, row.split, (card_of(row.name).data.train_split,))
    return next((leak.rows for leak in found if (leak.level, leak.split, leak.reference) == wanted), ())
