"""Which part of the face a network reads: what a page is given about it, and how it says so. Shares are 0..1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.formatting import estimate, percent, points, probability, several

if TYPE_CHECKING:
    from dashboard.views.checkpoints import CheckpointView
    from fer_core.evaluation.intervals import Estimate
    from fer_core.explain.region_statistics import Masking

NEVER = "It was imported as ONNX, which gives answers and no gradients, so nothing is attributed to regions."
NOTHING = "Not measured yet. Run `fer regions --all` where the data are."


@dataclass(frozen=True)
class LayoutView:
    """Where the regions lie on a data set's faces: `cells` are indices of `regions`, rows from the top."""

    data: str
    data_title: str
    regions: tuple[str, ...]
    areas: tuple[float, ...]
    cells: tuple[tuple[int, ...], ...]
    is_aligned: bool
    about: str


@dataclass(frozen=True)
class PartView:
    """One region for one answer: its share of the attribution, that minus its share of the area, and the ratio."""

    region: str
    share: Estimate
    excess: Estimate
    density: float
    is_expected: bool

    @property
    def is_distinct(self) -> bool:
        """Whether the area share is outside the interval."""
        return not self.excess.low <= 0 <= self.excess.high


@dataclass(frozen=True)
class ReadingView:
    """Where n answers of one kind come from; `expression` is "" for all together, `units` are FACS's action units."""

    expression: str
    n: int
    parts: tuple[PartView, ...]
    densest: str
    units: str
    masking: Masking

    @property
    def expected(self) -> list[str]:
        """The regions where FACS has the face move."""
        return [part.region for part in self.parts if part.is_expected]

    @property
    def density(self) -> float:
        """Share by area of the densest region."""
        return max(part.density for part in self.parts)


@dataclass(frozen=True)
class RegionsView:
    """What a checkpoint reads: all its answers, each expression it gave often enough, and the `rare` others.

    `picture` is what the picture's own contrast would give, minus the area; `missed` is the share of the logit's rise
    that half of the attributions, and nine in ten, miss less of; `steps` and `patches` say how it was measured.
    """

    checkpoint: CheckpointView
    layout: LayoutView
    overall: ReadingView
    readings: tuple[ReadingView, ...]
    rare: tuple[tuple[str, int], ...]
    picture: tuple[Estimate, ...]
    missed: tuple[float, float]
    steps: int
    patches: int


def regions_summary(view: RegionsView) -> str:
    """Say what a network reads most densely, whether FACS would, and whether masking bears it out."""
    row, whole = view.checkpoint, view.overall
    place = [part.region for part in whole.parts].index(whole.densest)
    return (
        f"**{row.network.title}** reads {_the(whole.densest)} most densely on {row.data_title}: "
        f"{estimate(whole.parts[place].share)} of the attribution on {percent(view.layout.areas[place])} of the "
        f"picture.{_expected(view.readings)} {_masked(whole.masking)}"
    )


def _the(region: str) -> str:
    return "what lies outside the face's parts" if region == "outside" else f"the {region}"


def _expected(readings: Sequence[ReadingView]) -> str:
    known = [reading for reading in readings if reading.expected]
    if not known:
        return ""
    fitting = sum(reading.densest in reading.expected for reading in known)
    at_random = sum(len(reading.expected) / len(reading.parts) for reading in known)
    return (
        f" For {fitting} of {len(known)} expressions (at random: {at_random:.1f}), what it reads most densely is where "
        "FACS has the face move."
    )


def _masked(masking: Masking) -> str:
    if masking.difference.low > 0:
        verdict = f"{points(masking.difference.value)} more than random patches as large"
    elif masking.difference.high < 0:
        verdict = f"{points(masking.difference.value)} less than random patches as large"
    else:
        verdict = "not resolved against random patches as large"
    return (
        f"Masking a face's densest part costs {points(masking.top.value)} of confidence, {verdict} (p {_p(masking.p)})."
    )


def _p(p: float) -> str:
    words = probability(p)
    return words if words.startswith("<") else f"= {words}"


def how(views: Sequence[RegionsView]) -> str:
    """Say how all this was measured, and what it cannot show; "" if nothing was."""
    if not views:
        return ""
    worst = max(views, key=lambda view: view.missed)
    return (
        f"Integrated gradients of the predicted expression's logit, {worst.steps} steps from a uniform mid-grey "
        f"picture; half of their sums miss less than {percent(worst.missed[0], 0)} of the logit's rise, one in ten "
        f"more than {percent(worst.missed[1], 0)}. Every pixel has a share of its own; Grad-CAM of these networks has "
        "6 × 6 cells and cannot tell brows from eyes. What is exactly mid-grey can carry nothing: the row of the "
        "picture alone says where there is more to carry. Test faces are drawn equally many of each expression, the "
        "same for all networks of a data set. By area: share of the attribution by share of the area. FACS expects: "
        "the regions that an expression's action units move (Ekman, Friesen and Hager 2002, table 10-1), one a unit."
    )


def unaligned(layout: LayoutView) -> str:
    """Say what is uncertain where faces are not aligned; "" where they are."""
    if layout.is_aligned:
        return ""
    return (
        f"Faces of {layout.data_title} are centred, not aligned: the same border runs through different places of "
        "different faces, so neighbours such as brows and eyes mix. Trust RAF-DB, whose faces are aligned, more."
    )


def rarely(view: RegionsView) -> str:
    """Name the answers that were given too rarely to be shown; "" if none was."""
    named = [f"{name} (n = {n})" for name, n in view.rare]
    return f"Too rarely answered to be shown: {several(named)}." if named else ""


def unmeasured(names: Sequence[str]) -> str:
    """Say whose shares are not stored; "" if all are."""
    return f"Not measured yet: {several(list(names))}. Run `fer regions` where the data are." if names else ""
