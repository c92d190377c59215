"""The checkpoints that any view is about: they say on which faces its numbers were measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from dashboard.formatting import sample_size
from dashboard.views.checkpoints import CheckpointView


def checkpoints_in(view: object) -> tuple[CheckpointView, ...]:
    """Return the checkpoints in a view, or in sequences and mappings of views, each once, in their order."""
    return tuple({row.name: row for row in _walk(view)}.values())


def _walk(view: object) -> Iterator[CheckpointView]:
    if isinstance(view, CheckpointView):
        yield view
    elif is_dataclass(view) and not isinstance(view, type):
        for field in fields(view):
            yield from _walk(getattr(view, field.name))
    elif isinstance(view, Mapping):
        for value in view.values():
            yield from _walk(value)
    elif isinstance(view, list | tuple):
        for value in view:
            yield from _walk(value)


def faces_of(row: CheckpointView) -> str:
    """Return what a checkpoint was scored on: "FER2013 PrivateTest, n = 3,589"."""
    return f"{row.scored_on}, {sample_size(row.n)}"
