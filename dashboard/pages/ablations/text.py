"""What an ablation table says, in sentences made of its numbers: per row, and for the page."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.formatting import NBSP, points_span, probability, sample_size, several, signed
from dashboard.store.training_groups import WIDEST
from dashboard.store.verdicts import power_of
from dashboard.views.ablations import AblationRow, AblationsView, MeasuredView
from dashboard.views.checkpoints import BesideClaimView
from dashboard.views.comparisons import PairView

HOW = (
    "Each indented row changes one thing in its parent. Claimed: grey and italic, struck through where no reading of "
    "its faces gives it; hollow in the drawing. Measured: mean over seeds, ± 95 % interval over faces and seeds. "
    "Effect: the row minus its parent, in points, on the same faces; printed only where nothing else differs. "
    "Intervals and p hold for all steps of a table together, trained or not (Bonferroni). A conclusion takes several "
    "seeds of both rows."
)
EFFECTS = {
    "better": "Better than the row that it changes",
    "worse": "Worse than the row that it changes",
    "equivalent": "Equivalent to it within ±1 point",
    "not resolved": "No difference resolved",
}
TOGETHER = {
    "better": "help",
    "worse": "hurt",
    "equivalent": "are equivalent to none of them within ±1 point",
    "not resolved": "make no resolved difference",
}
PARTS = {"rfm": "reverse fusion", "shallow": "shallow branch"}  # where a field's name is not the field's word


def reading(row: AblationRow) -> str:
    """Read one row: what is known of its change, and how it stands to the paper's number."""
    if row.measured is None:
        return "Not trained here yet."
    parts = [_effect(row.step)] if row.step else []
    if not row.measured.is_test:
        parts.append("Scored on validation faces only, so not held against the paper.")
    elif row.printed is not None:
        parts += [_beside_paper(row.beside_paper)] + [row.printed.why] * row.printed.is_impossible
    return " ".join(filter(None, parts)) or ("The paper prints no number for it." if row.depth is not None else "")


def _beside_paper(beside: BesideClaimView) -> str:
    """How a row stands to its claim; of why it does not, the weightiest reason, the others being the claim's help."""
    return f"Claim not comparable: {beside.deciding}." if beside.deciding else beside.words


def _effect(step: PairView) -> str:
    status = EFFECTS[step.status]
    return f"{status}, on one seed: no conclusion." if step.verdict.is_one_seed else f"{status}."


def ablations_summary(view: AblationsView) -> str:
    """Answer which changes make a network better on a data set, and what stands beside the papers' numbers."""
    rows = [row for paper in view.papers for row in paper.rows]
    tested = [row for row in rows if row.step]
    return " ".join(filter(None, (_tested(tested, view.data_title), *_together(view), _papers(view))))


def could_show(view: AblationsView) -> str:
    """Say what difference the faces can show at so many comparisons; "" where nothing was tested."""
    steps = [row.step for paper in view.papers for row in paper.rows if row.step]
    return power_of([step for step in steps if not step.verdict.is_one_seed] or steps)


def left_out(view: AblationsView) -> str:
    """Say which trained networks and which protocols have no table on a data set, and why; "" if all have one."""
    return " ".join(filter(None, (_alone(view), _lone_protocols(view))))


def _lone_protocols(view: AblationsView) -> str:
    titles = list(view.lone_protocols)
    return f"No table for {several(titles)}: no two rows of one were trained so." if titles else ""


def _alone(view: AblationsView) -> str:
    titles = [network.title for network in view.alone]
    if not titles:
        return ""
    papers, scores = (
        ("its paper prints", "Its score stands") if len(titles) == 1 else ("their papers print", "Their scores stand")
    )
    return (
        f"No table for {several(titles)}: {papers} no number on {view.data_title}, and no two rows of a table were "
        f"trained here. {scores} on the Leaderboard."
    )


