"""Labels of choices on screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dashboard.formatting import percent
from dashboard.views.checkpoints import CheckpointView

NONE = "none"  # in the address: no second checkpoint


def label(rows: Mapping[str, CheckpointView], name: str) -> str:
    """Name one of the checkpoints, or NONE: its network, and what sets it apart from others of that network."""
    if name == NONE:
        return "Nothing"
    row = rows[name]
    namesakes = [other for other in rows.values() if other.network == row.network and other.name != name]
    data = [row.data_title] if len({other.data for other in rows.values()}) > 1 else []
    return ", ".join([row.network.title, *data, *_apart(row, [other for other in namesakes if other.data == row.data])])


def scored_label(rows: Mapping[str, CheckpointView], name: str) -> str:
    """Name one of the checkpoints as `label` does, with its accuracy where it is known."""
    row = rows.get(name)
    accuracy = row.accuracy.value if row and row.accuracy else None
    return label(rows, name) if accuracy is None else f"{label(rows, name)} · {percent(accuracy)}"


def labels(rows: Iterable[CheckpointView]) -> dict[str, str]:
    """Name checkpoints that are shown together, by their names on disk."""
    shown = {row.name: row for row in rows}
    return {name: label(shown, name) for name in shown}


def _apart(row: CheckpointView, twins: Sequence[CheckpointView]) -> list[str]:
    """What sets a checkpoint apart from its twins: its seed, or the whole tag where seeds repeat."""
    if not twins:
        return []
    if seeds_tell_apart([row, *twins]):
        return [f"seed {row.seed}"]
    return [row.tag]


def seeds_tell_apart(rows: Sequence[CheckpointView]) -> bool:
    """Whether no two rows of one network have the same seed."""
    return len({row.seed for row in rows}) == len(rows)
