"""The card: what a checkpoint is, was trained on, scored and costs, in one readable JSON file. No torch.

A card is written last, so a folder that has one is complete. Nothing in it is typed in: `checkpoints.publish` computes
what can be computed, and `checkpoints.check` computes it again and compares.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from fer_core import files
from fer_core.checkpoints.card_schema import FORMAT, SCHEMA, card_problems
from fer_core.errors import CheckpointError

FILE_NAME = "card.json"


@dataclass(frozen=True)
class Card:
    """A checkpoint's card; each field is the JSON entry of its name, `card_schema` describes their inside.

    Fractions are 0..1; `params` are trainable parameters, `macs` multiply-adds of convolutions and linear layers for
    one input of `input.size_px`. `protocol` is None for the owner's own splits; `weights` is None where they are not
    shipped: `training.command` makes them, and `dropped_weights` says which ones were scored; `lesson` is what such a
    network said of its training faces, where it is kept so that students can still learn from it. `folder` is where the
    card was read from; it is not written.
    """

    name: str
    network: dict[str, Any]
    expressions: tuple[str, ...]
    input: dict[str, Any]
    data: dict[str, Any]
    training: dict[str, Any]
    params: int
    macs: int
    scores: dict[str, dict[str, Any]]
    claim: dict[str, Any] | None
    weights: dict[str, Any] | None
    logits: dict[str, dict[str, Any]]
    limits: str
    protocol: dict[str, Any] | None = None
    lesson: dict[str, Any] | None = None
    dropped_weights: dict[str, Any] | None = None
    format: int = FORMAT
    folder: Path | None = field(default=None, compare=False)

    @property
    def folds(self) -> int:
        """How many networks were trained for this card: one, or one a fold of its protocol."""
        return self.protocol["folds"] if self.protocol else 1

    @property
    def headline_split(self) -> str:
        """The split whose scores stand for the checkpoint: the test split once it is scored, else validation."""
        test = self.data["test_split"]
        return test if test in self.scores else self.data["validation_split"]

    @property
    def validation_accuracy(self) -> float | None:
        """Accuracy on the faces that chose the epoch, None without: what trainings are chosen by, never the test."""
        scores = self.scores.get(self.data["validation_split"])
        return scores["accuracy"]["value"] if scores else None

    @property
    def precision(self) -> str | None:
        """How the scored weights lay on disk, float16 or int8, whether they are shipped or not; None if unknown."""
        stored = self.weights or self.dropped_weights
        return stored["dtype"].partition(" ")[0] if stored else None

    @property
    def how_to_remake(self) -> str:
        """How to get weights that are not shipped; no finished checkpoint is overwritten, so this one goes first."""
        return f"move its folder away, and this makes them again: {self.training['command']}"

    def as_dict(self) -> dict[str, Any]:
        """Return the card as JSON values, in the order of `SCHEMA`."""
        return {key: list(self.expressions) if key == "expressions" else getattr(self, key) for key in SCHEMA}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Card:
        """Build a card from JSON values that have no `card_problems`."""
        known = {one.name for one in fields(cls)} - {"folder", "expressions"}
        return cls(expressions=tuple(data["expressions"]), **{key: data[key] for key in known})


def read_card(folder: Path | str) -> Card:
    """Read the card of a checkpoint folder.

    Raises:
        CheckpointError: if there is none, it is not JSON (a file cut short), has another format, or breaks the schema;
            then all problems are named together.
    """
    folder = Path(folder)
    path = folder / FILE_NAME
    if not folder.is_dir():
        raise CheckpointError(f"{folder} is not a folder; give one of the folders in checkpoints/")
    if not path.is_file():
        raise CheckpointError(f"{folder} has no {FILE_NAME}: its training did not finish; train it again or remove it")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CheckpointError(f"{path} is not JSON ({error}); restore the file or train again") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        given = data.get("format") if isinstance(data, dict) else None
        raise CheckpointError(f"{path} has format {given!r}; this version reads format {FORMAT}")
    for newer in ("protocol", "lesson", "dropped_weights"):  # cards were written before there were any
        data.setdefault(newer, None)
    found = card_problems(data)
    if found:
        raise CheckpointError(_together(f"{path} is not a valid card", found))
    return replace(Card.from_dict(data), folder=folder)


def write_card(folder: Path | str, card: Card) -> None:
    """Write the card into its checkpoint folder, whole or not at all.

    Raises:
        CheckpointError: if the card breaks the schema (all problems together) or the file cannot be written.
    """
    data = card.as_dict()
    found = card_problems(data)
    if found:
        raise CheckpointError(_together(f"the card of {card.name} cannot be written", found))
    write_file(Path(folder) / FILE_NAME, files.pretty_json(data).encode())


def write_file(path: Path, content: bytes) -> None:
    """Write one file of a checkpoint, whole or not at all; raises CheckpointError with the file system's reason."""
    try:
        files.write(path, content)
    except OSError as error:
        raise CheckpointError(
            f"{path} cannot be written: {error.strerror}; nothing was left half-written, so free the cause and repeat"
        ) from error


def _together(heading: str, found: list[str]) -> str:
    return (
        f"{heading}: {found[0]}" if len(found) == 1 else "\n- ".join([f"{heading}, for {len(found)} reasons:", *found])
    )
