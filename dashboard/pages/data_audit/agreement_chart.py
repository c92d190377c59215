"""FER2013's labels against what ten people of FER+ saw in the same pictures."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.formatting import estimate
from dashboard.pages.data_audit.views import AgreementView
from dashboard.plotting.chart import Chart, blank, column_axis, measured_on, row_axis
from dashboard.plotting.error_bars import error_bars
from dashboard.plotting.theme import Palette, colour_scale, interpolate, readable_on

HEIGHT_PX = 430
ROW_PX, FRAME_PX = 42, 70


def label_agreement_matrix(agreement: AgreementView, *, palette: Palette) -> Chart:
    """Draw what voters chose most often (columns) for the faces of each FER2013 label (rows), in percent of the row."""
    shares = [[k / max(1, sum(row)) for k in row] for row in agreement.matrix]
    figure = blank(palette, HEIGHT_PX, dragmode=False)
    across, down = list(range(len(agreement.columns))), list(range(len(agreement.expressions)))
    figure.add_trace(
        go.Heatmap(
            z=shares, x=across, y=down, zmin=0, zmax=1, colorscale=colour_scale(palette.sequential), showscale=False,
            xgap=1, ygap=1, hoverinfo="skip",
        )
    )  # fmt: skip
    cells = [(i, j) for i in down for j in across]
    inks = [readable_on(fill) for fill in interpolate(palette.sequential, [shares[i][j] for i, j in cells])]
    figure.add_trace(
        go.Scatter(
            x=[j for _, j in cells],
            y=[i for i, _ in cells],
            mode="text",
            text=[_in_cell(shares[i][j], agreement.matrix[i][j]) for i, j in cells],
            textfont={"color": inks, "size": 14},
            customdata=[(agreement.expressions[i], agreement.columns[j], agreement.matrix[i][j]) for i, j in cells],
            hovertemplate="labelled %{customdata[0]}, seen as %{customdata[1]}: %{customdata[2]:,}<extra></extra>",
        )
    )  # fmt: skip
    columns = column_axis(agreement.columns)
    figure.update_xaxes(title_text="what FER+'s voters chose most often", tickangle=-45, fixedrange=True, **columns)
    figure.update_yaxes(title_text="FER2013's label", fixedrange=True, **row_axis(agreement.expressions))
    return Chart(
        figure,
        title="Where label and votes part",
        footer=f"Percent of the row, blank for none. Tie rule: {agreement.tie_rule}. "
        + _measured(agreement, "the same pictures"),
        alt="Share of each FER2013 label that is the voters' first choice: "
        + "; ".join(
            f"{name} {estimate(value)}" for name, value in zip(agreement.expressions, agreement.shares, strict=True)
        ),
        table=tuple(
            {"label": agreement.expressions[i], "plurality": agreement.columns[j], "faces": agreement.matrix[i][j],
             "share_of_row": shares[i][j]}
            for i, j in cells
        ),
    )  # fmt: skip


def label_agreement_dots(agreement: AgreementView, *, palette: Palette) -> Chart:
    """Draw for each label how often the voters' plurality is the same, with its interval."""
    known = [(i, value) for i, value in enumerate(agreement.shares) if value is not None]
    figure = blank(palette, FRAME_PX + ROW_PX * len(agreement.expressions))
    figure.add_trace(
        go.Scatter(
            x=[100 * value.value for _, value in known],
            y=[i for i, _ in known],
            error_x=error_bars([value for _, value in known], palette.accent),
            mode="markers",
            marker={"size": 10, "color": palette.accent},
            text=[f"{agreement.expressions[i]}: {estimate(value)}" for i, value in known],
            hovertemplate="%{text}<extra></extra>",
        )
    )
    names = agreement.expressions
    figure.update_yaxes(**row_axis(names))
    figure.update_xaxes(range=[0, 103], title_text="label is the voters' first choice (%)", dtick=20)
    return Chart(
        figure,
        title="How often the voters' first choice is the label",
        footer=f"Tie rule: {agreement.tie_rule}. {_measured(agreement, 'bars: Wilson 95 %')}",
        alt="; ".join(f"{names[i]} {estimate(value)}" for i, value in known),
        table=tuple(
            {"label": names[i], "faces": sum(agreement.matrix[i]), "share": value.value, "low": value.low,
             "high": value.high}
            for i, value in known
        ),
    )  # fmt: skip


def _in_cell(share: float, number: int) -> str:
    return f"{100 * share:.0f}" if number else ""


def _measured(agreement: AgreementView, method: str) -> str:
    return measured_on(agreement.title, agreement.split, agreement.n, method)
