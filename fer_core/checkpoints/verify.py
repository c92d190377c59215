"""Does a card tell the truth? Everything in it that can be computed again is, and compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fer_core.checkpoints import weights
from fer_core.checkpoints.card import FILE_NAME, Card, read_card
from fer_core.checkpoints.corruption_predictions import corruption_prediction_problems, corruption_predictions_path
from fer_core.checkpoints.features import features_path, load_features
from fer_core.checkpoints.logits import file_problems, load_logits, logits_path, stored_expressions
from fer_core.checkpoints.region_attributions import region_attribution_problems, region_attributions_path
from fer_core.checkpoints.teacher_logits import teacher_logits_path, teacher_logits_problems
from fer_core.errors import CheckpointError, FerError
from fer_core.evidence.claims import claim_for

HISTORY = "history.jsonl"

# Bootstrapped ends come from a random stream that numpy may change between versions; everything else is arithmetic.
TOLERANCE, BOOTSTRAP_TOLERANCE = 1e-9, 5e-3
BOOTSTRAPPED = ("macro_f1", "balanced_accuracy")


def verify(folder: Path | str) -> list[str]:
    """Return a sentence for every disagreement between a checkpoint's card and its files; none if the card is true."""
    try:
        card = read_card(folder)
    except CheckpointError as error:
        return [str(error)]
    return disagreements(card)


def disagreements(card: Card) -> list[str]:
    """Return what `check` returns, for a card that lies in `card.folder` or is about to."""
    return [*_file_problems(card), *_network_problems(card), *_logits_problems(card), *_claim_problems(card)]


def _splits(card: Card) -> list[str]:
    return sorted({*card.logits, card.data["test_split"]})


def _feature_problems(card: Card) -> list[str]:
    """Stored features are optional; where they are, they must be whole and of these weights."""
    found = []
    for split in _splits(card):
        if features_path(card.folder or ".", split).is_file():
            try:
                load_features(card, split)
            except CheckpointError as error:
                found.append(str(error))
    return found


def derived_paths(card: Card) -> list[Path]:
    """Where everything that is computed with a checkpoint's weights lies or would lie."""
    kinds = (features_path, corruption_predictions_path, region_attributions_path)
    return [path(card.folder or ".", split) for split in _splits(card) for path in kinds]


def _file_problems(card: Card) -> list[str]:
    folder = Path(card.folder or ".")
    found = (
        [] if folder.resolve().name == card.name else [f"the folder is {folder.name}, the card's name is {card.name}"]
    )
    expected = {
        FILE_NAME,
        *([weights.FILE_NAME] if card.weights else []),
        HISTORY,
        *(logits_path(folder, split).name for split in card.logits),
        *([teacher_logits_path(card).name] if card.lesson else []),
        *(path.name for path in derived_paths(card)),
    }
    present = {path.name for path in folder.iterdir()}
    found += [f"{name} is no part of this checkpoint; remove it" for name in sorted(present - expected)]
    found += [*_feature_problems(card), *teacher_logits_problems(card)]
    found += [problem for split in _splits(card) for problem in corruption_prediction_problems(card, split)]
    found += [problem for split in _splits(card) for problem in region_attribution_problems(card, split)]
    found += [f"{HISTORY} is missing"] if HISTORY not in present else _history_problems(folder / HISTORY, card)
    return found


def _history_problems(path: Path, card: Card) -> list[str]:
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except ValueError as error:
        return [f"{HISTORY} is not one JSON object a line ({error})"]
    epochs = card.training["epochs"] * card.folds
    of = f"training.epochs is {epochs}" if card.folds == 1 else f"all folds together have {epochs} epochs"
    return [] if len(lines) == epochs else [f"{HISTORY} has {len(lines)} lines, {of}"]


def _network_problems(card: Card) -> list[str]:
    try:
        network = weights.load_into_new(card) if card.weights else weights.build(card)
    except CheckpointError as error:
        return [str(error)]
    from fer_core.profiling import complexity

    config, given = card.network["config"], card.input
    facts = {
        "params": (card.params, complexity.count_params(network)),
        "macs": (card.macs, complexity.macs_layers(network, given["size_px"], config["in_channels"])),
        "input.channels": (given["channels"], config["in_channels"]),
        "number of expressions": (len(card.expressions), config["num_classes"]),
    }
    if card.weights:
        path = Path(card.folder or ".") / weights.FILE_NAME
        header = weights.read_header(path)
        facts |= {
            "expressions": (list(card.expressions), header.get("expressions")),
            "network.name": (card.network["name"], header.get("name")),
            "weights.dtype": (card.weights["dtype"], weights.read_dtype(path)),
        }
    return [f"{key} is {said}, the weights say {true}" for key, (said, true) in facts.items() if said != true]


def _logits_problems(card: Card) -> list[str]:
    found = []
    for split, recorded in card.logits.items():
        folder = card.folder or "."
        try:
            fresh = load_logits(folder, split).score(stored_expressions(folder, split)).as_dict()
            found += file_problems(card, split, recorded, "evaluate again")
        except FerError as error:
            found.append(f"{split}: {error}")
            continue
        found += score_differences(card.scores[split], fresh, f"scores.{split}")
    return found


def score_differences(said: Any, true: Any, path: str) -> list[str]:
    """Return a sentence for each number in which stored scores differ from those of the stored logits."""
    if isinstance(true, dict):
        return [one for key in true for one in score_differences(said[key], true[key], f"{path}.{key}")]
    if isinstance(true, list) and len(said) == len(true):
        pairs = enumerate(zip(said, true, strict=True))
        return [one for i, (a, b) in pairs for one in score_differences(a, b, f"{path}[{i}]")]
    is_random = path.endswith((".low", ".high")) and path.split(".")[-2] in BOOTSTRAPPED
    if isinstance(true, float) and isinstance(said, (int, float)):
        equal = abs(said - true) <= (BOOTSTRAP_TOLERANCE if is_random else TOLERANCE)
    else:
        equal = said == true
    return [] if equal else [f"{path} is {said}, the stored logits give {true}"]


def _claim_problems(card: Card) -> list[str]:
    claim = claim_for(card.network["name"], card.data["name"])
    true = claim.as_card_entry() if claim else None
    return [] if card.claim == true else [f"claim is {card.claim}, evidence/claims.json says {true}"]
