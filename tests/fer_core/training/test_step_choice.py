"""How a new run computes its steps: what is left open, what is taken, and that a resumed run keeps it to the bit."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest
import torch
from support.paths import toy_faces

from fer_core import models
from fer_core.errors import ConfigError
from fer_core.images.preprocessing import InputSpec
from fer_core.training import loop, recipes, step_choice
from fer_core.training.augment import Augmentation
from fer_core.training.distributed import SingleProcess
from fer_core.training.fused import layers
from fer_core.training.loader import ResidentSplit
from fer_core.training.losses import build_objective
from fer_core.training.runs import Run
from fer_core.training.step_choice import Step, StepOptions, begun_with, candidates, choose_step, fastest

CPU = torch.device("cpu")
SPEC = InputSpec(48, 3, "grey", (0.5,), (0.25,))
QUICK = replace(recipes.RECIPES["short"], epochs=3, batch_size=16, lr=0.02, augmentation=Augmentation())
PLAIN, PLAIN_16 = Step("float32", False), Step("bfloat16", False)
FUSED, FUSED_16 = Step("float32", True), Step("bfloat16", True)
needs_numba = pytest.mark.skipif(
    layers.obstacle(CPU) != "", reason="fused layers need numba (requirements-training.txt)"
)


@pytest.fixture(autouse=True)
def kernels_of_all_sizes(monkeypatch):
    """Toy maps are small, and small ones are left to PyTorch."""
    monkeypatch.setattr(layers, "NORM_ELEMENTS", 0)
    monkeypatch.setattr(layers, "EXPONENTIAL_ELEMENTS", {})
    monkeypatch.setattr(layers, "DEPTHWISE_ELEMENTS", 0)


def trainer(folder, precision="auto", *, is_compiled=False) -> loop.Trainer:
    torch.manual_seed(0)
    recipe = replace(QUICK, precision=precision)
    network = models.build("i_mobilenet_v2")
    objective = build_objective("cross_entropy", 7, network.embedding_size, recipes.as_dict(recipe))
    return loop.Trainer(network, objective, recipe, Run(folder, {}), SingleProcess(CPU), 0, is_compiled=is_compiled)


def splits() -> tuple[ResidentSplit, ResidentSplit]:
    return ResidentSplit(toy_faces(64), SPEC, CPU), ResidentSplit(toy_faces(28, seed=1), SPEC, CPU)


def quiet(_: str) -> None:
    pass


def without_numba(monkeypatch) -> None:
    monkeypatch.setattr(step_choice, "obstacle", lambda device: "fused layers need numba")


@pytest.mark.parametrize(
    ("rates", "wanted"),
    [
        ((100, 102, 101, 102), PLAIN),  # within the noise of the simplest
        ((100, 120, 130, 131), FUSED),
        ((100, 90, 110, 140), FUSED_16),
        ((100, 101, 80, 103.1), PLAIN_16),  # 2 % behind the fastest, and simpler
    ],
)
def test_the_simplest_of_the_fastest_is_taken(rates, wanted):
    assert fastest(dict(zip((PLAIN, PLAIN_16, FUSED, FUSED_16), rates, strict=True))) == wanted


@needs_numba
@pytest.mark.parametrize(
    ("precision", "asked", "wanted"),
    [
        ("auto", "auto", (PLAIN, PLAIN_16, FUSED, FUSED_16)),
        ("auto", "off", (PLAIN, PLAIN_16)),
        ("auto", "on", (FUSED, FUSED_16)),
        ("bfloat16", "auto", (PLAIN_16, FUSED_16)),
        ("float32", "off", (PLAIN,)),
    ],
)
def test_recipe_and_flag_leave_ways_open(precision, asked, wanted, tmp_path):
    assert candidates(trainer(tmp_path, precision), asked) == wanted


def test_without_numba_pytorchs_layers_are_left_and_a_sentence_says_why(tmp_path, monkeypatch):
    without_numba(monkeypatch)
    some, said = trainer(tmp_path, "float32"), []
    before = [type(module) for module in some.network.modules()]
    choose_step(some, splits()[0], StepOptions(), say=said.append)
    assert said == ["each step is computed in float32, plain layers: fused layers need numba"]
    assert [type(module) for module in some.network.modules()] == before
    with pytest.raises(ConfigError, match="--fused on is not possible: fused layers need numba"):
        candidates(some, "on")


def test_a_compiled_step_stays_as_it_was(tmp_path):
    some = trainer(tmp_path, is_compiled=True)
    assert candidates(some, "auto") == (PLAIN,)
    with pytest.raises(ConfigError, match="--fused on is not possible"):
        candidates(some, "on")


def test_another_word_for_the_flag_is_named(tmp_path):
    with pytest.raises(ConfigError, match="'yes' is not a known choice for --fused"):
        choose_step(trainer(tmp_path), splits()[0], StepOptions(fused="yes"))


@needs_numba
def test_a_run_of_fewer_steps_than_the_timing_takes_is_not_timed(tmp_path, monkeypatch):
    """64 faces in batches of 16 for 3 epochs are 12 steps; timing four ways takes 4 (n + 1) of them."""
    said, timed = [], []
    monkeypatch.setattr(step_choice, "images_per_second", lambda _, __, steps: timed.append(steps) or {PLAIN: 1.0})
    for n in (2, 1):
        monkeypatch.setattr(step_choice, "TIMED_STEPS", n)
        choose_step(trainer(tmp_path / str(n)), splits()[0], StepOptions(), say=said.append)
        assert len(timed) == (0 if n == 2 else 1)
    assert said[0] == "each step is computed in float32, plain layers"


@needs_numba
def test_timing_touches_neither_the_network_nor_what_is_random(tmp_path):
    some = trainer(tmp_path)
    before, state = copy.deepcopy(some.network.state_dict()), torch.get_rng_state()
    rates = step_choice.images_per_second(some, splits()[0], (PLAIN, FUSED_16))
    assert list(rates) == [PLAIN, FUSED_16] and min(rates.values()) > 0
    assert all(torch.equal(value, before[key]) for key, value in some.network.state_dict().items())
    assert all(parameter.grad is None for parameter in some.network.parameters())
    assert torch.equal(torch.get_rng_state(), state)
    assert not any(isinstance(module, layers.FusedBatchNorm2d) for module in some.network.modules())


def test_a_step_of_mirrored_pairs_is_timed_with_both_pictures(tmp_path, monkeypatch):
    some, sizes = trainer(tmp_path), []
    some.recipe = replace(some.recipe, mirror_weight=1.0)
    monkeypatch.setattr(step_choice, "_seconds", lambda _, x, __: sizes.append(len(x)) or 2.0)
    rates = step_choice.images_per_second(some, splits()[0], (PLAIN,))
    assert set(sizes) == {2 * some.recipe.batch_size}
    assert rates == {PLAIN: some.recipe.batch_size / 2.0}


@needs_numba
@pytest.mark.parametrize("step", [PLAIN_16, FUSED, FUSED_16], ids=str)
def test_a_resumed_run_keeps_its_step_to_the_bit_whatever_is_faster_then(step, tmp_path, monkeypatch):
    def rates(_, __, steps):
        return {one: 200.0 if one == step else 100.0 for one in steps}

    monkeypatch.setattr(step_choice, "TIMED_STEPS", 1)  # or the run would be too short to be worth it
    monkeypatch.setattr(step_choice, "images_per_second", rates)
    whole = trainer(tmp_path / "whole")
    choose_step(whole, splits()[0], StepOptions(), say=quiet)
    loop.fit(whole, *splits(), say=quiet)
    cut = trainer(tmp_path / "cut")
    choose_step(cut, splits()[0], StepOptions(), say=quiet)
    with pytest.raises(KeyboardInterrupt):
        loop.fit(cut, *splits(), say=interrupt)
    monkeypatch.setattr(step_choice, "images_per_second", lambda _, __, steps: dict.fromkeys(steps, 1.0))
    resumed = trainer(tmp_path / "cut")
    choose_step(resumed, splits()[0], StepOptions(), say=quiet)
    assert resumed.progress.epoch == 1 and begun_with(resumed.progress) == step
    loop.fit(resumed, *splits(), say=quiet)
    for kind in ("network", "average"):
        for key, value in getattr(whole, kind).state_dict().items():
            assert torch.equal(value, getattr(resumed, kind).state_dict()[key]), (kind, key)
    lines = [json.loads(line) for line in (tmp_path / "cut" / "history.jsonl").read_text().splitlines()]
    assert {(line["precision"], line["is_fused"]) for line in lines} == {(step.precision, step.is_fused)}


def interrupt(_: str) -> None:
    raise KeyboardInterrupt


@needs_numba
def test_a_fused_run_learns_what_a_plain_one_does(tmp_path):
    losses = []
    for step in (PLAIN, FUSED):
        some = trainer(tmp_path / str(step.is_fused))
        choose_step(some, splits()[0], StepOptions(earlier=step), say=quiet)
        loop.fit(some, *splits(), say=quiet)
        losses.append([record["train_loss"] for record in some.progress.history])
    assert losses[1] == pytest.approx(losses[0], rel=0.02)
    assert losses[0] != losses[1]  # two ways to add up, not one


@needs_numba
@pytest.mark.parametrize(("begun", "asked"), [(FUSED, "off"), (PLAIN, "on")])
def test_a_run_does_not_go_on_in_another_way(begun, asked, tmp_path):
    some = trainer(tmp_path)
    choose_step(some, splits()[0], StepOptions(earlier=begun), say=quiet)
    with pytest.raises(KeyboardInterrupt):
        loop.fit(some, *splits(), say=interrupt)
    with pytest.raises(ConfigError, match="was begun with .* so it goes on in that way; leave --fused out"):
        choose_step(trainer(tmp_path), splits()[0], StepOptions(fused=asked), say=quiet)


@needs_numba
def test_a_fused_run_does_not_go_on_where_layers_cannot_be_fused(tmp_path):
    some = trainer(tmp_path)
    choose_step(some, splits()[0], StepOptions(earlier=FUSED), say=quiet)
    with pytest.raises(KeyboardInterrupt):
        loop.fit(some, *splits(), say=interrupt)
    with pytest.raises(ConfigError, match="was begun with fused layers and cannot go on"):
        choose_step(trainer(tmp_path, is_compiled=True), splits()[0], StepOptions(), say=quiet)


def test_a_run_of_before_goes_on_in_float32_and_plain(tmp_path, monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        loop.fit(trainer(tmp_path), *splits(), say=interrupt)
    monkeypatch.setattr(step_choice, "images_per_second", lambda *_: pytest.fail("nothing is timed anew"))
    resumed = trainer(tmp_path)
    choose_step(resumed, splits()[0], StepOptions(), say=quiet)
    loop.fit(resumed, *splits(), say=quiet)
    assert begun_with(resumed.progress) is None
    assert not any("precision" in record for record in resumed.progress.history)
