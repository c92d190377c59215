"""Export a checkpoint and measure what changes, on the whole test split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np

from fer_core import checkpoints, files
from fer_core.checkpoints import StoredLogits, looks
from fer_core.checkpoints.card import Card, read_card
from fer_core.checkpoints.onnx_weights import onnx_network, stored_file
from fer_core.errors import ConfigError, DataError
from fer_core.evaluation.answers import Answers
from fer_core.evaluation.embedding import stratified
from fer_core.evaluation.paired import discordant
from fer_core.evaluation.question import two_networks
from fer_core.evaluation.verdict import pair_verdict
from fer_core.export.record import Calibration, CheckpointExport, ExportedFile, add_export
from fer_core.export.static_int8 import METHOD, QuantizationError, quantized_file
from fer_core.export.to_onnx import onnx_model
from fer_core.images.preprocessing import images_to_input
from fer_core.inference.predictor import faces_of, predict_split
from fer_core.onnx.graph import inspect_graph
from fer_core.onnx.network import OnnxNetwork
from fer_core.onnx.session import OnnxSession
from fer_core.records import KnownEstimate, ShareEstimate

CALIBRATION_FACES = 512
BATCH = 64
PACKAGES = ("torch", "onnx", "onnxruntime", "onnxscript")

Tell = Callable[[str], None]


@dataclass(frozen=True)
class OnnxFiles:
    """A checkpoint as ONNX files, in memory.

    Attributes:
        contents: by precision: "float32" and, where it was asked for, "int8".
        rewritten_selu: operators; calibration: of int8, None without it.
    """

    contents: dict[str, bytes]
    rewritten_selu: int
    calibration: Calibration | None


@dataclass(frozen=True)
class Exported:
    """What `export` wrote: the record, and the files by precision."""

    record: CheckpointExport
    paths: dict[str, Path]


def export(
    folder: Path | str, out: Path, *, with_int8: bool, root: Path | None = None, faces: int = CALIBRATION_FACES
) -> Exported:
    """Write a checkpoint as `out`/NAME.onnx and NAME.int8.onnx, run both on all test faces, record the results.

    Each file scores the test split once more, which the log of looks tells.

    Args:
        folder: the checkpoint. root: where the data sets are.
        faces: of the training split, in its own proportions, that calibrate int8.

    Raises:
        CheckpointError, DataError, ConfigError: what is missing or damaged, or cannot be exported or written.
    """
    looks.check_writable()
    card = read_card(folder)
    if card.data.test_split not in card.logits:
        raise ConfigError(f"{card.name} is not scored on {card.data.test_split} yet; run `fer evaluate {card.name}`")
    made = onnx_files(card, with_int8=with_int8, root=root, faces=faces)
    measured = _measured(card, made.contents, root)
    if with_int8:
        measured["int8"] = measured["int8"].model_copy(update={"calibration": made.calibration})
    record = CheckpointExport(
        weights=card.shipped.sha256,
        format="onnx",
        opset=inspect_graph(made.contents["float32"]).opset,
        rewritten_selu=made.rewritten_selu,
        split=card.data.test_split,
        versions={name: version(name) for name in PACKAGES},
        **measured,
    )
    paths = _written(card.name, made.contents, out)
    add_export(card.name, record)
    return Exported(record, paths)


def onnx_files(card: Card, *, with_int8: bool, root: Path | None = None, faces: int = CALIBRATION_FACES) -> OnnxFiles:
    """Make a checkpoint's files, which `export` writes; an imported one's float32 file is its own, byte for byte.

    The arguments are those of `export`.

    Raises:
        CheckpointError: if its weights are missing or damaged. ConfigError: if torch cannot export it.
        DataError: if int8 is wanted and the training faces are not here. QuantizationError: if int8 cannot be.
    """
    calibrating = training_inputs(card, faces, root) if with_int8 else None  # first, since exporting takes long
    content, rewritten = _float32(card)
    contents = {"float32": content}
    if calibrating is None:
        return OnnxFiles(contents, rewritten, None)
    contents["int8"] = quantized_file(content, calibrating)
    calibration = Calibration(method=METHOD, split=card.data.train_split, faces=len(calibrating))
    return OnnxFiles(contents, rewritten, calibration)


def _float32(card: Card) -> tuple[bytes, int]:
    """The file, and how many SELU operators were rewritten."""
    if card.runtime == "onnx":
        return stored_file(card), 0
    model, rewritten = onnx_model(checkpoints.load_into_new(card), card.input.spec)
    return model.SerializeToString(deterministic=True), rewritten


def files_made_here(card: Card, root: Path | None, tell: Tell) -> OnnxFiles:
    """Make a checkpoint's files, in 8 bits too where that can be done here; else `tell` hears why not.

    Raises:
        CheckpointError: if its weights are missing or damaged. ConfigError: if torch cannot export it.
    """
    try:
        return onnx_files(card, with_int8=True, root=root)
    except DataError as error:
        tell(f"without int8, which training faces calibrate: {error}")
    except QuantizationError as error:
        tell(f"without int8: {error}")
    return onnx_files(card, with_int8=False)


def training_inputs(card: Card, faces: int, root: Path | None) -> np.ndarray:
    """Return about that many training faces in their own proportions, as the network takes them: float32 (N, C, S, S).

    Raises:
        DataError: if they are not here.
    """
    training = faces_of(card, card.data.train_split, root)
    return images_to_input(training.take(stratified(training.labels, faces)).images, card.input.spec)


def _measured(card: Card, contents: dict[str, bytes], root: Path | None) -> dict[str, ExportedFile]:
    """Ask each file about the test split and compare it with the one before it, the first with what is stored."""
    split = card.data.test_split
    test, before = faces_of(card, split, root), checkpoints.load_logits(card, split)
    exported = {}
    for precision, content in contents.items():
        now = predict_split(_answering(card, content), card.input.spec, test)
        exported[precision] = compared(content, now, before, card)
        looks.append(_look(card, precision, exported[precision]))
        before = now
    return exported


def _answering(card: Card, content: bytes) -> OnnxNetwork:
    if card.runtime == "onnx":
        return onnx_network(card, content)
    return OnnxNetwork(OnnxSession(content, inspect_graph(content)), range(len(card.expressions)), is_probability=False)


def compared(content: bytes, now: StoredLogits, before: StoredLogits, card: Card) -> ExportedFile:
    """Record a file's answers beside those of its original; raises DataError if they are to other faces."""
    one, other = Answers.of("the file", [now]), Answers.of("its original", [before])
    pair = pair_verdict(one, other, two_networks(one.name, other.name))
    only_file, only_original = discordant(one.is_right, other.is_right)
    return ExportedFile(
        sha256=sha256(content).hexdigest(),
        bytes=len(content),
        n=len(now.labels),
        accuracy=ShareEstimate.model_validate(now.score(card.expressions).accuracy.as_dict()),
        largest_logit_difference=float(np.abs(before.logits - now.logits).max()),
        changed_answers=int((one.predicted != other.predicted).sum()),
        difference=KnownEstimate.model_validate(pair.difference.as_dict()),
        only_file=only_file,
        only_original=only_original,
        p=pair.p,
    )


def _look(card: Card, precision: str, measured: ExportedFile) -> looks.Look:
    """A float32 file holds the card's weights; an int8 file holds rounded ones."""
    score = measured.accuracy.number
    if precision == "float32":
        return looks.look(card, card.data.test_split, looks.AGAIN, measured.n, score)
    look = looks.look(card, card.data.test_split, looks.ROUNDED, measured.n, score)
    return replace(look, precision=precision, weights_sha256=measured.sha256)


def _written(name: str, contents: dict[str, bytes], out: Path) -> dict[str, Path]:
    endings = {"float32": ".onnx", "int8": ".int8.onnx"}
    paths = {precision: out / f"{name}{endings[precision]}" for precision in contents}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for precision, path in paths.items():
            files.write(path, contents[precision])
    except OSError as error:
        raise ConfigError(f"{out} cannot be written ({error.strerror}); name another folder with --out") from error
    return paths
