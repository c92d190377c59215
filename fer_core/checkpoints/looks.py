"""The log of looks: every scoring of a test split is a line of evidence/test-looks.jsonl, and no line is ever changed.

Scoring the same test faces often enough finds a network that suits them by chance (Dwork et al. 2015, Science
349:636). So the log counts every scoring: by `fer evaluate`, on other sets too, by `fer quantize`, which rounds and
scores again, and by cross-validation, whose test folds are scored with the training. Rows of deleted checkpoints stay.
No torch.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Strict

from fer_core import files
from fer_core.checkpoints.card import Card
from fer_core.checkpoints.card_schema import CheckpointName
from fer_core.data.entries import SplitName
from fer_core.errors import ConfigError
from fer_core.records import Name, Positive, Record, Sha256, Share, Text, matching, problems

PATH = Path(__file__).resolve().parents[2] / "evidence" / "test-looks.jsonl"

FIRST = "first score"
AGAIN = "same weights again"
ROUNDED = "again after rounding"
FOLDS = "test folds of a cross-validation"
REASONS = (FIRST, AGAIN, ROUNDED, FOLDS)

COMMIT = re.compile("[0-9a-f]{7,40}")


@dataclass(frozen=True)
class Look:
    """One scoring of a test split.

    Attributes:
        when: ISO 8601 with its offset; for a reconstructed line the time of the commit that first holds the score.
        checkpoint, data, split: as its card calls them; protocol: "" for the owner's splits.
        why: one of `REASONS`.
        n: faces; score: accuracy, 0..1.
        precision: of the weights that were scored: float16, int8 (after rounding), float32 (imported); None if unknown.
        weights_sha256: of the file with these weights; None where none was kept.
        reconstructed_from: commit from which the line was reconstructed; None for one written when it happened.
    """

    when: str
    checkpoint: str
    data: str
    protocol: str
    split: str
    why: str
    n: int
    score: float
    precision: str | None
    weights_sha256: str | None
    reconstructed_from: str | None = None


class LookEntry(Record):
    """`Look` as a line of the file holds it."""

    when: Name
    checkpoint: CheckpointName
    data: Name
    protocol: Text
    split: SplitName
    why: Literal[*REASONS]  # type: ignore[valid-type]
    n: Positive
    score: Share
    precision: Literal["float16", "int8", "float32"] | None
    weights_sha256: Sha256 | None
    reconstructed_from: Annotated[str, Strict(), matching(COMMIT, "a commit of 7 to 40 hexadecimal digits")] | None

    def contradictions(self) -> list[str]:
        """A time without its offset, and a score that no count of faces gives."""
        sentences, hits = [], self.score * self.n
        if not _is_time(self.when):
            sentences.append(f"when is {self.when!r}; it must be a date and time with its offset")
        if abs(hits - round(hits)) >= 1e-6 * self.n:
            sentences.append(f"score is {self.score}, which is no share of {self.n} faces")
        return sentences


@dataclass(frozen=True)
class Log:
    """The looks that can be read, in the order of the file, and a sentence for each line that cannot."""

    looks: tuple[Look, ...]
    problems: tuple[str, ...]


def log_path() -> Path:
    """Return the path of the log: what FER_TEST_LOOKS names, else evidence/test-looks.jsonl of this project."""
    return Path(os.environ.get("FER_TEST_LOOKS") or PATH)


def look(card: Card, split: str, why: str, n: int, score: float) -> Look:
    """Return a look, now, at a split of a card's data with the weights that the card describes."""
    stored = card.weights or card.dropped_weights
    return Look(
        when=datetime.now(UTC).isoformat(timespec="seconds"),
        checkpoint=card.name,
        data=card.data.name,
        protocol=card.protocol.name if card.protocol else "",
        split=split,
        why=why,
        n=n,
        score=score,
        precision=card.precision,
        weights_sha256=stored.sha256 if stored else None,
    )


def check_writable() -> None:
    """Raise ConfigError if no line can be added: a score that cannot be logged must not be computed."""
    _append(b"")


def append(entry: Look) -> None:
    """Add a line at the end of the log.

    Raises:
        ConfigError: if the look is not a valid one or the file cannot be written.
    """
    wrong = problems(LookEntry, asdict(entry))
    if wrong:
        raise ConfigError(f"a look at {entry.split} cannot be logged: {'; '.join(wrong)}")
    _append((json.dumps(asdict(entry)) + "\n").encode())


def read(path: Path | None = None) -> Log:
    """Read the log; a damaged line loses only itself. A missing file is an empty log.

    Raises:
        ConfigError: if the file is there and cannot be read.
    """
    path = path or log_path()
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}); restore it from the repository") from error
    looks, wrong = [], []
    for number, line in enumerate(lines, 1):
        try:
            entry = files.parse_json(line)
            sentences = problems(LookEntry, entry)
        except ValueError as error:
            sentences = [f"it is no JSON ({error})"]
        if sentences:
            wrong.append(
                f"line {number} of {path.name} is left out: {'; '.join(sentences)}; restore it from the repository"
            )
        else:
            looks.append(Look(**LookEntry.model_validate(entry).known()))
    return Log(tuple(looks), tuple(wrong))


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _append(line: bytes) -> None:
    """Append in one step, on a new line even after one that a kill cut short."""
    path = log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+", buffering=0) as file:
            if line and file.tell() and not _ends_with_newline(file):
                line = b"\n" + line
            file.write(line)
            os.fsync(file.fileno())
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}), so that a look at a test split would go unlogged; make it "
            "writable, or name another file by FER_TEST_LOOKS"
        ) from error


def _ends_with_newline(file: Any) -> bool:
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"
