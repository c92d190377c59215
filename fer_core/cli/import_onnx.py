"""`fer import`: a checkpoint of a network that was trained elsewhere, from its file."""

from __future__ import annotations

import argparse
from pathlib import Path

from fer_core.cli.audit import OTHER_NAMES
from fer_core.paths import checkpoints_root
from fer_core.threads import use_threads


def add_import_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer import`."""
    parser.add_argument(
        "file",
        type=Path,
        help=".onnx, Keras .h5, .tflite, TF.js model.json; of other formats the command that makes an ONNX is named",
    )
    parser.add_argument("--name", required=True, help="what to call the network, as mini_xception_theirs")
    parser.add_argument(
        "--labels",
        default="fer2013",
        help="what its outputs stand for: a set's order by name (default: fer2013), alphabetical, or names with "
        "commas; - for an output that is left out",
    )
    parser.add_argument(
        "--input",
        default="grey,0..1",
        metavar="COLOR,SCALE",
        help="what it is fed: grey or rgb, and 0..1, -1..1, 0..255, imagenet or MEAN/DEVIATION (default: grey,0..1)",
    )
    parser.add_argument("--size", type=int, metavar="PX", help="side of its input, where the file takes any")
    parser.add_argument(
        "--data", default="fer2013", metavar="DATASET", help="set it was trained for (default: fer2013)"
    )
    parser.add_argument("--tag", default="imported", help="end of the checkpoint's name (default: imported)")
    parser.set_defaults(run=_import)


def _import(options: argparse.Namespace) -> None:
    use_threads(1)
    from fer_core.checkpoints.card import read_card
    from fer_core.inference.importing import column_names, import_network

    folder = import_network(
        options.file,
        checkpoints_root(),
        network=options.name,
        columns=column_names(options.labels),
        pixels=options.input,
        data=OTHER_NAMES.get(options.data.lower(), options.data),
        tag=options.tag,
        size_px=options.size,
        command=options.command_line,
    )
    card = read_card(folder)
    scores = card.headline_scores
    print(
        f"{card.name}: {card.network.config['output']} of {card.network.config['num_classes']} outputs, "
        f"{card.network.config['layout']}, {card.input.size_px} px, opset {card.network.config['opset']}; accuracy "
        f"{scores.accuracy.value:.2%} on {card.headline_split} (n = {scores.n:,}); next: `fer contract {card.name}`, "
        f"then `fer evaluate {card.name}`"
    )
