"""Present mode: what it shows, that the address says where one is, and that nothing is cut on a projector."""

from __future__ import annotations

import re

import pytest
from support.app_driver import open_page, words
from support.browser_driver import MARKS, Visit
from support.checkpoints import B
from support.views import matrix, row

from dashboard.plotting.accuracy_against_cost import accuracy_against_cost
from dashboard.plotting.confusion_matrix import confusion_matrix
from dashboard.plotting.enlarged import LEAST, enlarged
from dashboard.plotting.theme import LIGHT
from dashboard.ui.report_list import SESSION_KEY


def title(app) -> str:
    (found,) = [one.value for one in app.title]
    return found


def press(app, label: str):
    next(one for one in app.button if one.label == label).click().run()
    assert not app.exception
    return address_of(app)


def address_of(app) -> dict[str, str]:
    return {key: one if isinstance(one, str) else one[-1] for key, one in app.query_params.items()}


def test_without_a_list_the_story_is_presented_and_the_address_says_where(here):
    app = open_page("report", present="1")
    first = title(app)
    assert address_of(app) == {"present": "1", "show": "story", "step": "1"}
    assert press(app, "Next")["step"] == "2" and title(app) != first
    assert press(app, "Previous")["step"] == "1" and title(app) == first
    assert "present" not in press(app, "Close") and title(app) == "What goes into the report?"


@pytest.mark.parametrize(("asked", "shown"), [("99", "last"), ("0", "1"), ("x", "1"), ("-3", "1"), ("٣", "1")])
def test_an_address_past_the_ends_shows_the_nearest_screen(asked, shown, here):
    app = open_page("report", present="1", step=asked)
    assert not app.exception
    step, n = map(int, re.search(r"(\d+) of (\d+)\]", " ".join(one.value for one in app.markdown)).groups())
    assert step == (n if shown == "last" else 1)


def test_the_list_is_presented_in_its_order_with_its_captions(here):
    app = open_page("confusion", a=B)
    for key in (f"confusion {B} to report", "Recall, precision and F1 of every expression to report"):
        app.button(key=key).click().run()
    second = app.session_state[SESSION_KEY].items[1]
    app.query_params.clear()
    app.switch_page("dashboard/pages/report/page.py").run()
    assert press(app, "Present") == {"present": "1", "show": "list", "step": "1"}
    assert title(app) == app.session_state[SESSION_KEY].items[0].caption
    press(app, "Next")
    assert title(app) == second.caption and "n = 70" in words(app)


def test_a_chart_is_drawn_half_as_large_again_and_no_higher_than_there_is_room():
    chart = confusion_matrix(matrix(), "rows", palette=LIGHT)
    own = chart.figure.layout.height
    large = enlarged(chart, 1.5, 10 * own)
    fonts = [one.figure.layout.template.layout.font.size for one in (chart, large)]
    assert fonts[1] == 1.5 * fonts[0] and large.figure.layout.height == 1.5 * own
    low = enlarged(chart, 1.5, LEAST * own)
    assert low.figure.layout.height == pytest.approx(LEAST * own)
    assert low.figure.layout.template.layout.font.size == pytest.approx(fonts[0])
    assert chart.figure.layout.height == own  # the page's own is left as it is


def test_marks_and_data_of_an_enlarged_chart_stay_where_they_are():
    chart = accuracy_against_cost([row()], [row()], "params", palette=LIGHT)
    large = enlarged(chart, 2, 10_000)
    for before, after in zip(chart.figure.data, large.figure.data, strict=True):
        assert (list(before.x), list(before.y)) == (list(after.x), list(after.y))
    assert large.figure.data[-1].marker.size == 2 * chart.figure.data[-1].marker.size
    assert large.table == chart.table


class TestInABrowser:
    pytestmark = MARKS

    def test_nothing_is_cut_on_a_projector_and_the_keys_lead_through(self, chromium, address):
        visit = Visit(chromium, address, viewport={"width": 1280, "height": 720})
        page = visit.page
        page.goto(f"{address}/report?present=1")
        page.locator(".st-key-below button").first.wait_for(timeout=90_000)
        n = int(page.locator(".st-key-below").inner_text().split(" of ")[1].split()[0])
        for step in range(1, n + 1):
            page.wait_for_url(f"**step={step}*", timeout=90_000)
            page.get_by_text(f"{step} of {n}", exact=True).wait_for(timeout=90_000)
            page.locator(".st-key-large .main-svg").first.wait_for(state="attached", timeout=90_000)
            visit.settle()  # until the step before is gone
            boxes = [
                one.bounding_box() for one in page.locator(".st-key-below button, .st-key-large .js-plotly-plot").all()
            ]
            assert all(box["y"] + box["height"] <= 720 and box["x"] + box["width"] <= 1280 for box in boxes)
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Escape")
        page.get_by_role("heading", name="What goes into the report?").wait_for(timeout=90_000)
        page.get_by_role("button", name="Present", exact=False).first.wait_for(timeout=90_000)
        page.keyboard.press("p")
        page.locator(".st-key-below button").first.wait_for(timeout=90_000)
