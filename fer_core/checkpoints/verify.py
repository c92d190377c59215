"""Does a card agree with its files? Everything in it that can be recomputed or looked up is compared."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from fer_core.checkpoints import facts, weights
from fer_core.checkpoints.card import FILE_NAME, Card, read_card
from fer_core.checkpoints.card_schema import SplitScores
from fer_core.checkpoints.contract_report import report_path, report_problems
from fer_core.checkpoints.corruption_predictions import corruption_prediction_problems, corruption_predictions_path
from fer_core.checkpoints.features import feature_problems, features_path
from fer_core.checkpoints.history import HISTORY
from fer_core.checkpoints.logits import load_logits, logits_path
from fer_core.checkpoints.region_attributions import region_attribution_problems, region_attributions_path
from fer_core.checkpoints.teacher_logits import teacher_logits_path, teacher_logits_problems
from fer_core.data.fingerprint import labels_sha256, rows_sha256
from fer_core.errors import CheckpointError, FerError
from fer_core.evaluation.temperature import fitted_or_none
from fer_core.evidence.claims import claim_for

# Bootstrapped ends come from a random stream that numpy may change between versions; everything else is arithmetic.
TOLERANCE, BOOTSTRAP_TOLERANCE = 1e-9, 5e-3
TEMPERATURE_TOLERANCE = 1e-6  # found by bisection of sums, whose last digits differ between machines
BOOTSTRAPPED = ("macro_f1", "balanced_accuracy")


def verify(folder: Path | str) -> list[str]:
    """Return a sentence for every disagreement between a checkpoint's card and its files; none if the card is true."""
    try:
        card = read_card(folder)
    except CheckpointError as error:
        return [str(error)]
    return disagreements(card)


def disagreements(card: Card) -> list[str]:
    """Return what `verify` returns, for a card that is in `card.folder` or about to be written there."""
    checks: tuple[Callable[[Card], list[str]], ...] = (
        _file_problems,
        facts.history_problems,
        facts.data_problems,
        facts.command_problems,
        _network_problems,
        _logits_problems,
        teacher_logits_problems,
        _artifact_problems,
        report_problems,
        _claim_problems,
    )
    return [problem for check in checks for problem in _answered(check, card)]


def answer_disagreements(card: Card) -> list[str]:
    """Return what `verify` can say from card, history and answers alone, without weights and other files."""
    bare = card.model_copy(update={"weights": None})
    checks = (facts.history_problems, facts.data_problems, facts.command_problems, _network_problems, _logits_problems)
    return [problem for check in checks for problem in _answered(check, bare)]


def _answered(check: Callable[[Card], list[str]], card: Card) -> list[str]:
    try:
        return check(card)
    except FerError as error:
        return [str(error)]
    except OSError as error:
        return [f"{error.filename or card.folder} cannot be read ({error.strerror or error}); restore it"]


def artifact_splits(card: Card) -> list[str]:
    """Return the splits of which features, corruptions and regions may be stored."""
    return sorted({*card.logits, card.data.test_split})


def derived_paths(card: Card) -> list[Path]:
    """Return the paths of everything computed with a checkpoint's weights; they need not exist."""
    kinds = (features_path, corruption_predictions_path, region_attributions_path)
    by_split = [path(card.folder or ".", split) for split in artifact_splits(card) for path in kinds]
    return [*by_split, report_path(card)]


def _file_problems(card: Card) -> list[str]:
    folder = Path(card.folder or ".")
    expected = {
        FILE_NAME,
        *([] if card.runtime == "onnx" else [HISTORY]),
        *([weights.file_name(card)] if card.weights else []),
        *(logits_path(folder, split).name for split in (*card.logits, *card.cross_sets)),
        *([path.name] if (path := teacher_logits_path(card)) else []),
        *(path.name for path in derived_paths(card)),
    }
    present = {entry.name for entry in os.scandir(folder)}
    # A kill may leave a draft, which the next writing of that file replaces.
    drafts = {f".{name}.part" for name in expected}
    problems = [f"{name} is no part of this checkpoint; remove it" for name in sorted(present - expected - drafts)]
    return problems + [sentence for name in sorted(present & expected) if (sentence := _kind_problem(folder / name))]


def _kind_problem(path: Path) -> str:
    """Say what stands in a file's place: a folder, or a link that is broken or circular."""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        return f"{path.name} cannot be opened ({error.strerror}); restore the file"
    return "" if stat.S_ISREG(mode) else f"{path.name} is not a file; restore it"


def _artifact_problems(card: Card) -> list[str]:
    kinds = (feature_problems, corruption_prediction_problems, region_attribution_problems)
    return [problem for split in artifact_splits(card) for check in kinds for problem in check(card, split)]


