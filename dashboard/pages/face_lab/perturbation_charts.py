"""Answers to a perturbed face: beside those to the face as it is, and while the perturbation grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard.formatting import percent
from dashboard.pages.face_lab.perturbation_views import PerturbedAnswersView, SeverityCurveView
from dashboard.plotting.chart import Chart, blank, row_axis
from dashboard.plotting.label_placement import dodge, end_labels, margin_px
from dashboard.plotting.theme import Palette, symbol

ROW_PX, FRAME_PX, HEIGHT_PX = 24, 12, 380
LINE_PX, PLOT_PX, NAMES_AT = 18, 310, 5.15


def perturbed_bars(reply: PerturbedAnswersView, *, palette: Palette) -> Chart:
    """Draw the changed face's probabilities as bars and the unchanged one's as upright strokes."""
    network, places = reply.checkpoint.network, list(range(len(reply.expressions)))
    pairs = list(zip(reply.before, reply.after, strict=True))
    top = max(places, key=reply.after.__getitem__)
    figure = blank(palette, FRAME_PX + ROW_PX * len(places), bargap=0.3)
    figure.add_trace(
        go.Bar(
            x=[100 * p for p in reply.after],
            y=places,
            orientation="h",
            marker={
                "color": [palette.family(network.family) if place == top else palette.grid for place in places],
                "line": {"color": palette.muted, "width": 0.5},
            },
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[100 * p for p in reply.before], y=places, mode="markers", hoverinfo="skip",
            marker={"symbol": "line-ns", "size": 16, "line": {"width": 2, "color": palette.text}},
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[100 * max(pair) for pair in pairs],
            y=places,
            mode="text",
            text=[f"  {100 * old:.0f} → {percent(new, 0)}" for old, new in pairs],
            textposition="middle right",
            textfont={"color": palette.text},
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    figure.update_xaxes(range=[0, 150], visible=False, fixedrange=True)  # so that "100 → 100 %" stands inside
    figure.update_yaxes(fixedrange=True, **row_axis(reply.expressions))
    shares = zip(reply.expressions, reply.before, reply.after, strict=True)
    return Chart(
        figure,
        title=network.title,
        footer="Bars: the changed face; strokes: the face as it is. Softmax, not calibrated.",
        alt=f"{network.title}, unchanged and changed: "
        + ", ".join(f"{name} {percent(old, 0)} and {percent(new, 0)}" for name, old, new in shares),
        table=tuple(
            {"network": network.name, "expression": name, "unchanged": old, "changed": new}
            for name, old, new in zip(reply.expressions, reply.before, reply.after, strict=True)
        ),
    )


def severity_curves(
    curves: Sequence[SeverityCurveView], names: Mapping[str, str], words: str, *, palette: Palette
) -> Chart:
    """Draw the probability of each network's first answer while the face changes; hollow where it says another.

    Args:
        curves: at least one; names: what to call each checkpoint; words: what changes.
    """
    labels = [f"{names[curve.checkpoint.name]}: {curve.expression}" for curve in curves]
    at_ends, line_px = end_labels(labels, LINE_PX, PLOT_PX)
    figure = blank(palette, HEIGHT_PX, margin={"r": margin_px(at_ends)})
    for curve, label in zip(curves, labels, strict=True):
        figure.add_trace(_line(curve, label, palette))
    ends = [100 * curve.probabilities[-1] for curve in curves]
    places = dodge(ends, line_px / PLOT_PX * 104, 102)
    figure.add_trace(
        go.Scatter(
            x=[NAMES_AT] * len(curves), y=places, mode="text", text=at_ends, textposition="middle right",
            textfont={"color": palette.text, "size": 14}, cliponaxis=False, hoverinfo="skip",
        )
    )  # fmt: skip
    figure.update_xaxes(range=[-0.2, NAMES_AT], tickvals=list(range(6)), title_text="severity", showgrid=False)
    figure.update_yaxes(range=[-2, 102], title_text="probability of the first answer (%)")
    return Chart(
        figure,
        title=f"{words}: the first answer while the change grows",
        footer="One face. Hollow marks: the network gives another answer. Softmax, not calibrated.",
        alt="; ".join(
            f"{label} from {percent(curve.probabilities[0], 0)} to {percent(curve.probabilities[-1], 0)}"
            for label, curve in zip(labels, curves, strict=True)
        ),
        table=tuple(
            {"checkpoint": curve.checkpoint.name, "severity": severity, "expression": curve.expression,
             "probability": curve.probabilities[severity], "answer": curve.answers[severity]}
            for curve in curves for severity in range(len(curve.answers))
        ),
    )  # fmt: skip


def _line(curve: SeverityCurveView, label: str, palette: Palette) -> go.Scatter:
    network = curve.checkpoint.network
    colour, mark = palette.family(network.family), symbol(network.variant)
    return go.Scatter(
        x=list(range(len(curve.answers))),
        y=[100 * p for p in curve.probabilities],
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={
            "symbol": [mark if answer == curve.expression else f"{mark}-open" for answer in curve.answers],
            "size": 10,
            "color": colour,
            "line": {"width": 2},
        },
        name=label,
        customdata=list(curve.answers),
        hovertemplate=f"<b>{label}</b> %{{y:.0f}} %<br>it says %{{customdata}}<extra></extra>",
    )
