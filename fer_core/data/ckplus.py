"""CK+, the extended Cohn-Kanade set: posed expressions filmed in a laboratory (Lucey et al. 2010, CVPR Workshops).

Two editions are read, and they are two different sets:

    ckplus       the 48 x 48 edition, ck48/<class>/Sxxx_sss_ffffffff.png: the last three frames of each of the 327
                 labelled sequences, 981 grey faces of 118 subjects, seven expressions with contempt, without neutral.
                 The file name says subject_sequence_frame, and so who must not be in train and test at once.
    ckextended   ckextended.csv, columns emotion, pixels, Usage: one peak frame a sequence and, as neutral, the first
                 frame of all 593 sequences: 920 faces, eight expressions. It does not say who is seen.

Neither has an official split: ckplus is used through a protocol, and what ckextended.csv calls Training, PublicTest
and PrivateTest is its maker's own draw, in which nobody can show that the subjects are disjoint.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from fer_core import labels
from fer_core.data import folder
from fer_core.data.cache import Arrays, cached
from fer_core.data.dataset import NO_SPLIT, DatasetInfo, DatasetPaper, FaceDataset
from fer_core.data.pixel_table import PixelTable
from fer_core.errors import DataError

SIZE_PX = 48
COUNTS = dict(zip(labels.CKPLUS, (135, 54, 177, 75, 207, 84, 249), strict=True))
SEQUENCES, SUBJECTS = 327, 118
EXTENDED_COUNTS = dict(zip(labels.CKEXTENDED, (45, 59, 25, 69, 28, 83, 593, 18), strict=True))
EXTENDED_SPLITS = ("Training", "PublicTest", "PrivateTest")

# Fewer pictures than this are a sample that somebody cut on purpose; more claim to be the set and must be all of it.
SAMPLE_ROWS = 500

TERMS = (
    "CK+ is lent by its owners for non-commercial research under a signed agreement; its pictures may not be passed on."
)
PAPER = DatasetPaper(
    key="lucey2010",
    authors="Lucey, Patrick and Cohn, Jeffrey F. and Kanade, Takeo and Saragih, Jason and Ambadar, Zara and "
    "Matthews, Iain",
    title="The Extended Cohn-Kanade Dataset (CK+): A complete dataset for action unit and emotion-specified expression",
    venue="IEEE Conference on Computer Vision and Pattern Recognition Workshops",
    year=2010,
    link="https://doi.org/10.1109/CVPRW.2010.5543262",
)
SOURCE = "its owners (the University of Pittsburgh), or the 48 x 48 edition CK+48 that circulates"
EXTENDED_SOURCE = "Kaggle, where it circulates as ckextended.csv"

NAME = re.compile(r"(?P<subject>S\d{3})_(?P<sequence>\d{3})_(?P<frame>\d{8})")
TABLE = PixelTable("ckextended.csv", EXTENDED_SOURCE, EXTENDED_SPLITS, len(labels.CKEXTENDED), SIZE_PX)


def open_ckplus(root: Path) -> FaceDataset:
    """Open the 48 x 48 edition from root/ck48, with `subjects` and `sequences`.

    Raises:
        DataError: if it is missing, a file is damaged or not named after a frame, or the counts are not the published
            ones.
    """
    home = root / "ck48"
    if not home.is_dir():
        raise DataError(
            f"{home} is missing, so CK+ cannot be opened; get it from {SOURCE} and put its class folders "
            f"({', '.join(labels.CODES['ckplus'])}) there"
        )
    listing = folder.list_pictures({home: NO_SPLIT}, labels.CKPLUS)
    key = f"ck48 1 {folder.fingerprint(listing.pictures)}"
    arrays = cached(home / ".cache" / "ck48.npz", key, lambda: _parse_pictures(home, listing.pictures))
    return FaceDataset(name="ckplus", expressions=labels.CKPLUS, terms=TERMS, notes=listing.notes, **arrays)


def open_ckextended(root: Path) -> FaceDataset:
    """Open ckextended.csv from root/ckplus or root/ck48.

    Raises:
        DataError: if it is missing, damaged, or its classes are not as large as published.
    """
    places = [root / name / TABLE.file_name for name in ("ckplus", "ck48")]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise DataError(
            f"{places[0]} is missing, so it cannot be opened; get it from {EXTENDED_SOURCE} and put it there"
        )
    status = path.stat()
    key = f"ckextended.csv 1 {status.st_size} {status.st_mtime_ns}"
    arrays = cached(path.parent / ".cache" / "ckextended.npz", key, lambda: TABLE.read(path))
    _check_counts(path, arrays["labels"], labels.CKEXTENDED, EXTENDED_COUNTS)
    return FaceDataset(name="ckextended", expressions=labels.CKEXTENDED, terms=TERMS, **arrays)


def _parse_pictures(home: Path, pictures: list[folder.Picture]) -> Arrays:
    codes = np.array([picture.label for picture in pictures], np.int64)
    _check_counts(home, codes, labels.CKPLUS, COUNTS)
    names = [_parse_name(picture.path) for picture in pictures]
    sequences = np.array([f"{name['subject']}_{name['sequence']}" for name in names])
    subjects = np.array([name["subject"] for name in names])
    _check_sequences(home, sequences, subjects, codes)
    return {
        "images": folder.read_pictures(pictures, SIZE_PX),
        "labels": codes,
        "split": np.full(len(pictures), NO_SPLIT),
        "rows": np.arange(len(pictures), dtype=np.int64),
        "subjects": subjects,
        "sequences": sequences,
    }


def _parse_name(path: Path) -> re.Match[str]:
    match = NAME.fullmatch(path.stem)
    if match is None:
        raise DataError(
            f"{path} is not named Sxxx_sss_ffffffff (subject, sequence, frame), so nobody can tell whose face it is; "
            "restore its name or remove it"
        )
    return match


def _check_counts(path: Path, codes: np.ndarray, expressions: tuple[str, ...], published: dict[str, int]) -> None:
    counts = dict(zip(expressions, np.bincount(codes, minlength=len(expressions)).tolist(), strict=True))
    if len(codes) < SAMPLE_ROWS or counts == published:
        return
    wrong = ", ".join(f"{name} {counts[name]} instead of {n}" for name, n in published.items() if counts[name] != n)
    raise DataError(
        f"{path} is not the published edition of CK+ ({wrong}); get it again, or keep a sample below {SAMPLE_ROWS} rows"
    )


def _check_sequences(home: Path, sequences: np.ndarray, subjects: np.ndarray, codes: np.ndarray) -> None:
    for sequence in np.unique(sequences):
        if len(shown := np.unique(codes[sequences == sequence])) > 1:
            names = " and ".join(labels.CKPLUS[code] for code in shown)
            raise DataError(
                f"{home} has frames of sequence {sequence} under {names}, but a sequence shows one expression; move "
                "them together or remove the wrong ones"
            )
    counts = (len(np.unique(sequences)), len(np.unique(subjects)))
    if len(codes) >= SAMPLE_ROWS and counts != (SEQUENCES, SUBJECTS):
        raise DataError(
            f"{home} has {counts[0]} sequences of {counts[1]} subjects instead of {SEQUENCES} of {SUBJECTS}, so files "
            f"were renamed; get it again from {SOURCE}"
        )


INFO = DatasetInfo(
    name="ckplus",
    title="CK+",
    expressions=labels.CKPLUS,
    terms=TERMS,
    alignment="none that is known; faces look into the camera",
    train_split=None,
    validation_split=None,
    test_split=None,
    opener=open_ckplus,
    page=PAPER.link,
    paper=PAPER,
)
EXTENDED_INFO = DatasetInfo(
    name="ckextended",
    title="CK+ (ckextended.csv)",
    expressions=labels.CKEXTENDED,
    terms=TERMS,
    alignment="none that is known; faces look into the camera",
    train_split=None,
    validation_split=None,
    test_split=None,
    opener=open_ckextended,
    page=PAPER.link,
    paper=PAPER,
)
