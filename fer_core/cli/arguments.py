"""What several verbs share: reading FIELD=VALUE, finding checkpoint folders, printing aligned columns."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from fer_core.errors import ConfigError
from fer_core.paths import checkpoints_root


def folders(names: Sequence[str], is_all: bool) -> list[Path]:
    """Checkpoint folders by name or path, or all finished ones."""
    from fer_core.checkpoints import list_checkpoints

    if is_all:
        return [card.folder for card in list_checkpoints(checkpoints_root())]
    if not names:
        raise ConfigError("name a checkpoint, or give --all; `fer list` shows them")
    return [Path(name) if Path(name).is_dir() else checkpoints_root() / name for name in names]


def networks(names: Sequence[str], is_all: bool) -> list[Path]:
    """Checkpoint folders as `folders`; of all, those that ship weights, and a line for each that does not."""
    from fer_core.checkpoints.card import read_card

    found = folders(names, is_all)
    if not is_all:
        return found
    bare = [folder for folder in found if read_card(folder).weights is None]
    for folder in bare:
        print(f"{folder.name}: passed over, because it ships answers and no weights; `fer check` compares them")
    return [folder for folder in found if folder not in bare]


def unmeasured(found: Sequence[Path], is_current: Callable[[Path], bool], verb: str) -> list[Path]:
    """Of folders, those without what a verb ("ask", "measure") stores; a line says how many have it already."""
    missing = [folder for folder in found if not is_current(folder)]
    if len(missing) < len(found):
        print(f"{len(found) - len(missing)} of {len(found)} are stored already; name one to {verb} it anew")
    return missing


def use_threads(count: int | None) -> None:
    """Load torch for so many CPU threads, None for all; before anything else imports it."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning threads starve a shared machine
    import torch

    if count:
        torch.set_num_threads(count)


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
