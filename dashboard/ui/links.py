"""Where names of things lead."""

from __future__ import annotations

from urllib.parse import urlencode

from dashboard.views.checkpoints import CheckpointView


def network_link(row: CheckpointView) -> str:
    """Return the link from any page to that about a checkpoint's network, with this checkpoint chosen."""
    return f"network?{urlencode({'name': row.network.name, 'data': row.data, 'run': row.name})}"


def network_address(row: CheckpointView, here: str | None) -> str:
    """Return the whole address of that page, `here` being any page's; "" where there is none, as in a test."""
    return f"{here.partition('?')[0].rpartition('/')[0]}/{network_link(row)}" if here else ""
