"""`fer export-browser`: a page that runs networks in the viewer's own browser, as files for any web server."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fer_core.cli.arguments import exported_networks, folders, for_each
from fer_core.errors import ConfigError
from fer_core.report.browser_page import runtime
from fer_core.threads import use_threads

if TYPE_CHECKING:
    from fer_core.report.browser_page.networks import PageNetwork


def add_export_browser_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer export-browser`."""
    parser.add_argument("out", metavar="DIR", type=Path, help="a new or empty folder, or one that it wrote before")
    parser.add_argument("checkpoints", nargs="*", metavar="CHECKPOINT", help="default: those in evidence/exports.json")
    parser.add_argument(
        "--runtime",
        type=Path,
        default=Path(runtime.ARCHIVE),
        metavar="FILE",
        help=f"npm's archive of {runtime.NAME} {runtime.VERSION}; default: {runtime.ARCHIVE}",
    )
    parser.set_defaults(run=_export_browser)


def _export_browser(options: argparse.Namespace) -> int:
    use_threads(1)
    from fer_core.report.browser_page.folder import page_files
    from fer_core.report.browser_page.networks import page_network
    from fer_core.report.static_folder import write_folder

    own = runtime.runtime_files(options.runtime)  # a missing archive is said before minutes are spent
    networks: list[PageNetwork] = []

    def add(folder: Path) -> None:
        print(f"exporting {folder.name}", flush=True)
        networks.append(page_network(folder, lambda sentence: print(f"  {sentence}", flush=True)))

    code = for_each(folders(options.checkpoints) if options.checkpoints else exported_networks(), add)
    if not networks:
        raise ConfigError("no network could be exported, so no page was written")
    contents = page_files(networks, own)
    write_folder(options.out, contents)
    size = sum(map(len, contents.values())) / 1e6
    print(
        f"{options.out}: {len(networks)} networks, {len(contents)} files, {size:.1f} MB; serve the folder, for example "
        f"with `python -m http.server --directory {options.out}`"
    )
    return code
