"""Whether a network's confidence can be trusted, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.formatting import count, estimate, percent, points

if TYPE_CHECKING:
    from dashboard.pages.calibration.views import ReliabilityView, RiskView, VotesView
    from fer_core.evaluation.intervals import Estimate

SCALES = {"as-trained": "As trained", "temperature-scaled": "Temperature-scaled"}


def calibrated(plain: ReliabilityView, scaled: ReliabilityView | None = None) -> str:
    """Say whether a network is calibrated, and what a temperature does about it."""
    title, row = plain.checkpoint.network.title, plain.checkpoint
    where = f"on {row.scored_on}"
    if plain.ece <= plain.ece_by_chance:
        return f"**{title}** is calibrated {where}, as far as these faces can tell: ECE {percent(plain.ece)}."
    side = "overconfident" if plain.overconfidence > 0 else "underconfident"
    opening = f"**{title}** is {side} {where} by {points(plain.overconfidence)}: its ECE is {percent(plain.ece)}"
    if scaled is None:
        return f"{opening}, where chance would give up to {percent(plain.ece_by_chance)}."
    return (
        f"{opening}. A temperature of {scaled.temperature:.2f}, fitted on the validation split, brings it to "
        f"{percent(scaled.ece)} without changing an answer; chance would give up to {percent(scaled.ece_by_chance)}."
    )


def fitted_on_the_same(shared: int, judged: int) -> str:
    """Say of how many judged faces temperature and threshold saw another fold's answers; "" of none."""
    if not shared:
        return ""
    return (
        f"Temperature and threshold were fitted on answers that networks of other folds gave to {count(shared)} of the "
        f"{count(judged)} faces judged here, so both are flattered a little."
    )


def abstaining(view: RiskView) -> str:
    """Say what the chosen threshold costs and keeps."""
    if view.threshold is None:
        return f"{view.reason[:1].upper()}{view.reason[1:]}."
    if view.chosen_risk is None:
        return f"At a confidence of {view.threshold:.2f} it answers no face of this split."
    return (
        f"If it answers only from a confidence of {view.threshold:.2f} on, it answers "
        f"{estimate(view.chosen_coverage)} of the faces, and {estimate(view.chosen_risk)} of those answers are wrong."
    )


def human_agreement_summary(view: VotesView) -> str:
    """Say how a network's agreement with people compares with theirs among each other."""
    title = view.checkpoint.network.title
    gap = view.person.value - view.network.value
    if gap <= 0:
        return f"**{title}** says what most people say as often as one of them does, {estimate(view.network)}."
    return (
        f"**{title}** says what most people say for {estimate(view.network)} of the faces; one of the ten people "
        f"agrees with the others {estimate(view.person)} of the time."
    )


def mirrored(title: str, changes: Estimate | None) -> str:
    """Say for one network how often a mirrored face gets another answer; "" where it is not stored."""
    if changes is None:
        return ""
    return f"Mirrored, {estimate(changes)} of the faces get another answer from **{title}**, though they show the same."
