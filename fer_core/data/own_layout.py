"""What lies in a folder of somebody's own pictures: which files, what each shows, which split and whom it names.

Three layouts are read:

    own/<class>/...                    class folders
    own/train|val|test/<class>/...     split folders; one may be missing
    own/labels.csv                     one row per picture; columns by name, in any order:
                                         file               where it lies below own
                                         label              what it shows; without it the folder says so
                                         split              train, val or test                              (optional)
                                         subject            who is seen                                     (optional)

Folders are read at any depth. `own/labels.json` says what words stand for that are no expression: {"joy": "happy",
"blurred": null}; null leaves them out.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from fer_core import labels
from fer_core.data import folder, text_files
from fer_core.data.text_files import same_name
from fer_core.errors import DataError

MAPPING, TABLE = "labels.json", "labels.csv"
COLUMNS = {
    "file": ("file", "path", "image", "picture", "filename", "file_name", "image_name"),
    "label": ("label", "expression", "emotion", "class"),
    "split": ("split", "usage", "set", "partition"),
    "subject": ("subject", "subject_id", "person", "person_id", "participant", "identity"),
}
SPLIT_WORDS = {**folder.SPLIT_WORDS, "publictest": "validation", "privatetest": "test"}


@dataclass(frozen=True)
class Entry:
    """One file: the word that says what it shows, and the split and the person that are named for it ("" = none)."""

    path: Path
    word: str
    split: str = ""
    subject: str = ""
    expression: str | None = None  # None leaves it out


@dataclass(frozen=True)
class Layout:
    """The files in their order, and a sentence for each thing that was done to find them."""

    entries: tuple[Entry, ...]
    notes: tuple[str, ...]

    @property
    def used(self) -> tuple[Entry, ...]:
        """Those that show an expression."""
        return tuple(entry for entry in self.entries if entry.expression is not None)


def read_layout(home: Path, table: Path | None = None) -> Layout:
    """Find out what lies in a folder.

    Args:
        table: that says what each picture shows; by default labels.csv in the folder, where there is one.

    Raises:
        DataError: if a word stands for no expression (all of them together, each with what it may mean), the table or
            the mapping is damaged, or split and class folders lie side by side.
    """
    table = table or home / TABLE
    entries, notes = _from_table(home, table) if table.is_file() else _from_folders(home)
    mapping = read_mapping(home / MAPPING) if (home / MAPPING).is_file() else {}
    meant = _expressions({entry.word: _where(home, entry, table) for entry in entries}, mapping, home)
    entries = [replace(entry, expression=meant[entry.word]) for entry in entries]
    return Layout(tuple(entries), tuple([*notes, *_label_notes(entries)]))


def read_mapping(path: Path) -> dict[str, str | None]:
    """Read a label-mapping file: word -> expression, or None for one to leave out.

    Raises:
        DataError: if it is not a JSON object of names, or maps to something that is no expression.
    """
    example = 'write {"joy": "happy", "blurred": null}, for example'
    try:
        mapping = json.loads(text_files.read_text(path))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is not JSON ({error}); {example}") from None
    if not isinstance(mapping, dict):
        raise DataError(f"{path} holds a {type(mapping).__name__} instead of an object; {example}")
    if wrong := [name for name, to in mapping.items() if to is not None and to not in labels.EXPRESSIONS]:
        to = mapping[wrong[0]]
        meant = labels.suggestion(to) if isinstance(to, str) else None
        raise DataError(
            f"{path} maps {wrong[0]!r} to {to!r}, which is no expression; choose one of "
            f"{', '.join(labels.EXPRESSIONS)}{f' (closest: {meant})' if meant else ''}, or null to leave it out"
        )
    return {same_name(name): to for name, to in mapping.items()}


def _from_folders(home: Path) -> tuple[list[Entry], list[str]]:
    tops = folder.class_folders(home)
    splits = folder.split_folders(home)
    if splits and (others := [top for top in tops if top not in splits.values()]):
        raise DataError(
            f"{home} holds split folders ({', '.join(top.name for top in splits.values())}) beside {others[0].name}; "
            "put class folders into the split folders, or leave these out"
        )
    places = [(split, class_folder) for split, top in splits.items() for class_folder in folder.class_folders(top)]
    places = places or [("", top) for top in tops]
    entries = [
        Entry(path, same_name(class_folder.name), split)
        for split, class_folder in places
        for path in folder.files_below(class_folder)
    ]
    known = {entry.path for entry in entries}
    loose = [path for path in folder.files_below(home) if path not in known and path.name != MAPPING]
    kind = "train, validation and test are folders" if splits else "each folder is a class"
    notes = folder.passed_over(loose, "lies in no class folder", "lie in no class folder")
    return entries, [f"layout: {kind}", *notes]


def _from_table(home: Path, path: Path) -> tuple[list[Entry], list[str]]:
    try:
        with text_files.opened(path) as file:
            header = file.readline()
            file.seek(0)
            rows = list(text_files.read_rows(file, text_files.delimiter_of(header)))
    except (UnicodeError, csv.Error) as error:
        raise DataError(f"{path} is not a table of text ({error}); save it as CSV in UTF-8") from None
    places = _columns(path, rows[0].fields if rows else [])
    files = {folder.place_below(home)(candidate): candidate for candidate in folder.files_below(home)}
    listed, missing = {}, []
    for row in rows[1:]:
        if any(row.fields):
            place, entry = _entry(path, row, places, files)
            if place in listed:
                raise DataError(f"{path}, line {row.line}: {place} is listed twice; keep one of the two rows")
            listed[place] = entry
            missing += [] if place in files else [place]
    if missing:
        names = ", ".join(missing[: folder.NAMED]) + (", ..." if len(missing) > folder.NAMED else "")
        raise DataError(
            f"{path} lists {len(missing):,} of {len(listed):,} files that are not below {home} ({names}); write their "
            'place below that folder, as in "happy/anna.jpg"'
        )
    unlisted = [
        candidate
        for place, candidate in files.items()
        if place not in listed and candidate.name not in (path.name, MAPPING)
    ]
    notes = folder.passed_over(unlisted, f"{path.name} does not list", f"{path.name} does not list")
    return list(listed.values()), [f"layout: {path.name} has the columns {', '.join(places)}", *notes]


def _columns(path: Path, header: Sequence[str]) -> dict[str, int]:
    """Role -> place of its column."""
    names = ["_".join(name.lower().replace("-", " ").split()) for name in header]
    places = {role: [i for i, name in enumerate(names) if name in synonyms] for role, synonyms in COLUMNS.items()}
    if twice := [role for role, columns in places.items() if len(columns) > 1]:
        both = " and ".join(header[i] for i in places[twice[0]])
        raise DataError(f"{path} has the columns {both}, which both say the {twice[0]}; keep one of them")
    if not places["file"]:
        raise DataError(
            f"{path} has the columns {', '.join(header)[:80]!r} and none that says the file; call it file, and the "
            "others label, split and subject"
        )
    return {role: columns[0] for role, columns in places.items() if columns}


def _entry(path: Path, row: text_files.Row, places: Mapping[str, int], files: Mapping[str, Path]) -> tuple[str, Entry]:
    """A row's place below the folder, and what it says."""
    if len(row.fields) <= max(places.values()):
        raise DataError(f"{path}, line {row.line}: it has {len(row.fields)} of {max(places.values()) + 1} columns")
    values = {role: row.fields[column] for role, column in places.items()}
    if empty := [role for role in ("file", "split", "subject") if values.get(role) == ""]:
        raise DataError(f"{path}, line {row.line}: its {empty[0]} is empty; fill it in for every row, or for none")
    place = same_name(values["file"].replace("\\", "/").removeprefix("./"))
    word = same_name(values["label"]) if "label" in values else place.split("/")[0] if "/" in place else ""
    split = _split(path, row, values["split"]) if "split" in values else ""
    return place, Entry(files.get(place, path), word, split, values.get("subject", ""))


