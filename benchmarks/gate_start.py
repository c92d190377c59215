"""How decided the gates of CBAM are before the first step of a training, and after a training.

    python -m benchmarks.gate_start                      A-MobileNet on ImageNet weights, both ways to start its gates
    python -m benchmarks.gate_start --checkpoint NAME    a trained network, on faces of its own data set

A gate is decided where it is shut (below 0.05) or open (above 0.95). A hidden unit that no face turns on gets no
gradient; where that is so for all of them, the channel gate is the same for every face. Needs the data set; before the
first step also the weights that docs/pretrained.md names.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from fer_core import checkpoints, models
from fer_core.cli.arguments import aligned
from fer_core.data import DATASETS, open_dataset
from fer_core.errors import FerError
from fer_core.explain.attention_maps import saturation
from fer_core.images.preprocessing import InputSpec, fitted, images_to_input
from fer_core.models.attention import ChannelAttention, named_gates, start_gates_even
from fer_core.paths import checkpoints_root
from fer_core.training.pretrained import load_trunk, weights_for

STARTS = ("random", "even")


@dataclass
class GateUse:
    """One gate on some faces: the share of its values that are shut or open, and of hidden units that are never on."""

    decided: float = 0.0
    never_on: float | None = None  # spatial gates have none


def gate_use(network: nn.Module, faces: torch.Tensor) -> dict[str, GateUse]:
    """Run faces, (N, C, H, W), through a network as it is set and look at each channel and spatial gate by its name."""
    found = {name: GateUse() for name, gate in named_gates(network).items() if gate.kind != "branch"}
    hooks = []
    for name, one in found.items():

        def look(_: nn.Module, __: object, output: torch.Tensor, one: GateUse = one) -> None:
            one.decided = saturation(output.numpy())

        def count(_: nn.Module, __: object, hidden: torch.Tensor, one: GateUse = one) -> None:
            one.never_on = (hidden.amax((0, 2, 3)) <= 0).float().mean().item()

        hooks.append(network.get_submodule(name).register_forward_hook(look))
        if isinstance(half := network.get_submodule(name.rpartition(".")[0]), ChannelAttention):
            hooks.append(half.act.register_forward_hook(count))
    with torch.no_grad():
        network(faces)
    for hook in hooks:
        hook.remove()
    return found


def new_network(name: str, start: str, seed: int = 0) -> nn.Module:
    """Build a network as a training from ImageNet weights begins it, batch norms taking each batch's own statistics."""
    torch.manual_seed(seed)
    network = models.build(name)
    if start == "even":
        start_gates_even(network)
    load_trunk(network, models.entry(name).family)
    return network.train()


def as_input(images: np.ndarray, spec: InputSpec) -> torch.Tensor:
    """Return faces as a network gets them."""
    return torch.from_numpy(images_to_input(fitted(images, spec), spec))


def main(argv: Sequence[str] | None = None) -> int:
    """Print one row a gate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", default="a_mobilenet", help="a network with CBAM (default: %(default)s)")
    parser.add_argument("--data", default="rafdb", choices=DATASETS, help="whose faces (default: %(default)s)")
    parser.add_argument("--faces", type=int, default=128, help="the first N of the set (default: %(default)s)")
    parser.add_argument("--checkpoint", help="look at these weights, not at a start")
    wanted = parser.parse_args(argv)
    try:
        rows = _trained(wanted) if wanted.checkpoint else _untrained(wanted)
    except FerError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(aligned([("gate", "weights", "decided", "hidden units never on"), *rows])))
    return 0


def _untrained(wanted: argparse.Namespace) -> list[tuple[str, ...]]:
    weights = weights_for(models.entry(wanted.network).family)
    images = open_dataset(wanted.data).images[: wanted.faces]
    faces = as_input(images, InputSpec(96, 3, "grey" if images.ndim == 3 else "rgb", weights.mean, weights.std))
    return [row for start in STARTS for row in _rows(start, gate_use(new_network(wanted.network, start), faces))]


def _trained(wanted: argparse.Namespace) -> list[tuple[str, ...]]:
    network, card = checkpoints.load_network(checkpoints_root() / wanted.checkpoint)
    images = open_dataset(card.data.name).images[: wanted.faces]
    return _rows("trained", gate_use(network.eval(), as_input(images, card.input.spec)))


def _rows(label: str, found: dict[str, GateUse]) -> list[tuple[str, ...]]:
    return [
        (name, label, f"{one.decided:.0%}", "-" if one.never_on is None else f"{one.never_on:.0%}")
        for name, one in found.items()
    ]


if __name__ == "__main__":
    sys.exit(main())
