"""The complete training loop in one place: `fit`.

Fast on both kinds of device: pictures stay on the device, augmentation is batched there, losses are added up there and
read once an epoch. Channels-last everywhere; bf16 where the recipe asks for it or it is faster, see step_choice. Where
several processes train together, each takes its part of every batch, and all of them hold the same state after every
step: see distributed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from fer_core.errors import FerError
from fer_core.models.blocks import Classifier
from fer_core.training.autocast import autocast
from fer_core.training.compiled import CompiledForward
from fer_core.training.distributed import ProcessGroup
from fer_core.training.fused.layers import fuse
from fer_core.training.loader import Batch, ResidentSplit
from fer_core.training.losses import JointObjective, Objective, divergence
from fer_core.training.optim import build_optimizer, learning_rate
from fer_core.training.recipes import Recipe
from fer_core.training.runs import Progress, Run, flatten, load_optimizer, optimizer_tensors, unflatten
from fer_core.training.strided_pointwise import avoid_faulty_gradients

EVALUATION_BATCH = 512


class Trainer:
    """The state of a training: network, averaged network, objective, optimiser, progress.

    Args:
        network: with `embed` and `classify`.
        objective: see losses.
        recipe: every number of the training.
        run: the run folder.
        ranks: this process's place among those that train together, and its device.
        seed: of everything random.
        is_compiled: compile the forward and the backward pass, see CompiledForward.
    """

    def __init__(
        self,
        network: Classifier,
        objective: Objective,
        recipe: Recipe,
        run: Run,
        ranks: ProcessGroup,
        seed: int,
        *,
        is_compiled: bool = False,
    ):
        self.ranks, self.device = ranks, ranks.device
        self.network: Classifier = network.to(  # type: ignore[call-overload]
            self.device, memory_format=torch.channels_last
        )
        self.updates = 0
        self.average = AveragedModel(self.network, multi_avg_fn=self._average, use_buffers=True).eval()
        avoid_faulty_gradients(self.network)
        self.forward = ranks.join(self.network)
        if is_compiled:
            self.forward = CompiledForward(self.forward, self.device)
        self.objective = objective.to(self.device)
        self.recipe, self.run, self.seed = recipe, run, seed
        self.optimizer = build_optimizer(self.network, recipe)
        self.best: dict[str, Tensor] = {}
        self.progress, tensors = run.load()
        if tensors:
            self._restore(tensors)
        if self.progress.is_fused and self.can_be_fused:
            fuse(self.network)

    @property
    def can_be_fused(self) -> bool:
        """Whether this is one process on a CPU, whose step is not compiled."""
        return self.device.type == "cpu" and self.ranks.count == 1 and not isinstance(self.forward, CompiledForward)

    def use(self, precision: str, *, is_fused: bool) -> None:
        """Compute all steps in this way; the run's state records it.

        Raises:
            ConfigError: if layers are to be fused where numba is not installed.
        """
        if is_fused:
            fuse(self.network)
        self.progress.precision, self.progress.is_fused = precision, is_fused

    def _restore(self, tensors: dict[str, Tensor]) -> None:
        self.network.load_state_dict(unflatten("network", tensors))
        self.average.module.load_state_dict(unflatten("average", tensors))
        self.objective.load_state_dict(unflatten("objective", tensors))
        load_optimizer(self.optimizer, unflatten("optimizer", tensors))
        self.best = unflatten("best", tensors)
        self.updates = int(tensors["updates"])

    def save(self) -> None:
        """Write the run's state."""
        tensors = {
            **flatten("network", self.network.state_dict()),
            **flatten("average", self.average.module.state_dict()),
            **flatten("objective", self.objective.state_dict()),
            **flatten("optimizer", optimizer_tensors(self.optimizer)),
            **flatten("best", self.best),
            "updates": torch.tensor(self.updates),
        }
        self.run.save(self.progress, tensors)

    def epoch_seed(self) -> int:
        """One seed an epoch, the same after a resume."""
        return self.seed * 100_003 + self.progress.epoch

    def as_learned(self, batch: Batch) -> Batch:
        """Return what a step computes of a batch: with every face's mirror image where the recipe compares the two."""
        return batch.with_mirrored() if self.recipe.mirror_weight else batch

    def step(self, batch: Batch, rate: float) -> Tensor:
        """One update from this process's part of a batch; returns the part's loss, still on the device."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        batch = self.as_learned(batch)
        with autocast(self.progress.precision or self.recipe.precision, self.device):
            embedding, logits = self.forward(batch.x)
        logits = logits.float()
        loss = self.objective(logits, embedding, batch.target, batch.labels)
        if self.recipe.mirror_weight:
            loss = loss + self.recipe.mirror_weight * divergence(*logits.chunk(2))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if self.recipe.clip_grad_value:
            torch.nn.utils.clip_grad_value_(self.network.parameters(), self.recipe.clip_grad_value)
        self.optimizer.step()
        if batch.labels is not None:
            self.objective.after_step(self.ranks.all_gather(embedding), self.ranks.all_gather(batch.labels))
        self.updates += 1
        if self.recipe.ema_decay:
            self.average.n_averaged.fill_(self.updates)  # the weights before the first step count: nothing is copied
            self.average.update_parameters(self.network)
        return loss.detach()

    def _average(self, averages: Sequence[Tensor], current: Sequence[Tensor], _: Tensor | int) -> None:
        """Exponential average of weights and statistics; the decay warms up, so that the start is soon forgotten.

        Counts, as of the batches that batch norm has seen, are taken over. How many updates there were is asked of the
        trainer and not of the third argument, which lies on the device.
        """
        if not averages[0].is_floating_point():
            for average, now in zip(averages, current, strict=True):
                average.copy_(now)
            return
        decay = min(self.recipe.ema_decay, (1 + self.updates) / (10 + self.updates))
        get_ema_multi_avg_fn(decay)(averages, current, self.updates)

    def evaluated(self) -> nn.Module:
        """The network whose scores count: the average if the recipe keeps one."""
        return self.average.module if self.recipe.ema_decay else self.network


def _advance(trainer: Trainer, train: ResidentSplit, bar: tqdm) -> tuple[float, int]:
    """One epoch of updates: mean loss, pictures seen."""
    recipe, progress = trainer.recipe, trainer.progress
    size = min(recipe.batch_size, len(train))
    steps = len(train) // size
    torch.manual_seed(trainer.epoch_seed())  # dropout
    trainer.network.train()
    if progress.epoch == 1 and isinstance(trainer.objective, JointObjective):
        trainer.objective.start_apart()
    total = torch.zeros((), device=trainer.device)
    for i, batch in enumerate(train.training_batches(recipe, trainer.epoch_seed(), progress.epoch)):
        total += trainer.step(trainer.ranks.shard(batch), learning_rate(recipe, progress.epoch + i / steps))
        bar.update(size)
    return trainer.ranks.mean(total).item() / steps, steps * size


@torch.inference_mode()
def predict_logits(network: nn.Module, split: ResidentSplit) -> Tensor:
    """Logits of all rows in order, (N, K), float32, on the CPU."""
    was_training = network.training
    network.eval()
    try:
        return torch.cat([network(batch.x).float().cpu() for batch in split.batches(EVALUATION_BATCH)])
    finally:
        network.train(was_training)


def fit(
    trainer: Trainer, train: ResidentSplit, validation: ResidentSplit, *, say: Callable[[str], None] = tqdm.write
) -> Progress:
    """Train until the recipe's last epoch, resuming where the run stands; a state is written after every epoch.

    The best epoch is the one with the highest validation accuracy; the test split is not in reach here.

    Raises:
        FerError: if the loss is no longer a number, or several processes do not stand at the same epoch.
    """
    progress, epochs = trainer.progress, trainer.recipe.epochs
    _refuse_apart(trainer)
    with _bar(trainer, train) as bar:
        while progress.epoch < epochs:
            started = time.perf_counter()
            loss, seen = _advance(trainer, train, bar)
            seconds = time.perf_counter() - started
            if not math.isfinite(loss):
                raise FerError(
                    f"the loss became {loss} in epoch {progress.epoch + 1}; lower the rate, for example --set lr="
                    f"{trainer.recipe.lr / 2:g}"
                )
            accuracy = _accuracy(trainer.evaluated(), validation, trainer.ranks)
            _record(trainer, loss=loss, accuracy=accuracy, seconds=seconds, images_per_second=seen / seconds)
            if trainer.ranks.index > 0:  # the first one writes and reports for all
                continue
            trainer.save()
            say(
                f"epoch {progress.epoch}/{epochs}: loss {loss:.4f}, validation accuracy {accuracy:.4f} "
                f"(best {progress.best_accuracy:.4f} in epoch {progress.best_epoch}), {seen / seconds:.0f} images/s"
            )
    return progress


def _bar(trainer: Trainer, train: ResidentSplit) -> tqdm:
    """Progress in pictures, on the first process's screen."""
    size = min(trainer.recipe.batch_size, len(train))
    per_epoch = len(train) // size * size
    return tqdm(
        total=trainer.recipe.epochs * per_epoch,
        initial=trainer.progress.epoch * per_epoch,
        unit=" images",
        unit_scale=True,
        disable=trainer.ranks.index > 0,
    )


