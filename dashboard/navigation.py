"""The pages in the order of the menu. A page is a folder in `dashboard/pages/` with a `page.py`, and a line here."""

from __future__ import annotations

from typing import NamedTuple


class Page(NamedTuple):
    """One page: its folder in `dashboard/pages/`, its title in the menu, its path in the address.

    A page that is not in the menu is led to by links.
    """

    folder: str
    title: str
    url_path: str
    is_in_menu: bool = True

    @property
    def file(self) -> str:
        """What Streamlit runs, from the folder of `streamlit_app.py`."""
        return f"dashboard/pages/{self.folder}/page.py"


PAGES = (  # the first one is opened at the bare address
    Page("overview", "Overview", "overview"),
    Page("ablations", "Ablations", "ablations"),
    Page("confusion", "Confusion", "confusion"),
    Page("paired", "Paired tests", "paired"),
    Page("calibration", "Calibration", "calibration"),
    Page("robustness", "Robustness", "robustness"),
    Page("regions", "Regions", "regions"),
    Page("embedding", "Embedding", "embedding"),
    Page("data_audit", "Data and leaks", "data"),
    Page("training", "Training", "training"),
    Page("evidence", "Evidence", "evidence"),
    Page("efficiency", "Efficiency", "efficiency"),
    Page("contract", "Contract", "contract"),
    Page("face_lab", "Face lab", "face_lab"),
    # Led to by the names of networks.
    Page("network", "Network", "network", is_in_menu=False),
    # A laptop's width has no room for more: every page ends with a link to these.
    Page("report", "Report", "report", is_in_menu=False),
    Page("glossary", "Glossary", "glossary", is_in_menu=False),
)
