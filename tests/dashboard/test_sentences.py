"""Sentences and numbers as the screen writes them."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from support.app_driver import spaced
from support.views import cost, difference, judged, matrix, network, row

from dashboard.formatting import (
    DASH,
    correlation,
    estimate,
    millions,
    milliseconds,
    percent,
    points,
    points_span,
    several,
)
from dashboard.pages.confusion.text import differs
from dashboard.pages.efficiency.text import cheapest
from dashboard.pages.face_lab.text import predictions_sentence
from dashboard.pages.overview.text import fitting
from dashboard.plotting.cost_layout import pareto_front
from dashboard.ui.html_table import Scale, claim, number, text
from dashboard.ui.messages import plain
from dashboard.views.mistakes import confused
from fer_core.evaluation.intervals import Estimate
from fer_core.evaluation.verdict_sentence import verdict_sentence


@pytest.mark.parametrize(
    ("write", "value", "expected"),
    [
        (percent, 0.6917, "69.2 %"),
        (percent, -0.05, "−5.0 %"),
        (estimate, Estimate(0.692, 0.677, 0.707), "69.2 % ± 1.5"),
        (estimate, Estimate(0.36, 0.23, 0.49), "36 % ± 13"),
        (estimate, None, "–"),
        (correlation, -0.126, "−0.13"),
        (correlation, -0.004, "0.00"),
        (points, -0.0042, "0.4 points"),
        (points_span, Estimate(0.004, -0.009, 0.017), "−0.9 to +1.7"),
        (millions, 870_127, "0.87 M"),
        (millions, 7_188_000, "7.2 M"),
        (millions, 153_000_000, "153 M"),
        (millions, 464, "464"),
        (millions, 12_300, "12.3 k"),
        (milliseconds, 3.24, "3.2 ms"),
        (several, ["a", "b", "c"], "a, b and c"),
        (several, ["a"], "a"),
    ],
)
def test_numbers_as_words(write, value, expected):
    assert spaced(write(value)) == expected


def test_front_leaves_out_what_is_dearer_and_no_better():
    cheap, worse, best = row("a", 0.6, 10), row("b", 0.55, 20), row("c", 0.7, 30)
    assert pareto_front([best, worse, cheap], "macs") == [cheap, best]


def test_fitting_filters_by_data_and_size_and_puts_unscored_last():
    unscored = replace(row("a"), accuracy=None)
    small, other = replace(row("b"), params=900_000), replace(row("c"), data="ferplus")
    assert fitting([unscored, small, other], "fer2013", "any") == [small, unscored]
    assert fitting([unscored, small, other], "fer2013", "1m") == [small]


def test_confused_names_the_commonest_mistake():
    # Of 5 sad faces 3 are called happy; of 5 happy ones 1 is called sad.
    assert "most often takes sad for happy: 60 % of the sad faces" in spaced(confused(matrix()))


def test_differs_says_the_verdict_and_counts_cells():
    pair = judged(row("lightexnet"), row("a_mobilenet"), 12, 8)
    said = verdict_sentence(pair.verdict, "**Lightexnet**", "**A_Mobilenet**")
    assert differs(pair, difference()) == f"{said} Of the matrix, one cell differs (all cells tested together)."
    unfair = replace(pair, unequal="epochs 5 against 9")
    assert differs(unfair, difference()).startswith("Not ranked, since more than the network differs (epochs 5 against")


def test_cheapest_tells_computing_from_time():
    late = replace(cost().latency, median_ms=1.0, q1_ms=0.9, q3_ms=1.1)
    fast = replace(cost(), network=network("mini"), macs=20_000_000, latency=late)
    sentence = spaced(cheapest([cost(), fast]))
    assert "**Lightexnet** computes least, 10.0 M multiply-adds a face of 48 px, and takes 5.0 ms" in sentence
    assert "the least median time is **Mini**'s, 1.0 ms for 20.0 M. " in sentence
    near = replace(fast, latency=replace(late, q3_ms=4.5))
    assert "1.0 ms for 20.0 M (quartiles overlap with 1 other)" in spaced(cheapest([cost(), near]))


def test_seen_groups_networks_by_their_answer():
    found = {"One": ("happy", 0.81), "Two": ("sad", 0.5), "Three": ("happy", 0.6)}
    assert (
        spaced(predictions_sentence(found))
        == "The networks see **happy** (One 81 % and Three 60 %) and **sad** (Two 50 %)."
    )


def test_markdown_in_a_foreign_word_stays_plain():
    assert plain("a*b_[c](d)`<e>") == "a\\*b\\_\\[c\\](d)\\`\\<e\\>"


@pytest.mark.parametrize("cell", [text('<b x="', "</td>", link='"><b>'), number("<b>"), claim("<b>", '"><b>')])
def test_html_in_a_foreign_word_stays_plain(cell):
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, _: tags.append(tag)
    parser.feed(cell)
    assert "b" not in tags
    assert cell.count("</td>") == 1


def test_a_dash_carries_its_reason():
    assert 'title="not measured"' in number(DASH, reason="not measured")


def test_a_bar_is_placed_on_the_common_scale():
    scale = Scale.around([Estimate(0.5, 0.4, 0.6), None, Estimate(0.7, 0.6, 0.8)])
    assert (scale.low, scale.high) == (0.4, 0.8)
    assert scale.place(0.6) == pytest.approx(50)
    assert scale.place(0.9) == 100
