"""Checkpoints' networks, loaded once for all sessions. torch is imported with the first one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.store.checkpoints import card_of
from fer_core.errors import CheckpointError
from fer_core.paths import PROJECT, checkpoints_root
from fer_core.threads import use_threads

if TYPE_CHECKING:
    from fer_core.inference.predictor import Predictor


@dataclass(frozen=True)
class NetworkKey:
    """A checkpoint with the SHA-256 of its current weights: other weights give other results."""

    name: str
    weights: str


def network_key(name: str) -> NetworkKey:
    """Return a checkpoint's cache key. Raises CheckpointError if its weights are not here."""
    card = card_of(name)
    if card.weights is None:
        raise CheckpointError(
            f"{name} is here with its scores but without its weights, so it can be asked about no face; "
            f"this command makes them: {card.training.command}"
        )
    return NetworkKey(name, card.weights.sha256)


def loaded(key: NetworkKey) -> Predictor:
    """Return a checkpoint's network with its lock, loaded once for all sessions. Raises FerError."""
    return _predictor(str(checkpoints_root(PROJECT) / key.name), key.weights)


@st.cache_resource(max_entries=8, show_spinner=False)
def _predictor(folder: str, weights: str) -> Predictor:
    use_threads(1)  # a second thread gains nothing on one face, and loses where others compute
    from fer_core.inference.predictor import Predictor

    return Predictor(folder)
