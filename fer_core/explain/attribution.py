"""Post-hoc attribution: which pixels carried one expression's logit. The methods are a table, METHODS.

Only methods that mean what they say on every network here are in it. Guided backpropagation, deconvolution and DeepLIFT
have rules for a few activations; on ReLU6, SELU or hard swish, which these networks use, they silently become the plain
gradient. They are refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from captum.attr import IntegratedGradients, LayerAttribution, LayerGradCam, Saliency
from torch import Tensor, nn

from fer_core.errors import ConfigError, unknown_name
from fer_core.explain.borrowing import Loaded, as_batch, borrowed
from fer_core.explain.heatmap import Heatmap, readable

N_STEPS = 32  # Gauss-Legendre points on the path; the completeness error says whether they were enough
CAM_CELLS = 6  # a side: an eye is about a sixth of a face
PIXELS_AT_ONCE = 200_000  # all steps in one batch up to 79 px, which halves the time; at 224 px 3, in under 1 GB

SILENT_GRADIENT = "has rules for some activations only and silently becomes the plain gradient on the others"
REFUSED = {
    "guided_backprop": f"Guided backpropagation {SILENT_GRADIENT}",
    "deconvolution": f"Deconvolution {SILENT_GRADIENT}",
    "deep_lift": f"DeepLIFT {SILENT_GRADIENT}",
}


@dataclass(frozen=True)
class Raw:
    """What a method computes: (H, W) on the input's grid, before anything is said about it."""

    values: Tensor
    completeness_error: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Method:
    """One row of METHODS.

    `supported_by(network)` is None, or the reason why the network cannot be explained this way, as half a sentence.
    """

    name: str
    title: str
    source: str
    signed: bool
    compute: Callable[[nn.Module, Tensor, int], Raw]
    supported_by: Callable[[nn.Module], str | None] = lambda network: None


def attribute(predictor: Loaded, array: np.ndarray, target: int, method: str) -> Heatmap:
    """Explain the logit of one expression.

    Takes the predictor's lock, and leaves the network as it was, also after a failure. A map that is flat or holds
    values that are no numbers is returned with a note that says so.

    Args:
        predictor: has `network` and `lock`.
        array: float32 (C, H, W) from `preprocessing.to_input`.
        target: index of the expression, 0 <= target < K.
        method: a key of METHODS.

    Returns:
        values in logits: per pixel for integrated gradients, per unit of normalised brightness for saliency.

    Raises:
        ConfigError: if the method, the target or the array cannot be, or the network does not support the method.
    """
    if method in REFUSED:
        raise ConfigError(f"{method} is not offered: {REFUSED[method]}; choose one of {', '.join(METHODS)}")
    if method not in METHODS:
        raise unknown_name("attribution method", method, METHODS)
    chosen = METHODS[method]
    with borrowed(predictor) as network:
        reason = chosen.supported_by(network)
        if reason is not None:
            raise ConfigError(f"{chosen.title} cannot explain this network: {reason}; choose another method")
        batch = as_batch(network, array)
        _check_target(network, batch, target)
        raw = chosen.compute(network, batch.requires_grad_(), target)
    values = raw.values.detach().cpu().numpy()
    return readable(Heatmap(values, method, target, raw.completeness_error, chosen.signed, raw.note))


def _check_target(network: nn.Module, batch: Tensor, target: int) -> None:
    with torch.no_grad():
        expressions = network(batch).shape[1]
    if not 0 <= target < expressions:
        raise ConfigError(
            f"target={target} is no expression of this network; choose an index from 0 to {expressions - 1}"
        )


def _grad_cam(network: nn.Module, batch: Tensor, target: int) -> Raw:
    """relu(sum_k a_k A_k), a_k the mean gradient of the logit over map k, interpolated bilinearly to the input.

    The paper takes the last map. At 48 px and output stride 32 that has 2 x 2 cells and cannot point at anything, so we
    take the deepest map with at least CAM_CELLS a side, and say which.
    """
    layers = network.cam_layers
    sizes = _map_sizes(network, layers, batch)
    chosen = max((i for i, size in enumerate(sizes) if min(size) >= CAM_CELLS), default=len(layers) - 1)
    cells = LayerGradCam(network, layers[chosen]).attribute(batch, target=target, relu_attributions=True)
    note = f"Computed on {_times(sizes[chosen])} cells and interpolated."
    if sizes[chosen] != sizes[-1]:
        note += f" That is map {chosen + 1} of {len(layers)}; the last one has only {_times(sizes[-1])}."
    return Raw(LayerAttribution.interpolate(cells, batch.shape[2:], "bilinear")[0, 0], note=note)


def _map_sizes(network: nn.Module, layers: Sequence[nn.Module], batch: Tensor) -> list[tuple[int, int]]:
    """(H, W) of each layer's output for this batch; every hook is removed, whatever happens."""
    sizes: dict[nn.Module, tuple[int, int]] = {}

    def note(layer: nn.Module, _: tuple, output: Tensor) -> None:
        sizes[layer] = tuple(output.shape[2:])

    hooks = [layer.register_forward_hook(note) for layer in layers]
    try:
        with torch.no_grad():
            network(batch)
    finally:
        for hook in hooks:
            hook.remove()
    return [sizes[layer] for layer in layers]


def _times(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"


def _integrated_gradients(network: nn.Module, batch: Tensor, target: int) -> Raw:
    """(x - b) * mean gradient on the straight path from b to x; the sum over all pixels is logit(x) - logit(b).

    The baseline b is zero after normalisation: a uniform picture of the mean grey that the card normalises with.
    """
    values, delta = IntegratedGradients(network).attribute(
        batch,
        baselines=torch.zeros_like(batch),
        target=target,
        n_steps=N_STEPS,
        internal_batch_size=max(1, min(N_STEPS, PIXELS_AT_ONCE // batch[0, 0].numel())),
        return_convergence_delta=True,
    )
    values = values.detach()
    rise = float(values.sum() - delta)
    note = f"Against a uniform mid-grey picture (zero after normalisation), whose logit differs by {rise:+.2f}."
    return Raw(values.sum(dim=1)[0], completeness_error=abs(float(delta)), note=note)


def _saliency(network: nn.Module, batch: Tensor, target: int) -> Raw:
    """|d logit / d brightness|, all channels of a pixel moved together: grey faces have only this one direction."""
    gradient = Saliency(network).attribute(batch, target=target, abs=False)
    return Raw(gradient.sum(dim=1)[0].abs())


def _needs_cam_layers(network: nn.Module) -> str | None:
    return None if getattr(network, "cam_layers", None) else "it does not name its convolutional maps (cam_layers)"


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            name="grad_cam",
            title="Grad-CAM",
            source="Selvaraju et al. 2017, arXiv:1610.02391, Eq. 1-2",
            signed=False,
            compute=_grad_cam,
            supported_by=_needs_cam_layers,
        ),
        Method(
            name="integrated_gradients",
            title="Integrated gradients",
            source="Sundararajan et al. 2017, arXiv:1703.01365, Eq. 1",
            signed=True,
            compute=_integrated_gradients,
        ),
        Method(
            name="saliency",
            title="Gradient (saliency)",
            source="Simonyan et al. 2013, arXiv:1312.6034, section 3",
            signed=False,
            compute=_saliency,
        ),
    )
}
