"""Every shipped checkpoint, on every page that looks at one: real numbers reach corners that drawn ones do not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from support.app_driver import open_page
from support.paths import PROJECT

from fer_core.checkpoints import list_checkpoints
from fer_core.checkpoints.card import Card

CARDS = list_checkpoints(PROJECT / "checkpoints")
SHIPPED = [card.name for card in CARDS]


def kind(card: Card) -> tuple[object, ...]:
    """What decides which parts of a page there are for a checkpoint."""
    protocol = card.protocol.name if card.protocol else ""
    return card.data.name, protocol, card.precision, tuple(card.logits), len(card.expressions)


ONE_OF_EACH_KIND = [card.name for card in {kind(card): card for card in CARDS}.values()]
BY_DATA = sorted(CARDS, key=lambda card: (card.data.name, card.name))
# Every checkpoint in a pair, most of them with one that answers to the same faces.
PAIRS = [(one.name, other.name) for one, other in zip(BY_DATA, [*BY_DATA[1:], *BY_DATA[:1]], strict=True)][::2]
ACROSS = next((one.name, other.name) for one, other in pairwise(BY_DATA) if one.data.name != other.data.name)


@pytest.mark.parametrize("page", ["confusion", "calibration"])
@pytest.mark.parametrize("name", ONE_OF_EACH_KIND)
def test_a_page_about_one_checkpoint(page, name):
    app = open_page(page, a=name)
    assert not app.exception
    assert app.title[0].value


@pytest.mark.parametrize(("a", "b"), [*PAIRS, ACROSS])
def test_two_beside_each_other(a, b):
    """Both are drawn. Where they cannot be compared, a sentence says so."""
    app = open_page("confusion", a=a, b=b)
    assert not app.exception
    same = a.partition(".")[2].partition("-")[0] == b.partition(".")[2].partition("-")[0]
    assert same or "only networks that were scored on the same faces" in app.error[0].value


def test_every_checkpoint_is_in_a_pair():
    assert {name for pair in PAIRS for name in pair} == set(SHIPPED)


@pytest.mark.parametrize("page", ["paired", "embedding", "training", "robustness"])
def test_all_of_them_on_one_page(page):
    assert not open_page(page, checkpoints=SHIPPED, trainings=SHIPPED, networks=SHIPPED).exception


@pytest.mark.parametrize("page", ["overview", "ablations"])
def test_pages_open_with_the_set_on_which_all_papers_meet(page):
    offered = open_page(page).button_group[0]
    assert (offered.options[0], offered.value) == ("FER2013", "fer2013")


def test_what_is_shipped_fits_a_clone():
    """The limit is 80 MB, weights and answers together; `fer quantize` halves weights, `fer drop-weights` removes."""
    size_bytes = sum(path.stat().st_size for path in (PROJECT / "checkpoints").rglob("*") if path.is_file())
    assert size_bytes < 80e6
