"""Losses by hand, augmentation by geometry, and a loop that learns, repeats itself and survives a kill."""

from __future__ import annotations

import errno
import json
import math
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import torch
from support.paths import toy_faces

from fer_core import models
from fer_core.errors import CheckpointError, ConfigError, FerError
from fer_core.images.preprocessing import InputSpec, images_to_input
from fer_core.training import autocast, loop, optim, recipes
from fer_core.training.augment import Augmentation, augment, mix
from fer_core.training.distributed import SingleProcess
from fer_core.training.loader import Batch, ResidentSplit
from fer_core.training.losses import Centers, CrossEntropy, JointObjective, build_objective, divergence
from fer_core.training.runner import schedule_note
from fer_core.training.runs import Progress, Run

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


def test_two_answers_diverge_as_kullback_and_leibler_say():
    first, second = torch.randn(6, 7), torch.randn(6, 7)
    p, q = first.log_softmax(1), second.log_softmax(1)
    there, back = (torch.nn.functional.kl_div(*two, log_target=True, reduction="batchmean") for two in ((q, p), (p, q)))
    assert divergence(first, second).item() == pytest.approx(float(there + back) / 2, rel=1e-5)
    assert divergence(first, first + 3).item() == pytest.approx(0, abs=1e-6)  # a constant changes no answer


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
    recipe = replace(QUICK, teacher="t.fer2013-s0", distill_weight=0.3, distill_start=2)
    (before,) = train.training_batches(recipe, 0, epoch=1)
    (after,) = train.training_batches(recipe, 0, epoch=2)
    assert torch.equal(before.target, before.labels)
    assert torch.equal(after.labels, before.labels)
    expected = 0.7 * torch.eye(7)[after.labels] + 0.3 / 7
    assert torch.allclose(after.target, expected)


def test_a_batch_is_followed_by_its_mirror_images():
    x, labels = torch.rand(2, 3, 4, 4), torch.tensor([5, 2])
    both = Batch(x, torch.eye(7)[labels], labels).with_mirrored()
    assert torch.equal(both.x[:2], x)
    assert torch.equal(both.x[2:, ..., 0], x[..., 3])
    assert both.target.argmax(1).tolist() == both.labels.tolist() == [5, 2, 5, 2]
    assert Batch(x, torch.eye(7)[labels], None).with_mirrored().labels is None  # mixed pictures have none


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


@pytest.mark.parametrize("network", ["i_mobilenet_v2", "a_mobilenet"])  # the second moves its centers by both halves
def test_mirror_images_get_closer_answers_the_more_their_divergence_counts(tmp_path, network):
    def diverging(weight: float) -> float:
        recipe = replace(QUICK, epochs=6, mirror_weight=weight, ema_decay=0.0, warmup_epochs=0)
        taught = trainer(tmp_path / str(weight), recipe, network=network)
        loop.fit(taught, *splits(), say=lambda _: None)
        x = next(splits()[1].batches(28)).x
        with torch.inference_mode():
            return divergence(taught.network.train()(x), taught.network(x.flip(-1))).item()

    assert diverging(30.0) < 0.5 * diverging(0.001)


def test_same_seed_same_history_other_seed_other(tmp_path):
    def losses(folder, seed):
        history = loop.fit(trainer(tmp_path / folder, seed=seed), *splits(), say=lambda _: None).history
        return [record["train_loss"] for record in history]

    assert losses("a", 0) == losses("b", 0)
    assert losses("a2", 0) != losses("c", 1)


def test_a_killed_run_goes_on_to_the_bit(tmp_path):
    whole = trainer(tmp_path / "whole", network="lightexnet")
    loop.fit(whole, *splits(), say=lambda _: None)

    class KilledError(Exception):
        pass

    def kill_after_two(message):
        if message.startswith("epoch 2/"):
            raise KilledError

    with pytest.raises(KilledError):
        loop.fit(trainer(tmp_path / "cut", network="lightexnet"), *splits(), say=kill_after_two)
    resumed = trainer(tmp_path / "cut", seed=0, network="lightexnet")
    assert resumed.progress.epoch == 2
    loop.fit(resumed, *splits(), say=lambda _: None)
    for kind in ("network", "average", "objective"):
        for key, value in getattr(whole, kind).state_dict().items():
            assert torch.equal(value, getattr(resumed, kind).state_dict()[key]), (kind, key)
    assert [r["train_loss"] for r in whole.progress.history] == [r["train_loss"] for r in resumed.progress.history]


def by_hand(average: dict, network: dict, decay: float) -> dict:
    """decay * average + (1 - decay) * network for numbers, the network's own counts."""
    return {
        key: value.lerp(network[key], 1 - decay) if value.is_floating_point() else network[key].clone()
        for key, value in average.items()
    }


