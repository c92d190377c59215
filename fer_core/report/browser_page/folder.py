"""The page's folder: its own files, the runtime's, and the networks'."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from fer_core.report.browser_page.networks import PageNetwork
from fer_core.report.browser_page.runtime import NAME, VERSION
from fer_core.versions import MADE_BY

STATIC = Path(__file__).parent / "static"
NETWORKS = "networks.json"


def page_files(networks: Sequence[PageNetwork], runtime: dict[str, bytes]) -> dict[str, bytes]:
    """Return every file of the folder by name.

    Args:
        runtime: of `runtime.runtime_files`.
    """
    manifest = {
        "made_by": MADE_BY,
        "runtime": {"name": NAME, "version": VERSION},
        "networks": [network.entry for network in networks],
    }
    own = {path.name: path.read_bytes() for path in sorted(STATIC.iterdir())}
    models = {name: content for network in networks for name, content in network.files.items()}
    return {**own, **runtime, **models, NETWORKS: json.dumps(manifest, indent=1, allow_nan=False).encode()}
