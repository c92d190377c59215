"""Who is trained on, who is chosen on, who is scored on: named protocols, each the same everywhere and for ever.

    protocol = protocols.build("ckplus-subject", open_dataset("ckplus"))
    fold = protocol.folds[0]                 indices into the data set: fold.train, fold.validation, fold.test
    protocol.sha256                          goes with every number that was measured under it

Choose on validation, score test once. An *exhibit* is a protocol that flatters; it is here to show by how much.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from fer_core.data import ckplus, folds, rafdb
from fer_core.data.audit.leaks import Copies
from fer_core.data.dataset import NO_SPLIT, FaceDataset
from fer_core.data.folds import FER_SPLITS, ROLES, Draw, Fold
from fer_core.errors import DataError, unknown_name


@dataclass(frozen=True, eq=False)
class Protocol:
    """A protocol drawn for one data set.

    name, title, about: what it is called and what it does, about in one sentence; is_leaky: it flatters on purpose.
    """

    name: str
    title: str
    about: str
    data: str
    seed: int
    folds: tuple[Fold, ...]
    is_leaky: bool = False

    @property
    def sha256(self) -> str:
        """SHA-256 over the indices of all folds: role, count and int64 indices, fold after fold."""
        return indices_sha256(*(getattr(fold, role) for fold in self.folds for role in ROLES))


def indices_sha256(*parts: np.ndarray) -> str:
    """Return the SHA-256 of arrays of indices, each preceded by its length so that moving one changes the hash."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}\n".encode() + np.ascontiguousarray(part, "<i8").tobytes())
    return digest.hexdigest()


def build(name: str, dataset: FaceDataset, seed: int = 0, copies: Copies | None = None) -> Protocol:
    """Draw a protocol for a data set.

    Args:
        name: a key of `PROTOCOLS`.
        dataset: the whole set as opened, in its owner's order.
        seed: another seed, another draw; official splits do not depend on it.
        copies: of `audit.leaks.find_copies`, if they were found already; only de-duplicated protocols look at them,
            and search for themselves otherwise (near-duplicates take up to a minute).

    Raises:
        ConfigError: if there is no such protocol.
        DataError: if it is a protocol of another set, or the set lacks what it needs (splits, subjects).
    """
    refuse_foreign(name, dataset.name)
    plan = PROTOCOLS[name]
    drawn = tuple(plan.draw(dataset, seed, copies))
    return Protocol(name, plan.title, plan.about, plan.data, seed, drawn, plan.is_leaky)


def refuse_foreign(name: str, data: str) -> None:
    """Raise ConfigError if there is no such protocol, DataError if it is one of another data set."""
    if name not in PROTOCOLS:
        raise unknown_name("protocol", name, PROTOCOLS)
    if data != PROTOCOLS[name].data:
        own = ", ".join(for_data(data)) or "none"
        raise DataError(f"{name} is a protocol of {PROTOCOLS[name].data}, not of {data}; protocols of that: {own}")


def for_data(data: str) -> list[str]:
    """Return the names of a data set's protocols, the headline first."""
    return [name for name, plan in PROTOCOLS.items() if plan.data == data]


def default_for(dataset: FaceDataset) -> str:
    """Return the protocol of a set that has no split of its own and needs none to be chosen; "" where one must be."""
    if dataset.name != "own" or dataset.splits != (NO_SPLIT,):
        return ""
    return "own-pictures" if dataset.subjects is None else "own-people"


def folds_of(name: str) -> int:
    """Return how many networks a protocol trains."""
    return PROTOCOLS[name].folds


@dataclass(frozen=True)
class _Plan:
    data: str
    title: str
    about: str
    draw: Draw
    is_leaky: bool = False
    folds: int = 1


