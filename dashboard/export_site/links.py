"""Links of the app's pages as files of the site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from markupsafe import Markup

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView

# Links of our own tables: to a network's page, to a checkpoint's confusions, to a term of the glossary.
OF_THE_APP = re.compile(r'<a href="(network|confusion|glossary)[?#]([^"]*)"[^>]*?( title="[^"]*")?>(.*?)</a>')

HOME, STORY, WEIGHTS = "index.html", "story.html", "weights.html"


def leaderboard_file(data: str) -> str:
    """Name the leaderboard of a data set."""
    return f"leaderboard-{data}.html"


def network_file(network: str) -> str:
    """Name the page of a network."""
    return f"network-{network}.html"


def ablations_file(data: str) -> str:
    """Name the ablation tables of a data set."""
    return f"ablations-{data}.html"


def evidence_file(data: str) -> str:
    """Name the ledger of a data set."""
    return f"evidence-{data}.html"


def network_place(row: CheckpointView) -> str:
    """Return where a checkpoint's network is shown on the checkpoint's data set."""
    return f"{network_file(row.network.name)}#{row.data}"


def relinked(html: Markup, rows: Mapping[str, CheckpointView]) -> Markup:
    """Return a table of the app with links into the site; a term of the glossary keeps its meaning on hover.

    Args:
        rows: all checkpoints by name.
    """

    def replaced(link: re.Match[str]) -> str:
        page, query, title, words = link.groups()
        if page == "glossary":
            return f"<abbr{title or ''}>{words}</abbr>"
        row = rows.get(parse_qs(unescape(query)).get("run" if page == "network" else "a", [""])[0])
        return f'<a href="{network_place(row)}">{words}</a>' if row else words

    return Markup(OF_THE_APP.sub(replaced, html))
