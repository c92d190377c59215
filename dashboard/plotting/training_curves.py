"""Validation accuracy, loss and rate over a training, several trainings on one another; folds as thin lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import log10

import plotly.graph_objects as go

from dashboard.plotting.chart import Chart, blank
from dashboard.plotting.label_placement import dodge, end_labels, margin_px
from dashboard.plotting.log_ticks import log_range, log_ticks
from dashboard.plotting.theme import Palette, symbol
from dashboard.views.training_curves import LineView, TrainingCurvesView, best_accuracy, best_words

HEIGHT_PX = 440
LINE_PX = 18  # of a name at the end of a line
PLOT_PX = 370  # of the plot's height, for keeping names apart
NAMES_AT = 1.03  # of the longest training
LEAST_RATE = 0.01  # of the lowest peak: a schedule that ends at 0 has no logarithm
DASHES = ("solid", "dash", "dot", "dashdot")

CURVE_KINDS = {
    "accuracy": ("Validation accuracy", "validation accuracy (%)"),
    "loss": ("Training loss", "mean training loss"),
    "rate": ("Learning rate", "learning rate, log scale"),
}
X_TITLES = {"epoch": "epochs", "hours": "hours of training"}
NOTES = {
    "accuracy": "",
    "loss": "Losses of different recipes are different quantities (smoothed labels, teachers): only their course can "
    "be compared. ",
    "rate": "Rates below a hundredth of the lowest peak are drawn there. ",
}


def training_curves(
    found: Sequence[TrainingCurvesView],
    names: Mapping[str, str],
    measure: str,
    axis: str,
    line_px: float = LINE_PX,
    *,
    palette: Palette,
) -> Chart:
    """Draw a measure (a key of COURSES) over epochs or hours (a key of X_TITLES), a line a training.

    Args:
        found: at least one training; names: what to call each checkpoint.
        line_px: of a name at the end of a line.
    """
    words, y_title = CURVE_KINDS[measure]
    labels, line_px = end_labels([names[course.checkpoint.name] for course in found], line_px, PLOT_PX)
    plane = _Plane(found, measure, axis)
    figure = blank(palette, HEIGHT_PX, margin={"r": margin_px(labels)})
    for course, dash in zip(found, _dashes(found), strict=True):
        figure.add_traces(list(_traces(course, names[course.checkpoint.name], dash, plane, palette)))
    figure.add_traces(list(_end_names(found, labels, plane, line_px, palette)))
    figure.update_xaxes(range=[0, plane.end * NAMES_AT], title_text=X_TITLES[axis])
    scale = {"type": "log", **log_ticks(plane.span, 1.0, "")} if plane.is_log else {}
    figure.update_yaxes(range=plane.span, title_text=y_title, **scale)
    titles = sorted({course.checkpoint.data_title for course in found})
    return Chart(
        figure,
        title=f"{words} over the training",
        footer="Marks: the best epoch, chosen by validation accuracy alone. "
        + ("Thin: folds, thick: their mean. " if any(course.folds for course in found) else "")
        + NOTES[measure]
        + ("Hours leave validation out. " if axis == "hours" else "")
        + f"Validation faces of {' and '.join(titles)}.",
        alt=f"{words} of {len(found)} trainings: "
        + "; ".join(f"{names[c.checkpoint.name]} best {best_accuracy(c)} in epoch {best_words(c)}" for c in found),
        table=tuple(row for course in found for row in _rows(course)),
    )


class _Plane:
    """What stands on the two axes, and their ranges; a logarithmic one is in powers of ten."""

    def __init__(self, found: Sequence[TrainingCurvesView], measure: str, axis: str) -> None:
        lines = [line for course in found for line in (course.line, *course.folds)]
        self.measure, self.axis, self.is_log = measure, axis, measure == "rate"
        self.least = LEAST_RATE * min(max(line.rate) for line in lines) if self.is_log else 0.0
        self.end = max(max(self.x(line)) for line in lines)
        values = [value for line in lines for value in self.y(line)]
        pad = 0.06 * (max(values) - min(values)) or 0.5
        self.span = log_range(values, room=0.05) if self.is_log else (min(values) - pad, max(values) + pad)

    def x(self, line: LineView) -> Sequence[float]:
        return line.hours if self.axis == "hours" else line.epochs

    def y(self, line: LineView) -> list[float]:
        if self.measure == "accuracy":
            return [100 * value for value in line.accuracy]
        return [max(value, self.least) for value in getattr(line, self.measure)]

    def places_of_names(self, ends: Sequence[float], line_px: float) -> list[float]:
        """Return the heights of names, each as near to its line's end as the others allow."""
        heights = [log10(end) for end in ends] if self.is_log else ends
        placed = dodge(heights, line_px / PLOT_PX * (self.span[1] - self.span[0]), self.span[1])
        return [10**height for height in placed] if self.is_log else placed