def _tested(rows: Sequence[AblationRow], title: str) -> str:
    if not rows:
        return (
            f"**No change** can be judged on {title} yet: that takes a row and the row that it changes, both trained "
            "with one recipe."
        )
    seeded = [row for row in rows if not row.step.verdict.is_one_seed]
    by_status = {status: [row for row in seeded if row.step.status == status] for status in EFFECTS}
    verbs = (("better", "help"), ("worse", "hurt"))
    parts = [
        f"{several([_named(row) for row in by_status[status]])} {verb}{'s' * (len(by_status[status]) == 1)}"
        for status, verb in verbs
        if by_status[status]
    ]
    for status, meaning in (("equivalent", "equivalent within ±1 point"), ("not resolved", "not resolved")):
        if by_status[status]:
            parts.append(f"{len(by_status[status])} {'is' if len(by_status[status]) == 1 else 'are'} {meaning}")
    single = len(rows) - len(seeded)
    if single:
        parts.append(f"{single} {'rests' if single == 1 else 'rest'} on one seed: no conclusion")
    if single == len(rows) > 1:
        return f"All {single} changes tested on {title} rest on one seed: no conclusion."
    number = "the one change" if len(rows) == 1 else f"{len(rows)} changes"
    return f"Of {number} tested on {title}, {'; '.join(parts)}."


def _named(row: AblationRow) -> str:
    part = row.change.partition(":")[0]
    return f"**{PARTS.get(part, part)}** in {row.network.title} ({signed(row.step.verdict.difference.value)} points)"


def _together(view: AblationsView) -> list[str]:
    """Say what all changes of a paper's own network do together, where both ends were trained several times."""
    return [
        f"All changes of **{row.network.title}** together {TOGETHER[row.whole.status]}: "
        f"{signed(row.whole.verdict.difference.value)} points over its base ({step_words(row.whole)})."
        for row in _full(view)
        if row.whole and not row.whole.verdict.is_one_seed
    ]


def _papers(view: AblationsView) -> str:
    """Hold the papers' own networks against their claims; one sentence where none of them can be."""
    known = [row for row in _full(view) if row.printed and row.measured and row.measured.is_test]
    beside = [f"**{row.network.title}**: {row.beside_paper.words}" for row in known if row.beside_paper.is_comparable]
    if known and not beside:
        return "No training here repeats its paper's schedule and faces, so none is above or below its claim."
    return " ".join(beside)


def _full(view: AblationsView) -> list[AblationRow]:
    """The rows of the papers' own networks, with all their changes."""
    return [row for paper in view.papers for row in paper.rows if row.network == paper.network]


def seeds_words(measured: MeasuredView) -> str:
    """Say how many seeds stand behind a number: "3 seeds, spread 0.3" or "single seed 0"."""
    if measured.deviation is None:
        return f"single{NBSP}seed{NBSP}{measured.seeds[0]}"
    return f"mean of {len(measured.seeds)} seeds, spread {100 * measured.deviation:.1f}"


def measured_faces(measured: MeasuredView) -> str:
    """Say on what a number was measured, and on how many faces."""
    return f"{measured.scored_on}, {sample_size(measured.n)}"


def ground_words(rows: Sequence[AblationRow]) -> str:
    """Say on what all the rows were measured; "" where they differ or nothing was."""
    grounds = {measured_faces(row.measured) for row in rows if row.measured}
    return f"Measured on {grounds.pop()}." if len(grounds) == 1 else ""


def step_words(step: PairView) -> str:
    """Say how sure a difference is, for all steps of the table together, and over how many seeds."""
    verdict, (own, base) = step.verdict, step.verdict.seeds
    seeds = f"{own}{NBSP}{'seed' if own == 1 else 'seeds'}" + ("" if own == base else f" against {base}")
    return f"{points_span(verdict.difference)}, p{NBSP}{probability(verdict.p_adjusted)}, {seeds}"


def printed_words(row: AblationRow) -> str:
    """What stands behind a claimed number, and how ours stands to it."""
    printed = row.printed
    return " ".join(filter(None, (f"{printed.source}; {printed.where}.", printed.why, row.beside_paper.words)))


def recipe_words(recipe: str) -> str:
    """Name a recipe, or the choice of the one that covers most rows."""
    return "The recipe that most rows share" if recipe == WIDEST else recipe
