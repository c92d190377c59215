"""The kind of outputs, and whether a face always gets the same answer: again, alone, in a batch, shuffled, mirrored."""

from __future__ import annotations

import numpy as np

from fer_core.checkpoints.contract_report import AMBER, GREEN, RED, ContractLine, State, percent
from fer_core.checkpoints.onnx_weights import LOGITS, PROBABILITIES
from fer_core.contract.subject import BATCH, Subject
from fer_core.evaluation.intervals import proportion
from fer_core.images.preprocessing import images_to_input
from fer_core.onnx.network import gives_probabilities

ROUNDING = 1e-4  # of an output, relative to the largest: sums are added up in another order
FLIPS, MANY_FLIPS = 0.2, 0.4  # of the answers; the networks here change 10 to 20 % under mirroring
OLD_OPSET = 13  # below it there is no int8 with a scale a channel


def output_kind(subject: Subject, outputs: np.ndarray) -> ContractLine:
    """Numbers, K of them, and logits or probabilities as the card says."""
    check, k = "output", outputs.shape[1]
    declared = subject.card.network.config.get("output", LOGITS)
    kind = PROBABILITIES if gives_probabilities(outputs) else LOGITS
    if not np.isfinite(outputs).all():
        return _line(check, RED, "some outputs are no finite numbers", "export it again from weights that are")
    if np.ptp(outputs, axis=0).max() == 0:
        return _line(check, RED, "every face gets the same outputs", "export it in eval mode, with its trained weights")
    if kind != declared:
        return _line(
            check,
            RED,
            f"{k} {kind}, but the card says {declared}, so confidence would be wrong",
            "import it again; what outputs are is then measured anew",
        )
    return _line(check, GREEN, f"{k} {kind}, and the card says so")


def determinism(subject: Subject) -> ContractLine:
    """Whether the same batch gets the same answers twice."""
    given = images_to_input(subject.faces.images[:BATCH], subject.card.input.spec)
    one, other = subject.run(given), subject.run(given)
    if np.array_equal(one, other):
        return _line("determinism", GREEN, f"{len(given)} faces asked twice give the same numbers")
    return _line(
        "determinism",
        RED,
        f"{len(given)} faces asked twice differ by up to {np.abs(one - other).max():.1e}",
        "export it in eval mode: dropout or noise is still on",
    )


def batch_independence(subject: Subject) -> ContractLine:
    """A face alone, in a batch, and in the batch shuffled."""
    given = images_to_input(subject.faces.images[:BATCH], subject.card.input.spec)
    together = subject.run(given)
    alone = np.concatenate([subject.run(given[i : i + 1]) for i in range(len(given))])
    order = np.random.default_rng(0).permutation(len(given))
    shuffled = np.empty_like(together)
    shuffled[order] = subject.run(given[order])
    gap = max(float(np.abs(other - together).max()) for other in (alone, shuffled))
    sentence = f"{len(given)} faces alone, together and shuffled differ by up to {gap:.1e}"
    if gap <= ROUNDING * max(1.0, float(np.abs(together).max())):
        return _line("same answer in any batch", GREEN, sentence)
    return _line(
        "same answer in any batch", RED, sentence, "export it in eval mode: batch norm must use its stored statistics"
    )


def flip_sensitivity(subject: Subject, outputs: np.ndarray) -> ContractLine:
    """Faces and their mirror images, whose expression is the same."""
    mirrored = subject.outputs(images=np.ascontiguousarray(subject.faces.images[:, :, ::-1]))
    is_named = subject.is_named
    is_changed = outputs[:, is_named].argmax(axis=1) != mirrored[:, is_named].argmax(axis=1)
    share, low, high = proportion(int(is_changed.sum()), len(is_changed)).numbers()
    between = f"{percent(low)} to {percent(high)}"
    sentence = f"{percent(share)} of {len(outputs)} answers change when faces are mirrored ({between})"
    if share < FLIPS:
        return _line("mirrored faces", GREEN, sentence)
    state: State = RED if low > MANY_FLIPS else AMBER
    return _line("mirrored faces", state, sentence, "train with mirrored faces, or average both answers")


def graph_lines(subject: Subject) -> list[ContractLine]:
    """What the file says of itself: sizes, operators, hash; of a network of this project its card."""
    card, graph = subject.card, subject.graph
    hashed = _line(
        "file", GREEN, f"SHA-256 {card.shipped.sha256[:16]}, {card.shipped.bytes / 1e6:.2f} MB, as the card says"
    )
    if graph is None:
        return [_line("size", GREEN, f"{card.input.size_px} px, as it was trained"), hashed]
    layout = f"{graph.layout}, {graph.channels} channel{'s' if graph.channels > 1 else ''}"
    if graph.size_px:
        size = _line("size", GREEN, f"{graph.size_px} px only, {layout}")
    else:
        size = _line(
            "size",
            AMBER,
            f"any size, {layout}; it is fed {card.input.size_px} px",
            "check in which size it was trained",
        )
    opset = _line("opset", GREEN, f"opset {graph.opset}")
    if graph.opset < OLD_OPSET:
        opset = _line(
            "opset", AMBER, f"opset {graph.opset}", f"export it with opset {OLD_OPSET} or newer: int8 needs that"
        )
    return [size, opset, hashed]


def _line(check: str, state: State, found: str, fix: str = "") -> ContractLine:
    return ContractLine(check=check, state=state, found=found, fix=fix)
