"""One set's audit, from its pictures to JSON values: each part has its own module and is only gathered here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from fer_core.data import DATASETS, FaceDataset, ferplus, open_dataset, protocols
from fer_core.data.audit import agreement, baselines, duplicates, near, report
from fer_core.data.audit.leaks import LEVELS, Copies, find_copies
from fer_core.data.audit.schema import Audit
from fer_core.data.folds import ROLES
from fer_core.data.protocols import Protocol
from fer_core.paths import data_root

NEAR_ABOUT = (
    "equal to another picture when mirrored or moved by up to one pixel, or, so aligned, with a cosine of at least "
    f"{near.THRESHOLD} between the two, each less its mean; one picture of each group of equal ones"
)


def collect(name: str, root: Path | None = None) -> Audit:
    """Audit a data set: everything but what its leaks are worth to checkpoints (`checkpoints.leak_effect`).

    Args:
        name: a key of `DATASETS`; root: where the sets are.

    Raises:
        ConfigError, DataError: if there is no such set, or it is missing or damaged.
    """
    dataset = open_dataset(name, root)
    with threadpool_limits(limits=1):  # spinning threads starve a shared machine, and one is fast enough
        values = {**_look(dataset), "agreement": _agreement(dataset, root), "leak_effects": []}
    return report.from_values(values)


def _look(dataset: FaceDataset) -> dict[str, Any]:
    copies = find_copies(dataset.images)
    has_sequences = dataset.subjects is not None and dataset.sequences is not None
    drawn = _protocols(dataset, copies)
    return {
        **_facts(dataset),
        "constant": _rows(dataset, np.flatnonzero(duplicates.constant(dataset.images))),
        "exact": _exact(dataset, copies),
        "near": _near(dataset, copies),
        "leaks": [
            leak for split, reference in _crossings(dataset) for leak in _leaks(dataset, copies, split, reference)
        ],
        "protocols": [_describe(protocol) for protocol in drawn],
        "nearest_neighbours": baselines.nearest_neighbours(dataset) if has_sequences else None,
        "neighbours": baselines.neighbours(dataset, drawn) if has_sequences else [],
        "baselines": baselines.score_all(dataset, drawn) if has_sequences else [],
    }


def _facts(dataset: FaceDataset) -> dict[str, Any]:
    import sklearn

    counts = {
        split: dict(
            zip(dataset.expressions, np.bincount(part, minlength=len(dataset.expressions)).tolist(), strict=True)
        )
        for split in _splits(dataset)
        for part in [dataset.labels[dataset.split == split]]
    }
    return {
        "format": report.FORMAT,
        "data": dataset.name,
        "title": DATASETS[dataset.name].title,
        "terms": dataset.terms,
        "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
        "n": len(dataset),
        "size_px": dataset.images.shape[1],
        "channels": 1 if dataset.images.ndim == 3 else 3,
        "expressions": list(dataset.expressions),
        "splits": counts,
        "n_subjects": None if dataset.subjects is None else len(np.unique(dataset.subjects)),
        "n_sequences": None if dataset.sequences is None else len(np.unique(dataset.sequences)),
        "sequences": _sequences(dataset),
    }


def _sequences(dataset: FaceDataset) -> dict[str, dict[str, int]] | None:
    if dataset.subjects is None or dataset.sequences is None:
        return None
    return {
        name: {
            "subjects": len(np.unique(dataset.subjects[dataset.labels == code])),
            "sequences": len(np.unique(dataset.sequences[dataset.labels == code])),
        }
        for code, name in enumerate(dataset.expressions)
    }


def _splits(dataset: FaceDataset) -> list[str]:
    """The set's splits, train first and test last."""
    order = _roles(dataset)
    return sorted(dataset.splits, key=lambda split: order.index(split) if split in order else len(order))


def _roles(dataset: FaceDataset) -> tuple[str | None, ...]:
    info = DATASETS[dataset.name]
    return dataset.roles or (info.train_split, info.validation_split, info.test_split)


def _crossings(dataset: FaceDataset) -> list[tuple[str, list[str]]]:
    """Each later split against the first, and against all before it."""
    splits = _splits(dataset)
    against_first = [(split, splits[:1]) for split in splits[1:]]
    return against_first + [(split, splits[:place]) for place, split in enumerate(splits) if place > 1]


