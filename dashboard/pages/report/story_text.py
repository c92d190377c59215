"""The sentences of the guided story, of at most 40 words each, written from the data at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.formatting import count, millions, percent, score, several, signed

if TYPE_CHECKING:
    from dashboard.pages.report.views import PaperView, StoryView
    from dashboard.views.ablations import AblationRow
    from dashboard.views.checkpoints import CheckpointView
    from dashboard.views.leak_effects import LeakEffectView, LeakPriceView
    from dashboard.views.regions import RegionsView
    from dashboard.views.training_curves import TrainingCurvesView

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
MOST_NAMED = 3  # parts in one sentence


def papers_sentence(story: StoryView) -> str:
    """Say which networks the story is about, and how large they are."""
    papers = {view.network.name: view.paper for view in story.papers}
    named = [_with_paper(cost.network.title, papers.get(cost.network.name, "")) for cost in story.costs]
    sizes = sorted(cost.params for cost in story.costs)
    return (
        f"{_number(len(named)).capitalize()} papers propose small networks for facial expressions: {several(named)}, "
        f"with {millions(sizes[0])} to {millions(sizes[-1])} parameters."
    )


def _with_paper(title: str, paper: str) -> str:
    """Name a network with authors and year; a paper without known authors is called by its network."""
    rest = paper.removeprefix(title).strip()
    return f"{title} ({rest})" if rest else title


def claims_sentence(story: StoryView) -> str:
    """Say what the papers claim on the story's data set, and over all sets."""
    here = [paper for paper in story.papers if paper.claim.data_title == story.data_title]
    all_of_them = [float(paper.claim.printed) for paper in story.papers]
    span = f"from {min(all_of_them):.2f} to {max(all_of_them):.2f} percent"
    if not here:
        return f"Their {len(all_of_them)} claims of accuracy, on several data sets, reach {span}."
    named = several([f"{paper.claim.printed} % ({paper.network.title})" for paper in here])
    return f"On {story.data_title} they claim {named}; their {len(all_of_them)} claims on all data sets reach {span}."


def measured_sentence(trainings: Sequence[TrainingCurvesView]) -> str:
    """Say how the networks were trained and scored here."""
    row, epochs = trainings[0].checkpoint, sorted(len(training.line.epochs) for training in trainings)
    span = f"{epochs[0]}" if epochs[0] == epochs[-1] else f"{epochs[0]} to {epochs[-1]}"
    return (
        f"Here they were trained for {span} epochs, the epoch chosen on validation faces, and scored on the same "
        f"{count(row.n)} faces of {row.scored_on}, every number with a 95 % interval."
    )


def holds_sentence(papers: Sequence[PaperView]) -> str:
    """Say which claims hold: only trainings that repeat a paper's conditions can tell."""
    known = [paper for paper in papers if paper.claim.ours is not None]
    if not known:
        return "None of the papers' networks was trained here on a data set of its claim yet."
    standings = Counter(_standing(paper) for paper in known if paper.claim.difference is not None)
    if not standings:
        return (
            f"None of the {_number(len(known))} trainings beside a claim repeats its paper's schedule and faces: their "
            "numbers neither confirm a claim nor refute it. Claims for published weights are counted under Evidence."
        )
    tally = several([f"{_number(standings[way])} {way}" for way in ("above", "consistent", "below") if standings[way]])
    rest = len(known) - sum(standings.values())
    other = f"; {_number(rest)} repeat no paper's conditions and decide nothing" if rest else ""
    return f"Of {_number(len(known))} claims measured here, {tally} the printed number within its interval{other}."


def _standing(paper: PaperView) -> str:
    gap = paper.claim.difference
    return "below" if gap.high < 0 else "above" if gap.low > 0 else "consistent"


def parts_sentence(rows: Sequence[AblationRow], title: str) -> str:
    """Say which parts help, counted over steps that rest on several seeds."""
    seeded = [row for row in rows if not row.step.verdict.is_one_seed]
    helping = [row for row in seeded if row.step.status == "better"]
    hurting = sum(row.step.status == "worse" for row in seeded)
    single = len(rows) - len(seeded)
    named = several([_part(row) for row in helping[:MOST_NAMED]])
    more = f" and {len(helping) - MOST_NAMED} more" if len(helping) > MOST_NAMED else ""
    verb = "help" if len(helping) != 1 else "helps"
    helps = f"{named}{more} {verb}" if helping else "none is shown to help"
    hurts = f", {_number(hurting)} {'hurts' if hurting == 1 else 'hurt'}" if hurting else ""
    rest = f"; {_number(single)} {'rests' if single == 1 else 'rest'} on one seed" if single else ""
    return f"Of {_number(len(rows))} changes tested on {title}, {helps}{hurts}{rest}."


def _part(row: AblationRow) -> str:
    return f"{row.network.title} ({signed(row.step.verdict.difference.value)} points)"


def looks_sentence(regions: RegionsView) -> str:
    """Say what a network reads most densely, and how often FACS would."""
    whole = regions.overall
    place = [part.region for part in whole.parts].index(whole.densest)
    known = [reading for reading in regions.readings if reading.expected]
    fitting = sum(reading.densest in reading.expected for reading in known)
    where = "what lies outside the face's parts" if whole.densest == "outside" else f"the {whole.densest}"
    faces = f"; for {fitting} of {len(known)} expressions that is where FACS has the face move" if known else ""
    return (
        f"{regions.checkpoint.network.title} reads {where} most densely on {regions.checkpoint.data_title}, "
        f"{percent(whole.parts[place].share.value, 0)} of the attribution on "
        f"{percent(regions.layout.areas[place], 0)} of the picture{faces}."
    )


def leaks_sentence(effects: Sequence[LeakEffectView], prices: Sequence[LeakPriceView] = ()) -> str:
    """Say how many test faces leak, what networks score with and without them, and what training on copies was worth.

    Only a training without the copies tells the latter; see `leak_prices`.
    """
    first, gains = effects[0], sorted(leak.effect.gain.value for leak in effects)
    span = signed(gains[0]) if len(gains) == 1 else f"{signed(gains[0])} to {signed(gains[-1])}"
    return (
        f"{count(first.effect.leaked)} of the {count(first.effect.n)} test faces of {first.checkpoint.data_title} are "
        f"exact copies of training pictures; the papers' networks score {span} points with than without them."
        f"{_worth(prices[0]) if prices else ''}"
    )


def _worth(leak: LeakPriceView) -> str:
    lost = [signed(-faces.price.value) for faces in (leak.price.copied, leak.price.others)]
    title = leak.checkpoint.network.title
    return f" Trained without copies, {title} gets {lost[0]} points on copies, near ones too, {lost[1]} elsewhere."


def take_sentence(story: StoryView) -> str:
    """Say which network to take: best on validation faces, of small ones and of all."""
    best, small = story.best, story.small
    whole = f"{best.network.title} is the most accurate choice ({_score(best)})"
    if small is None:
        return f"{whole}; none of at most one million parameters was trained here."
    if small is best:
        return f"{whole}, also among networks of at most one million parameters; validation faces chose it."
    return (
        f"Up to one million parameters, take {small.network.title} ({_score(small)}); without a limit, "
        f"{best.network.title} ({_score(best)}); validation faces chose both."
    )


def _score(row: CheckpointView) -> str:
    return f"{score(row.accuracy, row.seeds)}, {millions(row.params)}"


def _number(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)
