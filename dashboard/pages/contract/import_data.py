"""An uploaded network file: what it says of itself, and the checkpoint made from it.

The file is read in a process of its own (`fer_core.onnx.upload`). Importing is `fer import`, and is followed by
`fer contract`: the same functions, in the queue of all computations. torch is imported when they are called.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.store.computation_queue import Cost
from dashboard.store.session_results import computed_once, in_turn
from fer_core import labels
from fer_core.data import DATASETS
from fer_core.errors import CheckpointError
from fer_core.images.preprocessing import MAX_SIZE_PX
from fer_core.onnx.upload import Upload, read_upload
from fer_core.paths import PROJECT, checkpoints_root, data_root

MOST_MB = 60  # what the server takes of any upload
MOST_PX = MAX_SIZE_PX
ALPHABETICAL = "alphabetical"


@dataclass(frozen=True)
class ImportOptions:
    """What a file does not say of itself, in the words of the options of `fer import`."""

    network: str
    labels: str
    pixels: str
    data: str
    size_px: int | None = None

    @property
    def checkpoint(self) -> str:
        """What the checkpoint will be called."""
        return f"{self.network}.{self.data}-imported"

    def command(self, file: str) -> str:
        """Return the command that imports the file in the same way."""
        words = ["fer", "import", file, "--name", self.network, "--labels", self.labels, "--input", self.pixels]
        words += ["--data", self.data, *(["--size", str(self.size_px)] if self.size_px else [])]
        return shlex.join(words)


def read_file(name: str, content: bytes, size_px: int | None = None) -> Upload:
    """Return an upload as ONNX, asked about blank faces once; kept for this session.

    Raises:
        CheckpointError: if it is refused; the sentence says what would work.
    """
    if len(content) > MOST_MB * 10**6:
        raise CheckpointError(
            f"{name} has {len(content):,} bytes; this page takes {MOST_MB} MB, and `fer import` up to 256"
        )
    return _read(name, content, size_px)


@computed_once(Cost.MAP)
def _read(name: str, content: bytes, size_px: int | None) -> Upload:
    return read_upload(name, content, size_px)


def trained_for() -> dict[str, str]:
    """Return the sets whose validation faces an imported network can be scored on, with their titles."""
    return {name: info.title for name, info in DATASETS.items() if info.official_splits}


def orders(classes: int, data: str) -> dict[str, tuple[str, ...]]:
    """Return the known orders of that many labels by name, that of the data set first; {} where none has so many."""
    known = {**labels.ORDERS, ALPHABETICAL: tuple(sorted(labels.FER2013))}
    return {name: known[name] for name in sorted(known, key=lambda order: order != data) if len(known[name]) == classes}


def own_order(data: str) -> Sequence[str]:
    """Return the order in which a data set numbers its expressions."""
    return labels.ORDERS[data]


def scales() -> list[str]:
    """Return the names of the pixels' scales."""
    from fer_core.inference.importing import SCALES

    return list(SCALES)


def suggested_name(file: str) -> str:
    """Return a file's name as that of a network."""
    return re.sub("[^a-z0-9]+", "_", Path(file).stem.lower()).strip("_")[:30] or "theirs"


def folder_name() -> str:
    """Return what the folder of all checkpoints is called."""
    return checkpoints_root(PROJECT).name


def import_upload(name: str, upload: Upload, options: ImportOptions) -> None:
    """Make a checkpoint of an uploaded file and check its contract.

    Raises:
        FerError: what is told cannot be true of the file, the data set is missing, or the name is taken.
    """
    from fer_core.contract.check import check_contract
    from fer_core.inference.importing import column_names, import_network

    with in_turn(Cost.SCORE):
        folder = import_network(
            Path(name),
            checkpoints_root(PROJECT),
            network=options.network,
            columns=column_names(options.labels),
            pixels=options.pixels,
            data=options.data,
            size_px=options.size_px,
            command=options.command(name),
            root=data_root(PROJECT),
            content=upload.content,
        )
        check_contract(folder, data_root(PROJECT))
