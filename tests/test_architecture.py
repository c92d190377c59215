"""The house's walls: who may import whom. Imports inside functions count, too."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
CORE = sorted((PROJECT / "fer_core").rglob("*.py"))
PAGES = sorted((PROJECT / "dashboard" / "pages").glob("*.py"))
DASHBOARD = sorted((PROJECT / "dashboard").rglob("*.py"))

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
    "fer_core.images.photos",
    "fer_core.images.face_detection",
    "fer_core.images.preprocessing",
    "fer_core.profiling",
)


def imported(path: Path) -> set[str]:
    """Full names of all modules that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


def short(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def test_the_walk_sees_imports_inside_functions(tmp_path):
    file = tmp_path / "x.py"
    file.write_text("def f():\n    from streamlit import cache_data\n    import plotly.graph_objects as go\n")
    assert roots(file) == {"streamlit", "plotly"}


@pytest.mark.parametrize("path", CORE, ids=short)
def test_core_knows_no_screen(path):
    assert not roots(path) & {"streamlit", "plotly", "dashboard"}


@pytest.mark.parametrize("path", PAGES, ids=short)
def test_pages_import_only_streamlit_and_the_dashboard(path):
    assert roots(path) <= {"__future__", "streamlit", "dashboard"}


@pytest.mark.parametrize("path", DASHBOARD, ids=short)
def test_only_services_reach_for_torch(path):
    if "services" not in path.parts:
        assert not roots(path) & {"torch", "captum"}
    if path.parent.name in ("charts", "components"):
        assert not any(name.startswith("dashboard.pages") for name in imported(path))


def test_charts_know_no_streamlit():
    assert [short(p) for p in DASHBOARD if p.parent.name == "charts" and "streamlit" in roots(p)] == []


@pytest.mark.parametrize("module", WITHOUT_TORCH)
def test_reading_results_does_not_load_torch(module):
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0


def test_pages_are_short():
    lengths = {short(p): len(p.read_text(encoding="utf-8").splitlines()) for p in PAGES}
    assert {name: n for name, n in lengths.items() if n > 80} == {}


def test_the_frame_is_short():
    assert len((PROJECT / "streamlit_app.py").read_text(encoding="utf-8").splitlines()) <= 60
