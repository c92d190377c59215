"""Where names of things lead."""

from __future__ import annotations

from urllib.parse import urlencode

from dashboard.views.checkpoints import CheckpointView


def network_link(row: CheckpointView) -> str:
    """Return the address of the page about a checkpoint's network, with this checkpoint chosen."""
    return f"network?{network_query(row)}"


def network_query(row: CheckpointView) -> str:
    """Return what that page's address says after its path."""
    return urlencode({"name": row.network.name, "data": row.data, "run": row.name})
