"""Layers that look at the whole batch, although each process holds a part of it only.

Batch norm takes its statistics over the pictures of all processes; dropout draws for all and keeps its own part. With
one process both are PyTorch's own, which a test says.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class BatchSharers(Protocol):
    """What these layers ask of the processes that share a batch, `distributed.ProcessGroup` or another."""

    index: int
    count: int
    device: torch.device

    def mean(self, x: Tensor) -> Tensor:
        """Return the mean of everybody's x; gradients pass."""


class SyncBatchNorm2d(nn.BatchNorm2d):
    """Batch norm over the pictures of all R processes: (N, C, H, W) -> the same.

    mean = 1/R sum_r mean_r,   var = 1/R sum_r (var_r + mean_r^2) - mean^2          (equal parts; var is the biased one)

    PyTorch's SyncBatchNorm does this for accelerators only. Both moments travel together, in float64, so that the
    difference loses no digit; gradients flow back through them to every process.
    """

    ranks: BatchSharers
    num_batches_tracked: Tensor
    running_mean: Tensor
    running_var: Tensor
    momentum: float

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) normalised by everybody's batch while training, by the running statistics after."""
        if not self.training:
            return super().forward(x)
        var, mean = torch.var_mean(x.float(), dim=(0, 2, 3), correction=0)
        mean, var = mean.double(), var.double()
        mean, square = self.ranks.mean(torch.stack([mean, var + mean.square()]))
        var = square - mean.square()
        self._remember(mean.detach(), var.detach(), self.ranks.count * x.numel() // x.shape[1])
        scale = self.weight * (var + self.eps).rsqrt()
        shift = self.bias - mean * scale
        return (x * scale.float().view(1, -1, 1, 1) + shift.float().view(1, -1, 1, 1)).to(x.dtype)

    @torch.no_grad()
    def _remember(self, mean: Tensor, var: Tensor, n: int) -> None:
        """Move the running statistics; their variance is the unbiased one."""
        self.num_batches_tracked += 1
        self.running_mean.lerp_(mean.float(), self.momentum)
        self.running_var.lerp_((var * n / (n - 1)).float(), self.momentum)


class SyncDropout(nn.Dropout):
    """Dropout drawn for the whole batch, from a generator that stands alike in all processes: (N, ...) -> the same."""

    ranks: BatchSharers

    def forward(self, x: Tensor) -> Tensor:
        """Dropped out as one process would that had the whole batch."""
        if not self.training or self.p == 0:
            return x
        n = len(x)
        drawn = F.dropout(x.new_ones(self.ranks.count * n, *x.shape[1:]), self.p)
        return x * drawn[self.ranks.index * n : (self.ranks.index + 1) * n]


SYNCED: dict[type[nn.Module], type[nn.Module]] = {nn.BatchNorm2d: SyncBatchNorm2d, nn.Dropout: SyncDropout}


def convert_sync_batchnorm(network: nn.Module, ranks: BatchSharers) -> None:
    """Let batch norm and dropout in a network see everybody's pictures; parameters and names stay.

    On an accelerator batch norm becomes PyTorch's SyncBatchNorm, which has kernels for it.
    """
    if ranks.device.type == "cuda":
        nn.SyncBatchNorm.convert_sync_batchnorm(network)
    for layer in network.modules():
        if type(layer) in SYNCED:
            layer.__class__ = SYNCED[type(layer)]  # as PyTorch's lazy modules do: parameters and hooks stay
            layer.ranks = ranks  # type: ignore[assignment]