def _split(path: Path, row: text_files.Row, word: str) -> str:
    if word.lower() not in SPLIT_WORDS:
        close = get_close_matches(word.lower(), SPLIT_WORDS, n=1, cutoff=0.4)
        raise DataError(
            f"{path}, line {row.line}: split {word!r} is none of train, val and test"
            f"{f' (closest: {SPLIT_WORDS[close[0]]})' if close else ''}"
        )
    return SPLIT_WORDS[word.lower()]


def _where(home: Path, entry: Entry, table: Path) -> str:
    """Where a word stands, for a sentence."""
    above = [parent for parent in entry.path.parents if same_name(parent.name) == entry.word and home in parent.parents]
    return str(above[-1]) if above else f"the label {entry.word!r} in {table}"


def _expressions(words: Mapping[str, str], mapping: Mapping[str, str | None], home: Path) -> dict[str, str | None]:
    if absent := sorted(
        set(mapping) - set(words) - {same_name(path.name) for path in home.rglob("*") if path.is_dir()}
    ):
        raise DataError(
            f"{home / MAPPING} maps {absent[0]!r}, but {home} has no such folder or label; correct the name"
        )
    expressions: dict[str, str | None] = {"": None}
    wrong = []
    for word in words:
        try:
            expressions[word] = mapping[word] if word in mapping or not word else labels.canonical(word)
        except KeyError:
            if word:
                wrong.append(word)
    if wrong:
        raise DataError(_unnamed(words[wrong[0]], wrong, home))
    return expressions


def _unnamed(place: str, wrong: Sequence[str], home: Path) -> str:
    """A sentence for words that are no expression, with the lines for the mapping that would say what they mean."""
    example = json.dumps({word: labels.suggestion(word) for word in wrong}, ensure_ascii=False)
    if len(wrong) == 1:
        example = json.dumps({wrong[0]: labels.suggestion(wrong[0]) or "happy"}, ensure_ascii=False)
    others = f", and so {'is 1 other' if len(wrong) == 2 else f'are {len(wrong) - 1} others'}" if wrong[1:] else ""
    return (
        f"{place} is not named after an expression{others}; rename it, or say what it shows in {home / MAPPING}, as in "
        f"{example} (null leaves it out)"
    )


def _label_notes(entries: Iterable[Entry]) -> list[str]:
    """How many files each word stands for, and what it means: "labels: joy is happy (12), blurred is left out (3)"."""
    counts: dict[tuple[str, str | None], int] = {}
    for entry in entries:
        counts[entry.word, entry.expression] = counts.get((entry.word, entry.expression), 0) + 1
    meanings = [f"{word or 'no label'} is {to or 'left out'} ({n:,})" for (word, to), n in counts.items()]
    return [f"labels: {', '.join(meanings)}"] if meanings else []
