"""`fer peers`: public networks and what was measured of them; `add` measures one, `restore` brings its file back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fer_core.cli.arguments import aligned
from fer_core.paths import checkpoints_root
from fer_core.threads import use_threads

if TYPE_CHECKING:
    from fer_core.evidence.peers import PeerEntry, WayEntry

HEADER = ("network", "of", "licence", "claimed", "theirs", "ours", "FER+ theirs", "parameters")
DASH = "-"


def add_peers_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer peers`."""
    verbs = parser.add_subparsers(metavar="{add,restore}")
    adding = verbs.add_parser("add", help="import a public network's file, check its contract and score it")
    adding.add_argument("name", metavar="NAME", help="as `fer peers` lists it")
    adding.add_argument("file", type=Path, metavar="FILE", help="its file; where it has several, the others beside it")
    adding.set_defaults(run=_add)
    restoring = verbs.add_parser("restore", help="give a shipped row its file back, without scoring anything")
    restoring.add_argument("name", metavar="NAME", help="as `fer peers` lists it")
    restoring.add_argument("file", type=Path, metavar="FILE", help="as for add")
    restoring.set_defaults(run=_restore)
    parser.set_defaults(run=_list)


def _list(options: argparse.Namespace) -> None:
    """Print one line per network, and those that are not measured."""
    del options
    from fer_core.evidence.peers import read_peers

    table = read_peers()
    print("\n".join(aligned([HEADER, *(_row(name, entry) for name, entry in table.networks.items())])))
    for name, entry in table.networks.items():
        print(f"{name}: {entry.package}; {entry.link}")
    for peer in table.absent:
        print(f"not measured: {peer.title} ({peer.licence}), {peer.link}: {peer.why}")


def _row(name: str, entry: PeerEntry) -> tuple[str, ...]:
    claimed = f"{entry.claimed} %" if entry.claimed else DASH
    measured = entry.measured
    if measured is None:
        return (name, entry.project, entry.licence, claimed, DASH, DASH, DASH, DASH)
    shown = (_share(measured.theirs, "fer2013"), _share(measured.ours, "fer2013"), _share(measured.theirs, "ferplus"))
    return (name, entry.project, entry.licence, claimed, *shown, f"{measured.params:,}")


def _share(way: WayEntry, data: str) -> str:
    """Accuracy on a set's test split."""
    score = way.score(data, "PrivateTest")
    return DASH if score is None else f"{score.k / score.n:.2%} of {score.n:,}"


def _add(options: argparse.Namespace) -> None:
    use_threads(1)
    from fer_core.peers.measure import measure_peer

    measured, reports = measure_peer(options.name, options.file, checkpoints_root())
    for way, report in reports.items():
        print(f"{options.name}.fer2013-{way}: contract {report.state}, on {report.n:,} faces of {report.split}")
        for line in report.lines:
            print(f"  {line.state:<5}  {line.check}: {line.found}")
        for score in getattr(measured, way).scores:
            print(f"  {score.data} {score.split}: {score.k:,} of {score.n:,}, {score.k / score.n:.2%}")
    gap = measured.difference
    print(
        f"theirs minus ours: {100 * gap.value:+.2f} points ({100 * gap.low:+.2f} to {100 * gap.high:+.2f}, "
        f"p = {measured.p:.2g}); recorded in evidence/peers.json"
    )


def _restore(options: argparse.Namespace) -> None:
    from fer_core.peers.restore import restore_peer

    folder = restore_peer(options.name, options.file, checkpoints_root())
    print(f"{folder}: its file is here again, the one that was measured; `fer costs {folder.name}` times it")
