"""Contents and leaks of a data set, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.formatting import MINUS, NBSP, count, estimate, percent, points, points_span, several, signed
from dashboard.pages.data_audit.views import AgreementView, AuditView, MethodView, ProtocolGapView
from dashboard.views.leak_effects import LeakEffectView, LeakPriceView

if TYPE_CHECKING:
    from fer_core.checkpoints.leak_price import PricedFaces

PARTS = {
    "holds": "What it holds",
    "copies": "Copies and leaks",
    "labels": "Labels against votes",
    "protocols": "Protocols",
    "faces": "Faces",
}
LEVELS = {"exact": "Pixel by pixel", "near": "Also nearly the same"}
STEPS = {
    "ckplus-frame": "Random frames",
    "ckplus-sequence": "Whole sequences",
    "ckplus-subject": "Unseen subjects",
}
KINDS = {"copies": "Equal pictures", "conflicts": "Conflicting labels", "near": "Near-duplicates", "constant": "Empty"}


def parts(audit: AuditView) -> list[str]:
    """Return which of PARTS there are for a set."""
    return [part for part in PARTS if part != "labels" or audit.voted]


def kinds(audit: AuditView) -> list[str]:
    """Return which of KINDS were found in a set."""
    counts = {
        "copies": audit.groups,
        "conflicts": audit.conflicting,
        "near": sum(audit.near.values()),
        "constant": audit.constant,
    }
    return [kind for kind in KINDS if counts[kind]]


def leaks_summary(audit: AuditView) -> str:
    """Say what the set holds and, if it has splits, how much of the last stands in the first."""
    held = f"**{audit.title}** holds {count(audit.n)} faces of {len(audit.expressions)} expressions"
    exact, near = audit.leak("exact"), audit.leak("near")
    if audit.subjects is not None:
        return (
            f"{held}: {count(audit.subjects)} people in {count(audit.sequences or 0)} sequences, and no split of its "
            "own. Split by frames, the sequence of a test face is in train as well."
        )
    if exact is None or near is None:
        return f"{held} and has no split of its own."
    if not near.count:
        return f"{held}; no {exact.split} picture is a copy of one in {exact.reference[0]}."
    who = f"{count(exact.count)} of {count(exact.n)} {exact.split} pictures are exact copies"
    return (
        f"{held}. {who if exact.count else f'No {exact.split} picture is an exact copy'} of {exact.reference[0]} "
        f"pictures, {count(near.count)} if near-duplicates count."
    )


def scale(audit: AuditView) -> str:
    """Say how rare the rarest expression is."""
    totals = [sum(column) for column in zip(*audit.counts, strict=True)]
    low, high = (totals.index(pick(totals)) for pick in (min, max))
    names = audit.expressions
    return (
        f"The commonest expression is {names[high]}, {percent(totals[high] / audit.n, 0)} of the faces; the rarest, "
        f"{names[low]}, has {count(totals[low])}, {percent(totals[low] / audit.n)}."
    )


def checks(audit: AuditView) -> list[tuple[str, str, str]]:
    """Return what was looked for, how much of it was found, and what that means: a row each."""
    near = sum(audit.near.values())
    rows = [
        ("Equal pictures", count(audit.pictures), f"in {count(audit.groups)} groups, equal byte for byte"),
        ("… across splits", count(audit.across), f"groups; {count(audit.groups - audit.across)} lie within one split"),
        ("Conflicting labels", count(audit.conflicting), "groups of equal pictures that carry different expressions"),
        ("Near-duplicates", count(near), f"pairs: {_kinds(audit)}"),
        ("… across splits", count(audit.near_across), "pairs"),
        ("… with different labels", count(audit.near_conflicting), "pairs"),
        ("Empty pictures", count(audit.constant), "one grey all over: there is no face"),
    ]
    if audit.near_across_subjects is not None:
        rows.insert(6, ("… of different people", count(audit.near_across_subjects), "pairs"))
    return [row for row in rows if len(audit.splits) > 1 or row[0] != "… across splits"]


def _kinds(audit: AuditView) -> str:
    names = {"mirror": "mirrored", "shift": "moved by a pixel", "similar": "cut, lit or compressed otherwise"}
    return several([f"{count(audit.near[kind])} {names[kind]}" for kind in names if audit.near[kind]]) or "none"


def leak_prices_summary(prices: Sequence[LeakPriceView]) -> str:
    """Say what training on copies of test faces was worth to each network; "" where no such training is here."""
    return " ".join(_price_words(view) for view in prices)


def _price_words(view: LeakPriceView) -> str:
    price, title = view.price, view.checkpoint.network.title
    on_copied = (
        f"{percent(price.copied.without_copies.value)} of the {count(price.copied.n)} copied faces instead of "
        f"{percent(price.copied.with_copies.value)}"
    )
    return (
        f"Trained without the {count(price.left_out)} pictures that are copies of test faces, **{title}** gets "
        f"{on_copied} right ({_gap(price.copied)}), and of the {count(price.others.n)} others "
        f"{percent(price.others.without_copies.value)} instead of {percent(price.others.with_copies.value)} "
        f"({_gap(price.others)}); on the whole split, {_gap(price.whole)}. One seed each."
    )


def _gap(faces: PricedFaces) -> str:
    """What the copies added, in points with its interval."""
    return f"copies: {signed(faces.price.value)}{NBSP}points, {points_span(faces.price)}"


def leak_effects_summary(effects: Sequence[LeakEffectView], audit: AuditView, level: str) -> str:
    """Say what the checkpoints score with, without and on the leaked rows; not why."""
    leak = audit.leak(level)
    if leak is None:
        return f"{audit.title} has no split of its own, so nothing can leak from one into another."
    if not leak.count:
        return f"No {leak.split} picture is a copy of one in {leak.reference[0]}, so no score rests on leaks."
    if not effects:
        return f"No checkpoint here was scored on {audit.title}; `fer train` makes one, and its scores appear here."
    gains = [view.effect.gain for view in effects]
    resolved = sum(gain.low > 0 for gain in gains)
    who = "The network here scores" if len(effects) == 1 else f"The {len(effects)} networks here score"
    return (
        f"{who} **{_range([gain.value for gain in gains])}** more with the {count(leak.count)} leaked faces than "
        f"without them (interval above 0 for {resolved} of {len(effects)}), and {_on_copies(effects)} on the copies "
        "alone."
    )


NO_CAUSE = (
    "How much of that is memory is not shown: the copies may be easier faces. A training without them would tell."
)


def _range(values: Sequence[float]) -> str:
    """[0.007, 0.015] -> "0.7 to 1.5 points"."""
    low, high = min(values), max(values)
    if len(values) == 1 or f"{100 * low:.1f}" == f"{100 * high:.1f}":
        return points(values[0])
    return f"{100 * low:.1f} to {points(high)}".replace("-", MINUS)


def _on_copies(effects: Sequence[LeakEffectView]) -> str:
    """The range of accuracies on the leaked faces."""
    shares = sorted(view.effect.on_leaked.value for view in effects)
    return percent(shares[0]) if len(shares) == 1 else f"{100 * shares[0]:.0f} to {percent(shares[-1], 0)}"


def label_agreement_summary(view: AgreementView) -> str:
    """Say how often label and votes agree, and by which rule for ties."""
    share = percent(view.agree / view.n)
    known = [(value.value, name) for name, value in zip(view.expressions, view.shares, strict=True) if value]
    low, high = min(known), max(known)
    spread = ""
    if view.least < view.most:
        least, most = percent(view.least / view.n), percent(view.most / view.n)
        spread = f" ({least} if a tie never agrees, {most} if one of the tied is enough)"
    return (
        f"FER2013's label is what FER+'s ten voters chose most often for **{share}** of these faces{spread}: "
        f"{percent(high[0], 0)} of those labelled {high[1]}, but only {percent(low[0], 0)} of those labelled {low[1]}."
    )


def protocol_gap_summary(view: ProtocolGapView, step: str) -> str:
    """Say what the chosen protocol costs every method, and why."""
    place = view.steps.index(step)
    look_up = next((method for method in view.methods if method.is_look_up), None)
    if look_up is None or look_up.values[place] is None:
        return f"Nothing was measured on {STEPS[step].lower()}."
    opening = f"**{STEPS[step]}:** a look-up of the nearest picture is right for {estimate(look_up.values[place])}"
    return f"{opening}{_lost(look_up, place)}. {_why(view, look_up, place)}"


def _lost(method: MethodView, place: int) -> str:
    first, now = method.values[0], method.values[place]
    if place == 0 or first is None or now is None:
        return ""
    return f", {100 * (first.value - now.value):.0f}{NBSP}points less than on random frames"


def _why(view: ProtocolGapView, look_up: MethodView, place: int) -> str:
    kin, now, among_strangers = view.neighbours[place], look_up.values[place], look_up.values[-1]
    if kin.same_sequence:
        return (
            f"For {count(kin.same_sequence)} of {count(kin.n)} faces, train holds another frame of the same sequence, "
            "a fraction of a second away, as the nearest picture: the score measures memory."
        )
    if kin.same_subject:
        is_worse = now is not None and among_strangers is not None and now.value < among_strangers.value
        return (
            f"For {count(kin.same_subject)} of {count(kin.n)} faces the nearest picture is the same person in another "
            f"sequence, {'all' if kin.other_face == kin.same_subject else count(kin.other_face)} of them with another "
            f"expression: it finds who it is, not what is shown{', and does worse than among strangers' * is_worse}."
        )
    return (
        "Nobody is in train and test at once, so only what people share can help. This is the protocol whose number "
        "says something about a new face."
    )
