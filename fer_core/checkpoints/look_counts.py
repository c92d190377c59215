"""How often each test split was looked at, for the page that shows the log. No torch."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log, sqrt

from fer_core.checkpoints.looks import AGAIN, ROUNDED, Look


@dataclass(frozen=True)
class SplitLooks:
    """How often a test split was looked at.

    Attributes:
        data, protocol, split: which faces.
        looks: scorings in all; checkpoints: scored at least once; rounded: scored again after rounding; repeated: the
            same weights again, which tells nothing new; reconstructed: lines written later, from the history.
        gone: scored checkpoints that are no longer here.
        n: faces, of the largest scoring; best: the highest score among them, and whose it is.
    """

    data: str
    protocol: str
    split: str
    looks: int
    checkpoints: int
    rounded: int
    repeated: int
    reconstructed: int
    gone: tuple[str, ...]
    n: int
    best: float
    best_checkpoint: str

    @property
    def flattery(self) -> float:
        """Return a bound, 0..1, on how far the best of these scores is expected to exceed its network's true accuracy.

        It holds if all networks are equally good and none was trained with a look at these faces.

        E max <= sigma sqrt(2 ln k) for k scores, dependent or not, each with a standard error of sigma
                                                  (Boucheron, Lugosi and Massart 2013, Concentration Inequalities, 2.5)
        """
        return sqrt(2 * log(self.checkpoints) * self.best * (1 - self.best) / self.n)


def counts(looks: Sequence[Look], here: Collection[str]) -> tuple[SplitLooks, ...]:
    """Return how often each test split was looked at, the most first; `here` names the checkpoints that are here."""
    splits: dict[tuple[str, str, str], list[Look]] = {}
    for look in looks:
        splits.setdefault((look.data, look.protocol, look.split), []).append(look)
    counted = [_counted(key, group, here) for key, group in splits.items()]
    return tuple(sorted(counted, key=lambda split: (-split.looks, split.data, split.protocol)))


def _counted(key: tuple[str, str, str], group: Sequence[Look], here: Collection[str]) -> SplitLooks:
    best = max(group, key=lambda look: look.score)
    scored = sorted({look.checkpoint for look in group})
    return SplitLooks(
        *key,
        looks=len(group),
        checkpoints=len(scored),
        rounded=sum(look.why == ROUNDED for look in group),
        repeated=sum(look.why == AGAIN for look in group),
        reconstructed=sum(look.reconstructed_from is not None for look in group),
        gone=tuple(name for name in scored if name not in here),
        n=max(look.n for look in group),
        best=best.score,
        best_checkpoint=best.checkpoint,
    )
