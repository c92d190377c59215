"""Which checkpoints a page is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.ui.labels import label
from dashboard.ui.query_params import choose_many
from dashboard.views.checkpoints import CheckpointView


def choose_checkpoints(
    title: str, rows: Mapping[str, CheckpointView], *, key: str, default: Sequence[str]
) -> list[str]:
    """A select box for several checkpoints, each called by what sets it apart from the others, in the order chosen.

    Args:
        rows: all that can be chosen, by name.
    """
    return choose_many(title, list(rows), key=key, default=default, words=lambda name: label(rows, name))
