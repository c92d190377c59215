"""The parts of a card, each a record: its types and ranges, and what would contradict itself. No torch."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from fer_core.data.entries import SPLIT, Expression, SplitName
from fer_core.errors import CheckpointError, ConfigError
from fer_core.images.preprocessing import InputSpec
from fer_core.records import (
    Amount,
    Count,
    Flag,
    Name,
    Number,
    Positive,
    Record,
    Sha256,
    Share,
    ShareEstimate,
    Text,
    Whole,
    matching,
    unfit,
)

FORMAT = 2

# The network before the dot, what it learned after it. No separators or dots elsewhere: a name is never a path.
NAME = re.compile(r"(?P<network>[a-z0-9_]+(-[a-z0-9_]+)?)\.(?P<data>[a-z0-9]+)-[A-Za-z0-9_-]+")

CheckpointName = Annotated[Name, matching(NAME, "<network>.<data>-<tag>")]

PLAIN = (str, int, float, bool, type(None))
MAX_SETTING = 10_000  # of a number in a network's config: a width of a million would not fit into memory


def _small(config: dict[str, Any]) -> dict[str, Any]:
    numbers = [leaf for value in config.values() for leaf in _inside(value)]
    if any(isinstance(leaf, (int, float)) and abs(leaf) > MAX_SETTING for leaf in numbers):
        raise unfit(f"an object whose numbers stay within {MAX_SETTING:,}")
    return _plain(config)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    if not all(isinstance(leaf, PLAIN) for value in values.values() for leaf in _inside(value)):
        raise unfit("an object of plain values and lists of such")
    return values


def _inside(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _settings(values: dict[str, Any]) -> dict[str, Any]:
    augmentation = values.get("augmentation", {})
    if not isinstance(augmentation, dict):
        raise unfit("an object whose augmentation is an object")
    _plain({key: value for key, value in values.items() if key != "augmentation"})
    _plain(augmentation)
    return values


class NetworkEntry(Record):
    """The registered network and every field of its config."""

    name: Name
    config: Annotated[dict[str, Any], Field(max_length=64), AfterValidator(_small)]


class InputEntry(Record):
    """What the network takes; `spec` is the same as what `preprocessing` works with."""

    size_px: Whole
    channels: Whole
    color: Text
    mean: Annotated[tuple[Number, ...], Field(min_length=1, max_length=3)]
    std: Annotated[tuple[Number, ...], Field(min_length=1, max_length=3)]

    @property
    def spec(self) -> InputSpec:
        """The preprocessing that this asks for. Raises ConfigError if there is none."""
        color: Any = self.color  # any text: InputSpec refuses what is no colour
        return InputSpec(self.size_px, self.channels, color, self.mean, self.std)

    def contradictions(self) -> list[str]:
        """Sizes, channels, colours and normalisations that no picture can be brought to."""
        try:
            _ = self.spec
        except ConfigError as error:
            return [str(error)]
        return []


class DataEntry(Record):
    """The data set, and which of its splits were trained on, chosen on and scored."""

    name: Name
    title: Name
    train_split: SplitName
    validation_split: SplitName
    test_split: SplitName
    n_train: Positive
    terms: Text
    alignment: Text = ""  # cards were written before it stood there: `upgrade` adds it as they are read

    def contradictions(self) -> list[str]:
        """Splits that are not three."""
        splits = (self.train_split, self.validation_split, self.test_split)
        if len(set(splits)) == len(splits):
            return []
        return [f"train_split, validation_split and test_split are {', '.join(splits)}; they must be three"]


class VersionsEntry(Record):
    """What the training ran on."""

    python: Name
    torch: Name
    numpy: Name


class TrainingEntry(Record):
    """How the weights came to be. `seconds` are of all folds; `epochs` and `best_epoch` of one, the median fold."""

    recipe: Name
    settings: Annotated[dict[str, Any], Field(max_length=200), AfterValidator(_settings)]
    loss: Name
    seed: Whole
    epochs: Count
    best_epoch: Count
    seconds: Amount
    images_per_second: Amount
    device: Text
    command: Text
    schedule_note: Text
    versions: VersionsEntry

    def contradictions(self) -> list[str]:
        """A best epoch that was not trained."""
        if self.best_epoch <= self.epochs:
            return []
        return [f"best_epoch is {self.best_epoch}; it must lie in 0..{self.epochs}"]


class ProtocolEntry(Record):
    """Who was held out, where it was not by the owner's splits; `is_leaky`: it flatters, and is here to show that."""

    name: Name
    title: Name
    seed: Whole
    folds: Annotated[Positive, Field(le=1000)]
    sha256: Sha256
    is_leaky: Flag


