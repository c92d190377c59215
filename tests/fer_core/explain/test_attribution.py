"""Attributions equal their formulas, own up to their errors, and leave the network as they found it."""

from __future__ import annotations

import gc
import threading
from types import SimpleNamespace
from weakref import ref

import numpy as np
import pytest
import torch
from captum.attr import GuidedBackprop
from torch import nn

from fer_core.errors import ConfigError
from fer_core.explain.attribution import METHODS, attribute
from fer_core.explain.heatmap import RECTIFIED, Heatmap, caption, strongest_words
from fer_core.explain.methods import DESCRIBED
from fer_core.explain.perturbations import grid
from fer_core.inference.model_state import Probe, probe

pytestmark = pytest.mark.filterwarnings("ignore:Setting backward hooks on ReLU")

EXPRESSIONS = 3


class TinyNet(nn.Module):
    """Two convolutions, mean pooling, one linear layer; 1 x 8 x 8 in, 3 logits out."""

    def __init__(self, act: type[nn.Module] = nn.SiLU):
        super().__init__()
        self.maps = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), act(), nn.Conv2d(4, 5, 1), act())
        self.classifier = nn.Linear(5, EXPRESSIONS)

    @property
    def cam_layers(self):
        return list(self.maps)

    def forward(self, x):
        return self.classifier(self.maps(x).mean(dim=(2, 3)))


class LinearNet(nn.Module):
    """logits = W x, which has its attributions in closed form. No cam_layers."""

    def __init__(self, size: int):
        super().__init__()
        self.weights = nn.Linear(size, EXPRESSIONS, bias=False)

    def forward(self, x):
        return self.weights(x.flatten(1))


class Failing(nn.Module):
    """Lets the first `calls` calls through."""

    def __init__(self, calls: int):
        super().__init__()
        self.left = calls

    def forward(self, x):
        self.left -= 1
        if self.left < 0:
            raise ArithmeticError("planted")
        return x


def loaded(network: nn.Module) -> SimpleNamespace:
    """The part of a Predictor that explanations see."""
    return SimpleNamespace(network=network.eval(), lock=threading.Lock())


@pytest.fixture
def tiny() -> SimpleNamespace:
    torch.manual_seed(0)
    return loaded(TinyNet())


@pytest.fixture
def rectified() -> SimpleNamespace:
    """The same with ReLU, which every method supports."""
    torch.manual_seed(0)
    return loaded(TinyNet(nn.ReLU))


