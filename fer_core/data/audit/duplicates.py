"""Pictures that are equal byte for byte, those among them with different labels, and uniform pictures."""

from __future__ import annotations

import hashlib

import numpy as np


def representatives(images: np.ndarray) -> np.ndarray:
    """Return for each picture (N, ...) the index of the first picture that equals it, int64 (N,)."""
    digests = np.array([hashlib.blake2b(image.tobytes(), digest_size=16).digest() for image in images], "V16")
    _, first, group = np.unique(digests.view("u8").reshape(-1, 2), axis=0, return_index=True, return_inverse=True)
    return first[group.ravel()].astype(np.int64)


def groups(representative: np.ndarray) -> list[np.ndarray]:
    """Return the groups of equal pictures that have at least two, each ascending, by their first picture."""
    order = np.argsort(representative, kind="stable")
    starts = np.flatnonzero(np.diff(representative[order], prepend=-1))
    return [group for group in np.split(order, starts[1:]) if len(group) > 1] if len(order) else []


def conflicting(groups: list[np.ndarray], labels: np.ndarray) -> list[int]:
    """Return the positions of the groups whose pictures do not all have the same label."""
    return [place for place, group in enumerate(groups) if len(np.unique(labels[group])) > 1]


def constant(images: np.ndarray) -> np.ndarray:
    """Return which pictures (N, ...) show one value only, bool (N,)."""
    flat = images.reshape(len(images), -1)
    return (flat == flat[:, :1]).all(axis=1)