def _exact(dataset: FaceDataset, copies: Copies) -> dict[str, Any]:
    groups = duplicates.groups(copies.representative)
    across = [place for place, group in enumerate(groups) if len(np.unique(dataset.split[group])) > 1]
    conflicting = duplicates.conflicting(groups, dataset.labels)
    return {
        "pictures": sum(map(len, groups)),
        "groups": [_rows(dataset, group) for group in groups],
        "conflicting": conflicting,
        "conflicts": [[dataset.expressions[code] for code in dataset.labels[groups[place]]] for place in conflicting],
        "across_splits": across,
    }


def _near(dataset: FaceDataset, copies: Copies) -> dict[str, Any]:
    pairs = copies.pairs
    ends = np.stack([pairs.first, pairs.second], axis=1)
    return {
        "about": NEAR_ABOUT,
        "threshold": near.THRESHOLD,
        "pairs": [
            {"rows": _rows(dataset, pair), "kind": str(kind), "cosine": round(float(cosine), 4)}
            for pair, kind, cosine in zip(ends, pairs.kind, pairs.cosine, strict=True)
        ],
        "conflicting": _count_unequal(dataset.labels, ends),
        "across_splits": _count_unequal(dataset.split, ends),
        "across_subjects": None if dataset.subjects is None else _count_unequal(dataset.subjects, ends),
    }


def _count_unequal(column: np.ndarray, ends: np.ndarray) -> int:
    return int((column[ends[:, 0]] != column[ends[:, 1]]).sum())


def _leaks(dataset: FaceDataset, copies: Copies, split: str, reference: list[str]) -> list[dict[str, Any]]:
    rows = np.flatnonzero(dataset.split == split)
    others = np.flatnonzero(np.isin(dataset.split, reference))
    leaks = []
    for level in LEVELS:
        is_leaked = copies.leaked(rows, others, level)
        has_label = copies.leaked_with_label(rows, others, dataset.labels, level)
        leaks.append(
            {
                "level": level,
                "split": split,
                "reference": reference,
                "n": len(rows),
                "count": int(is_leaked.sum()),
                "same_label": int(has_label.sum()),
                "rows": _rows(dataset, rows[is_leaked]),
            }
        )
    return leaks


def _protocols(dataset: FaceDataset, copies: Copies) -> list[Protocol]:
    if dataset.roles or set(filter(None, _roles(dataset))) - set(dataset.splits):
        return []  # another edition than the owner's, of which the protocols are, such as FER2013's pictures
    named = [protocols.default_for(dataset)] if dataset.name == "own" else protocols.for_data(dataset.name)
    return [protocols.build(name, dataset, copies=copies) for name in named if name]


def _describe(protocol: Protocol) -> dict[str, Any]:
    return {
        "name": protocol.name,
        "title": protocol.title,
        "about": protocol.about,
        "seed": protocol.seed,
        "sha256": protocol.sha256,
        "folds": len(protocol.folds),
        **{role: [len(getattr(fold, role)) for fold in protocol.folds] for role in ROLES},
        "is_leaky": protocol.is_leaky,
    }


def _agreement(dataset: FaceDataset, root: Path | None) -> dict[str, Any] | None:
    """FER2013's labels against FER+'s votes, for a set that has those pictures, where the votes lie beside them."""
    home = (root or data_root()) / "fer2013"
    if dataset.name not in ("fer2013", "ferplus") or not all((home / name).is_file() for name in ferplus.FILES):
        return None
    faces = dataset if dataset.name == "fer2013" else open_dataset("fer2013", root)
    votes = ferplus.ballots_of(home / ferplus.FILES[1], faces).votes
    splits = {}
    for split in _splits(dataset):
        rows = dataset.rows[dataset.split == split]
        splits[split] = agreement.compare(faces.labels[rows], votes[rows]).as_dict()
    return {
        "tie_rule": agreement.TIE_RULE,
        "expressions": list(faces.expressions),
        "columns": list(ferplus.VOTED),
        "splits": splits,
    }


def _rows(dataset: FaceDataset, positions: np.ndarray) -> list[int]:
    return dataset.rows[positions].tolist()
