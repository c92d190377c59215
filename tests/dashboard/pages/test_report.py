"""The report: its page, the HTML file, the LaTeX archive and the bundle, on invented checkpoints."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from support.app_driver import open_page, words
from support.browser_driver import MARKS, Visit
from support.checkpoints import A, B
from support.hostile import HOSTILE, TAG

from dashboard.pages.report.data import bundle_file, report_entry
from dashboard.pages.report.files import html_file, latex_file
from dashboard.pages.report.views import EntryView
from dashboard.plotting.html_export import TextTable, as_html
from fer_core.report.bundle_check import verify_bundle

NAMES = {A: "I-MobileNetV2", B: "mini-Xception"}


def entries() -> list[EntryView]:
    return [report_entry(name, f"http://localhost:8501/network?run={name}") for name in (A, B)]


def test_the_page_shows_what_the_report_will_hold(here):
    app = open_page("report", report=[A, B])
    assert not app.exception and not app.error
    shown = words(app)
    assert "**2 trained networks** on 1 data set" in shown
    assert "94.3 % ± 8.1" in shown and "66 % ± 12" in shown  # 66 and 46 of 70


def test_a_run_is_added_from_its_network_and_the_list_travels(here):
    app = open_page("network", name="mini_xception", data="fer2013")
    (button,) = [one for one in app.button if one.label == "Add to report"]
    button.click().run()
    app.query_params.clear()  # as the menu does
    chosen = app.switch_page("dashboard/pages/report/page.py").run().multiselect[0].value
    assert chosen == [B]


def test_an_empty_report_says_what_to_do(here):
    assert "Choose the networks" in words(open_page("report", report="none"))


def test_the_html_file_holds_every_number_with_its_source_and_fetches_nothing(here):
    page = html_file(entries(), NAMES).decode()
    assert len(page) < 5_000_000
    head = page[: page.index('id="drawn"')]
    assert "94.3\u00a0%\u00a0±\u00a08.1" in head and "FER2013 PrivateTest" in head
    for one in entries():
        assert one.weights[:12] in head and one.answers[:12] in head
        assert f'href="{one.address}"' in head
    assert re.search(r"FER Lens [\d.]+, \d{4}-\d\d-\d\d", head)
    assert "default-src &#39;none&#39;" in head or "default-src 'none'" in head
    assert not re.findall(r'(?:src|href)="(?!http://localhost:8501/)[^"]+"', head)
    drawn = json.loads(re.search(r'id="drawn">(.*?)</script>', page).group(1))
    themes = drawn["figure-1"]
    backgrounds = [themes[key]["layout"]["template"]["layout"]["paper_bgcolor"] for key in ("light", "dark")]
    assert backgrounds == ["#ffffff", "#14181d"]


def test_hostile_text_stays_text_in_the_file():
    table = TextTable(HOSTILE, (HOSTILE,), ((HOSTILE,),), HOSTILE, ())
    page = as_html(HOSTILE, (HOSTILE,), (table,), ()).decode()
    assert TAG not in page and "&lt;" in page


def test_the_latex_archive_has_tables_figures_and_citations(here):
    archive = zipfile.ZipFile(io.BytesIO(latex_file(entries(), NAMES)))
    figures = [f"confusion-{name}.svg" for name in (A, B)]
    assert archive.namelist() == ["scores.tex", "claims.tex", "costs.tex", "references.bib", *figures]
    scores = archive.read("scores.tex").decode()
    assert r"I-MobileNetV2 & FER2013 PrivateTest & 70 & 94.3~\%~$\pm$~8.1" in scores
    assert scores.count(r"\midrule") == 1 and r"\begin{tabular}{llrrrl}" in scores
    claims = archive.read("claims.tex").decode()
    assert r"I-MobileNetV2 & FER2013 & 68.62~\%" in claims and "it tested on 3,589 faces" in claims
    assert archive.read("references.bib").decode().count("@misc{") == 2
    assert archive.read(figures[0]).startswith(b"<?xml")


def test_the_button_gives_the_bundle_that_the_command_verifies(here, tmp_path):
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle_file([A, B]))
    assert verify_bundle(path) == []


class TestInABrowser:
    pytestmark = MARKS

    @pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 24, 29)")])
    def test_the_file_opens_with_the_network_off_and_its_figures_answer(self, scheme, ground, here, chromium, tmp_path):
        path = tmp_path / "report.html"
        path.write_bytes(html_file(entries(), NAMES))
        visit = Visit(chromium, path.as_uri(), color_scheme=scheme, offline=True)
        page = visit.page
        page.goto(path.as_uri())
        page.locator(".js-plotly-plot .main-svg").first.wait_for(state="attached")
        assert page.locator(".js-plotly-plot").count() == 2
        svg = page.locator(".js-plotly-plot .main-svg").first
        assert svg.evaluate("svg => getComputedStyle(svg).backgroundColor") == ground
        page.locator(".nsewdrag").first.hover()
        page.locator(".hoverlayer .hovertext").first.wait_for(state="attached")
        assert visit.complaints == [] and visit.outside == []
