"""Parameters and multiply-adds, counted by two independent methods.

`macs_torch` asks torch's dispatcher, which sees every convolution and matrix product but knows no layer names.
`macs_layers` watches layers and applies the closed form. A test holds them equal for every registered network: what
one of them overlooks (a functional convolution, a layer called twice), the other reports.

Both count convolutions and linear layers only, as the papers do: batch norm folds into the convolution before it, and
activations, pooling and additions are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from fer_core import models
from fer_core.errors import ConfigError
from fer_core.images.preprocessing import MAX_SIZE_PX

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)

Note = Callable[[str, nn.Module, Tensor], None]


@dataclass(frozen=True)
class LayerCost:
    """One layer, or one stage of layers: cost of one image; `output_shape` is without the batch, (C, H, W) or (C,)."""

    name: str
    kind: str
    output_shape: tuple[int, ...]
    params: int
    macs: int


def try_network(name: str, config: models.NetworkConfig, size_px: int, channels: int) -> nn.Module:
    """Build a network and show it one blank picture.

    Returns:
        the network; its weights are random.

    Raises:
        ConfigError: if the network cannot be built from its settings, or cannot read pictures of this size.
    """
    if not 1 <= size_px <= MAX_SIZE_PX:
        raise ConfigError(f"pictures of {size_px} px cannot be; give 1 to {MAX_SIZE_PX}, for example 48")
    try:
        network = models.build_config(name, config)
        macs_layers(network, size_px, channels)
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        changed = ", ".join(f"{key}={value!r}" for key, value in asdict(config).items())
        raise ConfigError(
            f"{name} with {changed} cannot be built for pictures of {size_px} px ({error}); correct a setting of the "
            "network, or choose another size"
        ) from error
    return network


def count_params(network: nn.Module) -> int:
    """Return the number of trainable parameters; batch norm's running statistics are none."""
    return sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)


def macs_torch(network: nn.Module, size_px: int, channels: int = 3) -> int:
    """Return multiply-adds of one image, from torch's own counter, which counts each as two operations."""
    with evaluating(network), FlopCounterMode(display=False) as counter:
        network(blank_images(network, size_px, channels))
    return counter.get_total_flops() // 2


def macs_layers(network: nn.Module, size_px: int, channels: int = 3) -> int:
    """Return multiply-adds of one image, summed over `layer_table`."""
    return sum(layer.macs for layer in layer_table(network, size_px, channels))


def layer_table(network: nn.Module, size_px: int, channels: int = 3) -> list[LayerCost]:
    """Return every layer that holds weights, in the order of its first call.

    Convolution: output elements * (C_in / groups) * kernel height * kernel width; linear: output elements * inputs;
    batch norm: 0. A layer called twice has its parameters once and its multiply-adds twice.

    Raises:
        ConfigError: if a module holds weights and is not one of these, or is never called: it would be counted as 0.
    """
    layers = _weighted_layers(network)
    macs = dict.fromkeys(layers, 0)
    shapes: dict[str, tuple[int, ...]] = {}

    def note(name: str, module: nn.Module, output: Tensor) -> None:
        shapes.setdefault(name, tuple(output.shape[1:]))
        macs[name] += _layer_macs(module, output)

    _run_watched(network, layers, note, size_px, channels)
    idle = [name for name in layers if name not in shapes]
    if idle:
        raise ConfigError(f"{', '.join(idle)}: weights that no forward pass uses; remove the module or call it")
    return [
        LayerCost(name, type(layers[name]).__name__, shape, count_params(layers[name]), macs[name])
        for name, shape in shapes.items()
    ]


def stage_table(network: nn.Module, size_px: int, channels: int = 3) -> list[LayerCost]:
    """Return the layers summed by stage, in forward order; the sums over stages are those of the network.

    A stage is a direct child of the network. A child that holds more than half of all layers says little as one bar:
    it is opened into its own children, and so on, so that a trunk in one `nn.Sequential` shows its blocks.
    """
    layers = layer_table(network, size_px, channels)
    stages = dict(_stages(network, "", [layer.name for layer in layers]))
    shapes: dict[str, tuple[int, ...]] = {}

    def note(name: str, _: nn.Module, output: Tensor) -> None:
        shapes[name] = tuple(output.shape[1:])

    _run_watched(network, stages, note, size_px, channels)
    sums: dict[str, LayerCost] = {}
    for layer in layers:
        name = next(stage for stage in stages if _is_inside(layer.name, stage))
        before = sums.get(name, LayerCost(name, type(stages[name]).__name__, shapes[name], 0, 0))
        sums[name] = LayerCost(
            name, before.kind, before.output_shape, before.params + layer.params, before.macs + layer.macs
        )
    return list(sums.values())


@contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """Run in eval mode without gradients; every module gets its own mode back, whatever happens."""
    modes = [(module, module.training) for module in network.modules()]
    network.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, mode in modes:
            module.training = mode


def blank_images(network: nn.Module, size_px: int, channels: int, batch: int = 1) -> Tensor:
    """Return zeros (batch, channels, size_px, size_px) where the network lives; a cost is the same for all pictures."""
    like = next(network.parameters())
    return torch.zeros(batch, channels, size_px, size_px, device=like.device, dtype=like.dtype)


def _weighted_layers(network: nn.Module) -> dict[str, nn.Module]:
    layers = {name: module for name, module in network.named_modules() if [*module.parameters(recurse=False)]}
    unknown = [
        f"{name or 'the network itself'} ({type(module).__name__})"
        for name, module in layers.items()
        if not isinstance(module, (nn.Conv2d, nn.Linear, *NORMS))
    ]
    if unknown:
        raise ConfigError(
            f"{', '.join(unknown)}: weights in a module whose multiply-adds have no rule here; "
            "build it from Conv2d, Linear and BatchNorm, or add its rule"
        )
    return layers


def _layer_macs(module: nn.Module, output: Tensor) -> int:
    elements = output[0].numel()  # of one image
    if isinstance(module, nn.Conv2d):
        height, width = module.kernel_size
        return elements * (module.in_channels // module.groups) * height * width
    if isinstance(module, nn.Linear):
        return elements * module.in_features
    return 0


def _run_watched(network: nn.Module, modules: dict[str, nn.Module], note: Note, size_px: int, channels: int) -> None:
    """Run one blank image through the network and call note(name, module, output) for each call of the modules."""
    handles = []
    try:
        for name, module in modules.items():
            handles.append(module.register_forward_hook(lambda m, _, out, name=name: note(name, m, out)))
        with evaluating(network):
            network(blank_images(network, size_px, channels))
    finally:
        for handle in handles:
            handle.remove()


def _stages(module: nn.Module, path: str, layers: list[str]) -> Iterator[tuple[str, nn.Module]]:
    for key, child in module.named_children():
        name = f"{path}.{key}" if path else key
        share = sum(_is_inside(layer, name) for layer in layers)
        if 2 * share > len(layers) and [*child.children()]:
            yield from _stages(child, name, layers)
        elif share:
            yield name, child


def _is_inside(layer: str, stage: str) -> bool:
    return layer == stage or layer.startswith(f"{stage}.")
