"""Precision-recall and ROC curves of a checkpoint's expressions, from its stored logits. No torch."""

from __future__ import annotations

from functools import lru_cache

from dashboard.store.checkpoints import card_of, checkpoint_view
from dashboard.store.logits import SplitLogits, interval, logits_of, split_logits
from dashboard.views.comparisons import CurveView
from fer_core.evaluation import curves as core


def curves(name: str, kind: str) -> tuple[CurveView, ...]:
    """Return one curve an expression, in the checkpoint's order; `kind` is "pr" or "roc". Raises FerError."""
    card = card_of(name)
    view = checkpoint_view(card)
    return tuple(
        CurveView(
            checkpoint=view,
            expression=one.expression,
            n=one.n,
            x=tuple(one.x.tolist()),
            y=tuple(one.y.tolist()),
            area=interval(one.area),
            chance=one.chance,
        )
        for one in _curves(split_logits(card), card.expressions, kind)
    )


@lru_cache(maxsize=32)
def _curves(side: SplitLogits, expressions: tuple[str, ...], kind: str) -> tuple[core.ClassCurve, ...]:
    stored = logits_of(side)
    build = {"pr": core.precision_recall_curves, "roc": core.roc_curves}[kind]
    return build(stored.logits, stored.labels, expressions)
