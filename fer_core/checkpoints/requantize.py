"""Replace a checkpoint's weights by the same in fewer bytes: aside first, then in one go."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fer_core.checkpoints import verify, weights
from fer_core.checkpoints.card import Card, read_card
from fer_core.checkpoints.logits import StoredLogits
from fer_core.checkpoints.save import store_splits, write_true
from fer_core.errors import CheckpointError

if TYPE_CHECKING:
    from torch import nn


def requantize(card: Card, network: nn.Module, logits: Mapping[str, StoredLogits], precision: str) -> Card:
    """Write a checkpoint anew with rounded weights and the answers of these very weights; returns its new card.

    The new folder is written beside the old one and takes its place when it is whole and true, so that a kill or a
    full disk leaves the old one. What was computed with the old weights (features, reactions, atlas) goes.

    Args:
        network: as `as_stored(..., precision)` returns it.
        logits: its answers to every split that the card scores.

    Raises:
        CheckpointError: if storing would change a weight, the card would not be true, or nothing can be written.
    """
    before = Path(card.folder or ".")
    stale = {weights.FILE_NAME, *(path.name for path in verify.derived_paths(card))}
    try:
        with tempfile.TemporaryDirectory(prefix=".", dir=before.parent) as aside:
            after = Path(aside, card.name)
            shutil.copytree(before, after, ignore=lambda _, names: stale & set(names))
            _rewrite(replace(card, folder=after), network, logits, precision)
            _swap(before, after, Path(aside, "before"))
    except OSError as error:
        raise CheckpointError(
            f"{before} cannot be written anew: {error.strerror or error}; it stays as it was"
        ) from error
    return read_card(before)


def _swap(old: Path, new: Path, aside: Path) -> None:
    """Put a folder in another's place; if that fails the old one comes back, for what lies aside is removed."""
    old.rename(aside)
    try:
        new.rename(old)
    except BaseException:
        aside.rename(old)
        raise


def _rewrite(card: Card, network: nn.Module, logits: Mapping[str, StoredLogits], precision: str) -> None:
    path = weights.save_weights(card.folder, network, card.network["name"], card.expressions, precision)
    write_true(replace(card, weights=weights.describe(path), **store_splits(card.folder, logits, card.expressions)))
