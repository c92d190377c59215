"""A guided story of at most eight steps, each a sentence and a figure, written from the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from dashboard.pages.report.story_charts import claim_dots, effect_dots
from dashboard.pages.report.story_text import (
    claims_sentence,
    holds_sentence,
    leaks_sentence,
    looks_sentence,
    measured_sentence,
    papers_sentence,
    parts_sentence,
    take_sentence,
)
from dashboard.plotting.accuracy_against_cost import accuracy_against_cost
from dashboard.plotting.cost_layout import pareto_front
from dashboard.plotting.leak_effect_dots import leak_effect_dots
from dashboard.plotting.network_costs import cost_dots
from dashboard.plotting.regions import region_matrix
from dashboard.plotting.report_item import ChartPair, ReportItem
from dashboard.plotting.theme import DARK, LIGHT
from dashboard.plotting.training_curves import training_curves
from dashboard.ui.measured_item import measured_item

if TYPE_CHECKING:
    from dashboard.pages.report.views import StoryView
    from dashboard.plotting.chart import Chart


NAME_PX = 36  # of a name in a chart, in present mode


class Step(NamedTuple):
    """One step: its caption, its sentence, what draws its figure in a palette, and the views that it shows."""

    caption: str
    sentence: str
    draw: Callable[..., Chart]
    about: object


def story_items(story: StoryView, made: str, address: str) -> list[ReportItem]:
    """Return the steps of which something is known, as items of a report.

    Args:
        made: with what and when; address: where a step can be opened, but for its number at the end.
    """
    return [story_item(step, place, made, address) for place, step in enumerate(story_steps(story), 1)]


def story_item(step: Step, place: int, made: str, address: str) -> ReportItem:
    """Return one step as an item; `place` is its number from 1, the rest as in `story_items`."""
    pair = ChartPair(step.draw(palette=LIGHT), step.draw(palette=DARK))
    return measured_item(
        f"story {place}", pair, step.about, caption=step.caption, sentence=step.sentence, made=made,
        address=f"{address}{place}",
    )  # fmt: skip


def story_steps(story: StoryView) -> list[Step]:
    """Return the steps of which something is known, undrawn: a presentation shows one at a time."""
    return list(_steps(story))


def _steps(story: StoryView) -> Iterator[Step]:
    if story.costs:
        draw = partial(cost_dots, story.costs, "params")
        yield Step("Three papers", papers_sentence(story), draw, ())
    if story.papers:
        draw = partial(claim_dots, story.papers, False)
        yield Step("What they claim", claims_sentence(story), draw, ())
    if story.trainings:
        names = {training.checkpoint.name: training.checkpoint.network.title for training in story.trainings}
        draw = partial(training_curves, story.trainings, names, "accuracy", "epoch", NAME_PX)
        yield Step("How it was measured", measured_sentence(story.trainings), draw, story.trainings)
    if any(paper.claim.ours for paper in story.papers):
        draw = partial(claim_dots, story.papers, True)
        yield Step("What holds", holds_sentence(story.papers), draw, story.papers)
    yield from _findings(story)


def _findings(story: StoryView) -> Iterator[Step]:
    if story.parts:
        draw = partial(effect_dots, story.parts)
        steps = [row.step for row in story.parts]
        yield Step("What each part adds", parts_sentence(story.parts, story.data_title), draw, steps)
    if story.looks:
        yield Step("Where they look", looks_sentence(story.looks), partial(region_matrix, story.looks), story.looks)
    if story.leaks:
        names = [leak.checkpoint.network.title for leak in story.leaks]
        draw = partial(leak_effect_dots, story.leaks, names)
        yield Step("What leaks", leaks_sentence(story.leaks, story.prices), draw, story.leaks)
    if story.placed:
        front = pareto_front(story.placed, "params")
        named = {row.name for row in (*front, *story.runs, *filter(None, (story.small, story.best)))}
        shown = [row for row in story.placed if row.name in named]
        yield Step("Which to take", take_sentence(story), partial(accuracy_against_cost, shown, front, "params"), shown)
