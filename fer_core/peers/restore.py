"""Restore the file of a public network's shipped row: the answers stay as they are, and no face is scored."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from fer_core.checkpoints.card import read_card
from fer_core.checkpoints.save_onnx import restore_onnx
from fer_core.errors import CheckpointError
from fer_core.evidence.peers import THEIRS, peer
from fer_core.onnx.conversion import read_foreign
from fer_core.peers.front import with_own_preprocessing
from fer_core.peers.measure import DATA, check_files


def restore_peer(name: str, file: Path, checkpoints_root: Path, *, table: Path | None = None) -> Path:
    """Convert a public network's file as it was converted when it was measured; return its row's folder.

    Args:
        name, file, table: as for `measure.measure_peer`.

    Raises:
        ConfigError: if the table has no such network, or the file is another one.
        CheckpointError: if there is no such row, it has its file, or another one was measured.
    """
    entry = peer(name, table)
    check_files(name, entry, file)
    card = read_card(checkpoints_root / f"{name}.{DATA}-{THEIRS}")
    content = with_own_preprocessing(read_foreign(file), entry.preprocessing)
    measured = card.dropped_weights.sha256 if card.dropped_weights else None
    if measured and measured != sha256(content).hexdigest():
        raise CheckpointError(
            f"{file.name} becomes another ONNX file here than the one that {card.name} was measured with; "
            f"{card.training.command} measures it anew once its folder is moved away"
        )
    return restore_onnx(card, content)
