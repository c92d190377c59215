"""Write a checkpoint: weights first, card last. A kill or a full disk leaves an unfinished folder, not a wrong card."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_core import files
from fer_core.checkpoints import weights
from fer_core.checkpoints.card import FILE_NAME, Card, read_card, write_card, write_file
from fer_core.checkpoints.card_schema import DroppedWeightsEntry, check_name
from fer_core.checkpoints.contract_report import FILE_NAME as REPORT
from fer_core.checkpoints.history import HISTORY
from fer_core.checkpoints.logits import StoredLogits, logits_path, save_logits
from fer_core.checkpoints.quantization import DTYPES, HALF
from fer_core.checkpoints.teacher_logits import save_teacher_logits
from fer_core.checkpoints.verify import derived_paths, disagreements
from fer_core.errors import CheckpointError
from fer_core.evaluation.temperature import fitted_or_none
from fer_core.evidence.claims import claim_for
from fer_core.images.preprocessing import InputSpec
from fer_core.records import parsed, together

if TYPE_CHECKING:
    from torch import nn


def publish(  # noqa: PLR0913 - everything that a checkpoint is; keyword-only
    root: Path | str,
    name: str,
    *,
    network: nn.Module,
    network_name: str,
    config: Any,
    expressions: Sequence[str],
    input_spec: InputSpec,
    data: Mapping[str, Any],
    training: Mapping[str, Any],
    history_lines: Sequence[Mapping[str, Any]],
    logits: Mapping[str, StoredLogits],
    protocol: Mapping[str, Any] | None = None,
    fingerprint: Mapping[str, Any] | None = None,
    with_weights: bool = True,
    limits: str | None = None,
) -> Path:
    """Write a trained network as a checkpoint folder and return it.

    Parameters, multiply-adds, hashes, scores and the paper's claim are computed here, not passed in. The card is
    compared with the written files before it is written itself.

    Args:
        root: folder of all checkpoints; made if missing.
        name: `<network>.<data>-<tag>`.
        network: trained, as `as_stored` returns it; the logits are those of this very network.
        config: the network's config, a dataclass or its dict.
        data, training: the card's entries of these names, see `card_schema`.
        history_lines: one JSON object per trained epoch.
        logits: by split; holds the validation or the test split.
        protocol: the card's entry of this name; None for the owner's own splits.
        fingerprint: of the data, see `data.fingerprint`; None where it is not known.
        with_weights: False ships answers only, as for the many networks of a cross-validation.
        limits: what the network must not be used for; default a sentence made of the data's own facts.

    Raises:
        CheckpointError: if the name is taken or not valid, storing would change a weight, an entry is wrong (all are
            named), or a file cannot be written. No card is left then.
    """
    check_name(name)
    folder = Path(root) / name
    clear_unfinished(folder)
    weights_path = weights.save_weights(folder, network, network_name, expressions) if with_weights else None
    lines = "".join(json.dumps(dict(line), allow_nan=False) + "\n" for line in history_lines)
    write_file(folder / HISTORY, lines.encode())
    scored = store_splits(folder, logits, expressions, data.get("validation_split"))
    claim = claim_for(network_name, data["name"]) if "name" in data else None
    entries = {
        "name": name,
        "network": {"name": network_name, "config": dict(config) if isinstance(config, dict) else asdict(config)},
        "expressions": list(expressions),
        "input": input_spec.as_dict(),
        "data": dict(data),
        "training": dict(training),
        "protocol": dict(protocol) if protocol else None,
        **_cost(network, input_spec),
        "claim": claim.as_card_entry() if claim else None,
        "weights": weights.describe(weights_path).model_dump() if weights_path else None,
        "dropped_weights": None if weights_path else {"sha256": None, "dtype": DTYPES[HALF]},
        "teacher_logits": None,
        "fingerprint": dict(fingerprint) if fingerprint else None,
        **scored,
        "limits": limits or _limits(data, input_spec, expressions),
    }
    card = parsed(Card, weights.plain(entries), CheckpointError, f"the card of {name} would not be true")
    write_true(card.model_copy(update={"folder": folder}))
    return folder


def add_split(folder: Path | str, split: str, stored: StoredLogits) -> Card:
    """Store the logits of one more split (or of the same one again), score them and rewrite the card.

    Raises:
        DataError: if the logits cannot be scored; nothing is written then.
        CheckpointError: if the folder has no valid card, its card would not be true, or a file cannot be written; the
            card then stays as it was, and `verify` names what does not fit.
    """
    card = read_card(folder)
    scores, described = _store(Path(folder), split, stored, card.expressions)
    is_validation = split == card.data.validation_split
    claim = claim_for(card.network.name, card.data.name)
    card = _changed(
        card,
        scores={**card.scores, split: scores},
        logits={**card.logits, split: described},
        temperature=fitted_or_none(stored.logits, stored.labels) if is_validation else card.temperature,
        claim=claim.as_card_entry() if claim else None,
    )
    write_true(card)
    return card


def rewrite_weights(card: Card, network: nn.Module, logits: Mapping[str, StoredLogits], precision: str) -> None:
    """Write other weights of the same network into a checkpoint's folder, its logits of every split, and its card.

    Raises:
        CheckpointError: if storing would change a weight, or the card would not be true.
    """
    path = weights.save_weights(card.home, network, card.network.name, card.expressions, precision)
    described = weights.describe(path).model_dump()
    scored = store_splits(card.home, logits, card.expressions, card.data.validation_split)
    write_true(_changed(card, weights=described, **scored))


def _changed(card: Card, **entries: Any) -> Card:
    """Return a card with other entries, checked as a whole."""
    values = {**card.as_dict(), **entries, "folder": card.folder}
    return parsed(Card, values, CheckpointError, f"the card of {card.name} would not be true")


def drop_weights(folder: Path | str, teacher_logits: StoredLogits | None = None, *, is_test_only: bool = False) -> int:
    """Remove a checkpoint's weights and all that was computed with them; keep its card, history and logits.

    For rows that only the comparison pages need; the card's command trains the weights again. The card is written
    before anything is removed, so that a kill never leaves a card that claims missing weights.

    Args:
        teacher_logits: the network's answers to its training faces, kept so that it can still be a teacher.
        is_test_only: remove the answers to all splits except the test split too, for rows only used in comparisons.

    Returns:
        the number of freed bytes.

    Raises:
        CheckpointError: if there are no weights, or the test split is not scored yet, which needs them.
    """
    card = read_card(folder)
    others = [split for split in (*card.logits, *card.cross_sets) if is_test_only and split != card.data.test_split]
    going = (
        Path(folder) / weights.file_name(card),
        *derived_paths(card),
        *(logits_path(folder, split) for split in others),
    )
    bound = [path for path in going if path.is_file()]
    if card.weights is None and not bound:  # else a kill came between the card and what is to go
        raise CheckpointError(f"{card.name} ships answers only already; nothing is left to remove")
    if card.data.test_split not in card.scores:
        raise CheckpointError(
            f"{card.name} is not scored on {card.data.test_split} yet, which needs its weights; run "
            f"`fer evaluate {card.name}` first"
        )
    dropped = card.dropped_weights
    if card.weights:
        dropped = DroppedWeightsEntry(sha256=card.weights.sha256, dtype=card.weights.dtype)
    stored_for_students = save_teacher_logits(card, teacher_logits) if teacher_logits else card.teacher_logits
    changed: dict[str, Any] = {"weights": None, "dropped_weights": dropped, "teacher_logits": stored_for_students}
    for entry in ("scores", "logits", "cross_sets"):
        changed[entry] = {split: value for split, value in getattr(card, entry).items() if split not in others}
    if card.data.validation_split in others:
        changed["temperature"] = None  # nothing is left to verify it with
    write_card(card.home, card.model_copy(update=changed))
    freed = sum(path.stat().st_size for path in bound)
    for path in bound:
        path.unlink()
    return freed


def store_splits(
    folder: Path, logits: Mapping[str, StoredLogits], expressions: Sequence[str], validation_split: str | None = None
) -> dict[str, Any]:
    """Write the logits of all splits; return the card's entries of what follows from them as JSON values."""
    validation = logits.get(validation_split or "")
    stored = {split: _store(folder, split, answers, expressions) for split, answers in logits.items()}
    return {
        "scores": {split: scores for split, (scores, _) in stored.items()},
        "logits": {split: described for split, (_, described) in stored.items()},
        "temperature": fitted_or_none(validation.logits, validation.labels) if validation else None,
    }


