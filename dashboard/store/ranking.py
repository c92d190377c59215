"""Which checkpoints can stand in one ranking, and why others cannot. No torch, no data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.store.same_faces import Faces, apart, known_faces, largest_group
from dashboard.views.checkpoints import CheckpointView


@dataclass(frozen=True)
class Ranking:
    """Scored checkpoints of one data set that answer to the same faces, in the order given.

    `left_out` says, by name, to what else a checkpoint of the same split and protocol answers.
    """

    rows: tuple[CheckpointView, ...]
    left_out: Mapping[str, str]


def rankable(rows: Sequence[CheckpointView]) -> Ranking:
    """Return the largest group with one split, one protocol, equal faces and equal labels.

    Protocols that flatter on purpose are ranked only where there is nothing else. A checkpoint whose logits are damaged
    is told by its card's number of faces; what derives from the logits is missing in its row.
    """
    known = [row for row in rows if row.accuracy is not None]
    if not known:
        return Ranking((), {})
    honest = [row for row in known if not row.is_leaky] or known
    split, protocol = largest_group({row.name: (row.split, row.protocol) for row in honest})
    same = [row for row in known if (row.split, row.protocol) == (split, protocol)]
    faces = {row.name: row_faces for row in same if (row_faces := known_faces(row.name))}
    leading = largest_group(faces) if faces else None
    reasons = {row.name: _reason(row, faces.get(row.name), leading) for row in same}
    ranked = tuple(row for row in same if not reasons[row.name])
    return Ranking(ranked, {name: reason for name, reason in reasons.items() if reason})


def _reason(row: CheckpointView, faces: Faces | None, leading: Faces | None) -> str:
    if leading is None:
        return ""
    return apart(faces or Faces(row.split, row.n, leading.rows, leading.labels), leading)
