"""A folder of songs, each with the expression that it is for, from a table or from the songs' own tags.

    moods.csv             columns file (below the folder) and mood, an expression as data sets name it: happy, anger
    the tags of a song    mood, of Vorbis comments, MP4 and ID3 (there TMOO), by mutagen where that is installed

The table decides where both say something. A song without a mood, or with one that is no expression, is left out and
told.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from fer_core import labels
from fer_core.data import folder, text_files
from fer_core.errors import ConfigError, DataError

TABLE, COLUMNS = "moods.csv", ("file", "mood")
SUFFIXES = (".mp3", ".m4a", ".flac", ".ogg", ".opus", ".wav")
TAGS = ("mood", "TMOO", "----:com.apple.iTunes:MOOD")
INSTALL = "pip install -r requirements-player.txt"


@dataclass(frozen=True)
class Song:
    """A song's file and the expression that it is for."""

    path: Path
    expression: str


@dataclass(frozen=True)
class Library:
    """Songs in the order of their names, and a sentence for each that is left out."""

    songs: tuple[Song, ...]
    notes: tuple[str, ...]

    def of(self, expression: str) -> tuple[Song, ...]:
        """Return the songs for an expression."""
        return tuple(song for song in self.songs if song.expression == expression)


def read_library(home: Path) -> Library:
    """Read a folder of songs, at any depth.

    Raises:
        ConfigError: if there is no such folder, or no song in it has a mood that is an expression.
        DataError: if its table has no columns file and mood, or is no text.
    """
    if not home.is_dir():
        raise ConfigError(f"{home} is no folder; give one of songs ({', '.join(SUFFIXES)})")
    table, songs, notes = _table(home / TABLE), list[Song](), list[str]()
    for path in (path for path in folder.files_below(home) if path.suffix.lower() in SUFFIXES):
        name = path.relative_to(home).as_posix()
        mood = table.get(text_files.same_name(name)) or _tagged(path)
        try:
            songs.append(Song(path, labels.canonical(mood)))
        except KeyError:
            notes.append(f"{name}: {'without a mood' if not mood else labels.with_suggestion(mood)}, left out")
    if not songs:
        tags = "" if find_spec("mutagen") else f" (`{INSTALL}` reads tags)"
        raise ConfigError(
            f"{home} holds no song with a mood; write {TABLE} there with the columns {' and '.join(COLUMNS)}, or set "
            f"the songs' tag mood{tags}"
        )
    return Library(tuple(songs), tuple(notes))


def _table(path: Path) -> Mapping[str, str]:
    """Return the moods of a table by the names of its files; {} where there is none."""
    if not path.is_file():
        return {}
    content = text_files.read_text(path)
    header, *rows = _rows(content) or [[]]
    if not set(COLUMNS) <= set(header):
        raise DataError(f"{path} has the columns {', '.join(header)}; it needs {' and '.join(COLUMNS)}")
    file, mood = map(header.index, COLUMNS)
    whole = [row for row in rows if len(row) == len(header)]
    return {text_files.same_name(row[file]): row[mood] for row in whole}


def _rows(content: str) -> list[list[str]]:
    delimiter = text_files.delimiter_of(content.partition("\n")[0])
    read = csv.reader(content.splitlines(), delimiter=delimiter, skipinitialspace=True)
    return [[field.strip() for field in row] for row in read if row]


def _tagged(path: Path) -> str:
    """Return the mood in a song's tags; "" where there is none, or nothing that reads them."""
    if find_spec("mutagen") is None:
        return ""
    import mutagen

    try:
        tags = mutagen.File(path)
    except Exception:  # whatever it meets in a damaged file
        return ""
    return next(_texts(tags), "") if tags is not None else ""


def _texts(tags: Mapping[str, object]) -> Iterator[str]:
    for tag in TAGS:
        try:
            value = tags.get(tag)
        except ValueError:  # a name that this kind of tags cannot have
            continue
        first = value[0] if isinstance(value, list) and value else getattr(value, "text", [value])[0]
        if first:
            yield first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
