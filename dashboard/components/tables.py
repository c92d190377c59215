"""The pages' tables: checkpoints, expressions, costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import quote

from dashboard.components import cells
from dashboard.components.figures import palette
from dashboard.components.labels import seeds_tell_apart
from dashboard.ranking import Lanes
from dashboard.theme import Palette
from dashboard.verdicts import ClassDifferenceView, CurveView, PairsView, StandingView
from dashboard.views import CheckpointView, CostView, Interval, MatrixView, NetworkView
from dashboard.wording import (
    DASH,
    MINUS,
    NBSP,
    count,
    estimate,
    millions,
    milliseconds,
    percent,
    points_span,
    probability,
)

LETTERS = ("A", "B")  # the first and the second checkpoint, where two stand beside each other
NOT_SCORED = "Not scored yet: run fer evaluate on this checkpoint."
NO_AUDIT = "No audit of this data set is stored, or none of its test faces stands in the training split."
NO_LOGITS = "Its stored answers cannot be read, see above."
NO_TIME = "Not measured."


def standings_table(order: Sequence[StandingView], lanes: Sequence[Lanes]) -> None:
    """Show a row a checkpoint, in the `order` given; each name leads to its confusion matrix.

    `lanes` are pieces of the brackets that join rows which cannot be told apart, one tuple a row; empty for none.
    """
    colours, scale = palette(), cells.Scale.around([row.checkpoint.accuracy for row in order])
    rows = [row.checkpoint for row in order]
    networks = {row.network for row in rows}
    repeated = {one for one in networks if not seeds_tell_apart([row for row in rows if row.network == one])}
    header = [
        ("", ""),
        ("Network", ""),
        ("Accuracy", "number"),
        (f"{percent(scale.low, 0)} to {percent(scale.high, 0)}", "drawn"),
        ("Without leaks", "number"),
        ("Macro-F1", "number"),
        ("ECE", "number"),
        ("Parameters", "number"),
        ("Time", "number"),
        ("Claim", "number"),
    ]
    body = [
        [cells.brackets(pieces), *_standing_row(row, scale, colours.family(row.checkpoint.network.family), repeated)]
        for row, pieces in zip(order, lanes, strict=True)
    ]
    cells.table(header, body, colours, "Checkpoints with accuracy, what it is without leaked faces, calibration, cost")


def _standing_row(
    standing: StandingView, scale: cells.Scale, colour: str, repeated: Collection[NetworkView]
) -> list[str]:
    row = standing.checkpoint
    seeds = _seeds(standing, row.network not in repeated)
    kept = row.n - standing.n_leaked
    return [
        cells.text(row.network.title, seeds, colour, f"confusion?a={quote(row.name)}"),
        cells.interval(row.accuracy, scale, colour, _faces(row), NOT_SCORED),
        cells.number(estimate(standing.clean), f"n{NBSP}={NBSP}{count(kept)}", NO_AUDIT),
        cells.number(estimate(row.macro_f1), reason=NOT_SCORED),
        cells.number(DASH if standing.ece is None else percent(standing.ece), reason=NO_LOGITS),
        cells.number(millions(row.params), f"{millions(row.macs)} MACs"),
        cells.number(
            DASH if standing.latency_ms is None else milliseconds(standing.latency_ms), f"{row.size_px} px", NO_TIME
        ),
        _claim_cell(row),
    ]


def _faces(row: CheckpointView) -> str:
    people = f" of {count(row.subjects)} people" if row.subjects else ""
    return f"n{NBSP}={NBSP}{count(row.n)}{people}"


def _seeds(standing: StandingView, is_told_apart: bool) -> str:
    """Name the seed, or the whole tag where seeds alone do not tell the network's rows apart."""
    row, over = standing.checkpoint, standing.seeds
    seed = f"seed {row.seed}" if is_told_apart else row.tag
    if over.deviation is None:
        return seed
    return f"{seed}; {over.n} seeds: {percent(over.mean)}, SD{NBSP}{100 * over.deviation:.1f}"


def _claim_cell(row: CheckpointView) -> str:
    if row.claim is None:
        return cells.number(DASH, reason=f"No paper prints an accuracy of this network on {row.data_title}.")
    words = [f"{row.claim.source}; {row.claim.split}. {row.claim.note} Our schedule: {row.schedule_note}"]
    words += [f"Weights as stored and scored: {row.weights}"] if row.has_weights else []
    return cells.claim(percent(row.claim.accuracy, 2), " ".join(words))


