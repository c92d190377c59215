"""What axe-core finds against a page: https://github.com/dequelabs/axe-core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

REFUSED = ("serious", "critical")
# Streamlit's own list of the menu's groups, whose headings stand between its entries.
NOT_OURS = {"exclude": [["[data-testid='stSidebarNavItems']"]]}
VIOLATIONS_ONLY = {"resultTypes": ["violations"]}  # else places that pass are described as well, which takes as long
HELD = ("heading-order", "empty-table-header", "page-has-heading-one")  # moderate or minor, and ours to keep


def findings(page: Page) -> list[str]:
    """Return serious and critical findings, and those of HELD, with the first place of each."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    return [
        f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:120]}"
        for one in axe.Axe().run(page, context=NOT_OURS, options=VIOLATIONS_ONLY).response["violations"]
        if one["impact"] in REFUSED or one["id"] in HELD
    ]
