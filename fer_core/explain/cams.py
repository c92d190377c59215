"""Class-activation maps: attributions on a convolutional map, interpolated to the picture."""

from __future__ import annotations

import warnings
from typing import cast

import torch
from captum.attr import GuidedGradCam, LayerAttribution, LayerGradCam
from torch import Tensor, nn

from fer_core.explain.heatmap import Raw
from fer_core.inference.model_state import probe
from fer_core.onnx.network import needs_gradients

# Once, here: catch_warnings would change the filters of every thread. Captum removes the hooks that it warns of.
warnings.filterwarnings("ignore", message="Setting backward hooks on ReLU activations")

CAM_CELLS = 6  # a side: an eye is about a sixth of a face

# Guided backpropagation leaves these alone by definition: they are not rectifiers.
NO_RECTIFIERS = (nn.ReLU, nn.Sigmoid, nn.Hardsigmoid, nn.Tanh, nn.Softmax)


def grad_cam(network: nn.Module, batch: Tensor, target: int) -> Raw:
    """relu(sum_k a_k A_k), a_k the mean gradient of the logit over map k, interpolated bilinearly to the input.

    The paper takes the last map. At 48 px and output stride 32 it has 2 x 2 cells and cannot localise anything, so we
    take the deepest map with at least CAM_CELLS a side, and say which.
    """
    layer, note = _pointing_layer(network, batch)
    cells = LayerGradCam(network, layer).attribute(batch, target=target, relu_attributions=True)
    return Raw(LayerAttribution.interpolate(cells, batch.shape[2:], "bilinear")[0, 0], note=note)


def layer_cam(network: nn.Module, batch: Tensor, target: int) -> Raw:
    """relu(sum_k relu(g_k) * A_k), g_k the gradient of the logit at each cell of map k: no mean over places.

    Captum has no Layer-CAM. Taken from the same map as Grad-CAM, so that the two can be compared.
    """
    layer, note = _pointing_layer(network, batch)
    outputs: list[Tensor] = []
    hook = layer.register_forward_hook(lambda module, inputs, output: outputs.append(output))
    try:
        logit = network(batch)[0, target]
        (gradient,) = torch.autograd.grad(logit, outputs[0])
    finally:
        hook.remove()
    cells = torch.relu((torch.relu(gradient) * outputs[0]).sum(dim=1, keepdim=True)).detach()
    return Raw(LayerAttribution.interpolate(cells, batch.shape[2:], "bilinear")[0, 0], note=note)


def guided_grad_cam(network: nn.Module, batch: Tensor, target: int) -> Raw:
    """|Grad-CAM * guided backpropagation|, summed over the channels."""
    layer, note = _pointing_layer(network, batch)
    values = GuidedGradCam(network, layer).attribute(batch, target=target, interpolate_mode="bilinear")
    return Raw(values.sum(dim=1)[0].abs(), note=f"Grad-CAM: {note}")


def needs_cam_layers(network: nn.Module) -> str | None:
    """Say why no class-activation map can be computed, or None."""
    if reason := needs_gradients(network):
        return reason
    return None if getattr(network, "cam_layers", None) else "it does not name its convolutional maps (cam_layers)"


def needs_relu(network: nn.Module) -> str | None:
    """Say why guided backpropagation is meaningless here, or None.

    Captum changes the gradient of nn.ReLU modules only. Behind any other rectifier it silently is the plain gradient.
    """
    modules = list(network.modules())
    others = [m for m in modules if type(m).__module__ == nn.ReLU.__module__ and not isinstance(m, NO_RECTIFIERS)]
    if others:
        names = ", ".join(sorted({type(module).__name__ for module in others}))
        return f"guided backpropagation has a rule for ReLU only and silently becomes the plain gradient at its {names}"
    if not any(isinstance(module, nn.ReLU) for module in modules):
        return "guided backpropagation changes the gradient of ReLU modules, and it has none"
    return None


def needs_cam_layers_and_relu(network: nn.Module) -> str | None:
    """Say why guided Grad-CAM cannot be computed, or None."""
    return needs_cam_layers(network) or needs_relu(network)


def _pointing_layer(network: nn.Module, batch: Tensor) -> tuple[nn.Module, str]:
    """Return the deepest of `cam_layers` with at least CAM_CELLS a side, else the last; and which one, in words."""
    layers = cast("list[nn.Module]", network.cam_layers)  # `needs_cam_layers` was asked
    sizes = probe(network, batch).map_sizes
    chosen = max((i for i, size in enumerate(sizes) if min(size) >= CAM_CELLS), default=len(layers) - 1)
    note = f"Computed on {_times(sizes[chosen])} cells and interpolated."
    if sizes[chosen] != sizes[-1]:
        note += f" That is map {chosen + 1} of {len(layers)}; the last one has only {_times(sizes[-1])}."
    return layers[chosen], note


def _times(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"