def test_the_average_is_the_exponential_one_whose_decay_warms_up_also_after_a_resume(tmp_path):
    """After update t the decay is min(0.998, (1 + t) / (10 + t)): 2/11, 3/12, 4/13 ... from the first weights on."""
    recipe = replace(QUICK, epochs=1)
    ours, (train, _) = trainer(tmp_path, recipe), splits()
    wanted = {key: value.clone() for key, value in ours.average.module.state_dict().items()}
    batches = list(train.training_batches(recipe, 0, 0))
    assert len(batches) == 4
    for update, batch in enumerate(batches, 1):
        if update == 3:  # as if it had been killed and begun again
            ours.save()
            ours = trainer(tmp_path, recipe)
        ours.network.train()
        ours.step(batch, 0.02)
        wanted = by_hand(wanted, ours.network.state_dict(), (1 + update) / (10 + update))
    found = ours.evaluated().state_dict()
    assert found.keys() == wanted.keys()
    for key, value in wanted.items():
        torch.testing.assert_close(found[key], value, rtol=1e-6, atol=1e-7)
    assert found["features.0.1.num_batches_tracked"] == 4


def test_without_averaging_the_network_itself_counts(tmp_path):
    ours = trainer(tmp_path, replace(QUICK, ema_decay=0.0))
    assert ours.evaluated() is ours.network


def test_history_is_a_line_an_epoch(tmp_path):
    loop.fit(trainer(tmp_path), *splits(), say=lambda _: None)
    lines = [json.loads(line) for line in (tmp_path / "history.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    assert set(lines[0]) >= {"train_loss", "validation_accuracy", "lr", "images_per_second"}


def test_the_best_epoch_is_kept_not_the_last(tmp_path):
    ours = trainer(tmp_path)
    loop._record(ours, loss=1.0, accuracy=0.6, seconds=1, images_per_second=1)
    kept = ours.best["features.0.0.weight"].clone()
    ours.average.module.features[0][0].weight.data += 1
    loop._record(ours, loss=1.0, accuracy=0.5, seconds=1, images_per_second=1)
    assert ours.progress.best_epoch == 1
    assert torch.equal(ours.best["features.0.0.weight"], kept)


def test_a_diverged_run_says_so(tmp_path):
    ours = trainer(tmp_path, replace(QUICK, lr=0.08))
    ours.network.features[0][0].weight.data.fill_(float("nan"))
    with pytest.raises(FerError, match="the loss became nan in epoch 1; lower the rate, for example --set lr=0.04"):
        loop.fit(ours, *splits(), say=lambda _: None)


ONE_EPOCH = Progress(epoch=1, best_epoch=1, best_accuracy=0.5, seconds=1.0, history=[{"epoch": 1}])


def test_a_run_that_was_begun_under_the_names_of_the_release_before_goes_on(tmp_path):
    older = {"recipe": "cpu-taught", "settings": {"teacher_share": 0.5, "teacher_from": 0, "start": "", "lr": 0.1}}
    newer = {"recipe": "cpu-kd", "settings": {"distill_weight": 0.5, "distill_start": 0, "init_from": "", "lr": 0.1}}
    Run(tmp_path, older).save(ONE_EPOCH, {"weight": torch.ones(1)})
    assert Run(tmp_path, newer).load()[0].epoch == 1
    with pytest.raises(ConfigError, match="holds a run with other settings"):
        Run(tmp_path, {**newer, "recipe": "cpu-kd-long"})


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"epoch": 7}, "epoch is 7, but history has 1 records"),
        ({"seconds": -1}, "seconds is -1; it must be 0 or more"),
        ({"best_epoch": None}, "best_epoch is None; it must be a whole number"),
    ],
)
def test_a_state_whose_progress_cannot_be_is_refused(tmp_path, change, match):
    run = Run(tmp_path, {"seed": 0})
    good = {"epoch": 1, "best_epoch": 1, "best_accuracy": 0.5, "seconds": 1.0, "history": [{"epoch": 1}]}
    run.save(Progress(**good), {"updates": torch.tensor(1)})
    assert run.load()[0] == Progress(**good)
    run.save(Progress(**{**good, **change}), {"updates": torch.tensor(1)})
    with pytest.raises(ConfigError, match=f"cannot be read .*{match}.*; remove it to start this run again"):
        run.load()


def test_a_run_is_not_overwritten_by_another_once_an_epoch_is_whole(tmp_path):
    Run(tmp_path, {"seed": 0})
    run = Run(tmp_path, {"seed": 1})  # of the first nothing would be lost
    run.save(ONE_EPOCH, {"weight": torch.ones(1)})
    with pytest.raises(ConfigError, match="holds a run with other settings; give this one another --tag"):
        Run(tmp_path, {"seed": 0})
    assert Run(tmp_path, {"seed": 1}).load()[0].epoch == 1


def test_a_flipped_bit_anywhere_in_a_state_is_noticed(tmp_path):
    tensors = {"network.weight": torch.randn(5, 3), "updates": torch.tensor(7), "half": torch.ones(3).bfloat16()}
    Run(tmp_path, {}).save(Progress(epoch=1, history=[{"epoch": 1, "train_loss": 0.5}]), tensors)
    path = tmp_path / "state.safetensors"
    whole = path.read_bytes()
    progress, loaded = Run(tmp_path, {}).load()
    assert progress.epoch == 1 and all(torch.equal(loaded[name], tensor) for name, tensor in tensors.items())
    for at in range(len(whole)):
        content = bytearray(whole)
        content[at] ^= 1 << at % 8
        path.write_bytes(bytes(content))
        with pytest.raises(ConfigError, match="remove it to start this run again"):
            Run(tmp_path, {}).load()


