"""Several processes that train one network give what one gives, up to rounding; started for real, twice."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from support import smooth_network
from support.paths import PROJECT, toy_faces
from torch import nn

from fer_core import checkpoints, cli, models
from fer_core.checkpoints.card import read_card
from fer_core.errors import ConfigError, FerError
from fer_core.images.preprocessing import InputSpec
from fer_core.models import registry
from fer_core.training import distributed, loop, optim, recipes, runner
from fer_core.training.distributed import SingleProcess, join_process_group, refuse_uneven
from fer_core.training.loader import Batch, ResidentSplit
from fer_core.training.losses import build_objective
from fer_core.training.runs import Run
from fer_core.training.sync_batchnorm import SyncBatchNorm2d, SyncDropout, convert_sync_batchnorm

CPU = torch.device("cpu")
# Weights of about 1 after 16 updates in float32, whose rounding is 1e-7.
TOLERANCE = 1e-5
ROWS = {"Training": 64, "PublicTest": 29, "PrivateTest": 7}
# All that needs care: dropout, joint loss (both in the network), mixup, erasing, EMA, a clamp that bites.
SETTINGS = ("epochs=4", "batch_size=16", "lr=0.05", "clip_grad_value=0.02", "augmentation.mixup_share=0.4")


class Stage:
    """A folder with a small drawn fer2013.csv, and the trainings in it."""

    def __init__(self, folder: Path):
        self.folder = folder
        lines = ["emotion,pixels,Usage"]
        for seed, (split, n) in enumerate(ROWS.items()):
            faces = toy_faces(n, seed)
            rows = zip(faces.labels, faces.images, strict=True)
            lines += [f"{label},{' '.join(map(str, image.ravel()))},{split}" for label, image in rows]
        (folder / "data" / "fer2013").mkdir(parents=True)
        (folder / "data" / "fer2013" / "fer2013.csv").write_text("\n".join(lines) + "\n")

    @staticmethod
    def words(tag: str) -> list[str]:
        changes = [word for setting in SETTINGS for word in ("--set", setting)]
        # One process may take another arithmetic, whichever is faster at the time; two always take this one.
        same_step = ["--set", "precision=float32", "--fused", "off"]
        return ["train", "smooth", "--recipe", "lens", "--tag", tag, *same_step, *changes]

    def start(self, tag: str, *before: str, after: tuple[str, ...] = (), **environment: str) -> subprocess.Popen:
        words = [sys.executable, *before, "-m", "support.smooth_network", *self.words(tag), *after]
        path = os.pathsep.join(map(str, (PROJECT, PROJECT / "tests")))
        clean = {key: value for key, value in os.environ.items() if not key.startswith("FER_")}
        environment = {**clean, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", **environment}
        with (self.folder / f"{tag}.log").open("w") as log:
            return subprocess.Popen(words, cwd=self.folder, stdout=log, stderr=log, env=environment)

    def log(self, tag: str) -> str:
        return (self.folder / f"{tag}.log").read_text()

    def history(self, tag: str) -> list[dict]:
        lines = (self.folder / "runs" / f"smooth.fer2013-{tag}" / "history.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def state(self, tag: str) -> dict[str, torch.Tensor]:
        return Run(self.folder / "runs" / f"smooth.fer2013-{tag}", self.config(tag), is_mine=False).load()[1]

    def config(self, tag: str) -> dict:
        return json.loads((self.folder / "runs" / f"smooth.fer2013-{tag}" / "config.json").read_text())

    def logits(self, tag: str) -> np.ndarray:
        card = read_card(self.folder / "checkpoints" / f"smooth.fer2013-{tag}")
        return checkpoints.load_logits(card, "PublicTest").logits


class HalfBlind(SingleProcess):
    """What a process would do that hears nothing of the other: the first half of every batch, and that is all."""

    def shard(self, batch: Batch) -> Batch:
        half = slice(0, len(batch.x) // 2)
        return Batch(batch.x[half], batch.target[half], None if batch.labels is None else batch.labels[half])


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """Four trainings: by one process, by two, by two of which one is killed after two epochs, and by a deaf half."""
    stage = Stage(tmp_path_factory.mktemp("ranks"))
    with pytest.MonkeyPatch.context() as patch:
        for table in ("_ENTRIES", "_BUILDERS"):
            patch.setattr(registry, table, dict(getattr(registry, table)))
        patch.delenv("FER_DATA", raising=False)
        patch.delenv("FER_CHECKPOINTS", raising=False)
        patch.chdir(stage.folder)
        smooth_network.add()
        two = stage.start("two", after=("--ranks", "2"))
        torchrun = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
        killed = stage.start("killed", *torchrun, **{smooth_network.DIES_AFTER: "2"})
        assert cli.main(stage.words("one")) == 0
        with patch.context() as deaf:
            deaf.setattr(runner, "join_process_group", lambda *_: HalfBlind())
            assert cli.main(stage.words("half")) == 0
        assert two.wait(300) == 0, stage.log("two")
        assert killed.wait(300) != 0
        yield stage


def distance(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> float:
    """The largest difference between two states: weights, statistics, averages, momentum, centers."""
    assert a.keys() == b.keys()
    return max((a[key].double() - b[key].double()).abs().max().item() for key in a)


def curves(history: list[dict]) -> np.ndarray:
    return np.array([[record["train_loss"], record["validation_accuracy"], record["lr"]] for record in history])


# --- two processes


def test_two_processes_end_where_one_does(stage):
    assert distance(stage.state("two"), stage.state("one")) < TOLERANCE
    assert np.allclose(stage.logits("two"), stage.logits("one"), atol=TOLERANCE, rtol=0)


def test_they_write_the_same_history(stage):
    assert np.allclose(curves(stage.history("two")), curves(stage.history("one")), atol=TOLERANCE, rtol=0)
    assert len(stage.history("two")) == 4


def test_a_process_that_hears_nothing_ends_elsewhere(stage):
    """So the tolerance tells whether gradients, statistics and centers were shared."""
    assert distance(stage.state("half"), stage.state("one")) > 1000 * TOLERANCE
    assert np.abs(stage.logits("half") - stage.logits("one")).max() > 100 * TOLERANCE


def test_only_the_first_process_speaks_and_the_card_names_both(stage):
    assert stage.log("two").count("epoch 4/4") == stage.log("two").count("wrote ") == 1
    card = json.loads((stage.folder / "checkpoints" / "smooth.fer2013-two" / "card.json").read_text())
    assert card["training"]["device"].startswith("2 processes, each on ")


def test_what_two_began_under_torchrun_one_ends(stage, monkeypatch):
    """Killed after two epochs; another number of processes goes on from there to the same end."""
    assert [record["epoch"] for record in stage.history("killed")] == [1, 2]
    assert not (stage.folder / "checkpoints" / "smooth.fer2013-killed").exists()
    assert cli.main(stage.words("killed")) == 0
    assert distance(stage.state("killed"), stage.state("one")) < TOLERANCE
    assert np.allclose(curves(stage.history("killed")), curves(stage.history("one")), atol=TOLERANCE, rtol=0)


# --- one process


def test_alone_a_step_is_the_plain_step_to_the_bit(tmp_path):
    recipe = replace(recipes.RECIPES["short"], batch_size=16)
    torch.manual_seed(0)
    network = models.build("mini_xception").to(memory_format=torch.channels_last).train()
    plain = copy.deepcopy(network)
    objective = build_objective("cross_entropy", 7, network.embedding_size, recipes.as_dict(recipe))
    spec = InputSpec(48, models.entry("mini_xception").config.in_channels, "grey", (0.5,), (0.25,))
    batch = next(ResidentSplit(toy_faces(16), spec, CPU).training_batches(recipe, 0))
    trainer = loop.Trainer(network, objective, recipe, Run(tmp_path, {}), SingleProcess(CPU), 0)
    trainer.step(trainer.ranks.shard(batch), 0.1)
    optimizer = optim.build_optimizer(plain, replace(recipe, lr=0.1))
    nn.functional.cross_entropy(plain(batch.x), batch.target, label_smoothing=recipe.label_smoothing).backward()
    optimizer.step()
    assert all(torch.equal(trainer.network.state_dict()[key], value) for key, value in plain.state_dict().items())


def test_shared_batch_norm_of_one_is_batch_norm():
    torch.manual_seed(0)
    plain = nn.BatchNorm2d(3)
    nn.init.uniform_(plain.weight), nn.init.uniform_(plain.bias)
    shared = copy.deepcopy(plain)
    convert_sync_batchnorm(shared, SingleProcess(CPU))
    assert type(shared) is SyncBatchNorm2d
    x = torch.randn(4, 3, 5, 5) * 3 + 7
    far = [x.clone().requires_grad_() for _ in range(2)]
    answers = [layer(y) for layer, y in zip((plain, shared), far, strict=True)]
    for answer in answers:
        answer.square().sin().sum().backward()
    assert torch.allclose(*answers, atol=1e-5)
    assert torch.allclose(far[0].grad, far[1].grad, atol=1e-5)
    for name in ("weight", "bias"):
        assert torch.allclose(getattr(plain, name).grad, getattr(shared, name).grad, rtol=1e-4)
    for name, value in plain.state_dict().items():
        assert torch.allclose(value, shared.state_dict()[name])
    assert torch.allclose(plain.eval()(x), shared.eval()(x), atol=1e-5)


def test_shared_dropout_of_one_is_dropout():
    plain, shared = nn.Dropout(0.4), nn.Dropout(0.4)
    convert_sync_batchnorm(shared, SingleProcess(CPU))
    assert type(shared) is SyncDropout
    x = torch.rand(6, 10)
    torch.manual_seed(3)
    expected = plain(x)
    torch.manual_seed(3)
    assert torch.equal(shared(x), expected)
    assert torch.equal(shared.eval()(x), x)


def test_parts_of_a_split_are_all_of_it():
    split = ResidentSplit(toy_faces(29), InputSpec(48, 1, "grey", (0.5,), (0.25,)), CPU)
    parts = [split.part(i, 3) for i in range(3)]
    assert [len(part) for part in parts] == [9, 10, 10]
    assert torch.equal(torch.cat([part.images for part in parts]), split.images)
    assert torch.equal(torch.cat([part.labels for part in parts]), split.labels)


# --- what cannot be


@pytest.mark.parametrize(
    ("batch", "count", "message"),
    [
        (16, 3, "a batch of 16 cannot be shared evenly by 3 processes; choose 2 of them, or --set batch_size=15"),
        (4, 8, "8 processes cannot share a batch of 4; choose 4 processes or fewer"),
    ],
)
def test_a_batch_that_cannot_be_shared(batch, count, message):
    with pytest.raises(ConfigError, match=message):
        refuse_uneven(batch, count)


def test_without_the_library_the_sentence_names_the_file(monkeypatch):
    monkeypatch.setitem(sys.modules, "lightning_fabric", None)
    with pytest.raises(ConfigError, match="needs Lightning Fabric, .*pip install -r requirements-distributed.txt"):
        join_process_group(2, {16})
    assert (PROJECT / "requirements-distributed.txt").read_text().rstrip().endswith("lightning-fabric==2.6.6")


def test_one_process_needs_no_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "lightning_fabric", None)
    assert join_process_group(None, {7}).count == join_process_group(1, {7}).count == 1


def test_more_processes_than_accelerators(monkeypatch):
    monkeypatch.setattr(distributed, "training_device", lambda: torch.device("cuda"))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(ConfigError, match="2 processes need as many accelerators, and this machine has 1"):
        join_process_group(2, {16})


def test_torchrun_and_the_option_must_agree(monkeypatch):
    for name, value in {"TORCHELASTIC_RUN_ID": "x", "LOCAL_WORLD_SIZE": "2", "WORLD_SIZE": "4"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match="torchrun started 4 processes, so --ranks 2 is not valid; leave it out"):
        join_process_group(2, {16})


def test_machines_that_do_not_see_the_same_runs(tmp_path):
    class Elsewhere(SingleProcess):
        def mean(self, x):
            return (x + 3) / 2

    network = models.build("mini_xception")
    objective = build_objective("cross_entropy", 7, network.embedding_size, recipes.as_dict(recipes.RECIPES["short"]))
    trainer = loop.Trainer(network, objective, recipes.RECIPES["short"], Run(tmp_path, {}), Elsewhere(CPU), 0)
    split = ResidentSplit(toy_faces(8), InputSpec(48, 1, "grey", (0.5,), (0.25,)), CPU)
    with pytest.raises(FerError, match="do not stand at the same epoch, this one at 0; every machine must see"):
        loop.fit(trainer, split, split)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["mini_xception", "--ranks", "0"], "--ranks 0 is not valid; give 1 or more"),
        (["mini_xception", "--ranks", "3", "--set", "batch_size=16"], "cannot be shared evenly by 3 processes"),
        (["--suite", "zoo", "--ranks", "2"], "--ranks is for one network"),
    ],
)
def test_mistakes_get_a_sentence(words, message, stage, capsys):
    assert cli.main(["train", *words]) == 2
    assert message in capsys.readouterr().err
