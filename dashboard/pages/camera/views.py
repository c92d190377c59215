"""The analysis of a camera's frame, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AnswerView:
    """One network's answer to one face: the face's number, the checkpoint, its expression and its probability."""

    track: int
    name: str
    expression: str
    probability: float
