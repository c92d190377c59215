"""An ONNX file as a module that takes and returns tensors, usable like any other network.

It answers and has no gradients: nothing inside the file can be seen or differentiated. `has_gradients` says so to the
methods that need them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from fer_core.onnx.session import OnnxSession

LEAST = 1e-12  # of a probability before its logarithm


class OnnxNetwork(nn.Module):
    """Logits of a file in the order of the card's expressions.

    Args:
        session: the file. places: of each expression among the file's K outputs; outputs that none names are left out.
        is_probability: the file gives probabilities; their logarithms are logits of the same softmax.

    Shape: (N, C, S, S) -> (N, expressions), float32, detached.
    """

    has_gradients = False

    def __init__(self, session: OnnxSession, places: Sequence[int], *, is_probability: bool) -> None:
        super().__init__()
        self.session, self.places, self.is_probability = session, list(places), is_probability

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, S, S) -> logits (N, K), in the order of `places`."""
        answers = self.session.run(x.detach().cpu().numpy())[:, self.places]
        logits = np.log(np.maximum(answers, LEAST)) if self.is_probability else answers
        return torch.from_numpy(np.ascontiguousarray(logits, np.float32))


def gives_probabilities(answers: np.ndarray) -> bool:
    """Whether every row (N, K) is a distribution: no negative number, and a sum of 1."""
    return bool((answers >= -1e-6).all() and np.allclose(answers.sum(axis=1), 1, atol=1e-3))


def needs_gradients(network: nn.Module) -> str | None:
    """Why a method that differentiates cannot explain a network, as half a sentence; None if it can."""
    if getattr(network, "has_gradients", True):
        return None
    return (
        "it was imported as ONNX, which gives answers and no gradients; Occlusion, Shapley by region and RISE need none"
    )
