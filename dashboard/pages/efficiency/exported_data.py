"""Stored costs of exported files beside their scores, by machine. No torch, no onnx."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashboard.formatting import IntervalLike, Span, several
from dashboard.pages.efficiency.views import FilesView, MachineView, PhoneView, TwiceTimedView, WayView, kinds
from dashboard.store.checkpoints import card_of
from dashboard.store.costs import network_view
from dashboard.store.exports import costs_in, exports
from fer_core.errors import FerError
from fer_core.evaluation.intervals import Estimate
from fer_core.evidence.claims import Number, read_all
from fer_core.export import costs
from fer_core.export.costs import CheckpointCosts, ColdStart, FileCost, MachineCosts, timing_at
from fer_core.export.record import CheckpointExport, ExportedFile
from fer_core.paths import PROJECT, measured_root
from fer_core.profiling.timing import QuartilesEntry, TimingEntry

PHONE_PAPER = "i_mobilenet_v2"  # the network whose paper times three on a phone
FULL = 64  # faces of a large batch


def machines() -> tuple[MachineView, ...]:
    """Return what was timed, machine by machine: those that ship, then those measured here; () where nothing was.

    Raises:
        ConfigError: if a file of costs or of exports is damaged.
    """
    shipped = [_machine(name, machine) for name, machine in costs_in(costs.PATH).items()]
    own = [
        (name, machine) for path in costs.own_paths(measured_root(PROJECT)) for name, machine in costs_in(path).items()
    ]
    return *shipped, *(replace(_machine(name, machine), is_own=True) for name, machine in own)


def timed_twice(first: MachineView, second: MachineView) -> tuple[TwiceTimedView, ...]:
    """Return what both machines timed with the weights that are here, in the first one's order."""
    others = {(file.checkpoint, kind): (file, way) for file in second.files for kind, way in kinds(file).items()}
    rows = []
    for file in first.files:
        for kind, way in kinds(file).items():
            other = others.get((file.checkpoint, kind))
            if other and not file.is_outdated and not other[0].is_outdated:
                ratios = [_beside_pytorch(files, run) for files, run in ((file, way), other)]
                rows.append(TwiceTimedView(file.network, kind, way.one, other[1].one, *ratios))
    return tuple(rows)


def _beside_pytorch(file: FilesView, way: WayView) -> float | None:
    return file.pytorch.one.value / way.one.value if file.pytorch else None


def phone_times(files: Sequence[FilesView]) -> tuple[PhoneView, ...]:
    """Return the paper's phone times beside ours. Raises ConfigError for damaged claims."""
    numbers = [
        number for number in read_all().numbers if number.quantity == "latency" and number.paper.family == PHONE_PAPER
    ]
    printed = {number.network: float(number.printed) for number in numbers}
    if PHONE_PAPER not in printed:
        return ()
    ours = {file.network.name: file for file in files}
    return tuple(_phone(number, printed[PHONE_PAPER], ours) for number in numbers)


def _phone(number: Number, own_ms: float, ours: dict[str, FilesView]) -> PhoneView:
    file, own = ours.get(number.network), ours.get(PHONE_PAPER)
    both = file and own and file is not own
    return PhoneView(
        title=network_view(number.network).title,
        printed=f"{number.printed} {number.unit}",
        source=f"{number.paper.short}, {number.where}: {number.of}. {number.note}",
        ratio=None if number.network == PHONE_PAPER else float(number.printed) / own_ms,
        file=file,
        pytorch_ratio=_ratio(file.pytorch, own.pytorch) if both else None,
        file_ratio=_ratio(file.float32, own.float32) if both else None,
    )


def _ratio(one: WayView | None, other: WayView | None) -> float | None:
    return one.one.value / other.one.value if one and other else None


