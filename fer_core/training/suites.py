"""Suites are data: which networks are trained on what, a tuple of requests a table. `fer suite NAME` trains a suite.

What must be comparable stands under one recipe and in one suite. The dense networks come first: they are quick, and
recipes may name one as a teacher.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fer_core.errors import unknown_name
from fer_core.training import recipes
from fer_core.training.config import Request

BY_SUBJECT = "ckplus-subject"
SEEDS = (0, 1, 2)

DENSE = ("dense_resnet-small", "dense_resnet")
FULL = ("i_mobilenet_v2", "a_mobilenet", "lightexnet")
SMALL_BASELINES = ("mobilenet_v1", "mobilenet_v2", "mobilenet_v3-small")
BASELINES = (*SMALL_BASELINES, "mobilenet_v2-w075", "mobilenet_v3-large", "mini_xception", "resnet18")
# Each after the row that it changes in one thing.
I_MOBILENET_V2 = (
    "i_mobilenet_v2-base",
    "i_mobilenet_v2-se",
    "i_mobilenet_v2-rfm",
    "i_mobilenet_v2-selu",
    "i_mobilenet_v2-se_rfm",
    "i_mobilenet_v2",
)
A_MOBILENET = ("a_mobilenet-base", "a_mobilenet-cbam", "a_mobilenet-linear", "a_mobilenet")
LIGHTEXNET = ("lightexnet-backbone", "lightexnet-shallow", "lightexnet-shallow_attention", "lightexnet")
STRIDE_16 = tuple(f"{name}-s16" for name in FULL)


@dataclass(frozen=True)
class Suite:
    """A named list of trainings, in the order in which they are worth having."""

    name: str
    title: str
    requests: tuple[Request, ...]


def _rows(data: str, networks: Sequence[str], seeds: Sequence[int] = (0,), protocol: str = "") -> tuple[Request, ...]:
    return tuple(Request(network, data, protocol=protocol, seed=seed) for seed in seeds for network in networks)


def _together(*parts: Sequence[Request]) -> tuple[Request, ...]:
    """Join parts; a training that stands in two of them is kept where it stands first."""
    return tuple({request.name: request for part in parts for request in part}.values())


_I_ABLATION, _L_ABLATION = _rows("fer2013", I_MOBILENET_V2), _rows("fer2013", LIGHTEXNET)
_A_ABLATION = _rows("ferplus", A_MOBILENET)
_STRIDE_16 = _rows("fer2013", STRIDE_16)
_SEEDS = _rows("fer2013", FULL, SEEDS)
_FER2013 = _together(
    _rows("fer2013", DENSE),
    _rows("fer2013", FULL),
    _rows("fer2013", BASELINES),
    _I_ABLATION,
    _L_ABLATION,
    _SEEDS,
    _STRIDE_16,
)
_FERPLUS = _together(_rows("ferplus", FULL), _rows("ferplus", SMALL_BASELINES), _A_ABLATION)
_RAFDB = _rows("rafdb", (*FULL, *SMALL_BASELINES))
_CKPLUS = _rows("ckplus", (*FULL, "i_mobilenet_v2-base", "mobilenet_v2"), protocol=BY_SUBJECT)

SUITES: dict[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite("zoo", "everything", _together(_FER2013, _FERPLUS, _RAFDB, _CKPLUS)),
        Suite("fer2013", "FER2013: all rows, three seeds of the papers' networks", _FER2013),
        Suite("ferplus", "FER+: all rows", _FERPLUS),
        Suite("rafdb", "RAF-DB: all rows", _RAFDB),
        Suite("ckplus", "CK+: all rows, ten folds of unseen people", _CKPLUS),
        Suite("headline", "FER2013: the papers' networks and their direct baselines", _together(
            _rows("fer2013", DENSE), _rows("fer2013", ("mobilenet_v2", *FULL, "i_mobilenet_v2-base")),
            _rows("fer2013", ("lightexnet-backbone", "mobilenet_v1")),
        )),
        Suite("fer2013-ablations", "FER2013: the ablations of I-MobileNetV2 and LightExNet",
              _together(_I_ABLATION, _L_ABLATION)),
        Suite("fer2013-seeds", "FER2013: three seeds of the papers' networks", _SEEDS),
        Suite("fer2013-stride-16", "FER2013: the papers' networks on maps of twice the side", _STRIDE_16),
        Suite("i_mobilenet_v2-ablation", "I-MobileNetV2's ablation on FER2013", _I_ABLATION),
        Suite("a_mobilenet-ablation", "A-MobileNet's ablation on FER+", _A_ABLATION),
        Suite("lightexnet-ablation", "LightExNet's ablation on FER2013", _L_ABLATION),
    )
}  # fmt: skip


def resolve(name: str, recipe: str | None = None) -> Suite:
    """Return a suite, with another recipe for all of its trainings where one is given.

    Raises:
        ConfigError: if there is no such suite or recipe; names the closest.
    """
    if name not in SUITES:
        raise unknown_name("suite", name, SUITES)
    suite = SUITES[name]
    if recipe is None:
        return suite
    if recipe not in recipes.RECIPES:
        raise unknown_name("recipe", recipe, recipes.RECIPES)
    return replace(suite, requests=tuple(replace(request, recipe=recipe) for request in suite.requests))
