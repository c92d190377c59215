"""What the part on exported files is handed: times, bytes and accuracy of one checkpoint's files on one machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.formatting import IntervalLike, Span

if TYPE_CHECKING:
    from dashboard.views.checkpoints import NetworkView
    from fer_core.export.int8_errors import CalibrationScore, Int8Errors


@dataclass(frozen=True)
class WayView:
    """One way to run a network: PyTorch, its float32 file, or its int8 file.

    Attributes:
        one, two: milliseconds for one face on one and on two threads; full: for one face of a batch of 64 on one
            thread. Medians with quartiles; None where not timed.
        bytes: of the file, None for PyTorch; accuracy: on the whole test split, None where it was not scored with
            these weights.
        start: milliseconds to the first answer of a fresh process; peak_bytes: its memory.
    """

    one: Span
    two: Span | None
    full: Span | None
    bytes: int | None = None
    accuracy: IntervalLike | None = None
    start: Span | None = None
    peak_bytes: int | None = None


@dataclass(frozen=True)
class FilesView:
    """One checkpoint's files; `is_outdated` where its weights changed since, `has_selu` where SELU was rewritten."""

    checkpoint: str
    network: NetworkView
    pytorch: WayView
    float32: WayView
    int8: WayView | None
    n: int | None
    split: str
    has_selu: bool
    is_outdated: bool


@dataclass(frozen=True)
class MachineView:
    """All that was timed on one machine, and in a sentence how."""

    name: str
    files: tuple[FilesView, ...]
    stamp: str


@dataclass(frozen=True)
class PhoneView:
    """A time that a paper measured on a phone beside ours of the same network, None where it was not timed here.

    `ratio` and `ours_ratio` are to the paper's own network, None for itself.
    """

    title: str
    printed: str
    source: str
    ratio: float | None
    file: FilesView | None
    pytorch_ratio: float | None
    file_ratio: float | None


@dataclass(frozen=True)
class Int8View:
    """What 8 bits cost a network, layer by layer and on validation faces, as it was stored.

    `averaged`, `whole` say what two ways to find ranges change; None where not measured.
    """

    checkpoint: str
    network: NetworkView
    errors: Int8Errors
    averaged: CalibrationScore | None
    whole: CalibrationScore | None