def _machine(name: str, machine: MachineCosts) -> MachineView:
    known = exports()
    files = [_files(key, cost, known.get(key)) for key, cost in machine.checkpoints.items()]
    files.sort(key=lambda file: file.float32.one.value)
    return MachineView(name, tuple(files), _stamp(name, list(machine.checkpoints.values())))


def _files(name: str, cost: CheckpointCosts, export: CheckpointExport | None) -> FilesView:
    """A checkpoint's files; what they answer counts only where the same weights were exported."""
    current = export if export and export.weights == cost.weights else None
    float32, int8 = (_accuracy(file) for file in ((current.float32, current.int8) if current else (None, None)))
    return FilesView(
        checkpoint=name,
        network=network_view(name.partition(".")[0]),
        pytorch=_way(cost.pytorch, cost.cold_start.pytorch, accuracy=float32) if cost.pytorch else None,
        float32=_way(cost.float32.timings, cost.cold_start.onnxruntime, cost.float32, float32),
        int8=_way(cost.int8.timings, None, cost.int8, int8) if cost.int8 else None,
        n=current.float32.n if current else None,
        split=current.split if current else "",
        has_selu=bool(current and current.rewritten_selu),
        is_outdated=weights_of(name) != cost.weights,
        running=cost.running,
        origin=_origin(name) if cost.pytorch is None else "",
    )


def weights_of(name: str) -> str | None:
    """Return the hash of the weights that gave a checkpoint's answers, shipped or not; None if unknown."""
    try:
        card = card_of(name)
    except FerError:
        return None
    stored = card.weights or card.dropped_weights
    return stored.sha256 if stored else None


def _origin(name: str) -> str:
    try:
        return card_of(name).training.recipe
    except FerError:
        return "imported"


def _accuracy(file: ExportedFile | None) -> IntervalLike | None:
    accuracy = file and file.accuracy
    return None if not accuracy or accuracy.value is None else Estimate(accuracy.value, accuracy.low, accuracy.high)


def _way(
    timings: Sequence[TimingEntry], start: ColdStart | None, file: FileCost | None = None,
    accuracy: IntervalLike | None = None,
) -> WayView:  # fmt: skip
    one = timing_at(timings, 1, 1)
    assert one is not None  # the record has it
    two, full = timing_at(timings, 2, 1), timing_at(timings, 1, FULL)
    return WayView(
        one=_span(one),
        two=_span(two) if two else None,
        full=_span(full, FULL) if full else None,
        bytes=file.bytes if file else None,
        accuracy=accuracy,
        start=_span(start) if start else None,
        peak_bytes=start.peak_bytes if start else None,
    )


def _span(entry: QuartilesEntry, faces: int = 1) -> Span:
    return Span(entry.median_ms / faces, entry.q1_ms / faces, entry.q3_ms / faces)


def _stamp(name: str, measured: Sequence[CheckpointCosts]) -> str:
    days = sorted({cost.measured for cost in measured})
    packages = [f"{package} {several(sorted(_versions(measured, package)))}" for package in ("onnxruntime", "torch")]
    spinning = {cost.spinning for cost in measured}
    flushing = {cost.flushes_denormals for cost in measured}
    passes = sorted({(time.batch, time.repeats) for cost in measured for time in cost.float32.timings})
    counts = several([f"{repeats} passes of batch {batch}" for batch, repeats in passes])
    return (
        f"Measured on {name}, {' to '.join(dict.fromkeys((days[0], days[-1])))}, {' and '.join(packages)}: medians "
        f"with quartiles of {counts}, after a warm-up; onnxruntime's threads {_words(spinning, 'spin', 'never spin')}, "
        f"denormals {_words(flushing, 'count as zero', 'are kept')} there. Photos are not read or cropped."
    )


def _versions(measured: Sequence[CheckpointCosts], package: str) -> set[str]:
    return {cost.versions[package] for cost in measured if package in cost.versions}


def _words(values: set[bool], yes: str, no: str) -> str:
    return f"{yes} or {no}" if len(values) > 1 else yes if True in values else no
