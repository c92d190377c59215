"""The objectives: cross-entropy, center loss (A-MobileNet), joint loss (LightExNet).

An objective is called as `objective(logits, embedding, target, labels)` for the backward pass, and `after_step` once
the optimiser has moved: centers follow their own rule and are never touched by optimiser or weight decay.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fer_core.errors import unknown_name


class CrossEntropy(nn.Module):
    """Mean cross-entropy over the batch, with label smoothing.

    Shape: logits (N, K); target (N,) of class indices, or (N, K) of probabilities (votes, mixed pictures) -> scalar.
    """

    def __init__(self, smoothing: float = 0.0):
        super().__init__()
        self.smoothing = smoothing

    def forward(self, logits: Tensor, embedding: Tensor, target: Tensor, labels: Tensor | None) -> Tensor:
        """Mean loss of logits (N, K) against shares (N, K)."""
        return F.cross_entropy(logits, target, label_smoothing=self.smoothing)

    def after_step(self, embedding: Tensor, labels: Tensor) -> None:
        """Nothing follows the batches here."""


def divergence(logits: Tensor, other: Tensor) -> Tensor:
    """Mean symmetric Kullback-Leibler divergence of two answers to each face, in nats; 0 where they agree.

    D = 1/(2N) sum_i [ KL(p_i || q_i) + KL(q_i || p_i) ]          (as in R-Drop, Liang et al. 2021, arXiv:2106.14448)

    Shape: logits (N, K), other (N, K) -> scalar.
    """
    p, q = logits.log_softmax(1), other.log_softmax(1)
    return ((p.exp() - q.exp()) * (p - q)).sum(1).mean() / 2


class Centers(nn.Module):
    """One center an expression in feature space, moved by A-MobileNet's Eq. 9 and Wen et al. 2016's step.

    L_c = 1/(2m) sum_i ||x_i - c_yi||^2                                     (Eq. 7; its gradient keeps the 1/m)
    Delta c_j = sum_i [y_i = j] (c_j - x_i) / (1 + sum_i [y_i = j])         (Eq. 9)
    c_j <- c_j - alpha * Delta c_j                                          (Wen et al.; the paper omits the line)

    Centers are a float32 buffer: saved with the run, unseen by the optimiser.

    Args:
        num_classes, size: K and D of the centers.
        alpha: step of the centers.
        spread: standard deviation of the centers' start; 0 as in the paper, above 0 where cosines are taken.
    """

    centers: Tensor

    def __init__(self, num_classes: int, size: int, alpha: float = 0.5, spread: float = 0.0):
        super().__init__()
        self.alpha = alpha
        self.register_buffer("centers", torch.randn(num_classes, size) * spread)

    def forward(self, embedding: Tensor, labels: Tensor) -> Tensor:
        """Embedding (N, D), labels (N,) -> L_c, with the centers held constant."""
        distance = embedding.float() - self.centers[labels]
        return distance.square().sum() / (2 * len(labels))

    @torch.no_grad()
    def pull(self, embedding: Tensor, labels: Tensor) -> Tensor:
        """Delta c of Eq. 9, (K, D); zero for expressions that the batch has not."""
        count = torch.zeros(len(self.centers), 1, device=self.centers.device)
        count.index_add_(0, labels, torch.ones(len(labels), 1, device=count.device))
        total = torch.zeros_like(self.centers).index_add_(0, labels, embedding.detach().float())
        return (count * self.centers - total) / (1 + count)

    @torch.no_grad()
    def push(self) -> Tensor:
        """Island loss's step apart, mean over the other centers (Cai et al. 2018, update rule), (K, D).

        For center j: 1/(K-1) sum_{k != j} ( c_k / (|c_k||c_j|) - (c_j . c_k) c_j / (|c_k||c_j|^3) ).
        """
        norm = self.centers.norm(dim=1, keepdim=True).clamp_min(1e-12)
        unit = self.centers / norm
        cosine = unit @ unit.T
        others = unit.sum(0) - unit  # sum over k != j of c_k / |c_k|
        cosine_sum = cosine.sum(1, keepdim=True) - cosine.diagonal().unsqueeze(1)
        return (others - cosine_sum * unit) / norm / (len(unit) - 1)

    def overlap(self) -> Tensor:
        """1/(K(K-1)) sum_{j != k} (1 + cos(c_j, c_k)): 0 when all centers point apart as far as two can."""
        unit = F.normalize(self.centers, dim=1)
        cosine = unit @ unit.T
        k = len(unit)
        return 1 + (cosine.sum() - cosine.diagonal().sum()) / (k * (k - 1))


class CenterObjective(nn.Module):
    """L = cross-entropy + weight * L_c (A-MobileNet Eq. 10, in the mean form of Eq. 7).

    Mixed pictures have no label and so no own center: there L is the cross-entropy alone.
    """

    def __init__(self, cross_entropy: CrossEntropy, centers: Centers, weight: float):
        super().__init__()
        self.cross_entropy, self.centers, self.weight = cross_entropy, centers, weight

    def forward(self, logits: Tensor, embedding: Tensor, target: Tensor, labels: Tensor | None) -> Tensor:
        """Cross-entropy, and the centers' part where each face has one label."""
        loss = self.cross_entropy(logits, embedding, target, labels)
        return loss if labels is None else loss + self.weight * self.compactness(embedding, labels)

    def compactness(self, embedding: Tensor, labels: Tensor) -> Tensor:
        """The term that the center weight multiplies."""
        return self.centers(embedding, labels)

    @torch.no_grad()
    def after_step(self, embedding: Tensor, labels: Tensor) -> None:
        """Move the centers of the expressions in this batch: Eq. 9."""
        self.centers.centers -= self.centers.alpha * self.centers.pull(embedding, labels)


