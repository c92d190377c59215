"""The probabilities of one face over the time of a film, from several networks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import plotly.graph_objects as go

from dashboard.formatting import percent
from dashboard.pages.film.views import TimelineView
from dashboard.plotting.chart import Chart, blank, row_axis
from dashboard.plotting.theme import Palette

ROW_PX, FRAME_PX = 54, 90
REACH = 0.85  # of a row's height that 100 % takes
LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemclick": False, "itemdoubleclick": False}
DASHES = ("solid", "dash", "dot", "dashdot")  # apart where two networks share a family's colour


def timeline_chart(
    found: Sequence[TimelineView], names: Sequence[str], track: int, place: int, window: str, *, palette: Palette
) -> Chart:
    """Draw a strip an expression, from 0 at its foot to 100 % at its top, with a line a network.

    Args:
        found: of one face, with the same times; names: of their networks.
        place: of the frame that is shown beside; window: how the probabilities were smoothed, in words.
    """
    expressions = list(dict.fromkeys(name for view in found for name in view.expressions))
    times = found[0].times_s
    figure = blank(palette, FRAME_PX + ROW_PX * len(expressions), dragmode=False, showlegend=True, legend=LEGEND)
    figure.add_traces(list(_feet(expressions, times, palette)))
    for number, (view, name) in enumerate(zip(found, names, strict=True)):
        figure.add_traces(list(_lines(view, name, expressions, DASHES[number % len(DASHES)], palette)))
    ends = [len(expressions) - 0.5, -0.5]
    figure.add_trace(_line([times[place]] * 2, ends, palette.chosen, width=2))
    room = max(0.2, 0.02 * times[-1])
    figure.update_xaxes(title_text="seconds", fixedrange=True, range=[-room, times[-1] + room])
    figure.update_yaxes(fixedrange=True, **row_axis(expressions))
    return Chart(
        figure,
        title=f"Face {track}",
        footer=f"Each strip goes from 0 to 100 %. {window} The upright line is the frame that is shown.",
        alt=f"Face {track} over {times[-1]:.1f} s: " + "; ".join(map(_in_words, names, found)),
        table=tuple(_table(found, names)),
    )


def _foot(row: int) -> float:
    return row + REACH / 2


def _feet(expressions: Sequence[str], times: Sequence[float], palette: Palette) -> Iterator[go.Scatter]:
    for row in range(len(expressions)):
        yield _line([times[0], times[-1]], [_foot(row)] * 2, palette.grid, width=1)


def _lines(
    view: TimelineView, name: str, expressions: Sequence[str], dash: str, palette: Palette
) -> Iterator[go.Scatter]:
    colour = palette.family(view.row.network.family)
    for column, expression in enumerate(view.expressions):
        shares = [None if row is None else row[column] for row in view.probabilities]
        foot = _foot(expressions.index(expression))
        heights = [None if share is None else foot - REACH * share for share in shares]
        words = ["" if share is None else percent(share, 0) for share in shares]
        trace = _line(view.times_s, heights, colour, width=2, dash=dash)
        yield trace.update(
            name=name, legendgroup=name, showlegend=column == 0, mode="lines+markers",
            marker={"size": 3, "color": colour}, text=words, hoverinfo=None,
            hovertemplate=f"{name}<br>{expression} %{{text}} at %{{x:.1f}} s<extra></extra>",
        )  # fmt: skip


def _line(x: Sequence[float], y: Sequence[float | None], colour: str, *, width: int, dash: str = "solid") -> go.Scatter:
    line = {"color": colour, "width": width, "dash": dash}
    return go.Scatter(x=list(x), y=list(y), mode="lines", line=line, hoverinfo="skip", showlegend=False)


def _in_words(name: str, view: TimelineView) -> str:
    """What a network answers, in the order of time, without repetitions: "A: happy, then neutral"."""
    answers = [answer[0] for place in range(len(view.times_s)) if (answer := view.answer(place))]
    changes = [now for before, now in zip([None, *answers], answers, strict=False) if now != before]
    more = f" and {len(changes) - 4} more changes" if len(changes) > 4 else ""
    return f"{name} answers {', then '.join(changes[:4])}{more}" if changes else f"{name} has no answer"


def _table(views: Sequence[TimelineView], names: Sequence[str]) -> Iterator[dict[str, object]]:
    for name, view in zip(names, views, strict=True):
        for time, shares in zip(view.times_s, view.probabilities, strict=True):
            if shares is not None:
                yield {"network": name, "seconds": time, **dict(zip(view.expressions, shares, strict=True))}
