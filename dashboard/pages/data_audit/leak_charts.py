"""How much of a split stands in another one, and what that is worth to every checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboard.formatting import count, estimate, percent
from dashboard.plotting.chart import Chart, blank, measured_on, row_axis
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.theme import readable_on, symbol

if TYPE_CHECKING:
    from dashboard.pages.data_audit.views import AuditView, LeakEffectView, LeakView
    from dashboard.plotting.theme import Palette
    from dashboard.views.checkpoints import CheckpointView
    from fer_core.checkpoints.leak_effect import LeakEffect
    from fer_core.evaluation.intervals import Estimate

ROW_PX, FRAME_PX = 46, 84
OFFSET = 0.16  # of a row, between the accuracy with and without leaked faces

HOW = {"exact": "pixel by pixel", "near": "near-duplicates too"}


def leak_bars(audit: AuditView, *, palette: Palette) -> Chart:
    """Draw the share of every later split that stands in an earlier one, exactly and nearly. Needs two splits."""
    pairs = list(dict.fromkeys((one.split, one.reference) for one in audit.leaks))
    figure = blank(palette, FRAME_PX + ROW_PX * len(pairs), barmode="overlay", bargap=0.45)
    for level, hue in (("near", palette.band), ("exact", palette.diverging[2])):
        rows = [one for one in audit.leaks if one.level == level]
        figure.add_trace(
            go.Bar(
                x=[100 * _share(one) for one in rows],
                y=[pairs.index((one.split, one.reference)) for one in rows],
                orientation="h",
                name=HOW[level],
                marker={"color": hue},
                text=[f"{count(one.count)} " for one in rows],
                textposition="inside" if level == "exact" else "outside",
                insidetextanchor="end",
                textfont={"color": readable_on(hue) if level == "exact" else palette.text},
                cliponaxis=False,
                customdata=[(one.count, one.n, one.same_label) for one in rows],
                hovertemplate="%{customdata[0]:,} of %{customdata[1]:,}, %{customdata[2]:,} with the same label"
                f"<extra>{HOW[level]}</extra>",
            )
        )
    most = max(_share(one) for one in audit.leaks)
    figure.update_yaxes(**row_axis([f"{split} in<br>{' or '.join(reference)}" for split, reference in pairs]))
    figure.update_xaxes(title_text="percent of the split", range=[0, max(1.0, 118 * most)], nticks=6)
    found = [f"{one.split} in {' or '.join(one.reference)}, {HOW[one.level]}, {count(one.count)} of {count(one.n)} "
             f"({percent(_share(one))})" for one in audit.leaks]  # fmt: skip
    return Chart(
        figure,
        title="Faces with a copy in an earlier split",
        footer=f"{audit.title}. Orange: pixel by pixel; with the grey: near-duplicates too.",
        alt="; ".join(found),
        table=tuple(
            {"split": one.split, "reference": " or ".join(one.reference), "level": one.level, "n": one.n,
             "leaked": one.count, "same_label": one.same_label}
            for one in audit.leaks
        ),
    )  # fmt: skip


def _share(leak: LeakView) -> float:
    return leak.count / max(1, leak.n)


def leak_effect_dots(found: Sequence[LeakEffectView], names: Sequence[str], *, palette: Palette) -> Chart:
    """Draw each checkpoint's accuracy with the leaked faces (hollow) and without them (filled), joined by the price."""
    figure = blank(palette, FRAME_PX + ROW_PX * len(found))
    for place, one in enumerate(found):
        network = one.checkpoint.network
        colour, shape = palette.family(network.family), symbol(network.variant)
        for value, shift, mark in (
            (one.effect.all_rows, -OFFSET, f"{shape}-open"),
            (one.effect.without_leaked, OFFSET, shape),
        ):
            figure.add_trace(_dot(value, place + shift, mark, colour, network.title))
    figure.update_yaxes(**row_axis(names))
    figure.update_xaxes(title_text="accuracy (%)")
    first = found[0]
    row = first.checkpoint
    return Chart(
        figure,
        title="Accuracy with and without leaked faces",
        footer=f"Hollow: all faces; filled: without the {count(first.effect.leaked)} with a copy in training, "
        f"{HOW[first.effect.level]}. " + measured_on(row.data_title, row.split, row.n, "bars: Wilson 95 %"),
        alt="; ".join(
            f"{name} {estimate(one.effect.all_rows)} with and {estimate(one.effect.without_leaked)} without"
            for name, one in zip(names, found, strict=True)
        ),
        table=tuple(_effect_row(one.checkpoint, one.effect) for one in found),
    )


def _effect_row(row: CheckpointView, effect: LeakEffect) -> dict[str, object]:
    clean, gain = effect.without_leaked, effect.gain
    return {
        "checkpoint": row.name,
        "level": effect.level,
        "n": effect.n,
        "leaked": effect.leaked,
        "accuracy": effect.all_rows.value,
        "without_leaked": clean.value,
        "low": clean.low,
        "high": clean.high,
        "gain": gain.value,
        "gain_low": gain.low,
        "gain_high": gain.high,
    }


def _dot(value: Estimate, place: float, mark: str, colour: str, title: str) -> go.Scatter:
    return go.Scatter(
        x=[100 * value.value],
        y=[place],
        error_x=error_bars([value], colour),
        mode="markers",
        marker={"symbol": mark, "size": 10, "color": colour, "line": {"width": 2, "color": colour}},
        hovertemplate=f"<b>{title}</b><br>{estimate(value)}<extra></extra>",
    )
