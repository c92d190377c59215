"""What level eyes are worth, from evidence/alignment.json. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dashboard.pages.robustness.views import AlignmentView
from dashboard.store.checkpoints import card_of
from dashboard.store.file_cache import cached_by_file
from dashboard.views.checkpoints import CheckpointView
from fer_core.robustness import alignment
from fer_core.robustness.alignment import Alignment


def alignments(rows: Mapping[str, CheckpointView]) -> tuple[AlignmentView, ...]:
    """Return what was measured of these checkpoints and of the weights that they have now, by name.

    Raises:
        ConfigError: if the file is damaged.
    """
    measured = _stored(alignment.PATH)
    return tuple(
        AlignmentView(rows[name], card_of(name).data.alignment, entry)
        for name, entry in measured.items()
        if name in rows and entry.weights == card_of(name).shipped_sha256
    )


@cached_by_file(maxsize=2)
def _stored(path: Path) -> dict[str, Alignment]:
    return alignment.read_alignments(path)
