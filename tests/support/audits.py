"""Audits of two invented sets, small enough to count by hand, as the dashboard reads them."""

from __future__ import annotations

from typing import Any

from fer_core import labels
from fer_core.data import ferplus
from fer_core.data.audit import agreement, report

TIE_RULE = agreement.TIE_RULE
ROWS = 70  # the shelf's split: ten faces of each expression, row // 10 is the label


def photos() -> dict[str, Any]:
    """FER2013 with 70 PrivateTest rows, the shelf's, and 14 Training rows behind them.

    Rows 20, 21 (fear) and 70 (angry) are one picture; 60 and 61 too, both neutral. 30 is 76's mirror image.
    """
    names = labels.FER2013
    leaks = [
        {"level": level, "split": "PrivateTest", "reference": ["Training"], "n": ROWS, "count": len(rows),
         "same_label": 0, "rows": rows}
        for level, rows in (("exact", [20, 21]), ("near", [20, 21, 30]))
    ]  # fmt: skip
    votes = [[0] * 10 for _ in names]
    for label in range(7):
        votes[label][ferplus.VOTED.index(names[label])] = 10
    votes[2][ferplus.VOTED.index("fear")], votes[2][0] = 2, 8  # fear: 2 of 10 agree, 8 are seen as neutral
    found = {
        **_facts("fer2013", "FER2013", names),
        "n": 84,
        "splits": {"Training": dict.fromkeys(names, 2), "PrivateTest": dict.fromkeys(names, 10)},
        "constant": [5],
        "exact": {
            "pictures": 5,
            "groups": [[20, 21, 70], [60, 61]],
            "conflicting": [0],
            "conflicts": [["fear", "fear", "angry"]],
            "across_splits": [0],
        },
        "leaks": leaks,
        "agreement": {
            "tie_rule": TIE_RULE,
            "expressions": list(names),
            "columns": list(ferplus.VOTED),
            "splits": {
                "PrivateTest": {"n": 70, "agree_first": 62, "agree_any": 63, "agree_alone": 56, "matrix": votes}
            },
        },
    }
    found["near"] |= {
        "pairs": [{"rows": [30, 76], "kind": "mirror", "cosine": 1.0}], "across_splits": 1, "conflicting": 0
    }  # fmt: skip
    return found


def films() -> dict[str, Any]:
    """CK+ with 100 frames of 10 people: a look-up of pixels is right for 99, 20 and 54 of them."""
    names = labels.CKPLUS
    counts = dict(zip(names, (10, 10, 10, 10, 10, 10, 40), strict=True))
    steps = {
        "ckplus-frame": (0.99, 98, 100, 2),
        "ckplus-sequence": (0.20, 0, 73, 73),
        "ckplus-subject": (0.54, 0, 0, 0),
    }
    method = {"method": "nearest_pixels", "title": "Nearest picture", "about": "by pixels", "n": 100, "draws": None}
    return {
        **_facts("ckplus", "CK+", names),
        "n": 100,
        "splits": {"All": counts},
        "n_subjects": 10,
        "n_sequences": 34,
        "sequences": {name: {"subjects": 4, "sequences": 5} for name in names},
        "protocols": [_protocol(name, name == "ckplus-subject") for name in steps],
        "neighbours": [
            {"protocol": name, "n": 100, "same_sequence": film, "same_subject": person, "other_face": other}
            for name, (_, film, person, other) in steps.items()
        ],
        "baselines": [
            {**method, "protocol": name, "accuracy": {"value": share, "low": share - 0.05, "high": share + 0.005}}
            for name, (share, *_) in steps.items()
        ],
    }


def _protocol(name: str, is_headline: bool) -> dict[str, Any]:
    return {
        "name": name, "title": f"Protocol {name}", "about": "Toy.", "seed": 0, "sha256": "ab" * 32, "folds": 2,
        "train": [40, 40], "validation": [10, 10], "test": [50, 50], "is_leaky": not is_headline,
    }  # fmt: skip


def _facts(data: str, title: str, names: tuple[str, ...]) -> dict[str, Any]:
    return {
        "format": report.FORMAT,
        "data": data,
        "title": title,
        "terms": "Made in a test.",
        "versions": {},
        "size_px": 48,
        "channels": 1,
        "expressions": list(names),
        "n_subjects": None,
        "n_sequences": None,
        "sequences": None,
        "constant": [],
        "exact": {"pictures": 0, "groups": [], "conflicting": [], "conflicts": [], "across_splits": []},
        "near": {
            "about": "alike", "threshold": 0.95, "pairs": [], "conflicting": 0, "across_splits": 0,
            "across_subjects": None,
        },
        "leaks": [],
        "protocols": [],
        "agreement": None,
        "nearest_neighbours": None,
        "neighbours": [],
        "baselines": [],
        "leak_effects": [],
    }  # fmt: skip
