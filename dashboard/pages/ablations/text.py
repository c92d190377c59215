"""What an ablation table says, in sentences made of its numbers: per row, and for the page."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.formatting import NBSP, points, points_span, probability, several, signed
from dashboard.pages.ablations.views import AblationRow, AblationsView, MeasuredView, StepView
from dashboard.store.training_groups import WIDEST

HOW = (
    "Each indented row changes one thing in its parent. Claimed: grey and italic, struck through where no count of "
    "faces gives it; hollow in the drawing. Measured: one view of each face, the epoch chosen on validation data, ± 95 "
    "% interval. Effect: the row minus its parent, in points, on the same faces, with a paired interval and an exact "
    "McNemar test of the first common seed; printed only where both were trained with one recipe. Spread: standard "
    "deviation over seeds. Each p stands for itself, not adjusted for the other rows."
)
PARTS = {"rfm": "reverse fusion", "shallow": "shallow branch"}  # where a field's name is not the field's word


def reading(row: AblationRow) -> str:
    """Read one row: what its change earns, and how it stands to the paper's number."""
    if row.measured is None:
        return "Not trained here yet."
    parts = [_effect(row.step)] if row.step else []
    if not row.measured.is_test:
        parts.append("Scored on validation faces only, so not held against the paper.")
    elif row.printed is not None:
        parts.append(_beside_paper(row))
    return " ".join(parts) or ("The paper prints no number for it." if row.depth is not None else "")


def _effect(step: StepView) -> str:
    p = f"p{NBSP}{probability(step.p)}"
    if not step.is_distinct:
        return f"No difference that these faces could show ({p})."
    return f"{'Helps' if step.difference.value > 0 else 'Hurts'} by {points(step.difference.value)} ({p})."


def _beside_paper(row: AblationRow) -> str:
    ours, claimed = row.measured.accuracy, row.printed.accuracy
    doubt = " That number cannot be right as printed." if row.printed.is_impossible else ""
    if ours.low <= claimed <= ours.high:
        return f"Agrees with the paper within the interval.{doubt}"
    if claimed > ours.high:
        return f"Falls {points(claimed - ours.value)} short of the paper.{doubt}"
    return f"Beats the paper by {points(ours.value - claimed)}.{doubt}"


def ablations_summary(view: AblationsView) -> str:
    """Answer which changes earn their place on a data set, and which networks fall short of their papers."""
    rows = [row for paper in view.papers for row in paper.rows]
    tested = [row for row in rows if row.step]
    return " ".join(filter(None, (_tested(tested, view.data_title), _short(view))))


def left_out(view: AblationsView) -> str:
    """Say which trained networks have no table on a data set, and why; "" if all have one."""
    titles = [network.title for network in view.alone]
    if not titles:
        return ""
    papers, scores = (
        ("its paper prints", "Its score stands") if len(titles) == 1 else ("their papers print", "Their scores stand")
    )
    return (
        f"No table for {several(titles)}: {papers} no number on {view.data_title}, and no two rows of a table were "
        f"trained here. {scores} on the Overview."
    )


def _tested(rows: Sequence[AblationRow], title: str) -> str:
    if not rows:
        return (
            f"**No change** can be judged on {title} yet: that takes a row and the row that it changes, both trained "
            "with one recipe."
        )
    helping, hurting = ([row for row in rows if row.step.is_distinct and _sign(row) == sign] for sign in (1, -1))
    unclear = len(rows) - len(helping) - len(hurting)
    verbs = (helping, "help"), (hurting, "hurt")
    parts = [f"{several([_named(row) for row in some])} {verb}{'s' * (len(some) == 1)}" for some, verb in verbs if some]
    if unclear:
        parts.append(f"{unclear} of {len(rows)} {'makes' if unclear == 1 else 'make'} no difference beyond chance")
    number = "the one change" if len(rows) == 1 else f"{len(rows)} changes"
    return f"Of {number} tested on {title}, {'; '.join(parts)}."


def _sign(row: AblationRow) -> int:
    return 1 if row.step.difference.value > 0 else -1


def _named(row: AblationRow) -> str:
    part = row.change.partition(":")[0]
    return f"**{PARTS.get(part, part)}** in {row.network.title} ({signed(row.step.difference.value)} points)"


def _short(view: AblationsView) -> str:
    """Name the papers' own networks that stay behind what their papers print, each in its best training."""
    full = [row for paper in view.papers for row in paper.rows if row.network == paper.network]
    known = [row for row in full if row.printed and row.measured and row.measured.is_test]
    behind = [row for row in known if row.printed.accuracy > row.reached.high]
    if behind:
        gaps = [points(row.printed.accuracy - row.reached.value) for row in behind]
        who = [f"**{row.network.title}** by {gap}" for row, gap in zip(behind, gaps, strict=True)]
        return f"Short of their papers: {several(who)}."
    return "None of the papers' networks trained here falls short of its paper." if known else ""


def seeds_words(found: MeasuredView) -> str:
    """Say how many seeds stand behind a number: "3 seeds, spread 0.3" or "single seed 0"."""
    if found.deviation is None:
        return f"single{NBSP}seed{NBSP}{found.seeds[0]}"
    return f"mean of {len(found.seeds)} seeds, spread {100 * found.deviation:.1f}"


def measured_on(found: MeasuredView) -> str:
    """Say on what a number was measured."""
    return f"{found.data_title} {found.split}, n{NBSP}={NBSP}{found.n:,}"


def common_ground(rows: Sequence[AblationRow]) -> str:
    """Say on what all the rows were measured; "" where they differ or nothing was."""
    grounds = {measured_on(row.measured) for row in rows if row.measured}
    return grounds.pop() if len(grounds) == 1 else ""


def step_words(step: StepView) -> str:
    """Say how sure a difference is, and how it varies over seeds."""
    found = f"{points_span(step.difference)}, p{NBSP}{probability(step.p)}"
    if step.deviation is None:
        return f"{found}, single{NBSP}seed{NBSP}{step.seed}"
    together = f"mean of {step.seeds} seeds {signed(step.mean)}, spread {100 * step.deviation:.1f}"
    return f"{found}, seed{NBSP}{step.seed}; {together}"


def printed_words(row: AblationRow) -> str:
    """What stands behind a claimed number."""
    return f"{row.printed.source}; {row.printed.where}. {row.printed.why}"


def recipe_words(recipe: str) -> str:
    """Name a recipe, or the choice of the one that covers most rows."""
    return "The recipe that most rows share" if recipe == WIDEST else recipe
