"""The pages in the order of the menu. A page is a folder in `dashboard/pages/` with a `page.py`, and a line here."""

from __future__ import annotations

from typing import NamedTuple

NO_GROUP = ""  # of pages that stand in the menu by themselves, before the groups


def page_file(folder: str) -> str:
    """Return what Streamlit runs for a page, from the folder of `streamlit_app.py`."""
    return f"dashboard/pages/{folder}/page.py"


class Page(NamedTuple):
    """One page: its folder in `dashboard/pages/`, its title in the menu, its path in the address, its group.

    A page that is not in the menu is led to by links.
    """

    folder: str
    title: str
    url_path: str
    group: str
    is_in_menu: bool = True

    @property
    def file(self) -> str:
        """What Streamlit runs, from the folder of `streamlit_app.py`."""
        return page_file(self.folder)


PAGES = (  # the first one is opened at the bare address
    Page("start", "Start", "start", NO_GROUP),
    Page("face_lab", "Try a photo", "face_lab", NO_GROUP),
    Page("film", "Film", "film", NO_GROUP),
    Page("camera", "Camera", "camera", NO_GROUP),
    Page("overview", "Leaderboard", "leaderboard", "Compare"),
    Page("confusion", "Confusion", "confusion", "Compare"),
    Page("differences", "Two networks", "differences", "Compare"),
    Page("paired", "Paired tests", "paired", "Compare"),
    Page("efficiency", "Efficiency", "efficiency", "Compare"),
    Page("device", "For a device", "device", "Compare"),
    # Led to by the names of networks.
    Page("network", "Network", "network", "Compare", is_in_menu=False),
    Page("calibration", "Calibration", "calibration", "Behaviour"),
    Page("robustness", "Robustness", "robustness", "Behaviour"),
    Page("regions", "Regions", "regions", "Behaviour"),
    Page("embedding", "Embedding", "embedding", "Behaviour"),
    Page("evidence", "Evidence", "evidence", "Check"),
    Page("ablations", "Ablations", "ablations", "Check"),
    Page("data_audit", "Data and leaks", "data", "Check"),
    Page("training", "Training", "training", "Check"),
    Page("contract", "Contract", "contract", "Check"),
    Page("player", "Player", "player", "Behaviour"),
    Page("report", "Report", "report", "Report"),
    Page("glossary", "Glossary", "glossary", "Report"),
)


def groups() -> dict[str, list[Page]]:
    """Return the pages by group, in the order of the menu."""
    by_group: dict[str, list[Page]] = {}
    for page in PAGES:
        by_group.setdefault(page.group, []).append(page)
    return by_group
