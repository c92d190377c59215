"""A page for each network, on all its data sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dashboard.export_site.figures import Shelf
from dashboard.export_site.links import network_file
from dashboard.pages.network.data import run_view
from dashboard.pages.network.tables import claims_parts, cost_parts, printed_parts, recipe_parts
from dashboard.pages.network.text import (
    CLAIMS,
    CLAIMS_NOTE,
    CONFUSES,
    COSTS,
    LIMITS,
    LOOKS,
    TRAINED,
    no_claim,
    printed_title,
    schedule_words,
    verdict,
)
from dashboard.plotting.confusion_matrix import confusion_matrix
from dashboard.plotting.regions import region_matrix
from dashboard.plotting.site_export import BY_VARIABLE
from dashboard.plotting.site_page import SiteFigure, SitePage, SiteSection
from dashboard.plotting.training_curves import training_curves
from dashboard.store.checkpoints import matrix_view
from dashboard.store.regions import has_regions, regions
from dashboard.store.training_curves import training_histories
from dashboard.store.training_groups import runs_by_data
from dashboard.views.mistakes import confused
from dashboard.views.regions import regions_summary

if TYPE_CHECKING:
    from dashboard.pages.network.views import RunView
    from dashboard.views.checkpoints import CheckpointView

MENU = "Networks"


def network_pages(shelf: Shelf) -> Iterator[SitePage]:
    """Yield one page per network, with a section a data set: the run that stands for it there."""
    rows = list(shelf.rows.values())
    for network in dict.fromkeys(row.network for row in rows):
        runs = [own[0] for own in runs_by_data(rows, network.name).values()]
        sections = tuple(_section(shelf, run, rows) for run in runs)
        file = network_file(network.name)
        places = tuple((run.data_title, f"{file}#{run.data}") for run in runs) if len(runs) > 1 else ()
        yield SitePage(file, network.title, MENU, sections, places)


def _section(shelf: Shelf, run: CheckpointView, rows: Sequence[CheckpointView]) -> SiteSection:
    view = run_view(run, rows)
    trainings, problems = training_histories([run.name])
    return SiteSection(
        sentences=(verdict(view), *(() if view.claims else (no_claim(run),))),
        figures=(*_claims(shelf, view), *_behaviour(shelf, run), *_training(shelf, view)),
        notes=(*problems, f"{LIMITS}: {run.limits}" if run.limits else ""),
        title=run.data_title,
        anchor=run.data,
    )


def _claims(shelf: Shelf, view: RunView) -> Iterator[SiteFigure]:
    if view.claims:
        yield shelf.table(claims_parts(view, BY_VARIABLE), CLAIMS, note=CLAIMS_NOTE)
    if view.printed:
        yield shelf.table(printed_parts(view, BY_VARIABLE), printed_title(view))


def _behaviour(shelf: Shelf, run: CheckpointView) -> Iterator[SiteFigure]:
    matrix = matrix_view(run.name)
    yield shelf.chart(confusion_matrix, matrix, "rows", title=CONFUSES, sentence=confused(matrix))
    if has_regions([run.name])[0]:
        stored = regions(run.name)
        yield shelf.chart(region_matrix, stored, LOOKS, sentence=regions_summary(stored))


def _training(shelf: Shelf, view: RunView) -> Iterator[SiteFigure]:
    run = view.row
    stamp = view.latency.stamp if view.latency else ""
    yield shelf.table(cost_parts(view, BY_VARIABLE), COSTS, note=stamp)
    yield shelf.table(recipe_parts(view, BY_VARIABLE), TRAINED, note=schedule_words(run), command=view.command)
    trainings, _ = training_histories([run.name])
    if trainings:
        yield shelf.chart(training_curves, trainings, {run.name: run.network.title}, "accuracy", "epoch")
