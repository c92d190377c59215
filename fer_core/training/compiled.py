"""Forward and backward pass as few fused kernels, which an NVIDIA accelerator replays as one captured graph.

Small networks on small pictures leave a fast accelerator waiting for Python; a captured graph starts hundreds of
kernels at once. Compiling also works on a CPU, but is not faster so far: `python -m benchmarks.training --compile`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from fer_core.errors import FerError
from fer_core.training.distributed import Forward


class CompiledForward:
    """A forward pass, compiled at its first call: (N, C, H, W) -> embedding (N, D), logits (N, K).

    What it returns lives until the next call only: a captured graph writes to the same memory each time.

    Raises:
        FerError: at the first call, if this machine cannot compile.
    """

    def __init__(self, forward: Forward, device: torch.device):
        mode = "reduce-overhead" if device.type == "cuda" else "default"
        self._forward = torch.compile(forward, mode=mode)

    def __call__(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(N, C, H, W) -> embedding (N, D) and logits (N, K). Raises FerError where nothing can be compiled."""
        torch.compiler.cudagraph_mark_step_begin()
        try:
            return self._forward(x)
        except torch._dynamo.exc.TorchDynamoException as error:
            reason = str(error).strip().partition("\n")[0]
            raise FerError(
                f"the training step could not be compiled ({reason}); install a C++ compiler such as g++, or leave "
                "--compile out"
            ) from error
