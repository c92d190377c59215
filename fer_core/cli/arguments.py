"""What several verbs share: reading FIELD=VALUE, finding checkpoint folders, printing aligned columns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fer_core.errors import ConfigError, FerError
from fer_core.paths import checkpoints_root

if TYPE_CHECKING:
    from fer_core.checkpoints.card import Card


def folders(names: Sequence[str]) -> list[Path]:
    """Checkpoint folders by name or path. Raises ConfigError without any."""
    if not names:
        raise ConfigError("name a checkpoint, or give --all; `fer list` shows them")
    return [Path(name) if Path(name).is_dir() else checkpoints_root() / name for name in names]


def networks(names: Sequence[str], is_all: bool, *, needs_layers: bool = False) -> list[Path]:
    """Checkpoint folders as `folders`, or all that can be read and ship weights, and a line for each that is not.

    Args:
        needs_layers: pass over imported networks, too, which show neither layers nor gradients.
    """
    from fer_core.checkpoints import scan_checkpoints

    if not is_all:
        return folders(names)
    scan = scan_checkpoints(checkpoints_root())
    left_out(scan.problems)
    fitting = []
    for card in scan.cards:
        if card.weights is None:
            print(f"{card.name}: passed over, because it ships answers and no weights; `fer verify` compares them")
        elif needs_layers and card.runtime == "onnx":
            print(f"{card.name}: passed over, because it was imported as ONNX, which gives answers only")
        else:
            fitting.append(card.home)
    return fitting


def first_networks() -> list[Path]:
    """Return the folders of the checkpoints that the face lab opens with. Raises ConfigError if there are none."""
    from fer_core.checkpoints import scan_checkpoints
    from fer_core.checkpoints.default_selection import candidate, default_selection

    root = checkpoints_root()
    scan = scan_checkpoints(root)
    left_out(scan.problems)
    names = default_selection([candidate(card) for card in scan.cards])
    if not names:
        raise ConfigError(f"no checkpoints in {root}/ yet; `fer train i_mobilenet_v2 --recipe short` makes one")
    return [root / name for name in names]


def with_weights() -> list[Card]:
    """Return the cards of all checkpoints whose weights are here, and a line for each folder that cannot be read."""
    from fer_core.checkpoints import scan_checkpoints

    scan = scan_checkpoints(checkpoints_root())
    left_out(scan.problems)
    return [card for card in scan.cards if card.weights]


def exported_networks() -> list[Path]:
    """Return the folders of checkpoints in evidence/exports.json whose weights are here, by name.

    Raises:
        ConfigError: if there are none, or that file is damaged.
    """
    from fer_core.export.record import read_exports

    stored = read_exports()
    chosen = sorted(card.home for card in with_weights() if card.runtime == "torch" and card.name in stored)
    if not chosen:
        raise ConfigError("no checkpoint with weights is exported yet; name one, or run `fer export NAME --int8`")
    return chosen


def left_out(problems: Sequence[str]) -> None:
    """Say on stderr which checkpoints cannot be read: one bad folder stops nothing."""
    for problem in problems:
        print(f"left out: {problem}", file=sys.stderr)


def for_each(wanted: Sequence[Path], act: Callable[[Path], bool | None]) -> int:
    """Do something with each checkpoint; what fails is one sentence on stderr and stops none of the others.

    Args:
        act: returns False if what it found is not as it should be.

    Returns:
        the exit code: 2 if something could not be done, else 1 if something is not as it should be, else 0.
    """
    codes = [0]
    for folder in wanted:
        try:
            codes.append(1 if act(folder) is False else 0)
        except FerError as error:
            print(f"fer: {error}", file=sys.stderr)
            codes.append(2)
    return max(codes)


def unmeasured(folders: Sequence[Path], is_current: Callable[[Path], bool], verb: str) -> list[Path]:
    """Of folders, those without what a verb ("ask", "measure") stores; a line says how many have it already."""
    missing = [folder for folder in folders if not is_current(folder)]
    if len(missing) < len(folders):
        print(f"{len(folders) - len(missing)} of {len(folders)} are stored already; name one to {verb} it anew")
    return missing


def renamed(word: str, names: Mapping[str, str]) -> str:
    """Return today's name of a recipe or a field; a sentence says so where the given one is of the release before."""
    if word in names:
        print(f"fer: {word!r} is called {names[word]!r} now; the old name goes with the next release", file=sys.stderr)
    return names.get(word, word)


def pairs(settings: Sequence[str]) -> dict[str, str]:
    """FIELD=VALUE texts as a dict; raises ConfigError for one without "="."""
    wrong = [text for text in settings if "=" not in text]
    if wrong:
        raise ConfigError(f"{wrong[0]!r} sets nothing; write FIELD=VALUE, for example lr=0.05")
    return dict(text.split("=", 1) for text in settings)


def values(settings: Sequence[str]) -> dict[str, int | float | bool | str]:
    """FIELD=VALUE texts, each value a bool, a number or else a text."""
    return {key: _value(text) for key, text in pairs(settings).items()}


def _value(text: str) -> int | float | bool | str:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of cells as lines with straight columns, the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *rest = (
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([first, *rest])
