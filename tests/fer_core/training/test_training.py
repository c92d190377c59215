"""Losses by hand, augmentation by geometry, and a loop that learns, repeats itself and survives a kill."""

from __future__ import annotations

import errno
import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from support.paths import toy_faces

from fer_core import models
from fer_core.errors import CheckpointError, ConfigError, FerError
from fer_core.images.preprocessing import InputSpec, images_to_input
from fer_core.training import loop, optim, recipes
from fer_core.training.augment import Augmentation, augment, mix
from fer_core.training.distributed import SingleProcess
from fer_core.training.loader import ResidentSplit
from fer_core.training.losses import Centers, CrossEntropy, JointObjective, build_objective
from fer_core.training.runner import schedule_note
from fer_core.training.runs import Run

SPEC = InputSpec(48, 3, "grey", (0.5,), (0.25,))
QUICK = replace(recipes.RECIPES["short"], epochs=3, batch_size=16, lr=0.02, augmentation=Augmentation())
CPU = torch.device("cpu")


def trainer(folder, recipe=QUICK, seed=0, network="i_mobilenet_v2"):
    torch.manual_seed(seed)
    net = models.build(network)
    loss = models.entry(network).config.loss
    objective = build_objective(loss, 7, net.embedding_size, recipes.as_dict(recipe))
    return loop.Trainer(net, objective, recipe, Run(folder, {"seed": seed}), SingleProcess(CPU), seed)


def splits():
    return ResidentSplit(toy_faces(64), SPEC, CPU), ResidentSplit(toy_faces(28, seed=1), SPEC, CPU)


# --- losses


def test_center_loss_of_two_points_by_hand():
    """x = 1, 3 of one class, center 0: L_c = (1 + 9)/4; Delta c = (0-1 + 0-3)/(1+2) = -4/3; c = 0 + 0.5 * 4/3."""
    centers = Centers(1, 1, alpha=0.5)
    x, y = torch.tensor([[1.0], [3.0]]), torch.tensor([0, 0])
    assert centers(x, y).item() == 2.5
    assert centers.pull(x, y).item() == pytest.approx(-4 / 3)
    objective = build_objective("center", 1, 1, recipes.as_dict(QUICK))
    objective.after_step(x, y)
    assert objective.centers.centers.item() == pytest.approx(2 / 3)


def test_center_loss_pulls_with_the_mean_gradient():
    """dL_c/dx_i = (x_i - c)/m."""
    x = torch.tensor([[1.0], [3.0]], requires_grad=True)
    Centers(1, 1)(x, torch.tensor([0, 0])).backward()
    assert x.grad.tolist() == [[0.5], [1.5]]


def test_centers_of_absent_expressions_stay():
    centers = Centers(3, 2, spread=1.0)
    assert centers.pull(torch.ones(2, 2), torch.tensor([1, 1]))[[0, 2]].abs().sum() == 0


def test_centers_are_no_parameters_and_are_saved():
    objective = build_objective("center", 7, 4, recipes.as_dict(QUICK))
    assert list(objective.parameters()) == []
    assert "centers.centers" in objective.state_dict()


def test_overlap_of_opposite_and_equal_centers():
    """cos = -1 gives 0, cos = 1 gives 2."""
    centers = Centers(2, 2)
    centers.centers = torch.tensor([[1.0, 0.0], [-3.0, 0.0]])
    assert centers.overlap().item() == pytest.approx(0, abs=1e-6)
    centers.centers = torch.tensor([[1.0, 0.0], [5.0, 0.0]])
    assert centers.overlap().item() == pytest.approx(2)


def test_push_follows_the_gradient_of_the_cosines():
    """Cai's step for c_j is the gradient of sum_k cos(c_j, c_k) in c_j, over K - 1."""
    centers = Centers(4, 5, spread=1.0)
    for j in range(4):
        c = centers.centers.clone().requires_grad_()
        cosine = torch.nn.functional.cosine_similarity(c[j], c[[k for k in range(4) if k != j]].detach(), dim=1)
        (gradient,) = torch.autograd.grad(cosine.sum() / 3, c)
        assert torch.allclose(centers.push()[j], gradient[j], atol=1e-5)


def test_joint_loss_adds_its_parts():
    objective = JointObjective(CrossEntropy(), Centers(7, 4, spread=1.0), weight=0.01, apart=2.0)
    logits, z, y = torch.randn(5, 7), torch.randn(5, 4), torch.tensor([0, 1, 2, 3, 6])
    ce = torch.nn.functional.cross_entropy(logits, y)
    assert objective(logits, z, y, y) == pytest.approx(float(ce + 0.01 * objective.centers(z, y)))
    objective.start_apart()
    parts = objective.centers(z, y) + 2.0 * objective.centers.overlap()
    assert objective(logits, z, y, y) == pytest.approx(float(ce + 0.01 * parts))