def _refuse_apart(trainer: Trainer) -> None:
    epoch = torch.tensor(float(trainer.progress.epoch))
    if trainer.ranks.mean(epoch).item() != epoch.item():
        raise FerError(
            f"the processes do not stand at the same epoch, this one at {trainer.progress.epoch}; every machine must "
            "see the same folder runs"
        )


def _accuracy(network: nn.Module, split: ResidentSplit, ranks: ProcessGroup) -> float:
    """Share of right answers, of which each process finds a part."""
    shard = split.part(ranks.index, ranks.count)
    right = (predict_logits(network, shard).argmax(1) == shard.labels.cpu()).float().sum()
    return (ranks.mean(right) * ranks.count / len(split)).item()


def _record(trainer: Trainer, *, loss: float, accuracy: float, seconds: float, images_per_second: float) -> None:
    progress = trainer.progress
    progress.epoch += 1
    progress.seconds += seconds
    progress.history.append(
        {
            "epoch": progress.epoch,
            "train_loss": round(loss, 6),
            "validation_accuracy": round(accuracy, 6),
            "lr": learning_rate(trainer.recipe, progress.epoch - 1e-6),
            "seconds": round(seconds, 2),
            "images_per_second": round(images_per_second, 1),
            **({"precision": progress.precision, "is_fused": progress.is_fused} if progress.precision else {}),
        }
    )
    if accuracy > progress.best_accuracy:
        progress.best_accuracy, progress.best_epoch = accuracy, progress.epoch
        trainer.best = {k: v.detach().clone() for k, v in trainer.evaluated().state_dict().items()}
