"""One process, or several that train one network together, each on its part of every batch.

    SingleProcess   one process: every exchange is trivial
    Distributed     Lightning Fabric starts the processes, or joins those that `torchrun` started, and averages the
                    gradients; the few other exchanges are torch's own

Together they do what one process would, up to rounding. Each draws and augments the whole batch from the same seed and
keeps its part; statistics, dropout and centers are those of the whole batch (`sync_batchnorm`,
`ProcessGroup.all_gather`). So a run can resume with another number of processes.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor, distributed, nn

from fer_core.errors import ConfigError
from fer_core.models.blocks import Classifier
from fer_core.training.loader import Batch
from fer_core.training.sync_batchnorm import convert_sync_batchnorm

if TYPE_CHECKING:
    from lightning_fabric import Fabric

Forward = Callable[[Tensor], tuple[Tensor, Tensor]]


def training_device() -> torch.device:
    """The accelerator if there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class EmbedAndClassify(nn.Module):
    """Embedding and logits in one call, which is what gradient averaging needs: (N, C, H, W) -> (N, D), (N, K)."""

    def __init__(self, network: Classifier):
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(N, C, H, W) -> embedding (N, D) and logits (N, K)."""
        embedding = self.network.embed(x)
        return embedding, self.network.classify(embedding)


class ProcessGroup(Protocol):
    """What the loop needs: `index` is this process's rank among `count`, `device` where it trains."""

    index: int
    count: int
    device: torch.device

    def join(self, network: Classifier) -> Forward:
        """Return the network's forward pass for training, whose backward pass averages gradients over all."""

    def shard(self, batch: Batch) -> Batch:
        """Return this process's part of a batch: the parts are of equal size, in the order of the processes."""

    def all_gather(self, x: Tensor) -> Tensor:
        """Return all processes' parts of a batch, (n, ...) -> (count * n, ...), without gradients."""

    def mean(self, x: Tensor) -> Tensor:
        """Return the mean of x over the processes; gradients pass."""

    def in_turn(self) -> AbstractContextManager[Any]:
        """Return a block that the first process runs before all others do."""


class SingleProcess:
    """One process."""

    index, count = 0, 1

    def __init__(self, device: torch.device | None = None):
        self.device = device or training_device()

    def join(self, network: Classifier) -> Forward:
        """Return the forward pass; there is nothing to average."""
        return EmbedAndClassify(network)

    def shard(self, batch: Batch) -> Batch:
        """Return the whole batch."""
        return batch

    def all_gather(self, x: Tensor) -> Tensor:
        """Return x, the only part."""
        return x

    def mean(self, x: Tensor) -> Tensor:
        """Return x, the only one."""
        return x

    def in_turn(self) -> AbstractContextManager[Any]:
        """Return a block that waits for nothing."""
        return nullcontext()


class Distributed:
    """One of several processes, on one machine or more; all of them run the same lines.

    Args:
        fabric: launched.
    """

    def __init__(self, fabric: Fabric):
        self.fabric = fabric
        self.index, self.count, self.device = fabric.global_rank, fabric.world_size, fabric.device

    def join(self, network: Classifier) -> Forward:
        """Average gradients with DDP, and batch norm's statistics with ours."""
        convert_sync_batchnorm(network, self)
        return self.fabric.setup_module(EmbedAndClassify(network))

    def shard(self, batch: Batch) -> Batch:
        """The process's own rows; a batch that does not divide loses its last ones."""
        n = len(batch.x) // self.count
        rows = slice(self.index * n, (self.index + 1) * n)
        return Batch(batch.x[rows], batch.target[rows], None if batch.labels is None else batch.labels[rows])

    def all_gather(self, x: Tensor) -> Tensor:
        """Return all processes' rows of x, in rank order; no gradient passes."""
        parts = [torch.empty_like(x, memory_format=torch.contiguous_format) for _ in range(self.count)]
        distributed.all_gather(parts, x.detach().contiguous())
        return torch.cat(parts)

    def mean(self, x: Tensor) -> Tensor:
        """Return the mean over processes, through which gradients pass."""
        return _Mean.apply(x.to(self.device))

    def in_turn(self) -> AbstractContextManager[Any]:
        """Let the first process go first, for example to fill a cache that the others read."""
        return self.fabric.rank_zero_first()


class _Mean(torch.autograd.Function):
    """Mean over the processes. The loss is also their mean, so the gradient of each x is the mean of all gradients."""

    @staticmethod
    def forward(ctx: object, x: Tensor) -> Tensor:
        return _averaged(x)

    @staticmethod
    def backward(ctx: object, gradient: Tensor) -> Tensor:
        return _averaged(gradient)


def _averaged(x: Tensor) -> Tensor:
    total = x.clone(memory_format=torch.contiguous_format)
    distributed.all_reduce(total)
    return total / distributed.get_world_size()


def join_process_group(wanted: int | None, batches: Iterable[int]) -> ProcessGroup:
    """Start the other processes, if they are not started yet, and return this one's group.

    Started processes run this process's command again and reach this line by themselves.

    Args:
        wanted: processes on this machine; None for as many as `torchrun` started, or one.
        batches: sizes of the batches to split.

    Raises:
        ConfigError: if that many are not possible, or Lightning Fabric is not installed.
    """
    processes, machines = _counted(wanted)
    if processes * machines == 1:
        return SingleProcess()
    for size in batches:
        refuse_uneven(size, processes * machines)
    device = training_device()
    if device.type == "cuda" and processes > torch.cuda.device_count():
        raise ConfigError(
            f"{processes} processes need as many accelerators, and this machine has {torch.cuda.device_count()}; "
            f"choose {torch.cuda.device_count()} processes or fewer"
        )
    return Distributed(_launched(device, processes, machines))


def refuse_uneven(batch: int, count: int) -> None:
    """Raise ConfigError if a batch cannot be split equally: the result would differ from that of one process."""
    if count > batch:
        raise ConfigError(f"{count} processes cannot share a batch of {batch}; choose {batch} processes or fewer")
    if batch % count:
        nearest = max(n for n in range(1, count) if batch % n == 0)
        raise ConfigError(
            f"a batch of {batch} cannot be shared evenly by {count} processes; choose {nearest} of them, or "
            f"--set batch_size={batch - batch % count}"
        )


def _counted(wanted: int | None) -> tuple[int, int]:
    """Processes on this machine, and machines."""
    if wanted is not None and wanted < 1:
        raise ConfigError(f"--ranks {wanted} is not valid; give 1 or more")
    if not (distributed.is_available() and distributed.is_torchelastic_launched()):
        return wanted or 1, 1
    processes, everywhere = int(os.environ["LOCAL_WORLD_SIZE"]), int(os.environ["WORLD_SIZE"])
    if wanted not in (None, everywhere):
        raise ConfigError(f"torchrun started {everywhere} processes, so --ranks {wanted} is not valid; leave it out")
    return processes, everywhere // processes


def _launched(device: torch.device, processes: int, machines: int) -> Fabric:
    try:
        from lightning_fabric import Fabric
        from lightning_fabric.strategies.ddp import DDPStrategy
    except ImportError as error:
        raise ConfigError(
            "training with several processes needs Lightning Fabric, which is not installed; "
            "run pip install -r requirements-distributed.txt, or leave --ranks out"
        ) from error
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    # Statistics are the same everywhere already, so there is nothing to broadcast.
    strategy = DDPStrategy(forward_sync_buffers=False)
    fabric = Fabric(accelerator=device.type, devices=processes, num_nodes=machines, strategy=strategy)
    fabric.launch()
    return fabric