def test_mixed_targets_use_cross_entropy_alone():
    objective = build_objective("center", 7, 4, recipes.as_dict(replace(QUICK, label_smoothing=0.0)))
    logits, soft = torch.randn(5, 7), torch.softmax(torch.randn(5, 7), 1)
    by_hand = -(soft * logits.log_softmax(1)).sum(1).mean()
    assert objective(logits, torch.randn(5, 4), soft, None) == pytest.approx(float(by_hand))


def test_label_smoothing_by_hand():
    """Uniform logits: every target costs log K, smoothed or not."""
    assert CrossEntropy(0.1)(torch.zeros(2, 7), torch.zeros(2, 1), torch.tensor([0, 3]), None) == pytest.approx(
        math.log(7)
    )


def test_unknown_loss():
    with pytest.raises(ConfigError, match="'centre' is not a known loss; .*closest: center"):
        build_objective("centre", 7, 4, recipes.as_dict(QUICK))


# --- augmentation


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_nothing_switched_on_changes_nothing():
    x = torch.rand(4, 1, 48, 48)
    assert torch.allclose(augment(x, Augmentation(flip=False), generator()), x, atol=1e-5)


def test_flip_mirrors_about_half_of_the_pictures():
    x = torch.rand(200, 1, 8, 8)
    out = augment(x, Augmentation(), generator())
    same = (out - x).abs().amax((1, 2, 3)) < 1e-4
    mirrored = (out - x.flip(3)).abs().amax((1, 2, 3)) < 1e-4
    assert (same ^ mirrored).all()
    assert 70 < mirrored.sum() < 130  # 100 +- 4 standard deviations


