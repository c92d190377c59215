"""Public networks: where each lies, how its own code feeds it, what was measured: evidence/peers.json. No torch.

    networks    those whose files could be had: facts with their sources, and what `fer peers add` measured
    absent      those that could not, and why

The facts are typed in from a project's own code; `measured` is written by the command alone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from fer_core import files, labels
from fer_core.errors import ConfigError, unknown_name
from fer_core.evidence.claims_schema import Link
from fer_core.evidence.ledger_schema import Data
from fer_core.records import Count, Flag, KnownEstimate, Name, Positive, Record, Sha256, Share, Text, matching, parsed

PATH = Path(__file__).resolve().parents[2] / "evidence" / "peers.json"
AGAIN = "restore it from the repository"
THEIRS, OURS = "theirs", "ours"  # whose pre-processing

Way = Literal["theirs", "ours"]
State = Literal["green", "amber", "red"]
Expression = Literal[*labels.EXPRESSIONS]  # type: ignore[valid-type]
NetworkName = Annotated[Name, matching(re.compile(r"[a-z0-9_]+(-[a-z0-9_]+)?"), "a network's name, as face_api")]


class PreprocessingEntry(Record):
    """What a network's own code does to a grey face, 0..255: resize, round or not, scale.

    Attributes:
        resize: bilinear, with pixels where OpenCV has them (half_pixel) or where TF.js has them (asymmetric).
        is_rounded: whether it is resized as bytes. pixels: colour and scale, as `fer import --input` takes them.
    """

    resize: Literal["half_pixel", "asymmetric"]
    is_rounded: Flag
    pixels: Name
    source: Text


class PeerScore(Record):
    """k of n faces right on a split, over these expressions."""

    data: Data
    split: Name
    expressions: Positive
    k: Count
    n: Positive
    macro_f1: Share

    def contradictions(self) -> list[str]:
        """More right than there are."""
        return [] if self.k <= self.n else [f"k is {self.k}, but n is {self.n}"]


class WayEntry(Record):
    """A network measured with one pre-processing.

    Attributes:
        onnx: hash of the converted file. contract: the state of each line, by the line's name.
        scores: validation first, then the test splits.
    """

    onnx: Sha256
    contract: Annotated[dict[Name, State], Field(max_length=32)]
    scores: Annotated[tuple[PeerScore, ...], Field(min_length=1, max_length=32)]

    def score(self, data: str, split: str) -> PeerScore | None:
        """What was counted on a split, None where nothing was."""
        return next((score for score in self.scores if (score.data, score.split) == (data, split)), None)


class MeasuredEntry(Record):
    """Both ways on the same faces; `difference` is theirs minus ours on FER2013's test split, `p` of no difference."""

    params: Positive
    macs: Positive
    theirs: WayEntry
    ours: WayEntry
    difference: KnownEstimate
    p: Share


class PeerEntry(Record):
    """A public network whose file could be had.

    Attributes:
        package: where the file lies, with its version. files: the given file first, then those beside it, by name, with
            their SHA-256.
        columns: what each output stands for. trained_on: as its project says.
        claimed: accuracy in percent as its project prints it; None where it prints none.
    """

    title: Name
    project: Name
    link: Link
    package: Name
    files: Annotated[dict[Name, Sha256], Field(min_length=1, max_length=8)]
    licence: Name
    trained_on: Text
    columns: Annotated[tuple[Expression, ...], Field(min_length=2)]
    columns_source: Text
    size_px: Positive
    preprocessing: PreprocessingEntry
    claimed: Annotated[Text, matching(re.compile(r"\d{1,3}(\.\d{1,6})?"), "a percentage as printed")] | None
    claim_source: Text
    note: Text
    measured: MeasuredEntry | None = None

    def contradictions(self) -> list[str]:
        """Outputs named twice, a claim without a source, names of files that lead elsewhere."""
        problems = [f"files: {name} is no plain file name" for name in self.files if Path(name).name != name]
        if len(set(self.columns)) != len(self.columns):
            problems.append(f"columns are {', '.join(self.columns)}; each must stand once")
        if self.claimed and not self.claim_source:
            problems.append("claim_source is empty; a claim needs one")
        return problems


class AbsentEntry(Record):
    """A public network that is not measured here."""

    title: Name
    link: Link
    licence: Name
    why: Text


class PeersFile(Record):
    """The whole file."""

    about: Text
    networks: Annotated[dict[NetworkName, PeerEntry], Field(max_length=100)]
    absent: Annotated[tuple[AbsentEntry, ...], Field(max_length=100)]


def read_peers(path: Path | None = None) -> PeersFile:
    """Read the table. Raises ConfigError if it is missing, no JSON or breaks the schema (all problems together)."""
    path = path or PATH
    return parsed(PeersFile, files.read_json(path, ConfigError, AGAIN), ConfigError, f"{path} is not valid ({AGAIN})")


def peer(name: str, path: Path | None = None) -> PeerEntry:
    """Return a network of the table. Raises ConfigError if there is none of that name."""
    known = read_peers(path).networks
    if name not in known:
        raise unknown_name("public network", name, known)
    return known[name]


def add_measured(name: str, measured: MeasuredEntry, path: Path | None = None) -> None:
    """Write what was measured of a network, in place of an older measurement.

    Raises:
        ConfigError: if the table cannot be read or written.
    """
    path = path or PATH
    table = read_peers(path)
    entry = table.networks[name].model_copy(update={"measured": measured})
    changed = table.model_copy(update={"networks": {**table.networks, name: entry}})
    files.write_json(path, changed.model_dump(), ConfigError, "make it writable")
