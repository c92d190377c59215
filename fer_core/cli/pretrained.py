"""`fer pretrained`: the ImageNet weights that trainings can start from."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_pretrained_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer pretrained`."""
    parser.add_argument("name", help="mobilenet_v1 or mobilenet_v2")
    parser.add_argument(
        "--file",
        type=Path,
        help="the published file, where it lies here: TensorFlow-Slim's frozen graph for mobilenet_v1, torchvision's "
        ".pth for mobilenet_v2 (which is fetched without)",
    )
    parser.set_defaults(run=_pretrained)


def _pretrained(options: argparse.Namespace) -> None:
    from fer_core.training.convert_pretrained import make_weights

    print(f"wrote {make_weights(options.name, options.file)}; trainings start from it with --set init_from=imagenet")