def _store(
    folder: Path, split: str, stored: StoredLogits, expressions: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write a split's logits; return their scores and the file's description."""
    scores = stored.score(expressions).as_dict()
    path = save_logits(folder, split, stored, expressions)
    return scores, {"sha256": files.sha256(path), "bytes": path.stat().st_size}


def write_true(card: Card) -> None:
    """Write the card, unless it does not agree with the files beside it."""
    if problems := disagreements(card):
        raise CheckpointError(together(f"the card of {card.name} would not be true", problems))
    write_card(card.home, card)


def _cost(network: nn.Module, spec: InputSpec) -> dict[str, int]:
    from fer_core.profiling import complexity

    macs = complexity.macs_layers(network, spec.size_px, spec.channels)
    return {"params": complexity.count_params(network), "macs": macs}


def refuse_finished(folder: Path) -> None:
    """Raise CheckpointError if the folder holds a finished checkpoint: none is ever overwritten."""
    if (folder / FILE_NAME).exists():
        raise CheckpointError(f"{folder} is a finished checkpoint; choose another tag, or remove the folder first")


def clear_unfinished(folder: Path) -> None:
    """Make the folder, or empty it of an attempt that did not reach its card; refuse a finished one."""
    refuse_finished(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for pattern in (weights.FILE_NAME, weights.ONNX_FILE, HISTORY, REPORT, "logits-*.safetensors", ".*.part"):
        for path in folder.glob(pattern):
            path.unlink()


def _limits(data: Mapping[str, Any], spec: InputSpec, expressions: Sequence[str]) -> str:
    color = {"grey": "grey", "rgb": "colour"}[spec.color]
    return (
        f"Learned from {data.get('title')} only: {data.get('n_train')} {color} faces, read at {spec.size_px} px. "
        f"It says which of {len(expressions)} expressions the labellers of that set would most likely have named, not "
        "what a person feels. How well it reads faces unlike those of the set is not measured. Not for decisions about "
        "people."
    )
