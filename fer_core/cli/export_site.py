"""`fer export-site`: the comparison pages as files. The dashboard makes them, in a process of its own."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from fer_core.errors import ConfigError
from fer_core.paths import PROJECT, checkpoints_root

MODULE = "dashboard.export_site"


def add_export_site_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer export-site`."""
    parser.add_argument(
        "out", metavar="DIR", type=Path, help="a new or empty folder, or one that holds an earlier site"
    )
    parser.set_defaults(run=_export_site)


def _export_site(options: argparse.Namespace) -> int:
    if not PROJECT.joinpath(*MODULE.split(".")).is_dir():
        raise ConfigError(f"{PROJECT} holds no dashboard, which makes the pages; run this from a clone of the project")
    command = [sys.executable, "-m", MODULE, str(options.out.absolute())]
    environment = {**os.environ, "FER_CHECKPOINTS": str(checkpoints_root().absolute())}
    return subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode
