"""What the part on exported files is handed: times, bytes and accuracy of one checkpoint's files on one machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.formatting import IntervalLike, Span

if TYPE_CHECKING:
    from dashboard.views.checkpoints import NetworkView
    from fer_core.export.int8_errors import CalibrationScore, Int8Errors

PYTORCH = "PyTorch"


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
    """One checkpoint's files; `is_outdated` where its weights changed since, `has_selu` where SELU was rewritten.

    `origin` says of a network from elsewhere how it came here, public or imported; PyTorch runs none of these.
    `running` is the least share of a timing in which it had a core, None where that was not noted.
    """

    checkpoint: str
    network: NetworkView
    pytorch: WayView | None
    float32: WayView
    int8: WayView | None
    n: int | None
    split: str
    has_selu: bool
    is_outdated: bool
    running: float | None = None
    origin: str = ""


def kinds(file: FilesView) -> dict[str, WayView]:
    """Return the ways to run a network by what they are called."""
    ways = {"float32 file": file.float32, "int8 file": file.int8, PYTORCH: file.pytorch}
    return {kind: way for kind, way in ways.items() if way}


@dataclass(frozen=True)
class MachineView:
    """All that was timed on one machine, and in a sentence how; `is_own` where it was measured again here."""

    name: str
    files: tuple[FilesView, ...]
    stamp: str
    is_own: bool = False

    @property
    def title(self) -> str:
        """What to call it: a machine that ships its times can measure them again."""
        return f"{self.name}, measured here" if self.is_own else self.name


@dataclass(frozen=True)
class TwiceTimedView:
    """One way to run one network, timed on two machines: one face on one thread.

    `first_ratio` and `second_ratio` are how many times as fast as PyTorch on the same machine, None where it runs not.
    """

    network: NetworkView
    kind: str
    first: Span
    second: Span
    first_ratio: float | None
    second_ratio: float | None


@dataclass(frozen=True)
class PhoneView:
    """A time that a paper measured on a phone beside ours of the same network, None where it was not timed here.

    `ratio` and `second_ratio` are to the paper's own network, None for itself.
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
