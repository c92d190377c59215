"""What is put into the report: from which page, with which numbers, in which order, and how much of it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from support.app_driver import open_page, words
from support.checkpoints import A, B
from support.hostile import HOSTILE, TAG

from dashboard.plotting.html_cells import text_table
from dashboard.plotting.report_item import ReportItem, TextTable
from dashboard.ui.html_table import claim, empty, number, prose, text
from dashboard.ui.report_list import SESSION_KEY, ReportList


def item(key: str, words: str = "x") -> ReportItem:
    table = TextTable("Scores", ("n",), ((words,),), "", (0,))
    return ReportItem(key, f"caption {key}", "", table, (), (), "FER Lens", "")


def keys(kept: ReportList) -> str:
    return "".join(one.key for one in kept.items)


def filled(names: str) -> ReportList:
    kept = ReportList()
    for name in names:
        assert kept.add(item(name))
    return kept


@pytest.mark.parametrize(
    ("key", "by", "order"), [("c", -1, "acbd"), ("b", 1, "acbd"), ("a", -1, "abcd"), ("d", 1, "abcd"), ("a", 3, "bcda")]
)
def test_an_item_moves_and_the_others_keep_their_order(key, by, order):
    kept = filled("abcd")
    kept.move(key, by)
    assert keys(kept) == order


def test_the_same_view_stands_there_once_and_is_taken_out_whole():
    kept = filled("aba")
    assert keys(kept) == "ab"
    kept.remove("a")
    assert keys(kept) == "b" and kept.n_bytes == item("b").content.n_bytes


def test_a_caption_changes_and_nothing_else():
    kept = filled("ab")
    kept.rename("a", HOSTILE)
    assert [one.caption for one in kept.items] == [HOSTILE, "caption b"]


def test_what_has_no_room_is_refused_and_the_rest_stays():
    first, long, short = item("a", "x" * 900), item("b", "x" * 200), item("c", "x" * 50)
    kept = ReportList(most_bytes=first.content.n_bytes + short.content.n_bytes)
    assert kept.add(first) and not kept.add(long)
    assert keys(kept) == "a"
    assert kept.add(short) and kept.n_bytes == kept.most_bytes


def test_a_full_list_says_so_where_something_found_no_room(here):
    app = open_page("confusion", a=B)
    app.session_state[SESSION_KEY] = ReportList(most_bytes=10)
    app.button(key=f"confusion {B} to report").click().run()
    assert not app.session_state[SESSION_KEY].items and "The report is full" in words(app)
    app.run()
    assert "The report is full" not in words(app)


def test_a_table_of_the_page_is_read_back_as_words_without_its_bars():
    header = [("Network", ""), ("Accuracy", "number"), ("50 to 60 %", "drawn"), ("Why", ""), ("Claimed", "number")]
    row = [text("A", "run 1"), number("60.3 %", "n = 70"), empty("drawn"), prose("Since", "it is."), claim("69", "p")]
    found = text_table("Scores", header, [row])
    assert found.header == ("Network", "Accuracy", "Why", "Claimed")
    assert found.rows == (("A run 1", "60.3 % n = 70", "Since it is.", "69"),)
    assert found.numbers == (1, 3) and found.prose == (2,)


def test_foreign_text_in_a_cell_stays_text():
    ((cell,),) = text_table("x", [("x", "")], [[text(HOSTILE)]]).rows
    assert TAG in cell


def add(app: AppTest, key: str) -> ReportItem:
    (button,) = [one for one in app.button if one.key == f"{key} to report"]
    assert button.label == "Add to report"
    button.click().run()
    return app.session_state[SESSION_KEY].items[-1]


def test_a_chart_goes_with_its_sentence_n_hashes_and_numbers(here):
    app = open_page("confusion", a=B)
    found = add(app, f"confusion {B}")
    assert not app.exception
    assert found.faces == ("FER2013 PrivateTest, n\u00a0=\u00a070",) and "n\u00a0=\u00a070" in found.source
    assert sum(row["count"] for row in found.chart.light.table) == 70
    assert found.sentence.startswith("mini-Xception") and "*" not in found.sentence
    assert [name for name, _ in found.hashes] == [B] and len(found.hashes[0][1]) == 64
    assert found.hashes[0][1][:12] in found.source
    assert found.address.endswith(f"?a={B}")
    backgrounds = [one.figure.layout.template.layout.paper_bgcolor for one in (found.chart.light, found.chart.dark)]
    assert backgrounds == ["#ffffff", "#14181d"]


def test_a_table_goes_with_the_faces_and_weights_of_its_rows(here):
    found = add(open_page("confusion", a=A, b=B), "Recall, precision and F1 of every expression")
    assert found.table.header[1] == "Faces" and sum(int(row[1]) for row in found.table.rows) == 70
    assert [name for name, _ in found.hashes] == [A, B]


def test_the_list_outlives_a_change_of_page_and_holds_a_view_once(here):
    app = open_page("confusion", a=A)
    first = add(app, f"confusion {A}")
    app.query_params.clear()
    app.switch_page("dashboard/pages/overview/page.py").run()
    add(app, "accuracy_against_cost")
    assert len(app.session_state[SESSION_KEY].items) == 2
    (button,) = [one for one in app.button if one.key == "accuracy_against_cost to report"]
    assert button.label == "In the report" and button.disabled
    assert len(app.session_state[SESSION_KEY].items) == 2 and app.session_state[SESSION_KEY].items[0] is first
