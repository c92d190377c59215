"""What cannot be recomputed here, and why: missing weights, starting weights, teachers or data.

`fer verify` compares a card with the files beside it, which needs neither data nor other checkpoints. Scoring or
training again needs more. No torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from fer_core.checkpoints.card import Card
from fer_core.data import open_dataset
from fer_core.errors import FerError

NO_CHECKPOINT = ("", "imagenet", "votes")  # what `init_from` and `teacher` may say besides a checkpoint's name


def obstacles(card: Card, known: Mapping[str, Card], data_problems: Mapping[str, str]) -> tuple[str, ...]:
    """Return a sentence for everything that prevents recomputing a checkpoint's scores or training.

    Args:
        known: all cards that are here, by name; data_problems: why a data set cannot be opened, by its name.
    """
    return tuple([*_of_scores(card, data_problems), *_of_training(card, known)])


def find_data_problems(names: Iterable[str], root: Path | None = None) -> dict[str, str]:
    """Return why data sets cannot be opened here, by name, without those that can. Each is opened once."""
    problems = {}
    for name in sorted(set(names)):
        try:
            open_dataset(name, root)
        except FerError as error:
            problems[name] = str(error)
    return problems


def _of_scores(card: Card, data_problems: Mapping[str, str]) -> Iterator[str]:
    if card.weights is None:
        yield f"ships answers and no weights; {card.how_to_remake}"
    if card.data.name in data_problems:
        yield f"{card.data.title} is not here: {data_problems[card.data.name]}"


def _of_training(card: Card, known: Mapping[str, Card]) -> Iterator[str]:
    settings = card.training.settings
    for key, verb in (("init_from", "starts from"), ("teacher", "learns from")):
        name = settings.get(key) or ""
        if name in NO_CHECKPOINT:
            continue
        source = known.get(name)
        if source is None:
            yield f"its training {verb} {name}, which is not here"
        elif source.weights is None and not (key == "teacher" and source.teacher_logits):
            yield f"its training {verb} {name}, whose weights are not shipped; {source.how_to_remake}"
