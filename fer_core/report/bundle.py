"""What a reviewer gets of some checkpoints: everything that their numbers follow from, without pictures and weights.

    README.md                 what is here, and how to check it
    SHA256SUMS                of every other file, as `sha256sum -c` reads it
    environment.json          versions and machine, and when it was made
    results.csv               one row per checkpoint and scored split
    claims.json, ledger.json  what papers and others claim of these networks and data sets, with the arithmetic
    checkpoints/<name>/       card.json, history.jsonl, logits-<split>.safetensors

No torch; `bundle_check` recomputes it all.
"""

from __future__ import annotations

import csv
import hashlib
import io
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fer_core import files
from fer_core.checkpoints.card import FILE_NAME, Card
from fer_core.checkpoints.card_schema import SplitScores
from fer_core.checkpoints.history import HISTORY
from fer_core.checkpoints.logits import logits_path
from fer_core.errors import CheckpointError, ConfigError, unknown_name
from fer_core.evidence import claims, ledger
from fer_core.evidence.claims_schema import REMEDY
from fer_core.report.archive import to_zip
from fer_core.versions import MADE_BY, versions

README, SUMS, ENVIRONMENT = "README.md", "SHA256SUMS", "environment.json"
RESULTS, CLAIMS, LEDGER, FOLDER = "results.csv", "claims.json", "ledger.json", "checkpoints"
MEASURED_WITH = ("torch", "numpy", "scipy", "safetensors")
ESTIMATES = ("accuracy", "macro_f1", "balanced_accuracy")

ABOUT = """\
# Measurements to be checked

Made by {maker}. It holds the answers, face by face, behind every number of the checkpoints below, and no picture.

    fer verify BUNDLE.zip      # recomputes scores, intervals and confusion matrices from the logits; needs no data set
    sha256sum -c SHA256SUMS    # only compares the files' hashes

`fer verify` exits with 0 if all is as it was written, and with 1 if a byte, an answer or a number was changed, which it
names. Parameters and multiply-adds are counted anew on the network that the card describes, and arithmetic about claims
is done again. What only a training or the data set could show, it cannot: the cards say how each network was trained,
on what, and with which command that can be repeated.

{checkpoints}

The networks name the apparent expression, not what a person feels. Not for decisions about people.
"""


def chosen_cards(names: Sequence[str], cards: Sequence[Card]) -> list[Card]:
    """Return the cards of these networks (all their runs) and checkpoints, each once, in the order of the cards.

    Raises:
        ConfigError: if a name is neither.
    """
    known = {key for card in cards for key in (card.name, card.network.name)}
    for name in names:
        if name not in known:
            raise unknown_name("network or checkpoint", name, known)
    return [card for card in cards if {card.name, card.network.name} & set(names)]


def bundle(cards: Sequence[Card]) -> bytes:
    """Return the archive of these checkpoints.

    Raises:
        ConfigError: if there are none.
        CheckpointError: if one of their files cannot be read.
    """
    if not cards:
        raise ConfigError("a bundle needs at least one checkpoint; `fer list` shows them")
    contents = {
        README: _readme(cards).encode(),
        ENVIRONMENT: files.pretty_json(_environment()).encode(),
        RESULTS: results_csv(cards).encode(),
        CLAIMS: files.pretty_json(_claims(cards)).encode(),
        LEDGER: files.pretty_json(_ledger(cards)).encode(),
        **{f"{FOLDER}/{card.name}/{path.name}": _content(path) for card in cards for path in bundled_files(card)},
    }
    return to_zip({SUMS: sums(contents).encode(), **contents})


def bundled_files(card: Card) -> list[Path]:
    """Return the files of a checkpoint that go into a bundle; one that was trained elsewhere has no history."""
    folder = Path(card.folder or ".")
    history = [] if card.runtime == "onnx" else [folder / HISTORY]
    splits = (*card.logits, *card.cross_sets)
    return [folder / FILE_NAME, *history, *(logits_path(folder, split) for split in splits)]


def sums(contents: dict[str, bytes]) -> str:
    """Return the lines of SHA256SUMS."""
    return "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in contents.items())


def results_csv(cards: Sequence[Card]) -> str:
    """Return one row per checkpoint and split: what was scored on which faces, unrounded, with 95 % intervals."""
    rows = [row for card in cards for row in _results(card)]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _results(card: Card) -> Iterator[dict[str, object]]:
    for split, scores in card.scores.items():
        yield _result(card, card.data.name, split, scores, card.logits[split].sha256)
    for cross_set in card.cross_sets.values():
        yield _result(card, cross_set.data, cross_set.split, cross_set.scores, cross_set.logits.sha256)


def _result(card: Card, data: str, split: str, scores: SplitScores, logits_sha256: str) -> dict[str, object]:
    ends = {
        f"{name}{'' if end == 'value' else f'_{end}'}": getattr(getattr(scores, name), end)
        for name in ESTIMATES
        for end in ("value", "low", "high")
    }
    return {
        "checkpoint": card.name,
        "network": card.network.name,
        "data": data,
        "split": split,
        "n": scores.n,
        "right": sum(row[i] for i, row in enumerate(scores.confusion)),
        **ends,
        "params": card.params,
        "macs": card.macs,
        "logits_sha256": logits_sha256,
        "weights_sha256": card.weights.sha256 if card.weights else "",
    }


def _readme(cards: Sequence[Card]) -> str:
    lines = [f"- `{card.name}`: {card.network.name}, trained on {card.data.title}. {card.limits}" for card in cards]
    return ABOUT.format(maker=MADE_BY, checkpoints="\n".join(lines))


def _environment() -> dict[str, Any]:
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(MEASURED_WITH),
        "machine": platform.machine(),
        "system": platform.system(),
    }


def _claims(cards: Sequence[Card]) -> dict[str, Any]:
    """Return claims.json with what concerns these networks only."""
    data = files.read_json(claims.PATH, ConfigError, REMEDY)
    networks = {card.network.name for card in cards}
    kept = {key: [entry for entry in data[key] if entry["network"] in networks] for key in ("claims", "numbers")}
    papers = {entry["paper"] for some in kept.values() for entry in some}
    return {**data, "papers": {key: paper for key, paper in data["papers"].items() if key in papers}, **kept}


def _ledger(cards: Sequence[Card]) -> dict[str, Any]:
    """Return ledger.json with what concerns these data sets only."""
    data = files.read_json(ledger.PATH, ConfigError, REMEDY)
    sets = {card.data.name for card in cards}
    rows = [row for row in data["rows"] if row["data"] in sets]
    return {**data, "rows": rows, "findings": [finding for finding in data["findings"] if sets & set(finding["data"])]}


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error.strerror or error}); restore the file") from error
