"""What the evidence ledger says, in sentences and in lines of arithmetic that a reader can follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import floor
from typing import TYPE_CHECKING

from dashboard.formatting import MINUS, count, percent, points, several

if TYPE_CHECKING:
    from fer_core.checkpoints.look_counts import SplitLooks
    from fer_core.evidence.claim_checks import Check
    from fer_core.evidence.ledger import Finding, LedgerRow

ANY = "any"

PARTS = {"numbers": "Numbers", "findings": "Findings", "looks": "Looks at test faces"}
FINDINGS = "What changes how a source must be read. Each line of arithmetic is done again whenever the ledger is read."
MARKS = "Filled: measured here. Hollow: claimed. Struck through: cannot be right."
INTERVALS = "Measured here: with its 95 % interval, Wilson's, or clustered by subject where the protocol says so."

COUNTED = {
    "measured here": ("was measured here", "were measured here"),
    "claimed only": ("is a claim only", "are claims only"),
    "disputed": ("is disputed", "are disputed"),
    "cannot be right": ("cannot be right as printed", "cannot be right as printed"),
}


def claims_summary(rows: Sequence[LedgerRow], findings: Sequence[Finding], title: str) -> str:
    """Say how many numbers of a data set have which status, and what came of the claims that were measured."""
    numbers = Counter(row.status for row in rows)
    parts = [f"{numbers[status]} {words[numbers[status] > 1]}" for status, words in COUNTED.items() if numbers[status]]
    opening = f"Of **{len(rows)} numbers** on {title}, {several(parts)}."
    both = [row for row in rows if row.measured and row.accuracy is not None]
    inside = [row for row in both if row.measured[0].accuracy.low <= row.accuracy <= row.measured[0].accuracy.high]
    if both:
        opening += (
            f" Of {len(both)} claims whose published weights were scored here, {len(inside)} lie within the "
            "measurement's interval; trainings of ours are none of them."
        )
    if findings:
        opening += f" {len(findings)} finding{'s' if len(findings) > 1 else ''} with the arithmetic."
    return opening


def looks_summary(looks: Sequence[SplitLooks], title: str) -> str:
    """Say how often a data set's test faces were scored, and what a reader should think of the best score."""
    if not looks:
        return f"No scoring of {title}'s test faces is logged."
    scored = sum(split.looks for split in looks)
    gone = len({name for split in looks for name in split.gone})
    opening = f"Test faces of {title} were scored **{count(scored)} {'times' if scored > 1 else 'time'}**"
    opening += f"; {gone} of the checkpoints {'is' if gone == 1 else 'are'} no longer here" if gone else ""
    return f"{opening}. {_flattered(looks[0])}So trust verdicts, not the order of scores."


def _flattered(most: SplitLooks) -> str:
    """What chance alone makes of the best score; more on a protocol's faces, which show people again and again."""
    if most.checkpoints == 1 or most.protocol:
        return ""
    return (
        f"Were all {most.checkpoints} checkpoints on {most.split} equally good, the best would still be expected up to "
        f"{points(most.flattery)} above its worth. "
    )


LOOKS = (
    "Every scoring by fer evaluate, fer quantize and cross-validations is a line of evidence/test-looks.jsonl, which "
    "is only ever added to. Reconstructed: written later, from the history of the cards. Rounded: scored again after "
    "the weights were rounded. Repeated: the same weights again, which tells nothing new. Above its worth: √(2 ln k) "
    "standard errors for k checkpoints, a bound whether they err alike or not."
)


def status_words(status: str) -> str:
    """Name a status, or all of them."""
    return "Any" if status == ANY else status.capitalize()


def worked(check: Check) -> str:
    """Write a line of arithmetic out: what goes in, and what comes out."""
    write = {
        "count": _counted,
        "share": lambda c: f"100 × {_n(c.parts[0])} / {_n(c.parts[1])} = {c.value:.2f}",
        "reach": lambda c: f"{c.value:.0f} % of all two-decimal percentages are some k / {_n(c.parts[0])}",
        "sum": lambda c: f"{' + '.join(map(_n, c.parts))} = {_n(c.value)}",
        "difference": lambda c: f"{_n(c.parts[0])} {MINUS} {_n(c.parts[1])} = {_n(c.value)}",
        "reduction": lambda c: f"100 × (1 {MINUS} {_n(c.parts[0])} / {_n(c.parts[1])}) = {c.value:.1f}",
        "float32_mib": lambda c: f"4 × {_n(c.parts[0])} / 2²⁰ = {c.value:.2f} MiB",
        "torchsummary_mib": lambda c: (
            f"4 × ({_n(c.parts[0])} + 2 × {_n(c.parts[1])} + {_n(c.parts[2])}) / 2²⁰ = {c.value:.2f} MiB"
        ),
    }
    return write[check.kind](check)


def _counted(check: Check) -> str:
    n = int(check.parts[0])
    if check.value is not None:
        return f"{count(int(check.value))} / {count(n)} = {percent(check.value / n, 3)}"
    below = floor(float(check.printed) / 100 * n)
    return (
        f"no whole k: {count(below)} / {count(n)} = {percent(below / n, 3)}, "
        f"{count(below + 1)} / {count(n)} = {percent((below + 1) / n, 3)}"
    )


def _n(value: float) -> str:
    """Write a number as it went in: whole ones with commas, others without floating-point dust."""
    if float(value).is_integer():
        return count(int(value))
    return f"{value:.6f}".rstrip("0").rstrip(".")
