"""`fer train --compile`: compiled for real where there is a C++ compiler, and a sentence where there is none."""

from __future__ import annotations

import copy
import shutil
from dataclasses import replace

import pytest
import torch
from support import smooth_network
from torch import nn

from fer_core.errors import FerError
from fer_core.models.registry import NetworkConfig
from fer_core.training import loop, recipes
from fer_core.training.compiled import CompiledForward
from fer_core.training.distributed import EmbedAndClassify, SingleProcess
from fer_core.training.loader import Batch
from fer_core.training.losses import build_objective
from fer_core.training.runs import Run

CPU = torch.device("cpu")


@pytest.fixture
def network() -> nn.Module:
    torch.manual_seed(0)
    network = smooth_network.Smooth(NetworkConfig())
    network.classifier[0].p = 0.0  # compiled dropout draws other numbers
    return network.train()


@pytest.fixture(autouse=True)
def _fresh_compiler():
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


@pytest.mark.skipif(shutil.which("g++") is None, reason="compiling for a CPU takes g++")
def test_compiled_steps_end_where_plain_steps_do(network, tmp_path):
    recipe = replace(recipes.RECIPES["cpu"], batch_size=8)
    faces = torch.randn(8, 3, 24, 24).to(memory_format=torch.channels_last)
    batch = Batch(faces, nn.functional.one_hot(torch.arange(8) % 7, 7).float(), None)
    ends = []
    for is_compiled in (False, True):
        objective = build_objective("cross_entropy", 7, network.embedding_size, recipes.as_dict(recipe))
        run = Run(tmp_path / str(is_compiled), {})
        trainer = loop.Trainer(
            copy.deepcopy(network), objective, recipe, run, SingleProcess(CPU), 0, is_compiled=is_compiled
        )
        losses = [trainer.step(batch, 0.01).item() for _ in range(3)]
        ends.append((losses, trainer.network.state_dict()))
    (plain_losses, plain), (compiled_losses, compiled) = ends
    assert compiled_losses == pytest.approx(plain_losses, abs=1e-4)
    assert plain_losses[0] - plain_losses[-1] > 0.01  # the steps moved the network
    for key, value in plain.items():
        assert torch.allclose(value.float(), compiled[key].float(), atol=1e-3), key


def test_a_machine_without_a_compiler_is_told_what_to_do(network, monkeypatch):
    monkeypatch.setattr(torch._inductor.config.cpp, "cxx", ("no-such-compiler",))
    forward = CompiledForward(EmbedAndClassify(network), CPU)
    with pytest.raises(FerError, match=r"could not be compiled .*; install a C\+\+ compiler such as g\+\+, or leave"):
        forward(torch.randn(2, 3, 24, 24))
