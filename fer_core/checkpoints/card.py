"""The card: what a checkpoint is, was trained on, scored and costs, in one readable JSON file. No torch.

A card is written last, so a folder that has one is complete. Nothing in it is typed by hand: `checkpoints.publish`
computes what can be computed, and `checkpoints.verify` recomputes and compares it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, Strict

from fer_core import files
from fer_core.checkpoints.card_schema import (
    FORMAT,
    NAME,
    CheckpointName,
    ClaimEntry,
    CrossSetEntry,
    DataEntry,
    DroppedWeightsEntry,
    FileEntry,
    FingerprintEntry,
    InputEntry,
    NetworkEntry,
    ProtocolEntry,
    SplitScores,
    TeacherLogitsEntry,
    TrainingEntry,
    WeightsEntry,
)
from fer_core.checkpoints.upgrade import upgraded_card
from fer_core.data.entries import Expression, SplitName
from fer_core.errors import CheckpointError
from fer_core.records import Amount, Count, Positive, Record, Text, parsed

FILE_NAME = "card.json"
REMEDY = "restore the file or train again"
MAX_SPLITS = 32
PEER = "fer peers add "


class Card(Record):
    """A checkpoint's card; each field is the JSON entry of its name, in the order of the file.

    `runtime` is onnx for a network that was imported: its weights are `model.onnx`, its training is not known.
    Fractions are 0..1; `params` are trainable parameters, `macs` multiply-adds of convolutions and linear layers for
    one input of `input.size_px`. `protocol` is None for the owner's own splits; `weights` is None where they are not
    shipped: `training.command` trains them, and `dropped_weights` says which ones were scored; `teacher_logits` are
    such a network's answers to its training faces, kept so that students can still learn from it; `fingerprint`
    identifies the faces (`data.fingerprint`), None for trainings older than this entry; `cross_sets` are its scores on
    sets that it was not trained on. `temperature` divides the logits so that confidence is calibrated (Guo et al.
    2017), fitted on the answers to the validation split; None without such answers, or where none fits. `folder` is
    where the card was read from; it is not written.
    """

    format: Count = FORMAT
    name: CheckpointName
    runtime: Literal["torch", "onnx"] = "torch"
    network: NetworkEntry
    expressions: Annotated[tuple[Expression, ...], Field(min_length=2)]
    input: InputEntry
    data: DataEntry
    training: TrainingEntry
    protocol: ProtocolEntry | None
    params: Positive
    macs: Positive
    scores: Annotated[dict[SplitName, SplitScores], Field(max_length=MAX_SPLITS)]
    temperature: Annotated[Amount, Field(gt=0)] | None = None
    claim: ClaimEntry | None
    weights: WeightsEntry | None
    dropped_weights: DroppedWeightsEntry | None = None
    logits: Annotated[dict[SplitName, FileEntry], Field(max_length=MAX_SPLITS)]
    teacher_logits: TeacherLogitsEntry | None
    fingerprint: dict[SplitName, FingerprintEntry] | None = None
    cross_sets: Annotated[dict[SplitName, CrossSetEntry], Field(max_length=MAX_SPLITS)] = {}
    limits: Text
    folder: Annotated[Path, Strict()] | None = Field(default=None, exclude=True)  # no text, so no file can set it

    @property
    def home(self) -> Path:
        """The folder that it was read from. Raises CheckpointError for a card that was never in one."""
        if self.folder is None:
            raise CheckpointError(f"the card {self.name} was not read from a folder, so nothing can lie beside it")
        return self.folder

    @property
    def folds(self) -> int:
        """How many networks were trained for this card: one, or one a fold of its protocol."""
        return self.protocol.folds if self.protocol else 1

    @property
    def headline_split(self) -> str:
        """The split whose scores represent the checkpoint: the test split once it is scored, else validation."""
        test = self.data.test_split
        return test if test in self.scores else self.data.validation_split

    @property
    def headline_scores(self) -> SplitScores:
        """The scores of that split."""
        return self.scores[self.headline_split]

    @property
    def scored_on(self) -> str:
        """What these are of: the protocol's title, or the owner's split, "FER2013 PrivateTest"."""
        return self.protocol.title if self.protocol else f"{self.data.title} {self.headline_split}"

    @property
    def validation_accuracy(self) -> float | None:
        """Accuracy on the faces that chose the epoch, None without: what trainings are chosen by, never the test."""
        scores = self.scores.get(self.data.validation_split)
        return scores.accuracy.value if scores else None

    @property
    def shipped(self) -> WeightsEntry:
        """The entry of weights that are here. Raises CheckpointError where they are not."""
        if self.weights is None:
            raise CheckpointError(f"the weights of {self.name} are not shipped, its answers are; {self.how_to_remake}")
        return self.weights

    @property
    def shipped_sha256(self) -> str | None:
        """The hash of the weights that are here; None where they are not."""
        return self.weights.sha256 if self.weights else None

    @property
    def precision(self) -> str | None:
        """How the scored weights are stored, float16 or int8, shipped or not; None if unknown."""
        stored = self.weights or self.dropped_weights
        return stored.dtype.partition(" ")[0] if stored else None

    @property
    def how_to_remake(self) -> str:
        """How to get weights that are not shipped; no finished checkpoint is overwritten, so this one has to go first.

        A public network's own file can be restored, and its row keeps its answers.
        """
        if self.training.command.startswith(PEER):
            restoring = self.training.command.replace(PEER, "fer peers restore ", 1)
            return f"`{restoring}` puts its file beside them, docs/peers.md says where that lies"
        return f"move its folder away, and this makes them again: {self.training.command}"

    def contradictions(self) -> list[str]:
        """Everything in which entries disagree: names, expressions, splits."""
        return [*_name_problems(self), *_score_problems(self), *_cross_set_problems(self)]

    def as_dict(self) -> dict[str, Any]:
        """Return the card as JSON values, in the file's order; entries of a newer version follow."""
        return self.model_dump()


