"""The pictures that an audit names, where their data set is on this machine. Read into memory, never written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dashboard.pages.data_audit.views import DuplicateImagesView
from dashboard.store.audits import audit_path, stored_audit
from dashboard.store.dataset_images import as_png
from dashboard.store.file_cache import cached_by_file
from fer_core import data as sets
from fer_core.data.audit.schema import Audit
from fer_core.errors import DataError, FerError
from fer_core.paths import PROJECT, data_root


@dataclass(frozen=True, eq=False)
class DuplicateImages:
    """The pictures that an audit names: rows (N,) ascending, with labels, splits and images (N, H, W[, 3])."""

    expressions: tuple[str, ...]
    rows: np.ndarray
    labels: np.ndarray
    split: np.ndarray
    images: np.ndarray


def duplicate_images(data: str, rows: Sequence[int]) -> DuplicateImagesView:
    """Return pictures by their rows, or the sentence that says why they cannot be shown here."""
    try:
        pictures = _named_pictures(audit_path(data), data, data_root(PROJECT))
    except FerError as error:
        return DuplicateImagesView({}, str(error))
    places = np.searchsorted(pictures.rows, rows).tolist()
    return DuplicateImagesView(
        {
            row: (as_png(pictures.images[i]), pictures.expressions[pictures.labels[i]], str(pictures.split[i]))
            for row, i in zip(rows, places, strict=True)
        },
        "",
    )


@cached_by_file(maxsize=4)
def _named_pictures(audited: Path, data: str, root: Path) -> DuplicateImages:
    """Keep only the pictures that the audit in the file `audited` names: whole sets would fill the memory.

    Raises:
        FerError: if the set is not here, is damaged or another edition. A failure is not kept.
    """
    audit, faces = stored_audit(data), sets.open_dataset(data, root)
    if _holdings(faces) != audit.splits:
        raise DataError(
            f"the {audit.title} on this machine is another edition than the audited one: its counts differ; audit "
            f"it again with `fer audit {data}`"
        )
    named = faces.take(np.flatnonzero(np.isin(faces.rows, _named(audit))))
    order = np.argsort(named.rows, kind="stable")
    return DuplicateImages(
        named.expressions, *(getattr(named, key)[order] for key in ("rows", "labels", "split", "images"))
    )


def _named(audit: Audit) -> list[int]:
    groups = [row for group in audit.exact.groups for row in group]
    return [*groups, *audit.constant, *(row for pair in audit.near.pairs for row in pair.rows)]


def _holdings(faces: sets.FaceDataset) -> dict[str, dict[str, int]]:
    size = len(faces.expressions)
    return {
        split: dict(
            zip(
                faces.expressions, np.bincount(faces.labels[faces.split == split], minlength=size).tolist(), strict=True
            )
        )
        for split in faces.splits
    }
