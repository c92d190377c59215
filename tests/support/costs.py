"""Costs of exported files with numbers that can be told apart, as evidence/costs.json and exports.json hold them."""

from __future__ import annotations

from fer_core.evaluation import proportion
from fer_core.export.costs import CheckpointCosts, ColdStart, FileCost, MachineCosts, RuntimeCost
from fer_core.export.int8_errors import MEAN_RANGE, WHOLE_RANGE, CalibrationScore, Int8Errors, LayerError
from fer_core.export.record import Calibration, CheckpointExport, ExportedFile
from fer_core.profiling.timing import TimingEntry

N = 400


def timing(median_ms: float, threads: int = 1, batch: int = 1) -> TimingEntry:
    """Quartiles a tenth below and a fifth above the median."""
    return TimingEntry(
        median_ms=median_ms, q1_ms=0.9 * median_ms, q3_ms=1.2 * median_ms, repeats=50, threads=threads, batch=batch,
        warmup=10,
    )  # fmt: skip


def timings(median_ms: float) -> tuple[TimingEntry, ...]:
    """One thread alone and with 64 faces, which take 32 times as long; two threads take three quarters."""
    return timing(median_ms), timing(0.75 * median_ms, threads=2), timing(32 * median_ms, batch=64)


def start(median_ms: float, peak_bytes: int | None) -> ColdStart:
    return ColdStart(median_ms=median_ms, q1_ms=median_ms - 10, q3_ms=median_ms + 20, repeats=3, peak_bytes=peak_bytes)


def costs(weights: str, pytorch: float | None = 6.0, float32: float = 2.0, int8: float | None = 1.0) -> CheckpointCosts:
    """Costs with these medians of one face on one thread; PyTorch runs no imported file."""
    return CheckpointCosts(
        weights=weights, measured="2026-11-29", versions={"torch": "2.13.0", "onnxruntime": "1.32.0"}, size_px=48,
        channels=3, spinning=False, flushes_denormals=True,
        float32=FileCost(sha256="a" * 64, bytes=4_560_000, timings=timings(float32)),
        int8=None if int8 is None else FileCost(sha256="b" * 64, bytes=1_230_000, timings=timings(int8)),
        pytorch=None if pytorch is None else (timing(pytorch), timing(40 * pytorch, batch=64)),
        cold_start=RuntimeCost(
            onnxruntime=start(310.0, 95_000_000), pytorch=None if pytorch is None else start(2900.0, None)
        ),
    )  # fmt: skip


def machine(checkpoints: dict[str, CheckpointCosts], processor: str = "Test CPU") -> MachineCosts:
    return MachineCosts(processor=processor, cores=2, system="Linux", checkpoints=checkpoints)


def exported(weights: str, hits: int = 280, hits_int8: int = 276, selu: int = 0) -> CheckpointExport:
    """An export that has `hits` of 400 test faces right, in 8 bits `hits_int8`."""
    told = Calibration(method="static", split="Training", faces=512)
    return CheckpointExport(
        weights=weights, format="onnx", opset=20, rewritten_selu=selu, split="PrivateTest",
        versions={"torch": "2.13.0"}, float32=_file("a", hits, 0),
        int8=_file("b", hits_int8, hits_int8 - hits).model_copy(update={"calibration": told}),
    )  # fmt: skip


def _file(digit: str, hits: int, gain: int) -> ExportedFile:
    share = gain / N
    return ExportedFile(
        sha256=digit * 64, bytes=1_000_000, n=N, accuracy=proportion(hits, N).as_dict(),
        largest_logit_difference=0.1, changed_answers=abs(gain), only_file=max(0, gain), only_original=max(0, -gain),
        p=0.5, difference={"value": share, "low": share - 0.02, "high": share + 0.02},
    )  # fmt: skip


def int8_loss(weights: str, logits_db: float, alone_db: list[float]) -> Int8Errors:
    """Layers that lose so much alone; of 400 validation faces averaged ranges change 8 answers, whole ones 30."""
    layers = [
        LayerError(name=f"layer.{place}", operator="Add", kind="sum", activation_db=None, alone_db=loss)
        for place, loss in enumerate(alone_db)
    ]
    scores = {
        name: CalibrationScore(changed=changed, right=250 - lost, logits_db=logits_db)
        for name, changed, lost in ((MEAN_RANGE, 8, 2), (WHOLE_RANGE, 30, 10))
    }
    return Int8Errors(
        weights=weights, measured="2026-11-29", versions={"onnxruntime": "1.32.0"}, split="Training", faces=64,
        logits_db=logits_db, layers=layers, validation="PublicTest", n=N, right=250, calibrations=scores,
    )  # fmt: skip
