"""What networks see in a face, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.formatting import percent, several


def correctness(says: str, truth: str, known: Sequence[str]) -> str:
    """Say whether an answer is right, for a network that knows the expressions `known`."""
    if truth not in known:
        return f"It was not taught “{truth}”, so it cannot be right."
    return "Right." if says == truth else f"Differs from the label: {truth}."


def predictions_sentence(predictions: Mapping[str, tuple[str, float]]) -> str:
    """Say what networks see; `predictions` maps their titles to the expression and its probability."""
    parties: dict[str, list[str]] = {}
    for title, (expression, probability) in predictions.items():
        parties.setdefault(expression, []).append(f"{title} {percent(probability, 0)}")
    parts = [f"**{expression}** ({several(who)})" for expression, who in parties.items()]
    return f"The networks see {several(parts)}." if len(predictions) > 1 else f"The network sees {several(parts)}."
