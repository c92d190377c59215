"""Accuracy against cost: who is on the Pareto front, and where marks, intervals, claims and labels lie on a chart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from math import log10
from typing import TYPE_CHECKING, Protocol, TypeVar

from dashboard.formatting import Span
from dashboard.plotting.accuracy_axis import AccuracyAxis
from dashboard.plotting.label_placement import LabelBox, place_labels
from dashboard.plotting.log_ticks import log_range
from dashboard.views.checkpoints import CheckpointView

if TYPE_CHECKING:
    from dashboard.formatting import IntervalLike
    from fer_core.evaluation.intervals import Estimate

# Only for placing labels: the plot's area where there is least room, beside a table on a page of 1280 px.
PLOT = LabelBox(0, 0, 260, 370)
PIECE_PX = 12
TOUCHING = 0.3  # a label that covers more of its neighbours than this is left to hovering


class Scored(Protocol):
    """What has an accuracy."""

    @property
    def accuracy(self) -> Estimate:
        """On the faces that all are ranked on."""


Row = TypeVar("Row", bound=Scored)


def pareto_front(rows: Sequence[Row], cost: str) -> list[Row]:
    """Return the rows that no other beats in accuracy without costing more, cheapest first.

    Args:
        cost: the attribute of a row that holds its cost.
    """
    front: list[Row] = []
    for row in sorted(rows, key=lambda row: (getattr(row, cost), -row.accuracy.value)):
        if not front or row.accuracy.value > front[-1].accuracy.value:
            front.append(row)
    return front


class CostLayout:
    """The axes' ranges and, in pixels of a typical screen, where things lie.

    Args:
        rows, front, cost: as of `accuracy_against_cost`; chosen: the names of the rows that stand out.
    """

    def __init__(
        self,
        rows: Sequence[CheckpointView],
        front: Sequence[CheckpointView],
        cost: str,
        chosen: Collection[str],
    ) -> None:
        self.rows, self.chosen = rows, chosen
        self.front = [(log10(getattr(row, cost)), row.accuracy.value) for row in front]
        self.x = [log10(getattr(row, cost)) for row in rows]
        strong = [row for row in rows if row.name in chosen]
        drawn = {claimed_at(row, cost): row.claim.accuracy for row in strong if claimed_at(row, cost)}
        self.claims = [(log10(claimed_cost), accuracy) for claimed_cost, accuracy in drawn.items()]
        self.x_range = log_range([*(getattr(row, cost) for row in rows), *drawn], room=0.12)
        by_origin: dict[bool, list[IntervalLike]] = {False: [], True: []}
        for row in rows:
            by_origin[row.is_imported].append(row.accuracy if row.name in chosen else Span(*[row.accuracy.value] * 3))
        self.y = AccuracyAxis.covering(by_origin[False], by_origin[True], drawn.values())

    def label_places(self) -> list[str | None]:
        """Where each chosen row's label stands. A network's best mark bears its name; its other seeds wear the same
        shape and colour, and hovering tells them apart. Small marks may lie under a label.
        """
        marks = [
            self._box(x, *self._reach(row)) for x, row in zip(self.x, self.rows, strict=True) if row.name in self.chosen
        ]
        claims = [self._box(x, accuracy, accuracy) for x, accuracy in self.claims]
        named = {group[0].name for group in by_network(self.rows)}.intersection(self.chosen)
        anchors = [
            (self._across(x), self._down(row.accuracy.value))
            for x, row in zip(self.x, self.rows, strict=True)
            if row.name in named
        ]
        titles = [self.y.label(row.network.title, row.accuracy.value) for row in self.rows if row.name in named]
        placed = iter(place_labels(anchors, titles, [*marks, *claims, *self._front_boxes()], PLOT, TOUCHING))
        places = [(row, *(next(placed) if row.name in named else (None, 0.0))) for row in self.rows]
        return [place if cost <= TOUCHING or self.is_beyond(row) else None for row, place, cost in places]

    def is_beyond(self, row: CheckpointView) -> bool:
        """Whether a row's mark stands at the edge, which its label has to tell in any case."""
        return self.y.is_beyond(row.accuracy.value)

    def _reach(self, row: CheckpointView) -> tuple[float, float]:
        """The ends of a row's bar; at the edge there is none."""
        return (row.accuracy.value,) * 2 if self.is_beyond(row) else (row.accuracy.low, row.accuracy.high)

    def _front_boxes(self) -> list[LabelBox]:
        """The level parts of the Pareto line, in short pieces, so that each piece under a label counts."""
        boxes = []
        for (x, y), (end, _) in pairwise(self.front):
            left, right, down = round(self._across(x)), round(self._across(end)), self._down(y)
            boxes += [LabelBox(start, down - 2, start + PIECE_PX, down + 2) for start in range(left, right, PIECE_PX)]
        return boxes

    def _box(self, x: float, low: float, high: float) -> LabelBox:
        across = self._across(x)
        return LabelBox(across - 7, self._down(high) - 7, across + 7, self._down(low) + 7)

    def _across(self, x: float) -> float:
        return PLOT.right * (x - self.x_range[0]) / (self.x_range[1] - self.x_range[0])

    def _down(self, share: float) -> float:
        return PLOT.bottom * (self.y.high - self.y.place(share)) / (self.y.high - self.y.low)


def claimed_at(row: CheckpointView, cost: str) -> int | None:
    """What a row's claim costs; a claim whose cost the paper leaves open is not drawn."""
    return getattr(row.claim, cost) if row.claim else None


def by_network(rows: Sequence[CheckpointView]) -> list[list[CheckpointView]]:
    """Return the rows network by network and size by size, the most accurate first in each; same order of networks."""
    groups: dict[object, list[CheckpointView]] = {}
    for row in rows:
        groups.setdefault((row.network, row.macs, row.params), []).append(row)
    return list(groups.values())
