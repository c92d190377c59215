"""The files that a batch reads, from its arguments: folders, globs, photos, lists of paths, and "-" for standard input.

A folder is searched at any depth for files with a picture's name or first bytes; other files, films among them, are
skipped and reported. A file named in a list or by a glob is always read, and if it is not a picture its row says so;
films are recognised by their names. Paths are relative to the current folder, as in the shell.
"""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from fer_core.data import folder, text_files
from fer_core.errors import ConfigError, DataError
from fer_core.films.reading import is_film
from fer_core.images.containers import begins_as_picture

STANDARD_INPUT = "-"
HEAD = 16  # bytes that tell a picture's format


@dataclass(frozen=True)
class Inputs:
    """The files to read, each once, in the order of the arguments and, below a folder, of their names; and notes."""

    photos: tuple[Path, ...]
    notes: tuple[str, ...]


def find_photos(words: Sequence[str], standard_input: TextIO) -> Inputs:
    """List the files of some arguments; a file that two of them name is listed once.

    Raises:
        ConfigError: if an argument names nothing that exists, or nothing is left to read.
        DataError: if a file is neither a picture nor a list of paths.
    """
    photos: dict[Path, None] = {}
    notes: list[str] = []
    for word in words:
        paths, passed_over = _meant(word, standard_input)
        photos |= dict.fromkeys(paths)
        notes += passed_over
    if not photos:
        raise ConfigError(
            f"{' '.join(words)} holds no picture; give a folder, a glob, a list of paths, photos or films"
        )
    return Inputs(tuple(photos), tuple(notes))


def share(photos: Sequence[Path], number: int, of: int) -> Sequence[Path]:
    """Return share `number`, from 1, of `of` consecutive ones of the same size up to one photo."""
    if not 1 <= number <= of:
        shares = f"1/{of} to {of}/{of}" if of > 0 else "1/N to N/N for N shares"
        raise ConfigError(f"--shard {number}/{of} is not valid; give {shares}")
    return photos[len(photos) * (number - 1) // of : len(photos) * number // of]


def _meant(word: str, standard_input: TextIO) -> tuple[Iterable[Path], Iterable[str]]:
    path = Path(word)
    if word == STANDARD_INPUT:
        return _listed(standard_input), ()
    if path.is_dir():
        return _in_folder(path)
    if path.is_file():
        return ([path] if is_film(path) or _is_picture(path) else _in_list(path)), ()
    if glob.has_magic(word):
        matches = [Path(match) for match in glob.glob(word, recursive=True) if Path(match).is_file()]
        return sorted(matches, key=lambda match: text_files.same_name(match.as_posix())), ()
    raise ConfigError(f"{word} is no folder, no file and no glob; give one of these, or - for paths on standard input")


def _in_folder(home: Path) -> tuple[list[Path], Iterable[str]]:
    below = folder.files_below(home)
    pictures = [path for path in below if _is_picture(path)]
    others = set(below).difference(pictures)
    is_none = "is no picture", "are no pictures"
    return pictures, folder.passed_over([path for path in below if path in others], *is_none)


def _in_list(path: Path) -> list[Path]:
    with text_files.opened(path) as lines:
        try:
            return _listed(lines)
        except UnicodeError as error:
            raise DataError(f"{path} is neither a picture nor a list of paths, one a line ({error})") from None


def _listed(lines: Iterable[str]) -> list[Path]:
    return [Path(line.strip("\r\n")) for line in lines if line.strip()]


def _is_picture(path: Path) -> bool:
    return folder.is_picture(path) or _begins_as_picture(path)


def _begins_as_picture(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return begins_as_picture(file.read(HEAD))
    except OSError:  # a row says so where it has a picture's name
        return False
