"""Reliability with binomial bands, risk over coverage, accuracy where people split."""

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


def reliability_diagram(view: ReliabilityView, *, palette: Palette) -> Chart:
    """Draw accuracy over confidence in bins of as many faces, with the band in which a calibrated network lies."""
    row, bins = view.checkpoint, view.bins
    colour = palette.family(row.network.family)
    figure = blank(palette, HEIGHT_PX)
    figure.add_trace(_line([0, 100], [0, 100], palette.muted, "dot"))
    bands = [Span((bin_.band_low + bin_.band_high) / 2, bin_.band_low, bin_.band_high) for bin_ in bins]
    confidence = [100 * bin_.confidence for bin_ in bins]
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
    figure.add_trace(_dots(confidence, [bin_.accuracy for bin_ in bins], row.network.variant, colour))
    figure.update_xaxes(range=[0, 103], title_text="confidence (%)", dtick=20)
    figure.update_yaxes(range=[0, 103], title_text="answered right (%)", dtick=20)
    inside = sum(bin_.is_inside for bin_ in bins)
    return Chart(
        figure,
        title=f"Reliability of {row.network.title}",
        footer=f"{len(bins)} bins of equal numbers of faces at temperature {view.temperature:.2f}; bars: "
        f"{_bars(row, 'Wilson 95 %')}. Grey: where 95 % of bins lie if the network is calibrated (binomial). "
        + measured(row, "no test-time augmentation"),
        alt=f"Reliability diagram: {inside} of {len(bins)} bins lie within the band of a calibrated network. "
        + "; ".join(f"confidence {percent(bin_.confidence, 0)}, right {estimate(bin_.accuracy)}" for bin_ in bins),
        table=tuple(
            {"n": bin_.n, "confidence": bin_.confidence, "accuracy": bin_.accuracy.value, "low": bin_.accuracy.low,
             "high": bin_.accuracy.high, "band_low": bin_.band_low, "band_high": bin_.band_high}
            for bin_ in bins
        ),
    )  # fmt: skip


def risk_coverage(view: RiskView, *, palette: Palette) -> Chart:
    """Draw the share of wrong answers over the share of faces answered, and the chosen threshold."""
    row = view.checkpoint
    colour = palette.family(row.network.family)
    step = max(1, len(view.coverage) // MOST_POINTS)
    drawn = sorted({*range(0, len(view.coverage), step), len(view.coverage) - 1})
    figure = blank(palette, HEIGHT_PX)
    line = _line([100 * view.coverage[i] for i in drawn], [100 * view.risk[i] for i in drawn], colour, "solid", 2)
    line.update(hoverinfo="all", hovertemplate="answers %{x:.0f} %<br>%{y:.1f} % of them wrong<extra></extra>")
    figure.add_trace(line)
    figure.add_trace(_line([0, 100], [100 * view.wanted] * 2, palette.muted, "dot"))
    if view.threshold is not None and view.chosen_risk is not None:
        mark = _dots([100 * view.chosen_coverage.value], [view.chosen_risk], row.network.variant, colour)
        mark.update(mode="markers+text", text=[f"confidence {view.threshold:.2f}"],
                    # Right of a mark at full coverage the words would leave the picture.
                    textposition="top left" if view.chosen_coverage.value > 0.6 else "bottom right",
                    textfont={"color": palette.text, "size": 14}, cliponaxis=False)  # fmt: skip
        figure.add_trace(mark)
    top = max(10.0, 100 * max(view.wanted, *(view.risk[i] for i in drawn[len(drawn) // 20 :])))
    figure.update_xaxes(range=[0, 103], title_text="coverage: faces answered (%)", dtick=20)
    figure.update_yaxes(range=[0, 1.15 * top], title_text="risk: wrong answers (%)")
    return Chart(
        figure,
        title="What it gains by not answering",
        footer=f"Dotted: the risk asked for, {percent(view.wanted, 0)}. Mark: the threshold that keeps it on the "
        "validation split, judged here. " + measured(row, f"bars: {intervals(row.subjects, 'Wilson 95 % intervals')}"),
        alt=f"Risk over coverage of {row.network.title}: answering all faces, {percent(view.risk[-1])} are wrong.",
        table=tuple({"coverage": view.coverage[i], "risk": view.risk[i]} for i in range(len(view.coverage))),
    )


def accuracy_where_split(view: VotesView, *, palette: Palette) -> Chart:
    """Draw accuracy by how much people agree on a face."""
    row = view.checkpoint
    known = [(place, bin_) for place, bin_ in enumerate(view.by_entropy) if bin_.accuracy is not None]
    figure = blank(palette, 80 + ROW_PX * len(view.by_entropy))
    dots = _dots([], [], row.network.variant, palette.family(row.network.family))
    dots.update(
        x=[100 * bin_.accuracy.value for _, bin_ in known],
        y=[place for place, _ in known],
        error_y=None,
        error_x=error_bars([bin_.accuracy for _, bin_ in known], dots.marker.color),
    )
    figure.add_trace(dots)
    figure.update_xaxes(range=[0, 103], title_text="accuracy on the data set's labels (%)", dtick=20)
    figure.update_yaxes(**row_axis([f"{bin_.words}<br>{bin_.n:,} faces" for bin_ in view.by_entropy]))
    return Chart(
        figure,
        title="Accuracy where people agree, and where they split",
        footer="Ten FER+ votes a face, single votes dropped; by the entropy of the votes: 0, up to 0.8, up to 1, above "
        "1 bit. " + measured(row, "bars: Wilson 95 % intervals", view.n),
        alt="; ".join(f"{bin_.words} {estimate(bin_.accuracy)} of {bin_.n} faces" for bin_ in view.by_entropy),
        table=tuple(
            {"votes": bin_.words, "n": bin_.n, "accuracy": bin_.accuracy.value if bin_.accuracy else None,
             "low": bin_.accuracy.low if bin_.accuracy else None, "high": bin_.accuracy.high if bin_.accuracy else None}
            for bin_ in view.by_entropy
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
