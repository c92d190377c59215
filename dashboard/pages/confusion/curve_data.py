"""Precision-recall and ROC curves of a checkpoint's expressions, from its stored logits. No torch."""

from __future__ import annotations

from functools import lru_cache

from dashboard.store.checkpoints import card_of
from dashboard.store.logits import SplitLogits, logits_of, split_logits
from fer_core.evaluation.curves import ClassCurve, precision_recall_curves, roc_curves

KINDS = {"pr": precision_recall_curves, "roc": roc_curves}


def curves(name: str, kind: str) -> tuple[ClassCurve, ...]:
    """Return one curve an expression, in the checkpoint's order; `kind` is a key of KINDS. Raises FerError."""
    card = card_of(name)
    return _curves(split_logits(card), card.expressions, kind)


@lru_cache(maxsize=32)
def _curves(side: SplitLogits, expressions: tuple[str, ...], kind: str) -> tuple[ClassCurve, ...]:
    stored = logits_of(side)
    return KINDS[kind](stored.logits, stored.labels, expressions)
