"""Accuracy under corruptions of the face: over severity for one corruption, and on average for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean

import plotly.graph_objects as go

from dashboard.formatting import percent
from dashboard.pages.robustness.views import RobustnessView
from dashboard.plotting.chart import Chart, blank, measured_on, row_axis
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.label_placement import dodge, end_labels, margin_px
from dashboard.plotting.theme import Palette, symbol
from dashboard.views.corruptions import CorruptionView

HEIGHT_PX, ROW_PX, FRAME_PX = 420, 30, 70
LINE_PX, PLOT_PX = 18, 350  # of a name, and of the plot's height, for keeping names apart
NAMES_AT = 5.15
ASIDE = 0.05  # of a severity, so that bars of several networks do not cover each other
SPREAD = 0.5  # of a row, over all networks


def severity_curves(
    found: Sequence[RobustnessView], names: Mapping[str, str], corruption: CorruptionView, *, palette: Palette
) -> Chart:
    """Draw accuracy over severity for one corruption, a line a network, with intervals.

    Args:
        found: at least one; names: what to call each checkpoint.
    """
    labels = [names[one.checkpoint.name] for one in found]
    at_ends, line_px = end_labels(labels, LINE_PX, PLOT_PX)
    figure = blank(palette, HEIGHT_PX, margin={"r": margin_px(at_ends)})
    for place, one in enumerate(found):
        figure.add_trace(_line(one, corruption, labels[place], ASIDE * (place - (len(found) - 1) / 2), palette))
    values = [100 * end for one in found for step in one.curves[corruption.name] for end in (step.low, step.high)]
    low, high = max(0, min(values) - 3), min(100, max(values) + 3)
    figure.add_traces(list(_end_names(found, corruption, at_ends, line_px, (low, high), palette)))
    figure.update_xaxes(range=[-0.2, NAMES_AT], tickvals=list(range(6)), title_text="severity", showgrid=False)
    figure.update_yaxes(range=[low, high], title_text="accuracy (%)")
    first = found[0]
    return Chart(
        figure,
        title=f"{corruption.title}: accuracy over severity",
        footer="Severity 0: the face as it is. "
        + measured_on(first.checkpoint.data_title, first.checkpoint.split, first.summary.n_corrupted, "Wilson 95 %"),
        alt=f"{corruption.title}: " + "; ".join(
            f"{label} from {percent(one.curves[corruption.name][0].value)} unchanged to "
            f"{percent(one.curves[corruption.name][-1].value)} at severity 5"
            for label, one in zip(labels, found, strict=True)
        ),
        table=tuple(
            {"checkpoint": one.checkpoint.name, "corruption": corruption.name, "severity": severity,
             "level": corruption.levels[severity - 1] if severity else "unchanged", "n": one.summary.n_corrupted,
             "accuracy": step.value, "low": step.low, "high": step.high}
            for one in found for severity, step in enumerate(one.curves[corruption.name])
        ),
    )  # fmt: skip


def _line(one: RobustnessView, corruption: CorruptionView, label: str, aside: float, palette: Palette) -> go.Scatter:
    network, steps = one.checkpoint.network, one.curves[corruption.name]
    colour = palette.family(network.family)
    return go.Scatter(
        x=[severity + aside for severity in range(len(steps))],
        y=[100 * step.value for step in steps],
        error_y=error_bars(steps, colour),
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"symbol": symbol(network.variant), "size": 8, "color": colour},
        name=label,
        customdata=["unchanged", *corruption.levels],
        hovertemplate=f"<b>{label}</b><br>%{{customdata}}: %{{y:.1f}} %<extra></extra>",
    )


def _end_names(
    found: Sequence[RobustnessView],
    corruption: CorruptionView,
    labels: Sequence[str],
    line_px: float,
    span: tuple[float, float],
    palette: Palette,
) -> Iterator[go.Scatter]:
    """Write names at the right and lead the eye from each line's end to its name."""
    ends = [100 * one.curves[corruption.name][-1].value for one in found]
    places = dodge(ends, line_px / PLOT_PX * (span[1] - span[0]), span[1])
    for one, end, place in zip(found, ends, places, strict=True):
        line = {"color": palette.family(one.checkpoint.network.family), "width": 0.7}
        yield go.Scatter(x=[5, NAMES_AT], y=[end, place], mode="lines", line=line, hoverinfo="skip")
    yield go.Scatter(
        x=[NAMES_AT] * len(found), y=places, mode="text", text=list(labels),
        textposition="middle right", textfont={"color": palette.text, "size": 14}, cliponaxis=False, hoverinfo="skip",
    )  # fmt: skip


def corruption_dots(
    found: Sequence[RobustnessView],
    names: Mapping[str, str],
    corruptions: Sequence[CorruptionView],
    *,
    palette: Palette,
) -> Chart:
    """Draw mean accuracy over the five severities, a row a corruption, the hardest first; marks can be clicked.

    Args:
        found: at least one; names: what to call each checkpoint.
    """
    means = {kind.name: fmean(one.means[kind.name].value for one in found) for kind in corruptions}
    order = sorted(corruptions, key=lambda kind: means[kind.name])
    figure = blank(palette, FRAME_PX + ROW_PX * len(order))
    for place, one in enumerate(found):
        aside = SPREAD * ((place + 0.5) / len(found) - 0.5)
        figure.add_trace(_dots(one, names[one.checkpoint.name], order, aside, palette))
    figure.update_yaxes(**row_axis([corruption.title for corruption in order]))
    figure.update_xaxes(title_text="mean accuracy over severities 1 to 5 (%)")
    first = found[0].checkpoint
    return Chart(
        figure,
        title="What costs most",
        footer="Colours as in the curves. A click chooses a corruption. "
        + measured_on(first.data_title, first.split, found[0].summary.n_corrupted, "95 % intervals over faces"),
        alt="Mean accuracy by corruption, the hardest first: "
        + "; ".join(f"{kind.title} {percent(means[kind.name], 0)}" for kind in order),
        table=tuple(
            {"checkpoint": one.checkpoint.name, "corruption": corruption.name, "n": one.summary.n_corrupted,
             "mean_accuracy": one.means[corruption.name].value, "low": one.means[corruption.name].low,
             "high": one.means[corruption.name].high}
            for corruption in order for one in found
        ),
    )  # fmt: skip


def _dots(
    one: RobustnessView, label: str, order: Sequence[CorruptionView], aside: float, palette: Palette
) -> go.Scatter:
    network, means = one.checkpoint.network, [one.means[corruption.name] for corruption in order]
    colour = palette.family(network.family)
    return go.Scatter(
        x=[100 * step.value for step in means],
        y=[place + aside for place in range(len(order))],
        error_x=error_bars(means, colour),
        mode="markers",
        marker={"symbol": symbol(network.variant), "size": 8, "color": colour},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        customdata=[(corruption.name,) for corruption in order],
        hovertext=[corruption.title for corruption in order],
        hovertemplate=f"<b>{label}</b><br>%{{hovertext}}: %{{x:.1f}} %<extra></extra>",
    )