def _dashes(found: Sequence[TrainingCurvesView]) -> Iterator[str]:
    """Trainings of one family share its colour, so each takes the next way of drawing a line."""
    seen: Counter[str] = Counter()
    for course in found:
        family = course.checkpoint.network.family
        yield DASHES[seen[family] % len(DASHES)]
        seen[family] += 1


def _traces(course: TrainingCurvesView, name: str, dash: str, plane: _Plane, palette: Palette) -> Iterator[go.Scatter]:
    """Thin lines of the folds, the line, and a mark on each best epoch."""
    network = course.checkpoint.network
    colour = palette.family(network.family)
    for fold in course.folds:
        yield _line(fold, f"{name}, fold {fold.fold}", {"color": colour, "width": 0.7, "dash": dash}, plane)
    yield _line(course.line, name, {"color": colour, "width": 2, "dash": dash}, plane)
    kept = course.folds or (course.line,)
    yield go.Scatter(
        x=[plane.x(line)[line.best] for line in kept],
        y=[plane.y(line)[line.best] for line in kept],
        mode="markers",
        marker={"symbol": symbol(network.variant), "size": 5 if course.folds else 10, "color": colour},
        name=f"{name}, best",
        customdata=[line.epochs[line.best] for line in kept],
        hovertemplate=f"<b>{name}</b><br>best: epoch %{{customdata}}<extra></extra>",
    )


def _line(line: LineView, name: str, drawn: dict[str, object], plane: _Plane) -> go.Scatter:
    unit = " %" if plane.measure == "accuracy" else ""
    return go.Scatter(
        x=list(plane.x(line)),
        y=plane.y(line),
        mode="lines",
        line=drawn,
        name=name,
        customdata=list(line.epochs),
        hovertemplate=f"<b>{name}</b><br>epoch %{{customdata}}: %{{y:.4g}}{unit}<extra></extra>",
    )


def _end_names(
    found: Sequence[TrainingCurvesView], labels: Sequence[str], plane: _Plane, line_px: float, palette: Palette
) -> Iterator[go.Scatter]:
    """Write names at the right and lead the eye from each line's end to its name."""
    ends = [plane.y(course.line)[-1] for course in found]
    places = plane.places_of_names(ends, line_px)
    for course, end, place in zip(found, ends, places, strict=True):
        yield go.Scatter(
            x=[plane.x(course.line)[-1], plane.end * NAMES_AT],
            y=[end, place],
            mode="lines",
            line={"color": palette.family(course.checkpoint.network.family), "width": 0.7},
            hoverinfo="skip",
        )
    yield go.Scatter(
        x=[plane.end * NAMES_AT] * len(found),
        y=places,
        mode="text",
        text=list(labels),
        textposition="middle right",
        textfont={"color": palette.text, "size": 14},
        cliponaxis=False,
        hoverinfo="skip",
    )


def _rows(course: TrainingCurvesView) -> Iterator[dict[str, object]]:
    for line in course.folds or (course.line,):
        for place, epoch in enumerate(line.epochs):
            yield {
                "checkpoint": course.checkpoint.name,
                "fold": line.fold,
                "epoch": epoch,
                "hours": line.hours[place],
                "validation_accuracy": line.accuracy[place],
                "train_loss": line.loss[place],
                "learning_rate": line.rate[place],
                "best": place == line.best,
            }


def curve_kind_words(measure: str) -> str:
    """Name what is drawn over a training."""
    return CURVE_KINDS[measure][0]
