"""Where 8 bits lose accuracy, from evidence/int8-errors.json. No torch, no onnx."""

from __future__ import annotations

from pathlib import Path

from dashboard.pages.efficiency.exported_data import weights_of
from dashboard.pages.efficiency.views import Int8View
from dashboard.store.costs import network_view
from dashboard.store.file_cache import cached_by_file
from fer_core.export import int8_errors
from fer_core.export.int8_errors import Int8Errors


def int8_losses() -> tuple[Int8View, ...]:
    """Return what was measured of weights that are here, the network that loses most first.

    Raises:
        ConfigError: if the file is damaged.
    """
    views = [
        _view(name, errors) for name, errors in _stored(int8_errors.PATH).items() if errors.weights == weights_of(name)
    ]
    return tuple(sorted(views, key=lambda view: view.errors.logits_db))


def _view(name: str, errors: Int8Errors) -> Int8View:
    scores = errors.calibrations
    return Int8View(
        name,
        network_view(name.partition(".")[0]),
        errors,
        averaged=scores.get(int8_errors.MEAN_RANGE),
        whole=scores.get(int8_errors.WHOLE_RANGE),
    )


@cached_by_file(maxsize=2)
def _stored(path: Path) -> dict[str, Int8Errors]:
    return int8_errors.read_int8_errors(path)