class JointObjective(CenterObjective):
    """L = cross-entropy + weight * [ L_c + apart * overlap(centers) ]: our reading of LightExNet's joint loss.

    "Improved center loss": the island term keeps centers apart. "Measures to reduce the computation": distances on the
    128-d embedding, to the own center only. The island term has no gradient in the embedding; it works through the
    moved centers, from the second epoch on (`start_apart`).
    """

    is_apart: Tensor

    def __init__(self, cross_entropy: CrossEntropy, centers: Centers, weight: float, apart: float):
        super().__init__(cross_entropy, centers, weight)
        self.apart = apart
        self.register_buffer("is_apart", torch.zeros((), dtype=torch.bool))

    def start_apart(self) -> None:
        """From here on the centers push each other apart."""
        self.is_apart.fill_(True)

    def compactness(self, embedding: Tensor, labels: Tensor) -> Tensor:
        """Return how far features (N, D) are from their centers; after `start_apart` also how alike the centers are."""
        return self.centers(embedding, labels) + self.apart * self.is_apart * self.centers.overlap()

    @torch.no_grad()
    def after_step(self, embedding: Tensor, labels: Tensor) -> None:
        """Pull toward the batch, push apart from each other."""
        step = self.centers.pull(embedding, labels) + self.apart * self.is_apart * self.centers.push()
        self.centers.centers -= self.centers.alpha * step


Objective = CrossEntropy | CenterObjective


def _plain(ce: CrossEntropy, classes: int, size: int, settings: dict[str, Any]) -> Objective:
    return ce


def _center(ce: CrossEntropy, classes: int, size: int, settings: dict[str, Any]) -> Objective:
    return CenterObjective(ce, Centers(classes, size, settings["center_alpha"]), settings["center_weight"])


def _joint(ce: CrossEntropy, classes: int, size: int, settings: dict[str, Any]) -> Objective:
    centers = Centers(classes, size, settings["center_alpha"], spread=0.1)  # variance 0.01
    return JointObjective(ce, centers, settings["joint_weight"], settings["joint_apart"])


OBJECTIVES: dict[str, Callable[[CrossEntropy, int, int, dict[str, Any]], Objective]] = {
    "cross_entropy": _plain,
    "center": _center,
    "joint": _joint,
}


def build_objective(loss: str, num_classes: int, embedding_size: int, settings: dict[str, Any]) -> Objective:
    """The objective called `loss`; settings are a recipe's fields (label_smoothing, center_*, joint_*).

    Raises:
        ConfigError: unknown loss.
    """
    if loss not in OBJECTIVES:
        raise unknown_name("loss", loss, OBJECTIVES)
    return OBJECTIVES[loss](CrossEntropy(settings["label_smoothing"]), num_classes, embedding_size, settings)
