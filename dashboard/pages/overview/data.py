"""The leaderboard beyond the cards: verdicts, scores without leaked faces, calibration, time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from statistics import fmean

from dashboard.pages.overview.leader_data import Leader, find_leader
from dashboard.store.audits import stored_audit
from dashboard.store.checkpoints import card_of
from dashboard.store.claims import claim_beside
from dashboard.store.costs import latency_of
from dashboard.store.logits import SplitLogits, logits_of, with_ends
from dashboard.store.training_groups import mean_estimate, same_training
from dashboard.store.verdicts import readable, training_seeds
from dashboard.views.checkpoints import BesideClaimView, CheckpointView
from dashboard.views.comparisons import LeaderboardRowView, LeaderboardView
from fer_core.errors import FerError
from fer_core.evaluation import proportion
from fer_core.evaluation.calibration import expected_calibration_error
from fer_core.evaluation.clustered import clustered
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.leaks import without_rows
from fer_core.evaluation.seeds import OverSeeds, over_seeds

LEVEL = "exact"  # copies pixel by pixel: near ones are a matter of a threshold


def leaderboard(rows: Sequence[CheckpointView], scored: Sequence[CheckpointView] = ()) -> LeaderboardView:
    """Gather scored checkpoints of one data set and split; `rows` come most accurate first, at least one.

    The question is about the networks of `scored`, all checkpoints that could be ranked, or else of the rows
    themselves; seeds are counted over them, too. Damaged logits cost a checkpoint what derives from them, and are named
    in `problems`; they hide nothing else.
    """
    counted = scored or rows
    leaked = _leaked_rows(rows[0])
    seeds = _seeds(counted, {row.name: same_training(card_of(row.name)) for row in counted})
    alike = training_seeds(sorted({row.name for row in (*counted, *rows)}))
    runs = {row.name: alike[row.name] if row.seeds > 1 else (row.name,) for row in rows}
    sides, problems = readable([name for row in rows for name in runs[row.name]])
    leader = find_leader(counted, alike)
    return LeaderboardView(
        rows=tuple(
            _leaderboard_row(
                row,
                [sides[name] for name in runs[row.name] if name in sides],
                seeds[row.name],
                leaked,
                leader,
                alike[row.name],
            )
            for row in rows
        ),
        leader=leader.row,
        leads=tuple(leader.leads.values()),
        others=leader.others,
        times={row.name: latency.median_ms for row in counted if (latency := latency_of(row))},
        problems=tuple(problems),
        subjects=rows[0].subjects,
    )


def _leaderboard_row(  # noqa: PLR0913 - all that a row is made of
    row: CheckpointView,
    splits: Sequence[SplitLogits],
    seeds: OverSeeds,
    leaked: tuple[int, ...],
    leader: Leader,
    alike: Sequence[str],
) -> LeaderboardRowView:
    without_leaks = [_clean(split, leaked) for split in splits]
    lead, no_lead = leader.lead_over(row)
    latency = latency_of(row)
    return LeaderboardRowView(
        checkpoint=row,
        clean=mean_estimate(clean for clean, _ in without_leaks),
        n_leaked=max((n_leaked for _, n_leaked in without_leaks), default=0),
        ece=fmean(map(_ece, splits)) if splits else None,
        latency_ms=latency.median_ms if latency else None,
        seeds=seeds,
        lead=lead,
        no_lead=no_lead,
        beside_paper=_beside_paper(alike),
    )


def _beside_paper(alike: Sequence[str]) -> BesideClaimView:
    try:
        return claim_beside([card_of(name) for name in alike])
    except FerError:  # damaged claims: the Evidence page says how to restore them
        return BesideClaimView()


def _seeds(rows: Sequence[CheckpointView], training: Mapping[str, str]) -> dict[str, OverSeeds]:
    """Return, by checkpoint, the accuracy over all rows that differ by their seed only; one run twice counts once."""
    alike: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        alike.setdefault(training[row.name], {}).setdefault(row.seed, []).append(row.accuracy.value)
    over = {key: over_seeds([fmean(values) for values in by_seed.values()]) for key, by_seed in alike.items()}
    return {name: over[key] for name, key in training.items()}


@lru_cache(maxsize=256)
def _clean(split: SplitLogits, leaked: tuple[int, ...]) -> tuple[Estimate | None, int]:
    stored = logits_of(split)
    if not leaked:
        return None, 0
    remaining = without_rows(stored.rows, leaked)
    hits, people = (stored.logits.argmax(axis=1) == stored.labels)[remaining], stored.clusters
    accuracy = proportion(int(hits.sum()), len(remaining)) if people is None else clustered(hits, people[remaining])
    return with_ends(accuracy), len(stored.rows) - len(remaining)


@lru_cache(maxsize=256)
def _ece(split: SplitLogits) -> float:
    stored = logits_of(split)
    return expected_calibration_error(stored.logits, stored.labels)


def _leaked_rows(row: CheckpointView) -> tuple[int, ...]:
    """Return the test rows that stand in the training split, from the data set's audit; () where none is stored."""
    try:
        leaks = stored_audit(row.data).leaks
    except FerError:  # a missing or damaged audit takes a column away, not the page
        return ()
    wanted = (LEVEL, row.split, (card_of(row.name).data.train_split,))
    return next((leak.rows for leak in leaks if (leak.level, leak.split, leak.reference) == wanted), ())
