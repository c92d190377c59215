"""`fer bundle`, and `fer verify` of what it made: measurements that a reviewer can check without the data; and
`fer model-card`.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from fer_core import files
from fer_core.cli.arguments import folders, left_out
from fer_core.errors import CheckpointError, ConfigError
from fer_core.paths import checkpoints_root


def add_bundle_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer bundle`."""
    parser.add_argument("out", metavar="OUT.zip", type=Path, help="the file to write; one that is there is replaced")
    parser.add_argument(
        "--networks", nargs="+", required=True, metavar="NAME", help="networks, with all their runs, or checkpoints"
    )
    parser.set_defaults(run=_bundle)


def _bundle(options: argparse.Namespace) -> None:
    from fer_core.checkpoints import scan_checkpoints
    from fer_core.checkpoints.verify import answer_disagreements
    from fer_core.errors import together
    from fer_core.report.bundle import bundle, chosen_cards

    if not is_bundle(options.out):
        raise ConfigError(f"{options.out} does not end in .zip, by which `fer verify` knows a bundle")
    scan = scan_checkpoints(checkpoints_root())
    left_out(scan.problems)
    cards = chosen_cards(options.networks, scan.cards)
    if wrong := [f"{card.name}: {problem}" for card in cards for problem in answer_disagreements(card)]:
        raise CheckpointError(together("these checkpoints do not hold what their cards say", wrong))
    data = bundle(cards)
    try:
        files.write(options.out, data)
    except OSError as error:
        raise ConfigError(f"{options.out} cannot be written ({error.strerror}); give another OUT.zip") from error
    print(f"{options.out}: {len(cards)} checkpoints, {len(data) / 1e6:.1f} MB, SHA-256 {_sha256(data)}")


def is_bundle(path: Path) -> bool:
    """Whether a name is that of a bundle, not of a checkpoint."""
    return path.suffix == ".zip"


def verify_one(path: Path) -> bool:
    """Check a bundle and say what came out; returns whether all is as it was written."""
    from fer_core.report.bundle_check import verify_bundle

    problems = verify_bundle(path)
    for problem in problems:
        print(problem if problem.startswith(str(path)) else f"{path}: {problem}")
    if not problems:
        print(f"{path}: every number comes out again, SHA-256 {files.sha256(path)}")
    return not problems


def add_model_card_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer model-card`."""
    parser.add_argument("checkpoint", metavar="CHECKPOINT", help="name or folder")
    parser.set_defaults(run=_model_card)


def _model_card(options: argparse.Namespace) -> None:
    from fer_core.checkpoints.card import read_card
    from fer_core.report.model_card import model_card

    (folder,) = folders([options.checkpoint])
    print(model_card(read_card(folder)), end="")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
