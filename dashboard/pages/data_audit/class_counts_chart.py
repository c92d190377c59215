"""Faces of every expression in a data set, split by split."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.formatting import count
from dashboard.pages.data_audit.views import AuditView
from dashboard.plotting.chart import Chart, blank, row_axis
from dashboard.plotting.theme import Palette

ROW_PX, FRAME_PX = 42, 104


def class_count_bars(audit: AuditView, *, palette: Palette) -> Chart:
    """Draw a bar an expression, its splits one after the other, with all its faces in figures at the end."""
    names = audit.expressions
    places = list(range(len(names)))
    totals = [sum(column) for column in zip(*audit.counts, strict=True)]
    figure = blank(palette, FRAME_PX + ROW_PX * len(names), barmode="stack", bargap=0.35)
    hues = (palette.accent, palette.reference, palette.diverging[2])
    for place, (split, counts) in enumerate(zip(audit.splits, audit.counts, strict=True)):
        figure.add_trace(
            go.Bar(
                x=counts,
                y=places,
                orientation="h",
                name=split,
                marker={"color": hues[place % len(hues)]},
                customdata=names,
                hovertemplate=f"%{{customdata}}: %{{x:,}} in {split}<extra></extra>",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=totals, y=places, mode="text", text=[f" {count(total)}" for total in totals], cliponaxis=False,
            textposition="middle right", hoverinfo="skip", showlegend=False,
        )
    )  # fmt: skip
    if len(audit.splits) > 1:
        figure.update_layout(
            showlegend=True, legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"}
        )
    figure.update_yaxes(**row_axis(names))
    figure.update_xaxes(title_text="faces", range=[0, 1.16 * max(totals)], nticks=5)
    sizes = ", ".join(f"{split} {count(sum(part))}" for split, part in zip(audit.splits, audit.counts, strict=True))
    colour = "in colour" if audit.is_colour else "grey"
    return Chart(
        figure,
        title="Faces of every expression",
        footer=f"{audit.title}, {audit.size_px} x {audit.size_px} px, {colour}: {sizes}.",
        alt=f"Faces of every expression in {audit.title}: "
        + ", ".join(f"{name} {count(total)}" for name, total in zip(names, totals, strict=True)),
        table=tuple(
            {"split": split, "expression": name, "faces": number}
            for split, part in zip(audit.splits, audit.counts, strict=True)
            for name, number in zip(names, part, strict=True)
        ),
    )
