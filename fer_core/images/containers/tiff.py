"""TIFF: the strips or tiles of its first picture (Adobe, TIFF Revision 6.0, 1992), counted before they are read."""

from __future__ import annotations

from fer_core.errors import PhotoError
from fer_core.images.containers import jpeg
from fer_core.images.containers.container import DAMAGED, Container, too_many
from fer_core.images.containers.directory import Directory, first_directory
from fer_core.images.containers.orientation import TAG as ORIENTATION
from fer_core.images.containers.orientation import orientation

# What Pillow and libtiff take to decode: sizes, kinds of values, places, fax options, colours, JPEG's tables.
DECODING = {256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 292, 293, 317, 320, 322, 323, 324, 325,
            338, 339, 347, 529, 530, 531, 532}  # fmt: skip
WIDTH, HEIGHT, BITS, COMPRESSION, XMP = 256, 257, 258, 259, 700
STRIPS, STRIP_BYTES = 273, 279
TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES = 322, 323, 324, 325

UNCOMPRESSED, JPEG = 1, 7
# By their numbers: none, fax, LZW, JPEG, Deflate twice, PackBits, Zstandard. Rarer ones need memory as they please.
COMPRESSIONS = {UNCOMPRESSED, 2, 3, 4, 5, JPEG, 8, 32773, 32946, 50000}

MAX_PARTS = 66_000  # one strip a row and channel, for the highest picture that is read
MAX_SCANS_A_PART = 4  # one a channel; progressive ones have no place here (TIFF Technical Note 2)
TILE_SIDE, TILE_STEP = 4096, 16  # larger ones only where the picture is, rounded up to the step of their sides


def walk(data: bytes) -> Container:
    """Read a TIFF's first directory, and in strips of JPEG the scans.

    Raises:
        PhotoError: if the directory is damaged, if there are too many strips or tiles, if they overlap or are larger
            than the picture, if they hold too many scans, or if they are compressed in a way that is not read.
    """
    directory = first_directory(data)
    compression = directory.number(COMPRESSION, UNCOMPRESSED)
    size = directory.number(WIDTH), directory.number(HEIGHT)
    if compression not in COMPRESSIONS:
        raise PhotoError(
            f"The file is a TIFF with compression {compression}, which is not read. Save it as JPEG or PNG."
        )
    _check_tile(directory, size)
    parts = _parts(directory, len(data), is_compressed=compression != UNCOMPRESSED)
    if compression == JPEG and any(_scans(data[at : at + length]) > MAX_SCANS_A_PART for at, length in parts):
        raise too_many("a TIFF", MAX_SCANS_A_PART, "JPEG scans a strip")
    turn = directory.number(ORIENTATION) or orientation(b"", directory.content(XMP))
    note = "The first of several pages." if directory.has_next else ""
    return Container("TIFF", directory.of(DECODING), size, turn, note, max(directory.numbers(BITS), default=1))


def _check_tile(directory: Directory, size: tuple[int, int]) -> None:
    """A tile may reach beyond the picture, but is decoded whole."""
    width, height = directory.number(TILE_WIDTH), directory.number(TILE_HEIGHT)
    if width > max(TILE_SIDE, size[0] + TILE_STEP) or height > max(TILE_SIDE, size[1] + TILE_STEP):
        raise PhotoError(
            f"The file is a TIFF of {size[0]:,} × {size[1]:,} px in tiles of {width:,} × {height:,} px, which only "
            f"fill memory. Save it again as a plain JPEG or PNG."
        )


def _parts(directory: Directory, file_bytes: int, *, is_compressed: bool) -> list[tuple[int, int]]:
    """Offset and length of each strip or tile."""
    place, length = (TILES, TILE_BYTES) if TILES in directory.entries else (STRIPS, STRIP_BYTES)
    for tag in (place, length):
        if tag in directory.entries and directory.entries[tag].count > MAX_PARTS:
            raise too_many("a TIFF", MAX_PARTS, "strips or tiles")
    offsets, lengths = directory.numbers(place), directory.numbers(length)
    if is_compressed and len(lengths) != len(offsets):
        raise PhotoError(DAMAGED)
    if is_compressed and sum(lengths) > file_bytes:
        raise PhotoError("The file is a TIFF whose parts overlap. Save it again as a plain JPEG or PNG.")
    return list(zip(offsets, lengths, strict=is_compressed))


def _scans(part: bytes) -> int:
    return sum(segment.code == jpeg.SCAN for segment in jpeg.bounded(part))