def _network_problems(card: Card) -> list[str]:
    if card.runtime == "onnx":
        from fer_core.checkpoints.onnx_weights import onnx_problems

        return onnx_problems(card) if card.weights else []
    network = weights.load_into_new(card) if card.weights else weights.build(card)
    from fer_core import models
    from fer_core.profiling import complexity

    config = card.network.config
    full = weights.plain(asdict(models.config_from(card.network.name, weights.as_config(card))))
    # A family's own fields may be younger than the card; what every network is told stood there from the first.
    base = [field.name for field in fields(models.NetworkConfig)]
    problems = [f"network.config lacks {key}; the network has {full[key]!r}" for key in base if key not in config]
    recorded_and_true = {
        "params": (card.params, complexity.count_params(network)),
        "macs": (card.macs, complexity.macs_layers(network, card.input.size_px, full["in_channels"])),
        "input.channels": (card.input.channels, full["in_channels"]),
        "number of expressions": (len(card.expressions), full["num_classes"]),
        "training.loss": (card.training.loss, full["loss"]),
    }
    if card.weights:
        path = Path(card.folder or ".") / weights.FILE_NAME
        header = weights.read_header(path)
        recorded_and_true |= {
            "expressions": (list(card.expressions), header.get("expressions")),
            "network.name": (card.network.name, header.get("name")),
            "weights.dtype": (card.weights.dtype, weights.read_dtype(path)),
        }
    return problems + [
        f"{key} is {recorded}, the weights say {true}"
        for key, (recorded, true) in recorded_and_true.items()
        if recorded != true
    ]


def _logits_problems(card: Card) -> list[str]:
    problems = []
    for split in card.logits:
        problems += _stored_problems(card, split, card.scores[split])
        problems += _faces_problems(card, split)
    for name, entry in card.cross_sets.items():
        problems += _stored_problems(card, name, entry.scores)
    return problems + _temperature_problems(card)


def _temperature_problems(card: Card) -> list[str]:
    """The temperature is that of the stored validation answers; a card that tells none is older than the entry."""
    if card.temperature is None:
        return []
    if card.data.validation_split not in card.logits:
        return [f"temperature is {card.temperature}, and no answers to {card.data.validation_split} are stored"]
    try:
        stored = load_logits(card, card.data.validation_split)
    except FerError:  # told already
        return []
    true = fitted_or_none(stored.logits, stored.labels)
    if true is not None and abs(true - card.temperature) <= TEMPERATURE_TOLERANCE:
        return []
    return [f"temperature is {card.temperature}, the stored logits give {true}"]


def _stored_problems(card: Card, split: str, recorded: SplitScores) -> list[str]:
    """A split's stored answers are those that the card records, and give the scores that it says."""
    crossed = card.cross_sets.get(split)
    try:
        true = load_logits(card, split).score(crossed.expressions if crossed else card.expressions).as_dict()
    except FerError as error:
        return [f"{split}: {error}"]
    return score_differences(recorded.model_dump(), true, f"scores.{split}")


def _faces_problems(card: Card, split: str) -> list[str]:
    """Stored answers are to the faces that the card remembers; a part of a split, as in a trial run, is passed over."""
    known = None if card.protocol or not card.fingerprint else card.fingerprint.get(split)
    try:
        stored = load_logits(card, split)
    except CheckpointError:  # told already
        return []
    if known is None or known.n != len(stored.rows):
        return []
    true = {"rows": rows_sha256(stored.rows), "labels": labels_sha256(stored.labels, card.expressions)}
    return [
        f"fingerprint.{split}.{part} is not that of the stored answers"
        for part in true
        if true[part] != getattr(known, part)
    ]


def score_differences(stored: Any, recomputed: Any, path: str) -> list[str]:
    """Return a sentence for each number in which stored scores differ from those of the stored logits."""
    if isinstance(recomputed, dict):
        return [
            sentence
            for key in recomputed
            for sentence in score_differences(stored[key], recomputed[key], f"{path}.{key}")
        ]
    if isinstance(recomputed, list) and len(stored) == len(recomputed):
        pairs = enumerate(zip(stored, recomputed, strict=True))
        return [sentence for i, (a, b) in pairs for sentence in score_differences(a, b, f"{path}[{i}]")]
    is_random = path.endswith((".low", ".high")) and path.split(".")[-2] in BOOTSTRAPPED
    if isinstance(recomputed, float) and isinstance(stored, (int, float)):
        equal = abs(stored - recomputed) <= (BOOTSTRAP_TOLERANCE if is_random else TOLERANCE)
    else:
        equal = stored == recomputed
    return [] if equal else [f"{path} is {stored}, the stored logits give {recomputed}"]


def _claim_problems(card: Card) -> list[str]:
    claim = claim_for(card.network.name, card.data.name)
    true = claim.as_card_entry() if claim else None
    recorded = card.claim.model_dump() if card.claim else None
    return [] if recorded == true else [f"claim is {recorded}, evidence/claims.json says {true}"]
