"""What leaked faces are worth to every checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboard.formatting import count, estimate, percent
from dashboard.plotting.accuracy_axis import LEFT_OR_RIGHT, AccuracyAxis
from dashboard.plotting.chart import Chart, blank, measured_on, row_axis
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.label_placement import in_lines
from dashboard.plotting.theme import symbol

if TYPE_CHECKING:
    from dashboard.plotting.theme import Palette
    from dashboard.views.checkpoints import CheckpointView
    from dashboard.views.leak_effects import LeakEffectView
    from fer_core.checkpoints.leak_effect import LeakEffect
    from fer_core.evaluation.intervals import Estimate

ROW_PX, FRAME_PX = 46, 84
OFFSET = 0.16  # of a row, between the accuracy with and without leaked faces

HOW = {"exact": "pixel by pixel", "near": "near-duplicates too"}


def leak_effect_dots(found: Sequence[LeakEffectView], names: Sequence[str], *, palette: Palette) -> Chart:
    """Draw each checkpoint's accuracy with the leaked faces (hollow) and without them (filled), joined by the price."""
    figure = blank(palette, FRAME_PX + ROW_PX * len(found))
    axis = AccuracyAxis.covering(_both(found, is_imported=False), _both(found, is_imported=True))
    for place, view in enumerate(found):
        network = view.checkpoint.network
        colour, shape = palette.family(network.family), symbol(network.variant)
        for value, shift, mark in (
            (view.effect.all_rows, -OFFSET, f"{shape}-open"),
            (view.effect.without_leaked, OFFSET, shape),
        ):
            figure.add_trace(_dot(value, place + shift, mark, colour, network.title, axis, palette))
    figure.update_yaxes(**row_axis([in_lines(name) for name in names]))
    figure.update_xaxes(title_text="accuracy (%)", range=axis.ends, nticks=6)
    beyond = axis.note(view.effect.all_rows.value for view in found)
    first = found[0]
    row = first.checkpoint
    return Chart(
        figure,
        title="Accuracy with and without leaked faces",
        footer=f"Hollow: all faces; filled: without the {count(first.effect.leaked)} with a copy in training, "
        f"{HOW[first.effect.level]}. "
        + measured_on(row.data_title, row.split, row.n, "bars: Wilson 95 %")
        + (f".{beyond}" if beyond else ""),
        alt="; ".join(
            f"{name} {estimate(view.effect.all_rows)} with and {estimate(view.effect.without_leaked)} without"
            for name, view in zip(names, found, strict=True)
        ),
        table=tuple(_effect_row(view.checkpoint, view.effect) for view in found),
    )


def _both(found: Sequence[LeakEffectView], is_imported: bool) -> list[Estimate]:
    some = [view.effect for view in found if view.checkpoint.is_imported is is_imported]
    return [value for effect in some for value in (effect.all_rows, effect.without_leaked)]


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


def _dot(  # noqa: PLR0913 - all that a dot is made of
    value: Estimate, place: float, mark: str, colour: str, title: str, axis: AccuracyAxis, palette: Palette
) -> go.Scatter:
    share = value.value
    is_beyond = axis.is_beyond(share)
    hollow = "-open" * mark.endswith("-open")
    left, right = (arrow + hollow for arrow in LEFT_OR_RIGHT)
    shape = axis.symbol(share, mark, (left, right))
    return go.Scatter(
        x=[axis.place(share)],
        y=[place],
        error_x=None if is_beyond else error_bars([value], colour),
        mode="markers+text" if is_beyond else "markers",
        text=[percent(share)],
        textposition="middle left" if 100 * share > axis.high else "middle right",
        textfont={"color": palette.text, "size": 12},
        cliponaxis=False,
        marker={
            "symbol": shape,
            "size": 10,
            "color": colour,
            "line": {"width": 2, "color": colour},
        },
        hovertemplate=f"<b>{title}</b><br>{estimate(value)}<extra></extra>",
    )
