"""How many CPU threads torch computes on."""

from __future__ import annotations

import os


def use_threads(count: int | None) -> None:
    """Load torch for so many CPU threads, None for all; best before anything else imports it."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning threads starve a shared machine
    import torch

    if count:
        torch.set_num_threads(count)
