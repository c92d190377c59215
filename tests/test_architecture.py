"""Who may import whom. The rules are `support.import_rules`; each is kept here, and catches a planted violation."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.import_rules import CORE_FLOORS, RULES, imports

from dashboard.navigation import PAGES

PROJECT = Path(__file__).resolve().parents[1]

# Read by the first page, so they must not wait for torch.
WITHOUT_TORCH = (
    "fer_core.labels",
    "fer_core.checkpoints.card",
    "fer_core.checkpoints.claim_comparison",
    "fer_core.evidence.claims",
    "fer_core.checkpoints",
    "fer_core.data",
    "fer_core.evaluation",
    "fer_core.checkpoints.comparability",
    "fer_core.checkpoints.history",
    "fer_core.evidence.ledger",
    "fer_core.checkpoints.look_counts",
    "fer_core.images.face_crop",
    "fer_core.images.photos",
    "fer_core.images.face_detection",
    "fer_core.images.preprocessing",
    "fer_core.batch.run",
    "fer_core.profiling",
    "fer_core.export.record",
    "fer_core.export.costs",
    "fer_core.checkpoints.contract_report",
)

TYPING = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    "
DEFERRED = "def late():\n    "

# A tree in which everything is allowed, with one import of each kind that the rules let pass.
ALLOWED = {
    "streamlit_app.py": "import streamlit\nfrom dashboard.navigation import PAGES\n",
    "dashboard/__init__.py": "",
    "dashboard/formatting.py": "def percent(share): ...\n",
    "dashboard/navigation.py": "PAGES = ()\n",
    "dashboard/views/rows.py": "from dashboard.formatting import percent\nclass Row: ...\n",
    "dashboard/store/cards.py": "from dashboard.views.rows import Row\nfrom fer_core.errors import FerError\n"
    "def cards(): ...\n",
    "dashboard/plotting/chart.py": "import plotly.graph_objects as go\nfrom dashboard.views import rows\n"
    "class Chart: ...\n",
    "dashboard/ui/panel.py": "import streamlit\nfrom dashboard.plotting.chart import Chart\n"
    "from dashboard.store.cards import cards\ndef show(): ...\n",
    "dashboard/pages/a/page.py": "import streamlit\nfrom dashboard.pages.a.data import answer\n"
    "from dashboard.ui.panel import show\n" + TYPING + "from fer_core.images.photos import Photo\n",
    "dashboard/pages/a/data.py": "from fer_core.images.photos import Photo\ndef answer():\n    import torch\n",
    "dashboard/pages/a/score_charts.py": "import plotly\nfrom dashboard.plotting.chart import Chart\n",
    "dashboard/pages/b/gate_data.py": "from fer_core import errors\ndef gates(): ...\n",
    "fer_core/errors.py": "class FerError(Exception): ...\n",
    "fer_core/images/photos.py": "from fer_core.errors import FerError\nclass Photo: ...\n",
    "fer_core/training/loop.py": "import torch\nfrom fer_core.images.photos import Photo\n",
    "fer_core/training/distributed.py": DEFERRED + "from fer_core.training import loop\n",
    "fer_core/cli/train.py": DEFERRED + "from fer_core.training.loop import fit\n",
}

# (rule, file, what is written at its end)
PLANTED = (
    ("core_past_the_doors", "dashboard/pages/a/page.py", "from fer_core.images.photos import Photo"),
    ("core_past_the_doors", "dashboard/pages/a/text.py", "from fer_core import errors"),
    ("core_past_the_doors", "dashboard/pages/a/score_charts.py", DEFERRED + "import fer_core.errors"),
    ("core_past_the_doors", "dashboard/pages/a/data/deeper.py", "import fer_core.errors"),
    ("core_past_the_doors", "dashboard/ui/panel.py", "from fer_core.errors import FerError"),
    ("core_past_the_doors", "dashboard/views/rows.py", "def f():\n    from fer_core.errors import FerError"),
    ("core_past_the_doors", "streamlit_app.py", "import fer_core"),
    ("plotly_past_the_drawers", "dashboard/pages/a/tables.py", "import plotly.graph_objects as go"),
    ("plotly_past_the_drawers", "dashboard/ui/panel.py", DEFERRED + "from plotly.io import to_json"),
    ("drawers_with_streamlit", "dashboard/plotting/chart.py", "import streamlit as st"),
    ("drawers_with_streamlit", "dashboard/pages/a/score_charts.py", DEFERRED + "from streamlit import html"),
    ("heavy_at_start", "dashboard/pages/a/data.py", "import torch"),
    ("heavy_at_start", "dashboard/pages/a/page.py", DEFERRED + "import torch"),
    ("heavy_at_start", "dashboard/pages/a/text.py", DEFERRED + "from captum.attr import Saliency"),
    ("heavy_at_start", "dashboard/store/cards.py", "from captum.attr import Saliency"),
    ("page_to_page", "dashboard/pages/a/data.py", "from dashboard.pages.b.gate_data import gates"),
    ("page_to_page", "dashboard/pages/a/data.py", "from ..b import gate_data"),
    ("page_to_page", "dashboard/pages/a/text.py", TYPING + "from dashboard.pages.b import gate_data"),
    ("core_with_screen", "fer_core/images/photos.py", DEFERRED + "import streamlit"),
    ("core_with_screen", "fer_core/cli/train.py", "from plotly import colors"),
    ("core_with_screen", "fer_core/cli/train.py", "from dashboard.formatting import percent"),
    ("dashboard_upward", "dashboard/formatting.py", "from dashboard.views.rows import Row"),
    ("dashboard_upward", "dashboard/formatting.py", "import dashboard.navigation"),
    ("dashboard_upward", "dashboard/views/rows.py", TYPING + "from dashboard.store.cards import cards"),
    ("dashboard_upward", "dashboard/store/cards.py", DEFERRED + "from dashboard.plotting.chart import Chart"),
    ("dashboard_upward", "dashboard/plotting/chart.py", "from dashboard.ui.panel import show"),
    ("dashboard_upward", "dashboard/ui/panel.py", "from dashboard.pages.a.data import answer"),
    ("dashboard_upward", "dashboard/misc.py", "from dashboard.formatting import percent"),
    ("core_upward", "fer_core/errors.py", DEFERRED + "from fer_core.images.photos import Photo"),
    ("core_upward", "fer_core/images/photos.py", "from fer_core.training import loop"),
    ("core_upward", "fer_core/training/loop.py", TYPING + "import fer_core.cli.train"),
    ("core_upward", "fer_core/misc/pieces.py", "from fer_core.errors import FerError"),
    ("circles", "fer_core/training/loop.py", TYPING + "from fer_core.training.distributed import late"),
    ("circles", "dashboard/pages/a/data.py", DEFERRED + "from dashboard.pages.a import page"),
    ("passed_on", "dashboard/pages/a/page.py", "from dashboard.pages.a.data import Photo"),
    ("passed_on", "dashboard/pages/a/text.py", "from dashboard.store.cards import nothing_of_this_name"),
)


@pytest.fixture
def tree(tmp_path) -> Path:
    for name, source in ALLOWED.items():
        write(tmp_path / name, source)
    return tmp_path


def write(path: Path, source: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")


@pytest.mark.parametrize("rule", RULES)
def test_the_project_keeps_the_rule(rule):
    assert RULES[rule](PROJECT) == []


@pytest.mark.parametrize("rule", RULES)
def test_what_is_allowed_breaks_no_rule(rule, tree):
    assert RULES[rule](tree) == []


@pytest.mark.parametrize(("rule", "file", "source"), PLANTED)
def test_a_planted_violation_is_caught_by_its_rule(rule, file, source, tree):
    write(tree / file, ALLOWED.get(file, "") + source + "\n")
    (sentence,) = RULES[rule](tree)
    assert file in sentence or file.removesuffix(".py").replace("/", ".") in sentence


def test_every_rule_has_a_planted_violation():
    assert {rule for rule, _, _ in PLANTED} == set(RULES)


def test_the_walk_sees_the_whole_project():
    """So that no rule is kept because it looks where nothing is."""
    found = imports(PROJECT)
    assert {page.file for page in PAGES} <= {one.path for one in found}
    rooms = {one.importer.split(".")[1] for one in found if one.path.startswith("fer_core/") and "." in one.importer}
    assert rooms == {name for floor in CORE_FLOORS for name in floor}
    doors = {one.path for one in found if one.root == "fer_core" and one.path.startswith("dashboard/")}
    assert {"dashboard/pages/face_lab/data.py", "dashboard/store/checkpoints.py"} <= doors


@pytest.mark.parametrize("module", WITHOUT_TORCH)
def test_reading_results_does_not_load_torch(module):
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.folder)
def test_a_page_puts_pieces_together_and_computes_nothing(page):
    lines = (PROJECT / page.file).read_text(encoding="utf-8").splitlines()
    starts = next(place for place, line in enumerate(lines) if line.startswith("page_title("))
    assert len(lines) - starts <= 65


def test_the_frame_is_short():
    assert len((PROJECT / "streamlit_app.py").read_text(encoding="utf-8").splitlines()) <= 60
