"""The leaderboard as a table."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from markupsafe import Markup

from dashboard.formatting import (
    DASH,
    NBSP,
    count,
    estimate,
    millions,
    milliseconds,
    percent,
    points_span,
    sample_size,
    signed,
)
from dashboard.plotting.theme import Palette
from dashboard.store.glossary import html_link
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import TableParts, claim, number, table, text
from dashboard.ui.labels import seeds_tell_apart
from dashboard.ui.links import network_link
from dashboard.views.checkpoints import CheckpointView, NetworkView
from dashboard.views.comparisons import LeaderboardRowView

NOT_SCORED = "Not scored yet: run fer evaluate on this checkpoint."
NO_AUDIT = "No audit of this data set is stored, or none of its test faces is a copy of a training picture."
NO_TIME = "Not timed at this input size."


def leaderboard_table(order: Sequence[LeaderboardRowView], leader: CheckpointView) -> None:
    """Show one row per checkpoint, in the `order` given; each name leads to the page of its network."""
    table(*leaderboard_parts(order, leader, palette()))


def leaderboard_parts(order: Sequence[LeaderboardRowView], leader: CheckpointView, colours: Palette) -> TableParts:
    """Return the table of the leaderboard."""
    rows = [row.checkpoint for row in order]
    networks = {row.network for row in rows}
    repeated = {
        network for network in networks if not seeds_tell_apart([row for row in rows if row.network == network])
    }
    header = [
        ("Network", ""),
        ("Accuracy", "number"),
        (_leader_words(leader, rows), "number"),
        ("Without leaks", "number"),
        ("Macro-F1", "number"),
        ("Parameters", "number"),
        ("Time", "number"),
        ("Claim", "number"),
    ]
    body = [_leaderboard_row(row, colours.family(row.checkpoint.network.family), repeated) for row in order]
    caption = "Checkpoints with accuracy, what it is without leaked faces, calibration, cost"
    return TableParts(header, body, colours, caption, order)


def _leader_words(leader: CheckpointView, rows: Sequence[CheckpointView]) -> str:
    """Head the verdicts; with its score where another training of its network stands among the rows."""
    score = "" if leader.name in {row.name for row in rows} else f" ({percent(leader.accuracy.value)})"
    return f"{leader.network.title}{score} is"


def _leaderboard_row(standing: LeaderboardRowView, colour: str, repeated: Collection[NetworkView]) -> list[Markup]:
    row = standing.checkpoint
    seeds = _seeds(standing, row.network not in repeated)
    remaining = row.n - standing.n_leaked
    return [
        text(row.network.title, seeds, colour, network_link(row)),
        number(estimate(row.accuracy), _faces(row), NOT_SCORED),
        _lead(standing),
        number(estimate(standing.clean), sample_size(remaining), NO_AUDIT),
        number(estimate(row.macro_f1), _ece(standing), NOT_SCORED),
        number(millions(row.params), f"{millions(row.macs)} MACs"),
        number(
            DASH if standing.latency_ms is None else milliseconds(standing.latency_ms), f"{row.size_px} px", NO_TIME
        ),
        _claim_cell(standing),
    ]


def _lead(standing: LeaderboardRowView) -> Markup:
    """What the leader is against this row, and by how much."""
    if standing.lead is None:
        return number(DASH, reason=standing.no_lead)
    difference = standing.lead.verdict.difference
    return number(standing.lead.status, f"{signed(difference.value)}: {points_span(difference)}")


def _faces(row: CheckpointView) -> str:
    people = f" of {count(row.subjects)} people" if row.subjects else ""
    return f"{sample_size(row.n)}{people}"


def _ece(standing: LeaderboardRowView) -> Markup | str:
    """Beneath the macro-F1; where the answers cannot be read, a problem above the table says so."""
    return "" if standing.ece is None else Markup("{} {}").format(html_link("ECE"), percent(standing.ece))


def _seeds(standing: LeaderboardRowView, is_told_apart: bool) -> str:
    """Name the seed, or the whole tag where seeds alone do not tell the network's rows apart.

    A network that was trained elsewhere has no seed: it is imported, or public, and its tag says the pre-processing.
    """
    row, over = standing.checkpoint, standing.seeds
    if row.seeds > 1:
        return f"mean of {row.seeds}{NBSP}seeds, SD{NBSP}{100 * over.deviation:.1f}"
    if row.is_imported:
        return row.recipe if is_told_apart else f"{row.recipe}, {row.tag}"
    seed = f"seed {row.seed}" if is_told_apart else row.tag
    if over.deviation is None:
        return seed
    return f"{seed}; {over.n} seeds: {percent(over.mean)}, SD{NBSP}{100 * over.deviation:.1f}"


def _claim_cell(standing: LeaderboardRowView) -> Markup:
    row = standing.checkpoint
    if row.claim is None:
        return number(DASH, reason=f"No paper prints an accuracy of this network on {row.data_title}.")
    sentences = [f"{row.claim.source}; {row.claim.split}. {row.claim.note}", standing.beside_paper.words]
    sentences += [f"Weights as stored and scored: {row.weights}"] if row.has_weights else []
    return claim(percent(row.claim.accuracy, 2), " ".join(filter(None, sentences)))
