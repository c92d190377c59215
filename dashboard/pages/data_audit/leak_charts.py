"""How much of a split is also in another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboard.formatting import count, percent
from dashboard.plotting.chart import Chart, blank, row_axis
from dashboard.plotting.leak_effect_dots import FRAME_PX, HOW, ROW_PX
from dashboard.plotting.theme import readable_on

if TYPE_CHECKING:
    from dashboard.pages.data_audit.views import AuditView, LeakView
    from dashboard.plotting.theme import Palette


def leak_bars(audit: AuditView, *, palette: Palette) -> Chart:
    """Draw the share of every later split that stands in an earlier one, exactly and nearly. Needs two splits."""
    pairs = list(dict.fromkeys((leak.split, leak.reference) for leak in audit.leaks))
    figure = blank(palette, FRAME_PX + ROW_PX * len(pairs), barmode="overlay", bargap=0.45)
    for level, hue in (("near", palette.band), ("exact", palette.diverging[2])):
        rows = [leak for leak in audit.leaks if leak.level == level]
        figure.add_trace(
            go.Bar(
                x=[100 * _share(leak) for leak in rows],
                y=[pairs.index((leak.split, leak.reference)) for leak in rows],
                orientation="h",
                name=HOW[level],
                marker={"color": hue},
                text=[f"{count(leak.count)} " for leak in rows],
                textposition="inside" if level == "exact" else "outside",
                insidetextanchor="end",
                textfont={"color": readable_on(hue) if level == "exact" else palette.text},
                cliponaxis=False,
                customdata=[(leak.count, leak.n, leak.same_label) for leak in rows],
                hovertemplate="%{customdata[0]:,} of %{customdata[1]:,}, %{customdata[2]:,} with the same label"
                f"<extra>{HOW[level]}</extra>",
            )
        )
    most = max(_share(leak) for leak in audit.leaks)
    figure.update_yaxes(**row_axis([f"{split} in<br>{' or '.join(reference)}" for split, reference in pairs]))
    figure.update_xaxes(title_text="percent of the split", range=[0, max(1.0, 118 * most)], nticks=6)
    alts = [f"{leak.split} in {' or '.join(leak.reference)}, {HOW[leak.level]}, {count(leak.count)} of {count(leak.n)} "
            f"({percent(_share(leak))})" for leak in audit.leaks]  # fmt: skip
    return Chart(
        figure,
        title="Faces with a copy in an earlier split",
        footer=f"{audit.title}. Orange: pixel by pixel; with the grey: near-duplicates too.",
        alt="; ".join(alts),
        table=tuple(
            {"split": leak.split, "reference": " or ".join(leak.reference), "level": leak.level, "n": leak.n,
             "leaked": leak.count, "same_label": leak.same_label}
            for leak in audit.leaks
        ),
    )  # fmt: skip


def _share(leak: LeakView) -> float:
    return leak.count / max(1, leak.n)
