"""Bytes, times, cold start and memory of exported files; the paper's phone times beside ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.formatting import DASH, NBSP, Span, milliseconds, percent
from dashboard.pages.efficiency.views import PYTORCH, kinds
from dashboard.ui.chart_panel import palette
from dashboard.ui.html_table import claim, number, table, text

if TYPE_CHECKING:
    from markupsafe import Markup

    from dashboard.pages.efficiency.views import FilesView, PhoneView, TwiceTimedView, WayView

OLDER = "Timed with other weights than lie here."


def exported_table(files: Sequence[FilesView]) -> None:
    """Show what every way to run every network costs, fastest float32 file first."""
    header = [("Network", ""), ("Run as", ""), ("MB", "number"), ("Accuracy", "number"), ("1 thread", "number")]
    header += [("2 threads", "number"), ("Batch of 64", "number"), ("Cold start", "number")]
    header += [("Peak memory", "number")]
    body = [_row(file, kind, way) for file in files for kind, way in kinds(file).items()]
    table(header, body, palette(), "Bytes, times, cold start and memory of exported files", files)


def twice_timed_table(rows: Sequence[TwiceTimedView], first: str, second: str) -> None:
    """Show one face on one thread on two machines, each beside PyTorch on the same one."""
    body = [
        [
            text(row.network.title, colour=palette().family(row.network.family)),
            text(row.kind),
            number(_ms(row.first.value), _beside_pytorch(row.kind, row.first_ratio)),
            number(_ms(row.second.value), _beside_pytorch(row.kind, row.second_ratio)),
        ]
        for row in rows
    ]
    header = [("Network", ""), ("Run as", ""), (first, "number"), (second, "number")]
    table(header, body, palette(), "One face on one thread, on two machines", rows)


def phone_table(times: Sequence[PhoneView]) -> None:
    """Show times that a paper measured on a phone, and how the same networks compare here."""
    header = [("Network", ""), ("On the phone", "number"), ("PyTorch here", "number"), ("float32 file here", "number")]
    body = [[text(time.title), claim(time.printed, time.source, _ratio(time.ratio)), *_ours(time)] for time in times]
    table(header, body, palette(), "Times on a phone, as the paper prints them, beside ours", times)


def _beside_pytorch(kind: str, ratio: float | None) -> str:
    return "" if kind == PYTORCH or ratio is None else f"{ratio:.1f} times PyTorch"


def _row(file: FilesView, kind: str, way: WayView) -> list[Markup]:
    colour = palette().family(file.network.family)
    tag = (file.origin or file.checkpoint.partition(".")[2]) if way is file.float32 else ""
    return [
        text(file.network.title, OLDER if file.is_outdated else tag, colour),
        text(kind),
        number(DASH if way.bytes is None else f"{way.bytes / 1e6:.2f}", reason="PyTorch runs the checkpoint itself."),
        number(DASH if way.accuracy is None else percent(way.accuracy.value), reason="Not scored with these weights."),
        _time(way.one, "Not timed."),
        _time(way.two, "Not timed."),
        _time(way.full, "Not timed."),
        _time(way.start, "Timed with float32 only."),
        number(_megabytes(way.peak_bytes), reason="Not measured."),
    ]


def _time(span: Span | None, reason: str) -> Markup:
    if span is None:
        return number(DASH, reason=reason)
    return number(_ms(span.value), f"{_plain(span.low)} to {_plain(span.high)}")


def _ours(time: PhoneView) -> list[Markup]:
    if time.file is None or time.file.pytorch is None:
        reason = "Not timed here; fer costs --all times every network that has weights."
        return [number(DASH, reason=reason)] * 2
    return [
        number(milliseconds(way.one.value), _ratio(ratio))
        for way, ratio in ((time.file.pytorch, time.pytorch_ratio), (time.file.float32, time.file_ratio))
    ]


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f} times"


def _ms(value: float) -> str:
    """Two digits behind the point below ten, where files differ by less than a tenth."""
    return f"{value:.2f}{NBSP}ms" if value < 10 else f"{value:,.0f}{NBSP}ms" if value >= 1000 else milliseconds(value)


def _plain(value: float) -> str:
    return _ms(value).removesuffix(f"{NBSP}ms")


def _megabytes(size: int | None) -> str:
    return DASH if size is None else f"{size / 1e6:,.0f}{NBSP}MB"
