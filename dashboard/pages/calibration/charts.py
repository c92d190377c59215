"""What confidence is worth: reliability with binomial bands, risk over coverage, accuracy where people split."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboard.formatting import Span, estimate, intervals, percent
from dashboard.plotting.chart import Chart, blank, measured, row_axis
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.theme import symbol

if TYPE_CHECKING:
    from dashboard.pages.calibration.views import ReliabilityView, RiskView, VotesView
    from dashboard.plotting.theme import Palette
    from dashboard.views.checkpoints import CheckpointView
    from fer_core.evaluation.intervals import Estimate

HEIGHT_PX = 400
ROW_PX = 46
MOST_POINTS = 400


def reliability_diagram(found: ReliabilityView, *, palette: Palette) -> Chart:
    """Draw accuracy over confidence in bins of as many faces, with the band in which a calibrated network lies."""
    row, bins = found.checkpoint, found.bins
    colour = palette.family(row.network.family)
    figure = blank(palette, HEIGHT_PX)
    figure.add_trace(_line([0, 100], [0, 100], palette.muted, "dot"))
    bands = [Span((one.band_low + one.band_high) / 2, one.band_low, one.band_high) for one in bins]
    confidence = [100 * one.confidence for one in bins]
    figure.add_trace(
        go.Scatter(
            x=confidence,
            y=[100 * band.value for band in bands],
            mode="markers",
            marker={"opacity": 0, "color": palette.grid},
            error_y=error_bars(bands, palette.band, thickness=12, cap=0),
            hoverinfo="skip",
            name="calibrated",
        )
    )
    figure.add_trace(_dots(confidence, [one.accuracy for one in bins], row.network.variant, colour))
    figure.update_xaxes(range=[0, 103], title_text="confidence (%)", dtick=20)
    figure.update_yaxes(range=[0, 103], title_text="answered right (%)", dtick=20)
    inside = sum(one.is_inside for one in bins)
    return Chart(
        figure,
        title=f"Reliability of {row.network.title}",
        footer=f"{len(bins)} bins of equal numbers of faces at temperature {found.temperature:.2f}; bars: "
        f"{_bars(row, 'Wilson 95 %')}. Grey: where 95 % of bins lie if the network is calibrated (binomial). "
        + measured(row, "no test-time augmentation"),
        alt=f"Reliability diagram: {inside} of {len(bins)} bins lie within the band of a calibrated network. "
        + "; ".join(f"confidence {percent(one.confidence, 0)}, right {estimate(one.accuracy)}" for one in bins),
        table=tuple(
            {"n": one.n, "confidence": one.confidence, "accuracy": one.accuracy.value, "low": one.accuracy.low,
             "high": one.accuracy.high, "band_low": one.band_low, "band_high": one.band_high}
            for one in bins
        ),
    )  # fmt: skip


def risk_coverage(found: RiskView, *, palette: Palette) -> Chart:
    """Draw the share of wrong answers over the share of faces answered, and the chosen threshold."""
    row = found.checkpoint
    colour = palette.family(row.network.family)
    step = max(1, len(found.coverage) // MOST_POINTS)
    kept = sorted({*range(0, len(found.coverage), step), len(found.coverage) - 1})
    figure = blank(palette, HEIGHT_PX)
    line = _line([100 * found.coverage[i] for i in kept], [100 * found.risk[i] for i in kept], colour, "solid", 2)
    line.update(hoverinfo="all", hovertemplate="answers %{x:.0f} %<br>%{y:.1f} % of them wrong<extra></extra>")
    figure.add_trace(line)
    figure.add_trace(_line([0, 100], [100 * found.wanted] * 2, palette.muted, "dot"))
    if found.threshold is not None and found.chosen_risk is not None:
        mark = _dots([100 * found.chosen_coverage.value], [found.chosen_risk], row.network.variant, colour)
        mark.update(mode="markers+text", text=[f"confidence {found.threshold:.2f}"],
                    # Right of a mark at full coverage the words would leave the picture.
                    textposition="top left" if found.chosen_coverage.value > 0.6 else "bottom right",
                    textfont={"color": palette.text, "size": 14}, cliponaxis=False)  # fmt: skip
        figure.add_trace(mark)
    top = max(10.0, 100 * max(found.wanted, *(found.risk[i] for i in kept[len(kept) // 20 :])))
    figure.update_xaxes(range=[0, 103], title_text="coverage: faces answered (%)", dtick=20)
    figure.update_yaxes(range=[0, 1.15 * top], title_text="risk: wrong answers (%)")
    return Chart(
        figure,
        title="What it gains by not answering",
        footer=f"Dotted: the risk asked for, {percent(found.wanted, 0)}. Mark: the threshold that keeps it on the "
        "validation split, judged here. " + measured(row, f"bars: {intervals(row.subjects, 'Wilson 95 % intervals')}"),
        alt=f"Risk over coverage of {row.network.title}: answering all faces, {percent(found.risk[-1])} are wrong.",
        table=tuple({"coverage": found.coverage[i], "risk": found.risk[i]} for i in range(len(found.coverage))),
    )


def accuracy_where_split(found: VotesView, *, palette: Palette) -> Chart:
    """Draw accuracy by how much people agree on a face."""
    row = found.checkpoint
    known = [(place, one) for place, one in enumerate(found.by_entropy) if one.accuracy is not None]
    figure = blank(palette, 80 + ROW_PX * len(found.by_entropy))
    dots = _dots([], [], row.network.variant, palette.family(row.network.family))
    dots.update(
        x=[100 * one.accuracy.value for _, one in known],
        y=[place for place, _ in known],
        error_y=None,
        error_x=error_bars([one.accuracy for _, one in known], dots.marker.color),
    )
    figure.add_trace(dots)
    figure.update_xaxes(range=[0, 103], title_text="accuracy on the data set's labels (%)", dtick=20)
    figure.update_yaxes(**row_axis([f"{one.words}<br>{one.n:,} faces" for one in found.by_entropy]))
    return Chart(
        figure,
        title="Accuracy where people agree, and where they split",
        footer="Ten FER+ votes a face, single votes dropped; by the entropy of the votes: 0, up to 0.8, up to 1, above "
        "1 bit. " + measured(row, "bars: Wilson 95 % intervals", found.n),
        alt="; ".join(f"{one.words} {estimate(one.accuracy)} of {one.n} faces" for one in found.by_entropy),
        table=tuple(
            {"votes": one.words, "n": one.n, "accuracy": one.accuracy.value if one.accuracy else None,
             "low": one.accuracy.low if one.accuracy else None, "high": one.accuracy.high if one.accuracy else None}
            for one in found.by_entropy
        ),
    )  # fmt: skip


def _bars(row: CheckpointView, plain: str) -> str:
    return plain if row.subjects is None else f"{plain} as if each person were one face, and so the band"


def _line(x: list[float], y: list[float], colour: str, dash: str, width: float = 1) -> go.Scatter:
    return go.Scatter(x=x, y=y, mode="lines", line={"color": colour, "width": width, "dash": dash}, hoverinfo="skip")


def _dots(x: list[float], values: list[Estimate], variant: int, colour: str) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=[100 * value.value for value in values],
        error_y=error_bars(values, colour),
        mode="markers",
        marker={"color": colour, "size": 10, "symbol": symbol(variant)},
        hovertemplate="%{x:.0f} %, %{y:.0f} %<extra></extra>",
    )
