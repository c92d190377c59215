"""The data sets by name: what is known of each before it is opened, and one call that opens it.

    from fer_core.data import open_dataset
    training = open_dataset("fer2013").subset("Training")

    dataset                                 `FaceDataset`, the one type for all sets
    fer2013, ferplus, ckplus, rafdb, custom the sets; custom: your own pictures
    folder, pixel_table, own_layout         the layouts of pictures and tables
    text_files, cache                       text in any encoding; parsed arrays beside their source
    protocols, folds, deterministic_split   who is trained on, chosen on and scored; drawn the same everywhere
    cross_dataset                           trained on one set, tested on another
    fingerprint                             whether two openings gave the same faces
    audit                                   duplicates, leaks and their effects

No torch: the app and the tests read faces without it.
"""

from __future__ import annotations

from pathlib import Path

from fer_core.data import ckplus, custom, fer2013, ferplus, rafdb
from fer_core.data.dataset import DatasetInfo, FaceDataset
from fer_core.errors import DataError, unknown_name
from fer_core.paths import data_root

__all__ = ["DATASETS", "DatasetInfo", "FaceDataset", "open_dataset"]

_INFOS = (fer2013.INFO, ferplus.INFO, rafdb.INFO, ckplus.INFO, ckplus.EXTENDED_INFO, custom.INFO)
DATASETS: dict[str, DatasetInfo] = {info.name: info for info in _INFOS}


def open_dataset(name: str, root: Path | str | None = None) -> FaceDataset:
    """Open a data set: all of its splits, in its owner's order.

    Args:
        name: a key of `DATASETS`.
        root: the folder that holds the sets' folders; default `paths.data_root()`.

    Raises:
        ConfigError: if there is no such set.
        DataError: if its files are missing or damaged; the message says what should be where and how to get it.
    """
    if name not in DATASETS:
        raise unknown_name("data set", name, DATASETS)
    folder = Path(root) if root else data_root()
    try:
        return DATASETS[name].opener(folder)
    except OSError as error:
        place, reason = error.filename or folder, error.strerror or error
        raise DataError(f"{place} cannot be read ({reason}); check the disk and the rights on {folder}") from error
