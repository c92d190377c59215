"""Sentences and numbers as the screen writes them."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from support.app_driver import spaced
from support.views import cost, difference, matrix, network, row

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
from dashboard.pages.overview.text import elsewhere, fitting, overview, pareto_front, recipes
from dashboard.store.ranking import Ranking
from dashboard.ui.html_table import Scale, claim, number, text
from dashboard.ui.messages import plain
from dashboard.views.comparisons import LeadView
from dashboard.views.mistakes import confused
from fer_core.evaluation.intervals import Estimate


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


def test_overview_names_the_cheaper_network_that_is_too_close_to_call():
    best, cheap = row("big", 0.70, 40_000_000), row("small", 0.696, 10_000_000)
    gaps = {cheap.name: LeadView(Estimate(0.004, -0.009, 0.017), 0.6, False)}
    sentence = spaced(overview([best, cheap], gaps, "macs"))
    assert "**Small** is too close to call (0.4 points behind" in sentence
    assert "−0.9 to +1.7) and needs 25 % of its multiply-adds" in sentence


def test_an_interval_without_0_is_explained_where_all_pairs_together_are_no_surprise():
    best, cheap = row("big", 0.70, 40_000_000), row("small", 0.68, 10_000_000)
    sentence = spaced(overview([best, cheap], {cheap.name: LeadView(Estimate(0.02, 0.001, 0.04), 0.12, False)}, "macs"))
    assert "is too close to call (2.0 points behind" in sentence
    assert "+0.1 to +4.0; with all pairs tested together p = 0.12)" in sentence


def test_overview_of_answers_to_other_faces_compares_nothing():
    sentence = overview([row("a", 0.7), row("b", 0.6)], {}, "macs")
    assert sentence.endswith("no other answers to the same faces.")


def test_a_protocol_that_flatters_is_not_ranked_beside_others():
    honest = replace(row("a", 0.8), protocol="CK+, unseen subjects")
    flattered = [replace(row(name, 0.99), protocol="CK+, random frames", is_leaky=True) for name in "bc"]
    sentence = spaced(elsewhere([*flattered, honest], Ranking((honest,), {})))
    assert "under another protocol: B (CK+, random frames, 99.0 %, which flatters on purpose)" in sentence


def test_overview_says_when_the_best_is_ahead():
    best, second = row("big", 0.70, 40_000_000), row("small", 0.60, 10_000_000)
    sentence = spaced(overview([best, second], {second.name: LeadView(Estimate(0.1, 0.08, 0.12), 0.001, True)}, "macs"))
    assert "ahead of Small by 10.0 points (+8.0 to +12.0)" in sentence
    assert "40.0 M multiply-adds against 10.0 M" in sentence


def test_overview_says_when_the_best_is_also_the_cheapest_of_its_ties():
    best, tied = row("small", 0.70, 10_000_000), row("big", 0.70, 40_000_000)
    sentence = overview([best, tied], {tied.name: LeadView(Estimate(0.0, -0.02, 0.02), 1.0, False)}, "macs")
    assert "with the fewest multiply-adds of those that are too close to call (Big)" in sentence


def test_overview_of_one_checkpoint_compares_nothing():
    assert overview([row()], {}, "macs").endswith("there is nothing to compare it with yet.")


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


def test_differs_does_not_rank_what_cannot_be_told_apart():
    sentence = spaced(differs(difference()))
    assert "**Lightexnet** and **A_Mobilenet** cannot be told apart by accuracy: 10.0 points" in sentence
    assert "one cell differs by more than chance" in sentence


def test_differs_turns_the_interval_with_the_order():
    behind = replace(difference(), accuracy=Estimate(-0.05, -0.07, -0.03))
    sentence = spaced(differs(behind))
    assert "**A_Mobilenet** is more accurate than **Lightexnet**: 5.0 points, interval +3.0 to +7.0" in sentence


def test_cheapest_tells_computing_from_time():
    fast = replace(cost(), network=network("mini"), macs=20_000_000, latency=replace(cost().latency, median_ms=1.0))
    sentence = spaced(cheapest([cost(), fast]))
    assert "**Lightexnet** computes least, 10.0 M multiply-adds a face, but takes 5.0 ms" in sentence
    assert "**Mini** is the fastest, 1.0 ms for 20.0 M" in sentence


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


def test_rows_of_several_recipes_are_said_to_differ_in_more_than_their_network():
    one, other = (replace(row("a", 0.6), recipe=recipe) for recipe in ("short", "lens"))
    assert recipes([one, one]) == ""
    assert "under 2 recipes (lens, short)" in recipes([one, other])
