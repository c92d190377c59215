"""Near-duplicates: the same picture mirrored, moved by a pixel, or cut, marked or compressed once more.

Two searches, because each finds what the other may miss:

    copies     a picture, mirrored or not, moved by at most one pixel in each direction, equals another byte for byte
               where they overlap. Found by hash, so every such pair is found.
    similar    cos(a - mean a, b - mean b) >= THRESHOLD over the overlap, the best of the mirrored and the moved ones.
               Candidates are pairs whose 12 x 12 thumbnails, mirrored or not, reach CANDIDATE; the pictures themselves
               are then compared. What falls short as a thumbnail is not looked at again.

Only one picture of each group of equal ones takes part, and none without content: a white square resembles everything.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from fer_core.data.audit.duplicates import constant

THRESHOLD = 0.95
CANDIDATE = 0.88
GRID = 12
BLOCK = 2_000

Move = tuple[bool, int, int]  # mirrored, pixels down, pixels right
PLAIN_MOVES: tuple[Move, ...] = ((False, 0, 1), (False, 1, -1), (False, 1, 0), (False, 1, 1))
MIRRORED_MOVES: tuple[Move, ...] = tuple((True, down, right) for down in (0, 1) for right in (-1, 0, 1))


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of pictures: first < second int64 (P,), kind str (P,) "mirror", "shift" or "similar", cosine float (P,)."""

    first: np.ndarray
    second: np.ndarray
    kind: np.ndarray
    cosine: np.ndarray

    def __len__(self) -> int:
        return len(self.first)


def find(images: np.ndarray, representative: np.ndarray) -> Pairs:
    """Find all near-duplicates among pictures (N, H, W) or (N, H, W, 3) uint8; colour is compared as grey.

    Args:
        representative: of `duplicates.representatives`; pairs name the first picture of each group of equal ones.
    """
    greys = grey(images)
    rows = np.flatnonzero((representative == np.arange(len(images))) & ~constant(images))
    matches = {pair: ("similar", cosine) for pair, cosine in _similar(greys[rows])}
    for pair, kind in _copies(greys[rows]):
        matches[pair] = (kind, 1.0)  # last, because an exact copy says more than a likeness
    pairs = sorted(matches)
    first, second = (rows[[pair[end] for pair in pairs]].astype(np.int64) for end in (0, 1))
    kinds = np.array([matches[pair][0] for pair in pairs], "<U7")
    return Pairs(first, second, kinds, np.array([matches[pair][1] for pair in pairs], float))


def grey(images: np.ndarray) -> np.ndarray:
    """Return pictures as grey, uint8 (N, H, W): ITU-R 601 luma of colour, as everywhere."""
    if images.ndim == 3:
        return images
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    return np.stack([np.rint(image @ weights).astype(np.uint8) for image in images])


def _copies(greys: np.ndarray) -> Iterator[tuple[tuple[int, int], str]]:
    moves = (*PLAIN_MOVES, *MIRRORED_MOVES, *((True, -1, right) for right in (-1, 0, 1)))
    for move in tqdm(moves, desc="mirrored and moved copies", unit="", leave=False, disable=None):
        is_mirror_only = move == (True, 0, 0)
        for pair in _equal(*_overlap(greys, greys, move)):
            yield pair, "mirror" if is_mirror_only else "shift"


def _overlap(first: np.ndarray, second: np.ndarray, move: Move) -> tuple[np.ndarray, np.ndarray]:
    """Cut pictures (..., H, W) to where the first, mirrored and moved, lies over the second."""
    is_mirrored, down, right = move
    height, width = first.shape[-2:]
    first = first[..., ::-1] if is_mirrored else first
    first_crop = (..., slice(max(0, -down), height - max(0, down)), slice(max(0, -right), width - max(0, right)))
    second_crop = (..., slice(max(0, down), height - max(0, -down)), slice(max(0, right), width - max(0, -right)))
    return first[first_crop], second[second_crop]


def _equal(first: np.ndarray, second: np.ndarray) -> Iterator[tuple[int, int]]:
    """Pairs (i, j), i < j, with first[i] equal to second[j] or the other way round, byte for byte."""
    is_flat = constant(first)
    places: dict[bytes, list[int]] = defaultdict(list)
    for i, picture in enumerate(first):
        if not is_flat[i]:
            places[hashlib.blake2b(picture.tobytes(), digest_size=16).digest()].append(i)
    for j, picture in enumerate(second):
        for i in places.get(hashlib.blake2b(picture.tobytes(), digest_size=16).digest(), ()):
            if i != j:
                yield min(i, j), max(i, j)


def _similar(greys: np.ndarray) -> Iterator[tuple[tuple[int, int], float]]:
    best: dict[tuple[int, int], float] = {}
    for is_mirrored in (False, True):
        first, second = _candidates(greys, is_mirrored)
        moves = [(is_mirrored, down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
        for start in range(0, len(first), BLOCK):
            i, j = first[start : start + BLOCK], second[start : start + BLOCK]
            cosine = np.max([_cosine(*_overlap(greys[i], greys[j], move)) for move in moves], axis=0)
            for k in np.flatnonzero(cosine >= THRESHOLD):
                pair = int(i[k]), int(j[k])
                best[pair] = max(best.get(pair, 0.0), float(cosine[k]))
    return iter(best.items())


def _candidates(greys: np.ndarray, is_mirrored: bool) -> tuple[np.ndarray, np.ndarray]:
    """Pairs i < j whose thumbnails are alike, the first one mirrored or not."""
    thumbnails = _thumbnails(greys)
    queries = _thumbnails(greys[..., ::-1]) if is_mirrored else thumbnails
    firsts, seconds = [], []
    heading = "comparing thumbnails" + (", mirrored" if is_mirrored else "")
    for start in tqdm(range(0, len(greys), BLOCK), desc=heading, unit="", leave=False, disable=None):
        alike = queries[start : start + BLOCK] @ thumbnails[start:].T >= CANDIDATE  # (<= BLOCK, N - start)
        i, j = np.nonzero(alike)
        firsts.append(i[j > i] + start)
        seconds.append(j[j > i] + start)
    empty = [np.zeros(0, np.int64)]
    return np.concatenate(firsts or empty), np.concatenate(seconds or empty)


def _thumbnails(greys: np.ndarray) -> np.ndarray:
    """Means over a GRID x GRID raster, mean 0 and length 1: float32 (N, GRID * GRID)."""
    small: np.ndarray = greys.astype(np.float32)
    for axis in (1, 2):
        edges = np.linspace(0, greys.shape[axis], GRID + 1).round().astype(int)
        shape = [1, 1, 1]
        shape[axis] = -1
        small = np.add.reduceat(small, edges[:-1], axis=axis) / np.diff(edges).reshape(shape)
    flat = small.reshape(len(greys), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    return (flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)).astype(np.float32)


def _cosine(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """cos(a - mean a, b - mean b) of each pair of pictures (P, H, W) -> (P,)."""
    a, b = (part.reshape(len(part), -1).astype(np.float32) for part in (first, second))
    a -= a.mean(axis=1, keepdims=True)
    b -= b.mean(axis=1, keepdims=True)
    lengths = np.sqrt(np.einsum("ij,ij->i", a, a) * np.einsum("ij,ij->i", b, b))
    return np.einsum("ij,ij->i", a, b) / np.maximum(lengths, 1e-6)


NONE = Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, "<U7"), np.zeros(0))
