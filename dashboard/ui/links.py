"""Links to pages and networks."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import streamlit as st

from dashboard.navigation import page_file
from dashboard.ui.messages import plain
from dashboard.views.checkpoints import CheckpointView


def page_link(folder: str, label: str, address: Mapping[str, str | list[str]] | None = None) -> None:
    """Show a link to a page, which keeps the session; `address` holds the choices on it."""
    st.page_link(page_file(folder), label=plain(label), query_params=address)


def network_params(row: CheckpointView) -> dict[str, str | list[str]]:
    """Return the address of a checkpoint's network on its page, with this checkpoint chosen."""
    return {"name": row.network.name, "data": row.data, "run": row.name}


def network_link(row: CheckpointView) -> str:
    """Return the link from any page to that about a checkpoint's network, with this checkpoint chosen."""
    return f"network?{urlencode(network_params(row))}"


def network_address(row: CheckpointView, here: str | None) -> str:
    """Return the whole address of that page, `here` being any page's; "" where there is none, as in a test."""
    return f"{here.partition('?')[0].rpartition('/')[0]}/{network_link(row)}" if here else ""
