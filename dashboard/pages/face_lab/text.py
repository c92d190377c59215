"""What networks see in a face and whether their maps can be believed, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.formatting import percent, several


def judged(says: str, truth: str, known: Sequence[str]) -> str:
    """Say whether an answer is right, for a network that knows the expressions `known`."""
    if truth not in known:
        return f"It was not taught “{truth}”, so it cannot be right."
    return "Right." if says == truth else f"Differs from the label: {truth}."


def seen(found: Mapping[str, tuple[str, float]]) -> str:
    """Tell what networks see; `found` maps their titles to the expression and its probability."""
    parties: dict[str, list[str]] = {}
    for title, (expression, probability) in found.items():
        parties.setdefault(expression, []).append(f"{title} {percent(probability, 0)}")
    told = [f"**{expression}** ({several(who)})" for expression, who in parties.items()]
    return f"The networks see {several(told)}." if len(found) > 1 else f"The network sees {several(told)}."
