"""What a session keeps, and how much of it."""

from __future__ import annotations

import gc
import weakref
from dataclasses import dataclass

import numpy as np
import pytest

from dashboard.store.session_results import ResultCache, size_of


@dataclass(frozen=True, eq=False)
class Found:
    values: np.ndarray
    words: tuple[str, ...]


def test_a_result_weighs_what_is_in_it():
    values = np.zeros((100, 100), np.float32)
    assert size_of(values) == pytest.approx(40_000, abs=200)
    assert size_of(values[:50]) == pytest.approx(20_000, abs=200)  # a view is counted by what it shows
    assert size_of(Found(values, ("a" * 1000,))) == pytest.approx(41_000, abs=500)
    assert size_of({"one": [values, values.copy()]}) == pytest.approx(80_000, abs=1000)


def test_the_longest_unused_goes_first_once_there_is_no_room():
    kept = ResultCache(most_bytes=3500)
    for name in "abc":
        kept.put(name, bytes(1000))
    assert kept.get("a") == bytes(1000)
    kept.put("d", bytes(1000))
    assert kept.get("b") is None and all(kept.get(name) for name in "acd")
    assert kept.bytes <= 3500


def test_what_is_put_again_counts_once_and_what_is_too_large_is_not_kept():
    kept = ResultCache(most_bytes=2500)
    for _ in range(5):
        kept.put("a", bytes(1000))
    assert kept.bytes == size_of(bytes(1000))
    kept.put("b", bytes(9000))
    assert kept.get("b") is None and kept.bytes == 0


def test_what_is_forgotten_is_gone_from_memory():
    kept, result = ResultCache(most_bytes=5000), Found(np.zeros(1000, np.uint8), ())
    seen = weakref.ref(result)
    kept.put("a", result)
    del result
    kept.put("b", bytes(4500))
    gc.collect()
    assert seen() is None
