"""Provenance of exported numbers: the software and the files that they come from."""

from __future__ import annotations

from datetime import UTC, datetime

from dashboard.store.checkpoints import card_of
from fer_core.errors import CheckpointError
from fer_core.versions import MADE_BY


def made() -> str:
    """Say which software made a file, and on which day."""
    return f"{MADE_BY}, {datetime.now(UTC):%Y-%m-%d}"


def weights_sha256(name: str) -> str:
    """Return the hash of the weights that a checkpoint was scored with; "" where it is not known."""
    try:
        card = card_of(name)
    except CheckpointError:
        return ""
    stored = card.weights or card.dropped_weights
    return (stored.sha256 or "") if stored else ""
