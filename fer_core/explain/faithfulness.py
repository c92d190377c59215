"""Can a map be trusted? Its claims, tested on the network, beside baseline maps that never saw it.

A number alone says little: a face is in the middle of its crop, so a blob there scores well on any network. So every
measure is also taken of BASELINES, which never saw the network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from captum.metrics import infidelity, sensitivity_max
from torch import Tensor, nn

from fer_core.errors import unknown_name
from fer_core.explain.metrics import BASELINES, MEASURES, Baseline
from fer_core.inference.model_state import Loaded, as_batch, exclusive_eval

N_STEPS = 24  # of deletion and insertion; 96 pixels each at 48 px
BLUR = 0.1  # standard deviation of the insertion's canvas, of the side
N_SQUARES = 48  # of infidelity
SQUARES = (8, 2)  # sides from an eighth to a half of the picture's
N_NEIGHBOURS = 4  # of sensitivity
REACH = 0.02  # largest change of a neighbour's pixel, in normalised brightness; about one grey level


@dataclass(frozen=True, eq=False)
class Case:
    """One map to be measured.

    Args:
        array: float32 (C, H, W), the network's input.
        target: index of the expression.
        values: the map, (H, W).
        draw: the same explanation for another input; only sensitivity uses it.
    """

    array: np.ndarray
    target: int
    values: np.ndarray
    draw: Callable[[np.ndarray], np.ndarray]


def measure_map(predictor: Loaded, case: Case, measure: str) -> float:
    """Take one measure (a key of `metrics.MEASURES`) of one map. Takes the predictor's lock and changes nothing.

    Raises:
        ConfigError: if the measure is unknown or the array is no input.
    """
    if measure not in METRICS:
        raise unknown_name("measure of a map", measure, MEASURES)
    return METRICS[measure](predictor, case)


def of_baseline(predictor: Loaded, array: np.ndarray, target: int, baseline: str, measure: str) -> float:
    """Take one measure of a map that never saw the network (a key of BASELINES), the mean over its draws.

    Raises:
        ConfigError: if the baseline or the measure is unknown, or the array is no input.
    """
    if baseline not in BASELINES:
        raise unknown_name("baseline", baseline, BASELINES)
    known = BASELINES[baseline]
    cases = [Case(array, target, known.draw(array, seed), _drawn_alike(known, seed)) for seed in range(known.draws)]
    return float(np.mean([measure_map(predictor, case, measure) for case in cases]))


def _drawn_alike(baseline: Baseline, seed: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda array: baseline.draw(array, seed)


def deletion_curve(predictor: Loaded, case: Case) -> np.ndarray:
    """Return the expression's probability after 0, 1, .. N_STEPS equal parts of the pixels are set to mid-grey (zero).

    The strongest pixels go first (Petsiuk et al. 2018, RISE, arXiv:1806.07421); equal ones in a fixed random order.
    """
    with exclusive_eval(predictor) as network, torch.no_grad():
        batch = as_batch(network, case.array)
        return _curve(network, batch, torch.zeros_like(batch), case)


def insertion_curve(predictor: Loaded, case: Case) -> np.ndarray:
    """Return the expression's probability as a blurred picture gets its pixels back, the strongest first (RISE)."""
    with exclusive_eval(predictor) as network, torch.no_grad():
        batch = as_batch(network, case.array)
        return _curve(network, as_batch(network, blurred(case.array)), batch, case)


def _curve(network: nn.Module, before: Tensor, after: Tensor, case: Case) -> np.ndarray:
    place = torch.from_numpy(turn(case.values)).to(before.device)  # (H, W): the step at which a pixel changes, from 0
    done = torch.linspace(0, place.numel(), N_STEPS + 1).round()
    is_changed = place < done.to(before.device)[:, None, None, None]
    return network(torch.where(is_changed, after, before)).softmax(1)[:, case.target].cpu().numpy()