def picture(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def state(network: nn.Module) -> list:
    """Everything about a network that an explanation could leave behind, but for its weights."""
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    modules = [(m.training, *(len(getattr(m, name)) for name in hooks)) for m in network.modules()]
    return modules + [(p.requires_grad, p.grad, p._backward_hooks) for p in network.parameters()]


def logit(network: nn.Module, array: np.ndarray, target: int) -> float:
    with torch.no_grad():
        return float(network(torch.from_numpy(array)[None])[0, target])


@pytest.mark.parametrize("target", range(EXPRESSIONS))
def test_integrated_gradients_sum_to_the_rise_of_the_logit(tiny, target):
    array = picture(1, 8, 8)
    heatmap = attribute(tiny, array, target, "integrated_gradients")
    rise = logit(tiny.network, array, target) - logit(tiny.network, np.zeros_like(array), target)
    assert heatmap.values.sum() == pytest.approx(rise, abs=1e-3)
    assert heatmap.completeness_error == pytest.approx(abs(heatmap.values.sum() - rise), abs=1e-5)
    assert heatmap.signed and f"{rise:+.2f}" in heatmap.note


def test_on_a_linear_network_saliency_is_the_weight_of_a_pixels_brightness():
    predictor = loaded(LinearNet(2 * 4 * 6))
    weights = predictor.network.weights.weight.detach().numpy()[2].reshape(2, 4, 6)
    heatmap = attribute(predictor, picture(2, 4, 6), 2, "saliency")
    assert heatmap.values == pytest.approx(np.abs(weights.sum(axis=0)), abs=1e-6)
    assert heatmap.completeness_error is None and not heatmap.signed


def test_grad_cam_is_the_formula_with_the_classifiers_weights(tiny):
    # With mean pooling and one linear layer the mean gradient of map k is w_k / (H W).
    array = picture(1, 8, 8)
    with torch.no_grad():
        maps = tiny.network.maps(torch.from_numpy(array)[None])[0]
        expected = torch.relu(torch.einsum("k,khw->hw", tiny.network.classifier.weight[1] / 64, maps))
    heatmap = attribute(tiny, array, 1, "grad_cam")
    assert heatmap.values == pytest.approx(expected.numpy(), abs=1e-6)
    assert "8 × 8 cells" in heatmap.note


def test_grad_cam_is_interpolated_to_the_input(tiny):
    tiny.network.maps.insert(0, nn.AvgPool2d(4))
    heatmap = attribute(tiny, picture(1, 8, 8), 0, "grad_cam")
    assert heatmap.values.shape == (8, 8) and heatmap.note.startswith("Computed on 2 × 2 cells and interpolated.")


def test_grad_cam_is_taken_where_the_map_can_still_point(tiny):
    """A last map of 2 x 2 cells is passed over for the one of 8 x 8 before it, and the note says so."""
    tiny.network.maps.append(nn.AvgPool2d(4))
    note = attribute(tiny, picture(1, 8, 8), 0, "grad_cam").note
    assert "Computed on 8 × 8 cells" in note and "map 4 of 5; the last one has only 2 × 2" in note


@pytest.mark.parametrize("method", METHODS)
def test_a_network_of_zeros_has_a_flat_map_of_zeros_and_says_so(rectified, method):
    for parameter in rectified.network.parameters():
        nn.init.zeros_(parameter)
    heatmap = attribute(rectified, picture(1, 8, 8), 0, method)
    words = (
        ("zero", "Zero: nothing that was found speaks for it.") if method in RECTIFIED else ("flat", "Flat: no pixel")
    )
    assert not heatmap.values.any() and f"This map is {words[0]}" in heatmap.note and words[1] in caption(heatmap)


@pytest.mark.parametrize("method", METHODS)
def test_a_network_that_overflows_gives_a_note_not_an_exception(rectified, method):
    nn.init.constant_(rectified.network.classifier.weight, float("inf"))
    heatmap = attribute(rectified, picture(1, 8, 8), 0, method)
    assert np.isfinite(heatmap.values).all() and "are no numbers and shown as 0" in heatmap.note


@pytest.mark.parametrize("method", METHODS)
def test_the_network_comes_back_as_it_was(rectified, method):
    rectified.network.maps.train()
    rectified.network.classifier.weight.requires_grad_(False)
    before, weights = state(rectified.network), [p.clone() for p in rectified.network.parameters()]
    attribute(rectified, picture(1, 8, 8), 0, method)
    assert state(rectified.network) == before and not rectified.lock.locked()
    assert all(torch.equal(a, b) for a, b in zip(weights, rectified.network.parameters(), strict=True))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("calls", [0, 1], ids=["at once", "inside the method"])
def test_the_network_comes_back_as_it_was_after_a_failure(rectified, method, calls):
    rectified.network.maps.append(Failing(calls))
    rectified.network.maps.train()
    before = state(rectified.network)
    with pytest.raises(ArithmeticError, match="planted"):
        attribute(rectified, picture(1, 8, 8), 0, method)
    assert state(rectified.network) == before and not rectified.lock.locked()


def test_what_a_network_gives_for_a_shape_is_asked_once(tiny):
    calls = []
    tiny.network.register_forward_hook(lambda module, inputs, output: calls.append(tuple(inputs[0].shape)))
    for _ in range(2):
        attribute(tiny, picture(1, 8, 8), 0, "saliency")
    assert calls == [(1, 1, 8, 8)] * 3  # once for its sizes, and twice for the two maps
    attribute(tiny, picture(1, 9, 9), 0, "saliency")
    assert calls[3:] == [(1, 1, 9, 9)] * 2


def test_a_probe_tells_expressions_and_map_sizes_and_goes_with_its_network():
    network = TinyNet()
    network.maps[2] = nn.Conv2d(4, 5, 1, stride=2)
    found = probe(network.eval(), torch.zeros(1, 1, 8, 6))
    assert found == Probe(EXPRESSIONS, ((8, 6), (8, 6), (4, 3), (4, 3)))
    assert probe(LinearNet(4).eval(), torch.zeros(1, 4)) == Probe(EXPRESSIONS, ())
    gone = ref(network)
    del network
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("guard", [torch.no_grad, torch.inference_mode])
@pytest.mark.parametrize("method", METHODS)
def test_frozen_networks_and_callers_without_gradients_change_nothing(rectified, method, guard):
    expected = attribute(rectified, picture(1, 8, 8), 0, method)
    rectified.network.requires_grad_(False)
    with guard():
        heatmap = attribute(rectified, picture(1, 8, 8), 0, method)
    assert np.array_equal(heatmap.values, expected.values)


@pytest.mark.parametrize("method", METHODS)
def test_every_forward_pass_runs_in_eval_mode_under_the_lock(rectified, method):
    seen = []
    rectified.network.train()
    rectified.network.classifier.register_forward_hook(
        lambda module, inputs, output: seen.append((rectified.lock.locked(), module.training))
    )
    attribute(rectified, picture(1, 8, 8), 0, method)
    assert seen and set(seen) == {(True, False)}


def test_two_sessions_at_once_get_what_each_gets_alone(rectified):
    jobs = [(method, target) for method in METHODS for target in range(EXPRESSIONS)]
    alone = {job: attribute(rectified, picture(1, 8, 8), job[1], job[0]).values for job in jobs}
    wrong = []

    def session(own_jobs):
        for method, target in own_jobs:
            if not np.array_equal(attribute(rectified, picture(1, 8, 8), target, method).values, alone[method, target]):
                wrong.append((method, target))

    threads = [threading.Thread(target=session, args=(own,)) for own in (jobs, jobs[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("name", ["guided_backprop", "deconvolution", "deep_lift"])
def test_methods_that_silently_become_the_gradient_are_refused_by_name(tiny, name):
    with pytest.raises(
        ConfigError, match=f"{name} is not offered: .* becomes the plain gradient .* choose one of grad_cam"
    ):
        attribute(tiny, picture(1, 8, 8), 0, name)


def test_an_unknown_method_is_refused_with_the_closest_name(tiny):
    with pytest.raises(ConfigError, match=r"'gradcam' is not a known attribution method; .*\(closest: grad_cam\)"):
        attribute(tiny, picture(1, 8, 8), 0, "gradcam")


def test_a_network_without_a_named_last_map_has_no_grad_cam():
    network = LinearNet(64)
    assert METHODS["grad_cam"].supported_by(network) == "it does not name its convolutional maps (cam_layers)"
    assert METHODS["saliency"].supported_by(network) is None
    with pytest.raises(ConfigError, match="Grad-CAM cannot explain this network: it does not name"):
        attribute(loaded(network), picture(1, 8, 8), 0, "grad_cam")


@pytest.mark.parametrize("target", [-1, EXPRESSIONS])
def test_a_target_outside_the_expressions_is_refused(tiny, target):
    with pytest.raises(
        ConfigError, match=f"target={target} is no expression of this network; choose an index from 0 to 2"
    ):
        attribute(tiny, picture(1, 8, 8), target, "saliency")


@pytest.mark.parametrize("array", [picture(8, 8), picture(1, 1, 8, 8), picture(1, 8, 8).astype(np.float64)])
def test_anything_but_one_input_is_refused(tiny, array):
    with pytest.raises(ConfigError, match=r"is not one input; give float32 \(C, H, W\) from preprocessing.to_input"):
        attribute(tiny, array, 0, "saliency")


@pytest.mark.parametrize("method", ["input_x_gradient", "integrated_gradients", "shapley"])
def test_on_a_linear_network_three_methods_give_what_each_region_adds(method):
    """4 x 6 pixels are 4 x 6 regions, so all three are w x; nothing is left over where a sum is promised."""
    predictor, array = loaded(LinearNet(2 * 4 * 6)), picture(2, 4, 6)
    weights = predictor.network.weights.weight.detach().numpy()[1].reshape(2, 4, 6)
    heatmap = attribute(predictor, array, 1, method)
    assert heatmap.values == pytest.approx((weights * array).sum(axis=0), abs=1e-5)
    assert heatmap.signed and (heatmap.completeness_error or 0) < 1e-5


def test_on_a_linear_network_occlusion_is_what_the_pixel_adds_alone():
    # At 4 x 6 the square is 1 x 1 px.
    predictor, array = loaded(LinearNet(2 * 4 * 6)), picture(2, 4, 6)
    weights = predictor.network.weights.weight.detach().numpy()[0].reshape(2, 4, 6)
    assert attribute(predictor, array, 0, "occlusion").values == pytest.approx((weights * array).sum(axis=0), abs=1e-5)


def test_on_a_linear_network_rise_is_what_the_pixel_adds_and_the_level_says_nothing():
    # At 4 x 6 each pixel is a cell of its own; what the others do by chance is left, a fifth of a pixel's spread.
    predictor, array = loaded(LinearNet(2 * 4 * 6)), picture(2, 4, 6)
    added = (predictor.network.weights.weight.detach().numpy()[1].reshape(2, 4, 6) * array).sum(axis=0)
    values = attribute(predictor, array, 1, "rise").values
    assert np.std(values - added) < 0.3 * np.std(added)
    predictor.network.weights.bias = nn.Parameter(torch.full((len(predictor.network.weights.weight),), 10.0))
    assert attribute(predictor, array, 1, "rise").values == pytest.approx(values, abs=1e-3)


def test_on_a_linear_network_the_mean_gradient_under_noise_is_the_gradient():
    predictor, array = loaded(LinearNet(2 * 4 * 6)), picture(2, 4, 6)
    smooth, plain = (attribute(predictor, array, 2, method).values for method in ("smooth_grad", "saliency"))
    assert smooth == pytest.approx(plain, abs=1e-6)


def test_shapley_values_of_a_region_are_spread_evenly_and_sum_to_the_rise(tiny):
    array = picture(1, 12, 12)  # 6 x 6 regions of 2 x 2 px
    heatmap = attribute(tiny, array, 1, "shapley")
    regions = heatmap.values.reshape(6, 2, 6, 2)
    assert (regions == regions[:, :1, :, :1]).all()
    rise = logit(tiny.network, array, 1) - logit(tiny.network, np.zeros_like(array), 1)
    assert heatmap.values.sum() == pytest.approx(rise, abs=1e-5)


@pytest.mark.parametrize("size", [(48, 48), (50, 44), (4, 9)])
def test_regions_are_numbered_without_gaps_and_even(size):
    counts = torch.bincount(grid(torch.zeros(1, 1, *size)).flatten())
    assert len(counts) == min(6, size[0]) * min(6, size[1])
    # A side of n pixels in six parts: each has n // 6 or one more.
    assert counts.max() <= (-(-size[0] // 6)) * (-(-size[1] // 6)) and counts.min() >= max(1, size[0] // 6)


def test_layer_cam_is_the_formula_with_the_gradients_of_a_network_without_pooling():
    """With logits V . maps, the gradient at each cell is V itself."""
    network = TinyNet(nn.ReLU)
    network.classifier = nn.Linear(5 * 64, EXPRESSIONS)
    network.forward = lambda x: network.classifier(network.maps(x).flatten(1))
    array = picture(1, 8, 8)
    with torch.no_grad():
        maps = network.maps(torch.from_numpy(array)[None])[0]
        gradient = network.classifier.weight[1].reshape(5, 8, 8)
        expected = (gradient.clamp(min=0) * maps).sum(dim=0).clamp(min=0)
    assert attribute(loaded(network), array, 1, "layer_cam").values == pytest.approx(expected.numpy(), abs=1e-6)


def test_guided_grad_cam_is_grad_cam_times_the_guided_gradient(rectified):
    array = picture(1, 8, 8)
    batch = torch.from_numpy(array)[None].requires_grad_()
    guided = GuidedBackprop(rectified.network).attribute(batch, target=1)[0, 0].detach().numpy()
    cam = attribute(rectified, array, 1, "grad_cam").values
    assert attribute(rectified, array, 1, "guided_grad_cam").values == pytest.approx(np.abs(cam * guided), abs=1e-6)


@pytest.mark.parametrize("act", [nn.ReLU6, nn.SELU, nn.Hardswish, nn.SiLU])
def test_guided_grad_cam_is_refused_where_it_would_be_a_plain_gradient(act):
    with pytest.raises(
        ConfigError,
        match=f"Guided Grad-CAM cannot explain this network: guided backpropagation has a rule for ReLU only and "
        f"silently becomes the plain gradient at its {act.__name__}; choose another method",
    ):
        attribute(loaded(TinyNet(act)), picture(1, 8, 8), 0, "guided_grad_cam")


def test_guided_grad_cam_is_refused_without_any_relu_and_allowed_beside_sigmoid_gates():
    refused = METHODS["guided_grad_cam"].supported_by
    assert refused(TinyNet(nn.Identity)) == (
        "guided backpropagation changes the gradient of ReLU modules, and it has none"
    )
    network = TinyNet(nn.ReLU)
    network.maps.append(nn.Sigmoid())
    assert refused(network) is None
    assert refused(LinearNet(4)) == "it does not name its convolutional maps (cam_layers)"


def test_methods_that_draw_lots_draw_the_same_ones_and_leave_the_generator_alone(rectified):
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    maps = [attribute(rectified, picture(1, 8, 8), 0, "smooth_grad").values for _ in range(2)]
    assert np.array_equal(*maps) and torch.equal(torch.rand(3), expected)


def test_every_method_in_words_has_its_computation():
    assert list(METHODS) == list(DESCRIBED)
    assert all(
        METHODS[name].title == one.title and METHODS[name].signed == one.signed for name, one in DESCRIBED.items()
    )


def test_words_say_in_which_ninth_most_speaks_for_the_answer():
    values = np.full((9, 9), -5, np.float32)  # what speaks against it counts for nothing
    values[7, 1], values[0, 8] = 3, 1
    found = strongest_words(Heatmap(values, "saliency", 0, signed=True))
    assert found == "strongest in the lower left of the picture, 75%"
    assert strongest_words(Heatmap(np.zeros((9, 9), np.float32), "grad_cam", 0)) == "equal everywhere"
