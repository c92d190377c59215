"""`python -m dashboard.export_site DIR`, which `fer export-site DIR` runs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dashboard.export_site.figures import Shelf
from dashboard.export_site.site import site_files
from dashboard.store.checkpoints import load_checkpoints
from dashboard.store.errors import errors_told
from dashboard.store.provenance import made
from dashboard.store.site_folder import write_site


def main() -> int:
    """Write the site; returns the exit code, 2 where a sentence on stderr says why it could not be."""
    parser = argparse.ArgumentParser(prog="fer export-site", description=__doc__)
    parser.add_argument("out", metavar="DIR", type=Path)
    folder = parser.parse_args().out
    listed, refused = load_checkpoints(), list[str]()
    for problem in listed.problems:
        print(f"left out: {problem}", file=sys.stderr)
    with errors_told(refused.append):
        files = site_files(Shelf({row.name: row for row in listed.checkpoints}, made()))
        write_site(folder, files)
        size = sum(map(len, files.values())) / 1e6
        print(f"{folder}: {len(files)} files, {size:.1f} MB; open {folder / 'index.html'}, or serve the folder")
    for sentence in refused:
        print(f"fer: {sentence}", file=sys.stderr)
    return 2 if refused else 0


sys.exit(main())
