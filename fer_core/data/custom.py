"""Your own labelled pictures: see `own_layout` for their layout and for how labels are mapped.

Every file that the photo reader can open is read, whatever its name; a note says how many were not, and why. Pictures
may have any size: each is turned upright, padded to a square as an uploaded photo is, and reduced or enlarged to
`SIZE_PX`. The set's expressions are those that its pictures show.

Where folders or the table name a train split, that is kept, and what is missing of validation and test is held out of
it: whole people where the table says who is seen, else pictures of each expression. Where they name none, the set has
no split of its own, and protocols draw one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from fer_core import labels
from fer_core.data import deterministic_split, folder
from fer_core.data.cache import Arrays, cached
from fer_core.data.dataset import NO_SPLIT, DatasetInfo, FaceDataset
from fer_core.data.own_layout import TABLE, Entry, Layout, read_layout
from fer_core.errors import DataError, PhotoError
from fer_core.images import photos
from fer_core.images.preprocessing import RESAMPLE, pad_to_square

SIZE_PX = 100
FOLDER = "own"
TERMS = "Pictures of your own; whether they may be shown or passed on is for you to know."
SHARES = {"test": 0.2, "validation": 0.1}
REASONS = 5  # that notes tell


def open_own(root: Path) -> FaceDataset:
    """Open root/own, with `subjects` where the table names them, and `roles` where a train split is named.

    Raises:
        DataError: if there is no such folder or no picture that can be read; or see `own_layout.read_layout`.
    """
    home = root / FOLDER
    if not home.is_dir():
        raise DataError(
            f"{home} is missing; make it, with one folder per expression ({', '.join(labels.EXPRESSIONS)}) and "
            f"pictures in them ({photos.READABLE}), or with a {TABLE} that says what each picture shows"
        )
    layout = read_layout(home)
    pixels = _pixels(home, layout)
    used = [layout.used[i] for i in pixels["kept"]]
    skipped = tuple(_skipped(pixels["skipped"]))
    if not used:
        raise DataError(
            f"{home} has no pictures to use{'; ' if skipped else ''}{'; '.join(skipped)}; it should hold one folder "
            f"per expression with {photos.READABLE} files, or a {TABLE}"
        )
    expressions = tuple(name for name in labels.EXPRESSIONS if any(entry.expression == name for entry in used))
    faces = FaceDataset(
        name="own",
        images=pixels["images"],
        labels=np.array([expressions.index(entry.expression) for entry in used], np.int64),
        split=np.array([entry.split or NO_SPLIT for entry in used], "<U10"),
        rows=np.arange(len(used), dtype=np.int64),
        expressions=expressions,
        terms=TERMS,
        subjects=np.array([entry.subject for entry in used]) if used[0].subject else None,
        notes=(*layout.notes, *skipped),
    )
    return _with_roles(faces)


def _with_roles(faces: FaceDataset) -> FaceDataset:
    """Complete the splits that are named, if train is one of them."""
    if "train" not in faces.splits:
        return faces
    split, notes = faces.split.copy(), list(faces.notes)
    for role in [role for role in SHARES if role not in faces.splits]:
        train = np.flatnonzero(split == "train")
        is_out = deterministic_split.apart(faces.take(train), SHARES[role])
        split[train[is_out]] = role
        how = "whole people" if faces.subjects is not None else "the same share of each expression, by content"
        notes.append(f"{role} is {SHARES[role]:.0%} of train, held out: {how} ({int(is_out.sum()):,} pictures)")
    notes += _people_on_both_sides(faces.subjects, split)
    return replace(faces, split=split, roles=folder.ROLES, notes=tuple(notes))


def _people_on_both_sides(subjects: np.ndarray | None, split: np.ndarray) -> list[str]:
    if subjects is None:
        return []
    seen = {role: set(subjects[split == role].tolist()) for role in folder.ROLES}
    both = sorted((seen["train"] | seen["validation"]) & seen["test"])
    return [f"{len(both):,} people are in test and also in train or validation ({both[0]} first)"] if both else []


def _pixels(home: Path, layout: Layout) -> Arrays:
    """images uint8 (N, S, S, 3) of those that can be read, kept (N,) their places in `layout.used`; skipped (M, 2)
    name and reason of the others.
    """
    pictures = [folder.Picture(entry.path, entry.split, 0) for entry in layout.used]
    key = f"own 2 {photos.READABLE} {folder.fingerprint(pictures)}"
    return cached(home / ".cache" / "own.npz", key, lambda: _read_all(layout.used))


def _read_all(entries: Sequence[Entry]) -> Arrays:
    images, readable, skipped = [], [], []
    for i, entry in enumerate(tqdm(entries, desc="reading pictures", unit="", leave=False, disable=None)):
        try:
            images.append(_read(entry.path))
            readable.append(i)
        except (PhotoError, OSError) as error:
            skipped.append((entry.path.name, str(error)))
    return {
        "images": np.stack(images) if images else np.zeros((0, SIZE_PX, SIZE_PX, 3), np.uint8),
        "kept": np.array(readable, np.int64),
        "skipped": np.array(skipped, str).reshape(-1, 2),
    }


def _read(path: Path) -> np.ndarray:
    photo = photos.open_photo(photos.read_file(path))
    square = Image.fromarray(pad_to_square(np.asarray(photo.image)))
    return np.asarray(square.resize((SIZE_PX, SIZE_PX), RESAMPLE))


def _skipped(skipped: np.ndarray) -> list[str]:
    """Say how many files could not be read, one sentence a reason, the most frequent first."""
    reasons: dict[str, list[str]] = {}
    for name, reason in skipped.tolist():
        reasons.setdefault(reason, []).append(name)
    ordered = sorted(reasons.items(), key=lambda item: -len(item[1]))
    sentences = [
        f"left out: {len(names):,} of the files, {names[0]} first: {reason}" for reason, names in ordered[:REASONS]
    ]
    if more := sum(len(names) for _, names in ordered[REASONS:]):
        sentences.append(f"left out: {more:,} more, for {len(ordered) - REASONS} other reasons")
    return sentences


INFO = DatasetInfo(
    name="own",
    title="Your own pictures",
    expressions=labels.EXPRESSIONS,
    terms=TERMS,
    alignment="none; pictures are taken as they are",
    train_split=None,
    validation_split=None,
    test_split=None,
    opener=open_own,
)