def _name_problems(card: Card) -> list[str]:
    match = NAME.fullmatch(card.name)
    parts = {"network": card.network.name, "data": card.data.name}
    problems = [
        f"name is {card.name!r}, but {part}.name is {name!r}; they must agree"
        for part, name in parts.items()
        if match and match[part] != name
    ]
    if len(set(card.expressions)) != len(card.expressions):
        problems.append(f"expressions are {', '.join(card.expressions)}; each must stand once")
    return problems


def _cross_set_problems(card: Card) -> list[str]:
    return [
        f"cross_sets: {name!r} is of {entry.data}, {entry.split}; it must be named after another set"
        for name, entry in card.cross_sets.items()
        if name != f"{entry.data}-{entry.split}" or entry.data == card.data.name
    ]


def _score_problems(card: Card) -> list[str]:
    problems = []
    if card.weights and card.dropped_weights:
        problems.append("weights and dropped_weights are both there; the scores can be those of one file only")
    if not {card.data.test_split, card.data.validation_split} & set(card.scores):
        problems.append("scores has neither the test nor the validation split; score one of them")
    if set(card.scores) != set(card.logits):
        problems.append(
            f"scores has the splits {sorted(card.scores)}, logits has {sorted(card.logits)}; they must agree"
        )
    for split, scores in card.scores.items():
        names = tuple(score.expression for score in scores.per_class)
        if names != card.expressions:
            problems.append(
                f"scores.{split}.per_class lists {list(names)}; it must follow expressions, {list(card.expressions)}"
            )
    if card.teacher_logits and card.teacher_logits.split != card.data.train_split:
        problems.append(f"teacher_logits.split is {card.teacher_logits.split!r}; it must be {card.data.train_split!r}")
    return problems


def read_card(folder: Path | str) -> Card:
    """Read the card of a checkpoint folder; one of format 1 is upgraded in memory.

    Raises:
        CheckpointError: if there is none, the file cannot be read as JSON (cut short, no permission), it has another
            format, breaks the schema (all problems are named together), or is of a checkpoint with another name than
            the folder's: a copied or renamed folder would be a second identity of one thing.
    """
    folder = Path(folder)
    path = folder / FILE_NAME
    data = files.read_json(_present(folder, path), CheckpointError, REMEDY)
    known = upgraded_card(data) if isinstance(data, dict) else {}
    if known.get("format") != FORMAT:
        file_format = data.get("format") if isinstance(data, dict) else None
        raise CheckpointError(f"{path} has format {file_format!r}; this version reads formats 1 and {FORMAT}")
    card = parsed(Card, known, CheckpointError, f"{path} is not a valid card")
    name = Path(os.path.abspath(folder)).name  # not resolved: a link to a folder is a second name as well
    if name != card.name:
        raise CheckpointError(
            f"the folder is {name}, the card's name is {card.name}: it was renamed or copied, and is left out; give "
            "the folder its card's name, or remove it"
        )
    return card.model_copy(update={"folder": folder})


def _present(folder: Path, path: Path) -> Path:
    """Return the card's path, or raise CheckpointError with what is there instead."""
    try:
        folder.stat()
        path.lstat()
    except NotADirectoryError:
        raise CheckpointError(f"{folder} is not a folder; give one of the folders in checkpoints/") from None
    except FileNotFoundError as error:
        if Path(error.filename) == folder:
            raise CheckpointError(f"{folder} is not a folder; give one of the folders in checkpoints/") from None
        raise CheckpointError(
            f"{folder} has no {FILE_NAME}: its training did not finish; train it again or remove it"
        ) from None
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error.strerror or error}); {REMEDY}") from error
    return path


def write_card(folder: Path | str, card: Card) -> None:
    """Write the card into its checkpoint folder, atomically.

    Raises:
        CheckpointError: if the card breaks the schema (all problems together) or the file cannot be written.
    """
    data = card.as_dict()
    parsed(Card, data, CheckpointError, f"the card of {card.name} cannot be written")
    write_file(Path(folder) / FILE_NAME, files.pretty_json(data).encode())


def write_file(path: Path, content: bytes) -> None:
    """Write one file of a checkpoint, whole or not at all; raises CheckpointError with the file system's reason."""
    try:
        files.write(path, content)
    except OSError as error:
        raise CheckpointError(
            f"{path} cannot be written: {error.strerror}; nothing was left half-written, so free the cause and repeat"
        ) from error