PROTOCOLS: dict[str, _Plan] = {
    "fer2013-official": _Plan(
        "fer2013",
        "FER2013, official",
        "Trained on Training, chosen on PublicTest, scored on PrivateTest.",
        folds.official(*FER_SPLITS),
    ),
    "fer2013-deduplicated": _Plan(
        "fer2013",
        "FER2013, de-duplicated",
        "Official, without the PrivateTest pictures that stand pixel by pixel in Training.",
        folds.deduplicated("exact"),
    ),
    "fer2013-near_deduplicated": _Plan(
        "fer2013",
        "FER2013, near-duplicates out",
        "Official, without the PrivateTest pictures that stand in Training, also mirrored, moved or cut otherwise.",
        folds.deduplicated("near"),
    ),
    "fer2013-without_copies": _Plan(
        "fer2013",
        "FER2013, trained without copies",
        "Official, without the Training pictures that are copies of PrivateTest ones, also mirrored, moved or cut "
        "otherwise: what it scores on the copied faces is no memory.",
        folds.trained_without_copies("near"),
    ),
    "ferplus-official": _Plan(
        "ferplus",
        "FER+, private",
        "Trained on Training, chosen on PublicTest, scored on PrivateTest; majority labels.",
        folds.official(*FER_SPLITS),
    ),
    "ferplus-public": _Plan(
        "ferplus",
        "FER+, public",
        "Scored on PublicTest; chosen on a tenth held out of Training, because no split may choose its own score.",
        folds.tested_on("PublicTest"),
    ),
    "ferplus-pooled": _Plan(
        "ferplus",
        "FER+, public and private pooled",
        "Scored on PublicTest and PrivateTest together, as A-MobileNet counts; chosen on a tenth held out of Training.",
        folds.tested_on("PublicTest", "PrivateTest"),
    ),
    "ckplus-subject": _Plan(
        "ckplus",
        "CK+, unseen subjects",
        "Ten folds of whole subjects: nobody is in train and test at once.",
        folds.ten_folds(folds.subjects),
        folds=folds.FOLDS,
    ),
    "ckplus-sequence": _Plan(
        "ckplus",
        "CK+, whole sequences",
        "Ten folds of whole sequences: the same person may be in train and test, the same sequence may not.",
        folds.ten_folds(folds.sequences),
        is_leaky=True,
        folds=folds.FOLDS,
    ),
    "ckplus-frame": _Plan(
        "ckplus",
        "CK+, random frames",
        "Ten folds of single frames: a test frame's neighbours, a fraction of a second away, are in train.",
        folds.ten_folds(folds.frames),
        is_leaky=True,
        folds=folds.FOLDS,
    ),
    "ckplus-lineage": _Plan(
        "ckplus",
        "CK+, one split of 882 and 99",
        "First fold of the public code behind several papers: the first images of each class are test; no validation.",
        folds.lineage,
        is_leaky=True,
    ),
    "ckextended-maker": _Plan(
        "ckextended",
        "CK+ (ckextended.csv), its maker's splits",
        "A random draw by the maker of the table, which does not say who is seen: subjects may be in train and test.",
        folds.official(*ckplus.EXTENDED_SPLITS),
        is_leaky=True,
    ),
    "own-people": _Plan(
        "own",
        "Own pictures, unseen people",
        "A fifth of the people is scored and a tenth of the others chosen on; nobody is on two sides.",
        folds.people_apart,
    ),
    "own-pictures": _Plan(
        "own",
        "Own pictures, held out singly",
        "A fifth of the pictures of each expression is scored and a tenth of the others chosen on; the same person may "
        "be on both sides.",
        folds.apart,
    ),
    "own-subject": _Plan(
        "own",
        "Own pictures, ten folds of unseen people",
        "Ten folds of whole subjects: nobody is in train and test at once.",
        folds.ten_folds(folds.subjects),
        folds=folds.FOLDS,
    ),
    "rafdb-official": _Plan(
        "rafdb",
        "RAF-DB, official with validation",
        "Chosen on a tenth held out of train, scored on the owner's test.",
        folds.official(*rafdb.SPLITS),
    ),
}