def class_table(matrices: Sequence[MatrixView]) -> None:
    """Show precision, recall and F1 of every expression, for one checkpoint or two, A and B."""
    header = [("Expression", ""), ("Faces", "number")]
    for side in LETTERS[: len(matrices)] if len(matrices) > 1 else ("",):
        header += [(f"{measure} {side}".strip(), "number") for measure in ("Recall", "Precision", "F1")]
    body = []
    for place, expression in enumerate(matrices[0].expressions):
        row = [cells.text(expression), cells.number(count(matrices[0].per_class[place].n))]
        for matrix in matrices:
            one = matrix.per_class[place]
            row += [
                cells.number(estimate(value), reason="No face to estimate it from.")
                for value in (one.recall, one.precision, one.f1)
            ]
        body.append(row)
    cells.table(header, body, palette(), "Recall, precision and F1 of every expression")


def class_difference_table(found: Sequence[ClassDifferenceView], one: str, other: str) -> None:
    """Show each expression's scores of checkpoint `one` minus `other`, A minus B, in points, with 95 % intervals."""
    colours = palette()
    known = [part for row in found for part in (row.recall, row.precision, row.f1) if part is not None]
    scale = cells.Scale.around([*known, Interval(0, 0, 0)])
    header = [("A minus B", ""), ("Recall", "number"), ("", "drawn")]
    header += [("Precision", "number"), ("", "drawn"), ("F1", "number"), ("", "drawn")]
    body = [
        [
            cells.text(row.expression, f"n{NBSP}={NBSP}{count(row.n)}"),
            *(cell for part in (row.recall, row.precision, row.f1) for cell in _points(part, scale, colours)),
        ]
        for row in found
    ]
    cells.table(header, body, colours, f"Recall, precision and F1 of {one} minus {other}, in points")


def _points(value: Interval | None, scale: cells.Scale, colours: Palette) -> tuple[str, str]:
    if value is None:
        return cells.number(DASH, reason="Undefined for one of the two."), "<td></td>"
    is_distinct = not value.low <= 0 <= value.high
    words = f"{100 * value.value:+.1f}".replace("-", MINUS)
    return cells.reach(words, value, scale, colours.accent if is_distinct else colours.reference, points_span(value))


def pair_table(found: PairsView, names: Mapping[str, str]) -> None:
    """Show a row a pair, the smallest p first; `names` is how to call each checkpoint."""
    colours, scale = palette(), cells.Scale.around([pair.difference for pair in found.pairs] + [Interval(0, 0, 0)])
    header = [
        ("Pair", ""),
        ("Difference", "number"),
        (f"{100 * scale.low:+.0f} to {100 * scale.high:+.0f}".replace("-", MINUS), "drawn"),
        ("Right alone", "number"),
        ("p", "number"),
        ("Holm", "number"),
    ]
    body = [
        [
            cells.text(
                names[pair.one.name],
                f"against {names[pair.other.name]}",
                link=f"confusion?a={quote(pair.one.name)}&b={quote(pair.other.name)}",
            ),
            *cells.reach(
                f"{100 * pair.difference.value:+.1f}".replace("-", MINUS),
                pair.difference,
                scale,
                colours.accent if pair.is_distinct else colours.reference,
                points_span(pair.difference),
            ),
            cells.number(f"{count(pair.only_one)} : {count(pair.only_other)}"),
            cells.number(probability(pair.p)),
            cells.number(probability(pair.p_holm), "" if pair.is_distinct else "within chance"),
        ]
        for pair in sorted(found.pairs, key=lambda pair: (pair.p_holm, pair.p))
    ]
    cells.table(header, body, colours, "All pairs with their difference, discordant faces and p-values")


def area_table(curves: Sequence[Sequence[CurveView]], area: str) -> None:
    """Show the area under every expression's curve, for one checkpoint or two."""
    header = [("Expression", ""), ("Faces", "number")]
    for side in LETTERS[: len(curves)] if len(curves) > 1 else ("",):
        header.append((f"{area[0].upper()}{area[1:]} {side}".strip(), "number"))
    header.append(("Guessing", "number"))
    body = [
        [
            cells.text(place[0].expression),
            cells.number(count(place[0].n)),
            *(cells.number(estimate(one.area), reason="No face to estimate it from.") for one in place),
            cells.number(percent(place[0].chance)),
        ]
        for place in zip(*curves, strict=True)
    ]
    cells.table(header, body, palette(), f"{area} of every expression")


def cost_table(costs: Sequence[CostView]) -> None:
    """Show what every network costs, in the order given."""
    colours = palette()
    header = [("Network", ""), ("Parameters", "number"), ("MACs", "number"), ("Median time", "number")]
    body = [
        [
            cells.text(cost.network.title, cost.network.name, colours.family(cost.network.family)),
            cells.number(count(cost.params)),
            cells.number(count(cost.macs)),
            _time_cell(cost),
        ]
        for cost in costs
    ]
    cells.table(header, body, colours, "Parameters, multiply-adds and measured time of every network")


def _time_cell(cost: CostView) -> str:
    if cost.latency is None:
        return cells.number(DASH, reason="Not measured.")
    late = cost.latency
    return cells.number(milliseconds(late.median_ms), f"quartiles {late.q1_ms:.1f} to {late.q3_ms:.1f}")