def turn(values: np.ndarray) -> np.ndarray:
    """Return each pixel's rank from the strongest, (H, W) int64; ties are broken by a seeded shuffle."""
    shuffled = np.random.default_rng(0).permutation(values.size)
    order = np.lexsort((shuffled, -values.ravel()))
    places = np.empty(values.size, np.int64)
    places[order] = np.arange(values.size)
    return places.reshape(values.shape)


def blurred(array: np.ndarray) -> np.ndarray:
    """Return a picture blurred until only light and dark areas are left, float32 (C, H, W)."""
    from scipy.ndimage import gaussian_filter

    sigma = BLUR * min(array.shape[1:])
    return gaussian_filter(array, (0, sigma, sigma), mode="nearest").astype(np.float32)


def _deletion(predictor: Loaded, case: Case) -> float:
    return _area(deletion_curve(predictor, case))


def _insertion(predictor: Loaded, case: Case) -> float:
    return _area(insertion_curve(predictor, case))


def _area(curve: np.ndarray) -> float:
    """Area under a curve over 0..1, by trapezoids."""
    return float(np.trapezoid(curve, dx=1 / (len(curve) - 1)))


def _infidelity(predictor: Loaded, case: Case) -> float:
    """Infidelity (Yeh et al. 2019, arXiv:1901.09392, Def. 2.1) by squares set to mid-grey, as a share, 0..1.

    A map's sum over a square predicts how far the logit falls without that square. Maps have different units, so each
    is first scaled to its best fit, which may flip its sign. The residual mean square is divided by that of the falls:
    0 means all is explained, 1 nothing.
    """
    with exclusive_eval(predictor) as network:
        batch = as_batch(network, case.array)
        channels = batch.shape[1]
        per_channel = torch.from_numpy(case.values).to(batch.device).expand_as(batch) / channels
        squares = _squares(batch)

        def cover(inputs: Tensor) -> tuple[Tensor, Tensor]:
            return squares.expand_as(inputs), inputs * (1 - squares)

        def left(map_: Tensor) -> float:
            return float(
                infidelity(network, cover, batch, map_, target=case.target, n_perturb_samples=N_SQUARES, normalize=True)
            )

        everything = left(torch.zeros_like(batch))
        return left(per_channel) / everything if everything else 0.0


def _squares(batch: Tensor) -> Tensor:
    """N_SQUARES masks, float (N_SQUARES, 1, H, W), 1 inside one square; the same ones for every map of a size."""
    rng = np.random.default_rng(0)
    height, width = batch.shape[2:]
    small, large = (max(1, min(height, width) // part) for part in SQUARES)
    masks = torch.zeros(N_SQUARES, 1, height, width, device=batch.device)
    for mask in masks:
        side = int(rng.integers(small, large + 1))
        top, left = int(rng.integers(height - side + 1)), int(rng.integers(width - side + 1))
        mask[0, top : top + side, left : left + side] = 1
    return masks


def _sensitivity(predictor: Loaded, case: Case) -> float:
    """Max-sensitivity (Yeh et al. 2019, Def. 3.1): the map's largest relative change among near neighbours."""
    generator = torch.Generator().manual_seed(0)

    def near(inputs: Tensor) -> Tensor:
        noise = torch.rand(len(inputs), 1, *inputs.shape[2:], generator=generator)  # all channels of a pixel together
        return inputs + (2 * noise - 1) * REACH

    def explain(inputs: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        pictures = inputs[0] if isinstance(inputs, tuple) else inputs  # Captum gives the first one in a tuple
        return (torch.stack([torch.from_numpy(case.draw(picture.numpy())) for picture in pictures]),)

    given = torch.from_numpy(case.array)[None]
    return float(sensitivity_max(explain, given, near, n_perturb_samples=N_NEIGHBOURS))


METRICS: dict[str, Callable[[Loaded, Case], float]] = {
    "deletion": _deletion,
    "insertion": _insertion,
    "infidelity": _infidelity,
    "sensitivity": _sensitivity,
}
