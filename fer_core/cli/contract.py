"""`fer contract`: does a network get what it was trained for, and mean what its card says?"""

from __future__ import annotations

import argparse
from pathlib import Path

from fer_core.cli.arguments import for_each, networks
from fer_core.threads import use_threads


def add_contract_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer contract`."""
    parser.add_argument("checkpoints", nargs="*", metavar="CHECKPOINT", help="names or folders")
    parser.add_argument("--all", action="store_true", help="all checkpoints with weights")
    parser.set_defaults(run=_contract)


def _contract(options: argparse.Namespace) -> int:
    """Print a line a check; 1 if one of them is red."""
    use_threads(1)
    from fer_core.checkpoints.contract_report import RED
    from fer_core.contract.check import check_contract

    def check(folder: Path) -> bool:
        report = check_contract(folder)
        print(f"{folder.name}: {report.state}, on {report.n:,} faces of {report.split}")
        for line in report.lines:
            print(f"  {line.state:<5}  {line.check}: {line.found}{f'; fix: {line.fix}' if line.fix else ''}")
        return report.state != RED

    return for_each(networks(options.checkpoints, options.all), check)
