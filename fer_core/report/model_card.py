"""A checkpoint's card as a Hugging Face model card: README.md with metadata that the Hub reads. No torch, no network.

The metadata follow "Model Cards" of the Hub's documentation: `model-index` holds a result a scored split. Each value is
written as JSON, which is YAML as well.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from fer_core.checkpoints.card import Card
from fer_core.checkpoints.card_schema import SplitScores
from fer_core.evidence.claims import claim_for
from fer_core.records import EstimateEntry
from fer_core.report.citations import measurement_bibtex, paper_bibtex

TASK = {"type": "image-classification", "name": "Facial expression recognition"}
METRICS = {"accuracy": ("accuracy", "Accuracy"), "macro_f1": ("f1", "Macro-F1"),
           "balanced_accuracy": ("balanced_accuracy", "Balanced accuracy")}  # fmt: skip
UNPRINTABLE = re.compile("[\x7f-\x9f\ufeff\ufffe\uffff]")  # what JSON may hold and YAML may not


def model_card(card: Card) -> str:
    """Return the text of README.md: metadata between two lines of dashes, then what a reader wants to know."""
    lines = [f"{key}: {_yaml(value)}" for key, value in _metadata(card).items()]
    return "\n".join(["---", *lines, "---", "", *_body(card), ""])


def _metadata(card: Card) -> dict[str, Any]:
    return {
        "license": "other",
        "license_name": f"terms-of-{card.data.name}",
        "library_name": "fer-lens",
        "pipeline_tag": TASK["type"],
        "tags": ["facial-expression-recognition", card.network.name, card.data.name],
        "metrics": [kind for kind, _ in METRICS.values()],
        "model-index": [{"name": card.name, "results": list(_results(card))}],
    }


def _results(card: Card) -> Iterator[dict[str, Any]]:
    """Yield the test split first, which is the one that no choice was made on."""
    for split in sorted(card.scores, key=lambda split: split != card.headline_split):
        yield _result(card.data.name, card.data.title, split, card.scores[split])
    for cross_set in card.cross_sets.values():
        yield _result(cross_set.data, cross_set.title, cross_set.split, cross_set.scores)


def _result(data: str, title: str, split: str, scores: SplitScores) -> dict[str, Any]:
    return {
        "task": TASK,
        "dataset": {"type": data, "name": title, "split": split},
        "metrics": [
            {"type": kind, "name": f"{name} ({_interval(getattr(scores, key))}, n = {scores.n})",
             "value": getattr(scores, key).value} for key, (kind, name) in METRICS.items()
        ],
    }  # fmt: skip


def _interval(estimate: EstimateEntry) -> str:
    if estimate.low is None or estimate.high is None:
        return "undefined"
    return f"95 % interval {100 * estimate.low:.1f} to {100 * estimate.high:.1f} %"


def _body(card: Card) -> Iterator[str]:
    training, scores, claim = card.training, card.headline_scores, claim_for(card.network.name, card.data.name)
    yield f"# {card.name}"
    yield ""
    yield (
        f"`{card.network.name}`, trained on {_text(card.data.title)} to name {len(card.expressions)} apparent "
        f"expressions: {', '.join(card.expressions)}. {card.params:,} parameters, {card.macs:,} multiply-adds for a "
        f"{card.input.color} face of {card.input.size_px} px."
    )
    yield from ("", f"## Measured on {card.headline_split}", "")
    yield f"Accuracy {100 * scores.accuracy.number:.2f} %, {_interval(scores.accuracy)}, of n = {scores.n:,} faces."
    if card.temperature:
        fitted_on = f"fitted on {card.data.validation_split}"
        yield f"Its confidence is calibrated by dividing the logits by {card.temperature:.3f}, {fitted_on}."
    if card.claim:
        yield f"The paper claims {100 * card.claim.accuracy:.2f} % ({_text(card.claim.source)})."
        yield _text(card.claim.note)
    yield from ("", "| expression | n | recall | precision |", "|---|---:|---:|---:|")
    for row in scores.per_class:
        yield f"| {row.expression} | {row.n} | {_percent(row.recall)} | {_percent(row.precision)} |"
    yield from ("", "## Training", "", f"{_text(training.schedule_note)}", "", f"    {training.command}")
    if card.data.alignment:
        yield from ("", f"Alignment of its faces: {_text(card.data.alignment)}.")
    yield from ("", "## Limits", "", _text(card.limits), "", f"Data: {_text(card.data.terms)}")
    yield from ("", "## Citation", "", "```bibtex")
    if claim:
        yield paper_bibtex(f"{claim.paper.family}{claim.paper.year}", claim.paper)
    yield measurement_bibtex(card) + "```"


def _percent(estimate: EstimateEntry) -> str:
    return "–" if estimate.value is None else f"{100 * estimate.value:.1f} %"


def _text(words: str) -> str:
    """Return words that Markdown does not take for tags, on one line."""
    return html.escape(" ".join(words.split()), quote=False)


def _yaml(value: Any) -> str:
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", flat)
