"""How many CPU threads torch computes on."""

from __future__ import annotations

import os

from fer_core.errors import ConfigError

MOST_THREADS = 256  # more cores than one small network can use; many thousands end the process without a word


def check_threads(count: int | None) -> None:
    """Raise ConfigError for a count of threads, None for all, that torch cannot compute on."""
    if count is not None and not 1 <= count <= MOST_THREADS:
        raise ConfigError(f"--threads {count} is not valid; give 1 to {MOST_THREADS}")


def use_threads(count: int | None) -> None:
    """Load torch for so many CPU threads, None for all; best before anything else imports it.

    Raises:
        ConfigError: as `check_threads` says.
    """
    check_threads(count)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning threads starve a shared machine
    import torch

    if count is not None:
        torch.set_num_threads(count)
