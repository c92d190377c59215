"""Descriptions of the post-hoc methods by name, the cheap ones first: what a page can offer before torch is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class MethodInfo:
    """Description of a method.

    Args:
        name: the key of METHODS, here and in `attribution`.
        title: its name on screen.
        source: where it was published.
        signed: whether negative values mean "speaks against".
    """

    name: str
    title: str
    source: str
    signed: bool


DESCRIBED: dict[str, MethodInfo] = {
    method.name: method
    for method in (
        MethodInfo("grad_cam", "Grad-CAM", "Selvaraju et al. 2017, arXiv:1610.02391, Eq. 1-2", signed=False),
        MethodInfo("layer_cam", "Layer-CAM", "Jiang et al. 2021, doi 10.1109/TIP.2021.3089943", signed=False),
        MethodInfo("saliency", "Gradient (saliency)", "Simonyan et al. 2013, arXiv:1312.6034, section 3", signed=False),
        MethodInfo("input_x_gradient", "Input × gradient", "Shrikumar et al. 2016, arXiv:1605.01713", signed=True),
        MethodInfo(
            "guided_grad_cam",
            "Guided Grad-CAM",
            "Selvaraju et al. 2017, arXiv:1610.02391; guided backpropagation by Springenberg et al. 2014, "
            "arXiv:1412.6806",
            signed=False,
        ),
        MethodInfo("smooth_grad", "SmoothGrad", "Smilkov et al. 2017, arXiv:1706.03825", signed=False),
        MethodInfo(
            "integrated_gradients",
            "Integrated gradients",
            "Sundararajan et al. 2017, arXiv:1703.01365, Eq. 1",
            signed=True,
        ),
        MethodInfo("occlusion", "Occlusion", "Zeiler and Fergus 2013, arXiv:1311.2901", signed=True),
        MethodInfo(
            "shapley",
            "Shapley by region",
            "Shapley 1953; sampled as Castro et al. 2009, doi 10.1016/j.cor.2008.04.004",
            signed=True,
        ),
        MethodInfo("rise", "RISE", "Petsiuk et al. 2018, arXiv:1806.07421, section 3", signed=True),
    )
}

FIRST = ("grad_cam", "integrated_gradients", "saliency")  # what is shown by default
WITHOUT_GRADIENTS = ("occlusion", "shapley", "rise")  # the same for networks that give answers only


def not_taught(expression: str, known: Sequence[str]) -> str:
    """Say why a network cannot explain an expression that it does not know."""
    return f"This network was not taught “{expression}”; it knows {', '.join(known)}."
