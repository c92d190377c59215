"""Two charts of the guided story: claims beside measurements, and what each part adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from dashboard.formatting import count, estimate, points_span, sample_size, signed
from dashboard.plotting.chart import Chart, blank, row_axis
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.theme import symbol

if TYPE_CHECKING:
    from dashboard.pages.report.views import PaperView
    from dashboard.plotting.theme import Palette
    from dashboard.views.ablations import AblationRow
    from dashboard.views.checkpoints import NetworkView

ROW_PX, FRAME_PX = 30, 72


def claim_dots(papers: Sequence[PaperView], is_measured_shown: bool, *, palette: Palette) -> Chart:
    """Draw a row a claim: hollow what its paper prints, and where wanted filled what was measured here."""
    figure = blank(palette, FRAME_PX + ROW_PX * len(papers))
    for place, paper in enumerate(papers):
        mark = _mark(paper.network, palette, is_hollow=True)
        figure.add_trace(_dot(float(paper.claim.printed), place, mark, f"claimed {paper.claim.printed} %"))
        measured = paper.claim.measured
        if is_measured_shown and measured is not None:
            filled = _mark(paper.network, palette, is_hollow=False)
            dot = _dot(100 * measured.value, place, filled, f"measured {estimate(measured)}")
            dot.error_x = error_bars([measured], filled["color"])
            figure.add_trace(dot)
    figure.update_yaxes(**row_axis([f"{paper.network.title}, {paper.claim.data_title}" for paper in papers]))
    figure.update_xaxes(title_text="accuracy (%)")
    rows = [paper.claim.ours for paper in papers if paper.claim.ours] if is_measured_shown else []
    faces = sorted({f"{row.scored_on} {count(row.n)}" for row in rows})
    bars = f" Filled: measured here, bars: 95 %; n: {', '.join(faces)}." if rows else ""
    return Chart(
        figure,
        title="Claims beside measurements" if is_measured_shown else "What the papers claim",
        footer=f"Hollow: as the paper prints it.{bars}",
        alt="; ".join(_claim_words(paper, is_measured_shown) for paper in papers),
        table=tuple(_claim_row(paper, is_measured_shown) for paper in papers),
    )


def effect_dots(rows: Sequence[AblationRow], *, palette: Palette) -> Chart:
    """Draw a row a judged step: its accuracy minus that of the row that it changes, hollow where on one seed."""
    figure = blank(palette, FRAME_PX + ROW_PX * len(rows))
    line = {"color": palette.muted, "width": 1}
    figure.add_trace(go.Scatter(x=[0, 0], y=[-0.5, len(rows) - 0.5], mode="lines", line=line, hoverinfo="skip"))
    for place, row in enumerate(rows):
        verdict = row.step.verdict
        mark = _mark(row.network, palette, is_hollow=verdict.is_one_seed)
        words = f"{signed(verdict.difference.value)} ({points_span(verdict.difference)})"
        dot = _dot(100 * verdict.difference.value, place, mark, words)
        dot.error_x = error_bars([verdict.difference], mark["color"])
        figure.add_trace(dot)
    figure.update_yaxes(**row_axis([row.network.title for row in rows]))
    figure.update_xaxes(title_text="points of accuracy against the row that it changes")
    first = rows[0].step
    return Chart(
        figure,
        title="What each part adds",
        footer=f"{first.one.scored_on}, {sample_size(first.verdict.n)}; bars: 95 % for all "
        "steps of a table together. Hollow: one seed, no conclusion.",
        alt="; ".join(f"{row.network.title} {signed(row.step.verdict.difference.value)} points" for row in rows),
        table=tuple(_effect_row(row) for row in rows),
    )


def _mark(network: NetworkView, palette: Palette, is_hollow: bool) -> dict[str, Any]:
    shape = symbol(network.variant)
    return {"symbol": f"{shape}-open" if is_hollow else shape, "size": 12, "color": palette.family(network.family)}


def _dot(value: float, place: int, mark: dict[str, Any], words: str) -> go.Scatter:
    return go.Scatter(
        x=[value], y=[place], mode="markers", marker=mark, cliponaxis=False, hovertemplate=f"{words}<extra></extra>"
    )


def _claim_words(paper: PaperView, is_measured_shown: bool) -> str:
    known = paper.claim.measured
    measured = f", measured {estimate(known)}" if is_measured_shown and known else ""
    return f"{paper.network.title} on {paper.claim.data_title}: claimed {paper.claim.printed} %{measured}"


def _claim_row(paper: PaperView, is_measured_shown: bool) -> dict[str, object]:
    ours = paper.claim.ours if is_measured_shown else None
    known = paper.claim.measured if ours else None
    return {
        "network": paper.network.title,
        "data": paper.claim.data_title,
        "claimed_percent": paper.claim.printed,
        "source": paper.claim.source,
        "checkpoint": ours.name if ours else None,
        "n": ours.n if ours else None,
        "seeds": paper.claim.seeds if ours else None,
        "accuracy": known.value if known else None,
        "accuracy_low": known.low if known else None,
        "accuracy_high": known.high if known else None,
    }


def _effect_row(row: AblationRow) -> dict[str, object]:
    verdict = row.step.verdict
    return {
        "network": row.network.title,
        "change": row.change,
        "n": verdict.n,
        "seeds": min(verdict.seeds),
        "difference": verdict.difference.value,
        "low": verdict.difference.low,
        "high": verdict.difference.high,
        "verdict": row.step.status,
    }