class ClassScoreEntry(Record):
    """One expression's share of a split's scores."""

    expression: Expression
    n: Count
    precision: ShareEstimate
    recall: ShareEstimate
    f1: ShareEstimate


class SplitScores(Record):
    """All scores on one split, `evaluation.Scores` as JSON."""

    n: Positive
    accuracy: ShareEstimate
    macro_f1: ShareEstimate
    balanced_accuracy: ShareEstimate
    per_class: tuple[ClassScoreEntry, ...]
    confusion: tuple[tuple[Count, ...], ...]

    def contradictions(self) -> list[str]:
        """A confusion matrix of another shape than the expressions, or of other rows."""
        size, counted = len(self.per_class), sum(map(sum, self.confusion))
        if [len(row) for row in self.confusion] != [size] * size:
            return [f"confusion must have {size} rows of {size} counts"]
        if counted != self.n:
            return [f"n is {self.n}, but confusion counts {counted} rows"]
        return []


class ClaimEntry(Record):
    """What the paper says of this network on this data set, see evidence/claims.json."""

    accuracy: Share
    data: Name
    split: Text
    source: Text
    note: Text


class FileEntry(Record):
    """A file beside the card."""

    sha256: Sha256
    bytes: Positive


class WeightsEntry(FileEntry):
    """The weights' file; `dtype` says in words how it holds them."""

    dtype: Text


class DroppedWeightsEntry(Record):
    """The weights that were scored where they are not shipped; their hash is unknown where they never were."""

    sha256: Sha256 | None
    dtype: Text


class TeacherLogitsEntry(FileEntry):
    """The file of a network's logits for its training faces."""

    split: SplitName


class FingerprintEntry(Record):
    """Which faces a split held: how many, and a hash of rows, labels, pixels and, where there are any, votes."""

    n: Count
    rows: Sha256
    labels: Sha256
    pixels: Sha256
    votes: Sha256 | None


class CrossSetEntry(Record):
    """Scores on a split of a set that the network was not trained on, over the expressions that both know."""

    data: Name
    title: Name
    split: SplitName
    expressions: Annotated[tuple[Expression, ...], Field(min_length=2)]
    fingerprint: FingerprintEntry
    scores: SplitScores
    logits: FileEntry

    def contradictions(self) -> list[str]:
        """Scores of other expressions."""
        names = tuple(score.expression for score in self.scores.per_class)
        return [] if names == self.expressions else [f"scores list {names}; they must follow {self.expressions}"]


def check_name(name: str) -> None:
    """Raise CheckpointError unless the name is `<network>.<data>-<tag>`."""
    if not NAME.fullmatch(name):
        raise CheckpointError(
            f"{name!r} is not a checkpoint's name; it must read <network>.<data>-<tag>, as in mobilenet_v2.fer2013-s0, "
            "with letters, digits, - and _"
        )


def check_split(split: str) -> None:
    """Raise CheckpointError unless the split's name can be part of a file name."""
    if not SPLIT.fullmatch(split):
        raise CheckpointError(f"{split!r} is not a split's name; use letters, digits, - and _, as in PrivateTest")
