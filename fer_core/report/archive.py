"""Zip archives that are the same bytes for the same contents, and one guarded way to read such a one. No torch.

Nothing is compressed: what an archive holds is never larger than the archive, so no small file can fill the memory, and
every byte of the file follows from its contents. A byte that was changed anywhere is found, headers included.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

from fer_core.errors import CheckpointError

MAX_BYTES = 512 * 2**20
MAX_FILES = 2000
MAX_NAME = 200
OLDEST = (1980, 1, 1, 0, 0, 0)  # the date that every entry has: zip knows none before
READABLE = 0o644 << 16
UNIX = 3


def to_zip(contents: Mapping[str, bytes]) -> bytes:
    """Return an archive of files by name, in the order given."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, OLDEST)
            entry.create_system, entry.external_attr = UNIX, READABLE
            archive.writestr(entry, content)
    return stream.getvalue()


def read_zip(path: Path, allowed: re.Pattern[str]) -> dict[str, bytes]:
    """Return the files of an archive that `to_zip` made, in memory; nothing is written anywhere.

    Args:
        allowed: what the whole name of each file must match; so none can lead out of a folder.

    Raises:
        CheckpointError: if the file is missing, too large, no such archive, or was changed; the sentence names the
            entry, or the byte where it is no entry's.
    """
    data = _bytes_of(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(path, archive.infolist(), allowed, len(data))
            contents = {entry.filename: _read(path, archive, entry) for entry in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise CheckpointError(f"{path} is no whole zip archive ({error}); fetch it again") from error
    _check_bytes(path, data, to_zip(contents))
    return contents


def _bytes_of(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise CheckpointError(f"{path} has {size:,} bytes, more than the {MAX_BYTES:,} that are read")
        return path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error.strerror or error})") from error


def _check_entries(path: Path, entries: list[zipfile.ZipInfo], allowed: re.Pattern[str], size: int) -> None:
    if len(entries) > MAX_FILES:
        raise CheckpointError(f"{path} holds {len(entries):,} files, more than the {MAX_FILES:,} that are read")
    names = [entry.filename for entry in entries]
    for name in names:
        if len(name) > MAX_NAME or not allowed.fullmatch(name):
            raise CheckpointError(f"{path} holds {name[:MAX_NAME]!r}, which is no file of such an archive")
        if names.count(name) > 1:
            raise CheckpointError(f"{path} holds {name} twice")
    if any(entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1 for entry in entries):
        raise CheckpointError(f"{path} is compressed or encrypted; fer bundle writes neither, so it was packed anew")
    if sum(entry.file_size for entry in entries) > size:
        raise CheckpointError(f"{path} claims to hold more than its {size:,} bytes")


def _read(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(entry)
    except (zipfile.BadZipFile, EOFError) as error:
        raise CheckpointError(f"{path}: {entry.filename} was changed ({error})") from error


def _check_bytes(path: Path, given: bytes, wanted: bytes) -> None:
    if given == wanted:
        return
    pairs = enumerate(zip(given, wanted, strict=False))
    place = next((i for i, (a, b) in pairs if a != b), min(len(given), len(wanted)))
    raise CheckpointError(f"{path}: byte {place:,} is not what fer bundle writes there; the archive was changed")
