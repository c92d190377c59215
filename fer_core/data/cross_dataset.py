"""Trained on one set, tested on another: over the expressions that both have, mapped by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fer_core import labels
from fer_core.data.dataset import FaceDataset
from fer_core.data.folds import rows_of
from fer_core.data.protocols import Protocol, indices_sha256
from fer_core.errors import DataError

# FER+ has FER2013's pictures: only rows of other splits are pictures that the other has not seen.
SAME_PICTURES = frozenset({"fer2013", "ferplus"})


@dataclass(frozen=True, eq=False)
class CrossDataset:
    """A network trained under `source` is scored on the rows `test` (int64, positions) of the set `target`.

    Its answers for expressions that are not shared are left out before the largest is taken: `shared` says which.
    """

    source: Protocol
    target: str
    shared: labels.Shared
    test: np.ndarray

    @property
    def name(self) -> str:
        """Such as "fer2013-official-to-ckplus"."""
        return f"{self.source.name}-to-{self.target}"

    @property
    def about(self) -> str:
        """What is scored, in one sentence."""
        return (
            f"Trained on {self.source.data}, scored on {len(self.test):,} faces of {self.target} over "
            f"{', '.join(self.shared.expressions)}."
        )

    @property
    def sha256(self) -> str:
        """SHA-256 over the source's hash and the test indices."""
        return indices_sha256(np.frombuffer(bytes.fromhex(self.source.sha256), "<i8"), self.test)


def cross_dataset(
    source: Protocol, trained_on: FaceDataset, tested_on: FaceDataset, test_split: str | None
) -> CrossDataset:
    """Plan a cross-set test.

    Args:
        source: the protocol under which the network was trained.
        trained_on: the set it was trained on; its order of expressions is the network's.
        tested_on: another set as opened.
        test_split: which split of it; None for all rows of a set without splits.

    Raises:
        DataError: if both are one set, FER2013 and FER+ are crossed outside PrivateTest, the split is unknown, or
            no row shows a shared expression.
    """
    if trained_on.name == tested_on.name:
        raise DataError(f"{trained_on.name} cannot be crossed with itself; choose another set, or one of its protocols")
    if {trained_on.name, tested_on.name} == SAME_PICTURES and test_split != "PrivateTest":
        raise DataError("FER2013 and FER+ have the same pictures, so only PrivateTest is unseen; give PrivateTest")
    shared = labels.shared(trained_on.expressions, tested_on.expressions)
    if test_split is None and len(tested_on.splits) > 1:
        raise DataError(f"{tested_on.name} has the splits {', '.join(tested_on.splits)}; name the one to be scored on")
    rows = np.arange(len(tested_on)) if test_split is None else rows_of(tested_on, test_split)
    test = rows[np.array(shared.from_second)[tested_on.labels[rows]] >= 0]
    if not test.size:
        raise DataError(f"no face of {tested_on.name} shows any of {', '.join(shared.expressions)}; choose another set")
    return CrossDataset(source, tested_on.name, shared, test)
