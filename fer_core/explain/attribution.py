"""Post-hoc attribution: which pixels contributed to one expression's logit. The methods are a table, METHODS.

A method is offered only where it means what its name says. Guided backpropagation, deconvolution and DeepLIFT have
rules for a few activations; on ReLU6, SELU or hard swish, which most networks here use, they silently become the plain
gradient. On their own they are refused by name; guided Grad-CAM is offered for networks whose only rectifier is ReLU.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from torch import Tensor, nn

from fer_core.errors import ConfigError, unknown_name
from fer_core.explain import cams, gradients, perturbations
from fer_core.explain.heatmap import Heatmap, Raw, readable
from fer_core.explain.methods import DESCRIBED, MethodInfo
from fer_core.inference.model_state import Loaded, as_batch, exclusive_eval, probe
from fer_core.onnx.network import needs_gradients

SILENT_GRADIENT = "has rules for some activations only and silently becomes the plain gradient on the others"
REFUSED = {
    "guided_backprop": f"Guided backpropagation {SILENT_GRADIENT}",
    "deconvolution": f"Deconvolution {SILENT_GRADIENT}",
    "deep_lift": f"DeepLIFT {SILENT_GRADIENT}",
}


@dataclass(frozen=True)
class AttributionMethod(MethodInfo):
    """One row of METHODS: a method's description and its computation.

    `supported_by(network)` is None, or why this method cannot explain the network, as half a sentence.
    """

    compute: Callable[[nn.Module, Tensor, int], Raw]
    supported_by: Callable[[nn.Module], str | None] = lambda network: None


def attribute(predictor: Loaded, array: np.ndarray, target: int, method: str) -> Heatmap:
    """Explain the logit of one expression.

    Takes the predictor's lock, and leaves the network as it was, even after a failure. A map that is flat or not finite
    is returned with a note that says so.

    Args:
        predictor: has `network` and `lock`.
        array: float32 (C, H, W) from `preprocessing.to_input`.
        target: index of the expression, 0 <= target < K.
        method: a key of METHODS.

    Returns:
        values in logits: per pixel for integrated gradients, per unit of normalised brightness for saliency.

    Raises:
        ConfigError: if the method is unknown or unsupported by the network, or target or array do not fit it.
    """
    chosen = get_method(method)
    with exclusive_eval(predictor) as network:
        reason = chosen.supported_by(network)
        if reason is not None:
            raise ConfigError(f"{chosen.title} cannot explain this network: {reason}; choose another method")
        batch = as_batch(network, array)
        _check_target(network, batch, target)
        raw = chosen.compute(network, batch.requires_grad_(), target)
    values = raw.values.detach().cpu().numpy()
    return readable(Heatmap(values, method, target, raw.completeness_error, chosen.signed, raw.note))


def get_method(method: str) -> AttributionMethod:
    """Look a method up. Raises ConfigError for one that is refused or not known."""
    if method in REFUSED:
        raise ConfigError(f"{method} is not offered: {REFUSED[method]}; choose one of {', '.join(METHODS)}")
    if method not in METHODS:
        raise unknown_name("attribution method", method, METHODS)
    return METHODS[method]


def _check_target(network: nn.Module, batch: Tensor, target: int) -> None:
    expressions = probe(network, batch).expressions
    if not 0 <= target < expressions:
        raise ConfigError(
            f"target={target} is no expression of this network; choose an index from 0 to {expressions - 1}"
        )


def _method(
    name: str,
    compute: Callable[[nn.Module, Tensor, int], Raw],
    supported_by: Callable[[nn.Module], str | None] = lambda network: None,
) -> AttributionMethod:
    return AttributionMethod(**asdict(DESCRIBED[name]), compute=compute, supported_by=supported_by)


METHODS: dict[str, AttributionMethod] = {
    method.name: method
    for method in (
        _method("grad_cam", cams.grad_cam, cams.needs_cam_layers),
        _method("layer_cam", cams.layer_cam, cams.needs_cam_layers),
        _method("saliency", gradients.saliency, needs_gradients),
        _method("input_x_gradient", gradients.input_x_gradient, needs_gradients),
        _method("guided_grad_cam", cams.guided_grad_cam, cams.needs_cam_layers_and_relu),
        _method("smooth_grad", gradients.smooth_grad, needs_gradients),
        _method("integrated_gradients", gradients.integrated_gradients, needs_gradients),
        _method("occlusion", perturbations.occlusion),
        _method("shapley", perturbations.shapley),
        _method("rise", perturbations.rise),
    )
}