def test_shift_moves_by_at_most_its_share():
    x = torch.zeros(50, 1, 40, 40)
    x[:, :, 20, 20] = 1
    out = augment(x, Augmentation(flip=False, shift=0.1), generator())
    brightest = out.flatten(1).argmax(1)
    assert (brightest // 40 - 20).abs().max() <= 5
    assert (brightest % 40 - 20).abs().max() <= 5
    assert len(brightest.unique()) > 10


def test_erasing_hits_its_share_of_pictures_with_their_mean():
    x = torch.rand(300, 1, 48, 48)
    out = augment(x, Augmentation(flip=False, erase=0.5), generator())
    changed = ((out - x).abs() > 1e-3).flatten(1)
    assert 110 < changed.any(1).sum() < 190
    first = int(changed.any(1).nonzero()[0])
    assert torch.allclose(out[first].flatten()[changed[first]], x[first].mean(), atol=1e-3)


def test_pixels_stay_in_range():
    out = augment(torch.rand(64, 1, 48, 48), recipes.RECIPES["lens"].augmentation, generator())
    assert out.min() >= 0
    assert out.max() <= 1


def test_mixup_blends_picture_and_target_alike():
    x, target = torch.eye(4).view(4, 1, 2, 2), torch.eye(4)
    mixed, soft = mix(x, target, 0.7, generator())
    assert torch.allclose(mixed.view(4, 4), soft)
    assert torch.allclose(soft.sum(1), torch.ones(4))


# --- data on the device


def test_training_sees_what_the_card_prescribes():
    """The device's arithmetic and `preprocessing` agree on unaugmented rows."""
    faces = toy_faces(5)
    (batch,) = ResidentSplit(faces, SPEC, CPU).batches(8)
    assert np.allclose(batch.x.numpy(), images_to_input(faces.images, SPEC), atol=1e-6)


def test_an_epoch_is_decided_by_its_seed():
    train, _ = splits()
    first, again = (torch.cat([b.x for b in train.training_batches(QUICK, 7)]) for _ in range(2))
    other = torch.cat([b.x for b in train.training_batches(QUICK, 8)])
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_teacher_is_mixed_into_the_targets_from_its_epoch_on():
    faces, answers = toy_faces(16), np.full((16, 7), 1 / 7, np.float32)
    train = ResidentSplit(faces, SPEC, CPU, answers)
    recipe = replace(QUICK, teacher="t", distill_weight=0.3, distill_start=2)
    (before,) = train.training_batches(recipe, 0, epoch=1)
    (after,) = train.training_batches(recipe, 0, epoch=2)
    assert torch.equal(before.target, before.labels)
    assert torch.equal(after.labels, before.labels)
    expected = 0.7 * torch.eye(7)[after.labels] + 0.3 / 7
    assert torch.allclose(after.target, expected)


def test_balanced_order_draws_rare_expressions_as_often():
    faces = toy_faces(400)
    faces = replace(faces, labels=np.r_[np.zeros(390, np.int64), np.ones(10, np.int64)])
    train = ResidentSplit(faces, SPEC, CPU)
    labels = torch.cat([b.labels for b in train.training_batches(replace(QUICK, balanced=True), 0)])
    assert 150 < (labels == 1).sum() < 250


# --- the loop


@pytest.mark.parametrize("network", ["i_mobilenet_v2", "a_mobilenet", "lightexnet"])
def test_each_objective_learns_the_toy(tmp_path, network):
    """Not the accuracy: sixteen batches are too few for batch norm's running statistics."""
    recipe = replace(QUICK, epochs=4, lr=0.05, label_smoothing=0.0, ema_decay=0.0, warmup_epochs=0)
    history = loop.fit(trainer(tmp_path, recipe, network=network), *splits(), say=lambda _: None).history
    assert history[-1]["train_loss"] < 0.9 * history[0]["train_loss"]


def test_same_seed_same_history_other_seed_other(tmp_path):
    def losses(folder, seed):
        history = loop.fit(trainer(tmp_path / folder, seed=seed), *splits(), say=lambda _: None).history
        return [record["train_loss"] for record in history]

    assert losses("a", 0) == losses("b", 0)
    assert losses("a2", 0) != losses("c", 1)


def test_a_killed_run_goes_on_to_the_bit(tmp_path):
    whole = trainer(tmp_path / "whole", network="lightexnet")
    loop.fit(whole, *splits(), say=lambda _: None)

    class Killed(Exception):
        pass

    def kill_after_two(message):
        if message.startswith("epoch 2/"):
            raise Killed

    with pytest.raises(Killed):
        loop.fit(trainer(tmp_path / "cut", network="lightexnet"), *splits(), say=kill_after_two)
    resumed = trainer(tmp_path / "cut", seed=0, network="lightexnet")
    assert resumed.progress.epoch == 2
    loop.fit(resumed, *splits(), say=lambda _: None)
    for kind in ("network", "average", "objective"):
        for key, value in getattr(whole, kind).state_dict().items():
            assert torch.equal(value, getattr(resumed, kind).state_dict()[key]), (kind, key)
    assert [r["train_loss"] for r in whole.progress.history] == [r["train_loss"] for r in resumed.progress.history]


def test_history_is_a_line_an_epoch(tmp_path):
    loop.fit(trainer(tmp_path), *splits(), say=lambda _: None)
    lines = [json.loads(line) for line in (tmp_path / "history.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    assert set(lines[0]) >= {"train_loss", "validation_accuracy", "lr", "images_per_second"}


def test_the_best_epoch_is_kept_not_the_last(tmp_path):
    ours = trainer(tmp_path)
    loop._record(ours, loss=1.0, accuracy=0.6, seconds=1, images_per_second=1)
    kept = ours.best["features.0.0.weight"].clone()
    ours.average.features[0][0].weight.data += 1
    loop._record(ours, loss=1.0, accuracy=0.5, seconds=1, images_per_second=1)
    assert ours.progress.best_epoch == 1
    assert torch.equal(ours.best["features.0.0.weight"], kept)


def test_a_diverged_run_says_so(tmp_path):
    ours = trainer(tmp_path, replace(QUICK, lr=0.08))
    ours.network.features[0][0].weight.data.fill_(float("nan"))
    with pytest.raises(FerError, match="the loss became nan in epoch 1; lower the rate, for example --set lr=0.04"):
        loop.fit(ours, *splits(), say=lambda _: None)


def test_a_run_is_not_overwritten_by_another(tmp_path):
    Run(tmp_path, {"seed": 0})
    with pytest.raises(ConfigError, match="holds a run with other settings; give this one another --tag"):
        Run(tmp_path, {"seed": 1})


def test_a_full_disk_gets_a_sentence_and_keeps_the_last_epoch(tmp_path, monkeypatch):
    loop.fit(trainer(tmp_path, replace(QUICK, epochs=1)), *splits(), say=lambda _: None)
    before = (tmp_path / "state.safetensors").read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("fer_core.files.os.replace", full)
    with pytest.raises(CheckpointError, match="cannot be written: No space left on device"):
        trainer(tmp_path, replace(QUICK, epochs=1)).save()
    assert (tmp_path / "state.safetensors").read_bytes() == before


def test_a_cut_state_says_what_to_do(tmp_path):
    loop.fit(trainer(tmp_path, replace(QUICK, epochs=1)), *splits(), say=lambda _: None)
    state = tmp_path / "state.safetensors"
    state.write_bytes(state.read_bytes()[:100])
    with pytest.raises(ConfigError, match="cannot be read .*; remove it to start this run again"):
        trainer(tmp_path)


@pytest.mark.parametrize(
    ("epoch", "share"), [(0.5, 0.5), (1.0, 1.0), (10.5, 0.5), (20.0, 0.0)], ids=["warm-up", "top", "middle", "end"]
)
def test_cosine_with_one_epoch_of_warm_up(epoch, share):
    recipe = replace(QUICK, epochs=20, warmup_epochs=1, lr=1.0)
    assert optim.learning_rate(recipe, epoch) == pytest.approx(share, abs=2e-3)


def test_step_schedule_of_the_code_lineage():
    """Constant to epoch 80, then x0.9 every five epochs."""
    recipe = recipes.RECIPES["i_mobilenet_v2-paper"]
    assert [optim.learning_rate(recipe, e) for e in (0, 79, 80, 85)] == pytest.approx([0.01, 0.01, 0.009, 0.0081])


def test_batch_norm_and_biases_are_not_decayed():
    network = models.build("mobilenet_v2")
    decayed, free = optim.build_optimizer(network, QUICK).param_groups
    assert decayed["weight_decay"] == 5e-4
    assert free["weight_decay"] == 0
    norms = [p for m in network.modules() if isinstance(m, torch.nn.BatchNorm2d) for p in m.parameters()]
    assert {id(p) for p in norms} <= {id(p) for p in free["params"]}


# --- recipes


def test_a_field_is_changed_by_its_path():
    recipe = recipes.resolve("short", {"lr": "0.05", "augmentation.erase": "0.5", "nesterov": "false", "epochs": "3"})
    assert (recipe.lr, recipe.augmentation.erase, recipe.nesterov, recipe.epochs) == (0.05, 0.5, False, 3)


def test_a_recipe_survives_its_dict():
    for recipe in recipes.RECIPES.values():
        assert recipes.from_dict(json.loads(json.dumps(recipes.as_dict(recipe)))) == recipe


def test_a_card_says_how_far_the_schedule_was_shortened_and_who_taught():
    note = schedule_note("i_mobilenet_v2-base", "fer2013", recipes.RECIPES["cpu"])
    assert note.endswith("20 epochs of batch 64, where the paper (Zhu et al. 2024) trains 350 of batch 32")
    note = schedule_note("lightexnet", "fer2013", recipes.RECIPES["cpu-distilled"])
    assert "20 epochs of batch 64; from epoch 11 on, 50% of each target is the answer of dense_resnet" in note


@pytest.mark.parametrize(
    ("network", "data", "paper"),
    [
        ("i_mobilenet_v2", "fer2013", "350 of batch 32"),
        ("i_mobilenet_v2-base", "ckplus", "150 of batch 20"),
        ("i_mobilenet_v2", "ferplus", None),  # that paper never trained on FER+ or RAF-DB
        ("i_mobilenet_v2", "rafdb", None),
        ("a_mobilenet-cbam", "ferplus", "100 of batch 64"),
        ("a_mobilenet", "rafdb", "100 of batch 64"),
        ("a_mobilenet", "fer2013", None),
        ("a_mobilenet", "ckplus", None),
        ("lightexnet", "ckplus", None),  # nothing is known of its schedule
        ("mobilenet_v2", "fer2013", None),  # a baseline of another paper
    ],
)
def test_a_schedule_is_measured_by_the_papers_own_on_that_data_set(network, data, paper):
    note = schedule_note(network, data, recipes.RECIPES["cpu"])
    assert ("where the paper" in note) == (paper is not None)
    assert paper is None or note.endswith(paper)


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("shrt", {}, r"'shrt' is not a known recipe; .*closest: short"),
        ("short", {"rate": "1"}, "'rate' is not a known recipe field"),
        ("short", {"epochs": "few"}, "epochs='few' must be a int"),
        ("short", {"epochs": "few", "rate": "1"}, "epochs='few' .*; 'rate' is not"),
    ],
)
def test_wrong_recipes_say_what_is_wrong(name, changes, message):
    with pytest.raises(ConfigError, match=message):
        recipes.resolve(name, changes)


@pytest.mark.parametrize(("field", "message"), [("schedule", "known schedule"), ("optimizer", "known optimizer")])
def test_unknown_words_inside_a_recipe(field, message, tmp_path):
    with pytest.raises(ConfigError, match=message):
        optim.learning_rate(replace(QUICK, schedule="x"), 2) if field == "schedule" else trainer(
            tmp_path, replace(QUICK, optimizer="x")
        )
