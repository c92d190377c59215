"""Which checkpoints a page is about: networks with their scores, the best run of each; other runs behind a switch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from dashboard.store.training_groups import runs_by_network
from dashboard.ui.address import chosen_data
from dashboard.ui.labels import NONE, scored_label
from dashboard.ui.query_params import choose, choose_many, switch
from dashboard.views.checkpoints import CheckpointView

Rows = Mapping[str, CheckpointView]
Default = Callable[[Sequence[CheckpointView]], Sequence[str]]  # what a page opens with, of the checkpoints given


def unfolded_runs(rows: Rows) -> dict[str, bool]:
    """Return all runs in the order to list them, and whether each one is listed; show the switch that unfolds all.

    Validation faces say which run of a network on a data set is listed first.
    """
    runs = runs_by_network(list(rows.values()))
    is_every = len(runs) < len(rows) and switch("Show all runs", key="all_runs")
    return {row.name: is_every or row is own[0] for own in runs for row in own}


def choose_checkpoint(title: str, rows: Rows, runs: Mapping[str, bool], *, key: str, default: Default) -> str:
    """A select box for one checkpoint: the first of the page's default, of the data set that was chosen elsewhere.

    Args:
        rows: all that can be chosen, by name; runs: as `unfolded_runs` gives them.
    """
    listed = _listed(runs)
    first = default(list(rows.values()))[0]
    opens = next(iter(_of_chosen_data(rows, default)), None)
    words = _words(rows, listed)
    return choose(title, list(runs), key=key, default=first, words=words, unfolded=listed, opens=opens)


def choose_other(title: str, rows: Rows, runs: Mapping[str, bool], *, key: str, than: str) -> str:
    """A select box for a checkpoint beside `than`, or NONE, which it opens with; `rows` and `runs` as above."""
    listed = [NONE, *_listed(runs)]
    others = [NONE, *(name for name in runs if name != than)]
    return choose(title, others, key=key, words=_words(rows, listed), unfolded=listed)


def choose_checkpoints(title: str, rows: Rows, *, key: str, default: Default) -> list[str]:
    """A select box for several checkpoints, in the order chosen, above the switch that lists all runs.

    Args:
        rows: all that can be chosen, by name.
    """
    place = st.container()
    runs = unfolded_runs(rows)
    listed, first = _listed(runs), default(list(rows.values()))
    opens, words = _of_chosen_data(rows, default), _words(rows, listed)
    with place:
        return choose_many(title, list(runs), key=key, default=first, words=words, unfolded=listed, opens=opens)


def _listed(runs: Mapping[str, bool]) -> list[str]:
    return [name for name, is_listed in runs.items() if is_listed]


def _of_chosen_data(rows: Rows, default: Default) -> Sequence[str]:
    """Return the page's default of the data set that was chosen on another page; () where there is none."""
    own = [row for row in rows.values() if row.data == chosen_data()]
    return default(own) if own else ()


def _words(rows: Rows, listed: Sequence[str]) -> Callable[[str], str]:
    """What runs are called: what sets one apart from those that are listed with it."""

    def words(name: str) -> str:
        beside = {run: rows[run] for run in (*listed, name) if run in rows}
        return scored_label(beside, name)

    return words