def test_a_state_from_before_checksums_is_still_read(tmp_path):
    from safetensors.torch import save_file

    Run(tmp_path, {})
    said = {"epoch": 1, "best_epoch": 1, "best_accuracy": 0.5, "seconds": 1.0, "history": [{"epoch": 1}]}
    header = {"progress": json.dumps(said)}
    save_file({"weight": torch.ones(2)}, tmp_path / "state.safetensors", header)
    assert Run(tmp_path, {}).load()[0].epoch == 1


@pytest.mark.parametrize("content", ["", "{", "[1", "\0\0"])
def test_a_config_that_nobody_can_read_gets_a_sentence(tmp_path, content):
    Run(tmp_path, {"seed": 0}).save(ONE_EPOCH, {"weight": torch.ones(1)})
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(
        ConfigError,
        match=r"config\.json .*; nobody can tell what was trained here; restore it",
    ):
        Run(tmp_path, {"seed": 0})
    (tmp_path / "state.safetensors").unlink()
    Run(tmp_path, {"seed": 0})
    assert json.loads((tmp_path / "config.json").read_text()) == {"seed": 0}


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
        ("short", {"rate": "1"}, "short cannot be changed so: 'rate' is not a known recipe field"),
        ("short", {"augmentation.erse": "1"}, "'erse' is not a known recipe field; .*closest: erase"),
        (
            "short",
            {"augmentation": "1"},
            "augmentation='1' sets nothing; name one of its fields",
        ),
        ("short", {"lr.x": "1"}, "'x' is not a known recipe field"),
        ("short", {"epochs": "few"}, "epochs='few' must be a whole number from 1 to 10,000"),
        ("short", {"nesterov": "perhaps"}, "nesterov='perhaps' must be true or false"),
        ("short", {"epochs": "-3"}, "epochs='-3' must be a whole number from 1"),
        ("short", {"batch_size": "1"}, "batch_size='1' must be a whole number from 2 to 65,536"),
        ("short", {"lr": "inf"}, "lr='inf' must be a number from 0 to 100"),
        ("short", {"lr": "-0.1"}, "lr='-0.1' must be a number"),
        ("short", {"weight_decay": "-1e-9"}, "weight_decay='-1e-9' must be a number, 0 or more"),
        ("short", {"ema_decay": "1"}, "ema_decay='1' must be a number from 0 to below 1"),
        ("short", {"distill_weight": "1.01"}, "distill_weight='1.01' must be a number from 0 to 1"),
        ("short", {"optimizer": "adamv"}, r"'adamv' is not a known optimizer; choose one of adam, adamw, sgd"),
        ("short", {"precision": "float16"}, r"'float16' is not a known precision; .*closest: bfloat16"),
        ("short", {"color": "gray"}, r"'gray' is not a known color; choose one of grey, rgb"),
        ("short", {"size_px": "8"}, "size_px='8' must be 0, for the pictures' own side, or 16 to 512 px"),
        ("short", {"teacher": "my teacher"}, "teacher='my teacher' must be \"votes\" or the name"),
        ("short", {"init_from": "../elsewhere"}, "init_from='../elsewhere' must be \"imagenet\" or the name"),
        (
            "short",
            {"augmentation.erase_area": "0.01"},
            "augmentation.erase_area='0.01' must be a number from 0.02 to 1",
        ),
        ("cpu-distilled", {"epochs": "10"}, "distill_start=10 is never reached in 10 epochs"),
    ],
)
def test_wrong_recipes_say_what_is_wrong(name, changes, message):
    with pytest.raises(ConfigError, match=message):
        recipes.resolve(name, changes)


def test_everything_that_is_wrong_with_a_recipe_is_said_together():
    wrong = {"schedule": "lineer", "rate": "1", "label_smoothing": "1.5", "augmentation.flip": "left", "epochs": "0.5"}
    with pytest.raises(ConfigError, match="for 5 reasons") as caught:
        recipes.resolve("lens", wrong)
    assert all(name.rpartition(".")[2] in str(caught.value) for name in (*wrong, "augmentation.flip"))


def test_settings_of_a_card_that_make_no_recipe_are_refused():
    settings = recipes.as_dict(recipes.RECIPES["short"])
    with pytest.raises(ConfigError, match="make no recipe: momentum is not a known entry; known are epochs"):
        recipes.from_dict({**settings, "momentum": 0.9})
    with pytest.raises(ConfigError, match="epochs is missing; it must be a whole number"):
        recipes.from_dict({key: value for key, value in settings.items() if key != "epochs"})


def test_a_recipes_choices_are_those_that_the_training_knows():
    choices = {name: set(get_args(recipes.Recipe.__pydantic_fields__[name].annotation)) for name in (
        "schedule", "optimizer", "precision")}  # fmt: skip
    assert choices == {
        "schedule": set(optim.SCHEDULES), "optimizer": set(optim.OPTIMIZERS), "precision": set(autocast.PRECISIONS),
    }  # fmt: skip
