"""The report: its page, the HTML file, the LaTeX archive and the bundle, on invented checkpoints."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from PIL import Image
from support.app_driver import open_page, words
from support.browser_driver import MARKS, Visit
from support.checkpoints import A, B
from support.hostile import HOSTILE, TAG
from support.pdf_text import pdf_words

from dashboard.pages.report.archive_data import archive
from dashboard.pages.report.data import bundle_file, report_entry
from dashboard.pages.report.document_data import pdf_file
from dashboard.pages.report.files import html_file
from dashboard.pages.report.network_items import network_items
from dashboard.pages.report.views import EntryView
from dashboard.plotting.html_export import as_html
from dashboard.plotting.report_item import Picture, ReportItem, TextTable, weights_item
from dashboard.store.provenance import made
from dashboard.ui.report_list import SESSION_KEY
from fer_core.report.bundle_check import verify_bundle

NAMES = {A: "I-MobileNetV2", B: "mini-Xception"}


def entries() -> list[EntryView]:
    return [report_entry(name, f"http://localhost:8501/network?run={name}") for name in (A, B)]


def items() -> list[ReportItem]:
    return list(network_items(entries(), NAMES, made()))


def test_the_page_shows_what_the_report_will_hold(here):
    app = open_page("report", report=[A, B])
    assert not app.exception and not app.error
    shown = words(app)
    assert "**2 trained networks** on 1 data set" in shown
    assert "94.3 % ± 8.1" in shown and "66 % ± 12" in shown  # 66 and 46 of 70


def test_a_run_is_added_from_its_network_and_the_list_travels(here):
    app = open_page("network", name="mini_xception", data="fer2013")
    (button,) = [one for one in app.button if one.label == "Add network to report"]
    button.click().run()
    app.query_params.clear()  # as the menu does
    chosen = app.switch_page("dashboard/pages/report/page.py").run().multiselect[0].value
    assert chosen == [B]


def test_an_empty_report_says_what_to_do(here):
    assert "Choose the networks" in words(open_page("report", report="none"))


def test_the_html_file_holds_every_number_with_its_source_and_fetches_nothing(here):
    page = html_file(items()).decode()
    assert len(page) < 2_200_000
    head = page[: page.index('id="drawn"')]
    assert "94.3\u00a0%\u00a0±\u00a08.1" in head and "FER2013 PrivateTest" in head
    for one in entries():
        assert one.weights[:12] in head and one.answers[:12] in head
        assert f'href="{one.address}"' in head
    assert re.search(r"FER Lens [\d.]+, \d{4}-\d\d-\d\d", head)
    assert "default-src 'none'" in head
    assert page.count('id="plotly"') == 1
    assert not re.findall(r'(?:src|href)="(?!http://localhost:8501/)[^"]+"', head)
    figures = drawn_in(page)
    assert list(figures) == ["figure-4", "figure-5"]  # after three tables
    backgrounds = [
        figures["figure-4"][key]["layout"]["template"]["layout"]["paper_bgcolor"] for key in ("light", "dark")
    ]
    assert backgrounds == ["#ffffff", "#14181d"]


def test_many_hashes_stand_in_a_table_of_their_own_once_and_whole():
    hashes = tuple((f"network-{place}", f"{place}" * 64) for place in range(1, 5))
    many, few = replace(hostile_item(), hashes=hashes), replace(hostile_item(), hashes=hashes[:3])
    assert "Weights of 4 checkpoints" in many.source and "1" * 12 not in many.source
    assert "1" * 12 in few.source and "1" * 13 not in few.source
    assert weights_item([few, many], "").table.rows == hashes
    assert weights_item([], "") is None


def drawn_in(page: str) -> dict[str, Any]:
    packed = re.search(r'id="drawn">(.*?)</script>', page).group(1)
    return json.loads(gzip.decompress(base64.b64decode(packed)))


class Parsed(HTMLParser):
    """Tags that stand open at the end, and every attribute that leads somewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.addresses += [value for key, value in attrs if key in ("src", "href", "action", "data", "srcset")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def hostile_item() -> ReportItem:
    table = TextTable(HOSTILE, (HOSTILE,), ((HOSTILE,),), HOSTILE, ())
    return ReportItem("key", HOSTILE, HOSTILE, table, (HOSTILE,), ((HOSTILE, HOSTILE),), "", f"javascript:{HOSTILE}")


def test_hostile_text_stays_text_in_the_file_which_parses(here):
    page = as_html(HOSTILE, (HOSTILE,), [hostile_item(), *items()]).decode()
    assert TAG not in page and "&lt;" in page and "</script><" not in page
    found = Parsed(page)
    assert found.open == []
    assert found.addresses == [one.address for one in entries()]


def test_hostile_text_names_no_file_elsewhere_and_stays_text_in_all_of_them():
    item = replace(hostile_item(), caption="../../\\etc $x$ \\input{a}")
    files = zipfile.ZipFile(io.BytesIO(archive([item, hostile_item()], {})))
    assert files.namelist()[:4] == ["captions.txt", "references.bib", "01-etc-x-input-a.tex", "01-etc-x-input-a.csv"]
    latex = files.read("01-etc-x-input-a.tex").decode()
    assert r"\caption{../../\textbackslash{}etc \$x\$ \textbackslash{}input\{a\}." in latex
    assert pdf_file("$x$", (HOSTILE,), [item]).startswith(b"%PDF")


def test_every_figure_is_there_as_svg_and_pdf_and_every_table_as_booktabs_and_csv(here):
    addresses = {one.row.name: one.address for one in entries()}
    files = zipfile.ZipFile(io.BytesIO(archive(items(), addresses)))
    tables = [f"0{place}-{name}.{kind}" for place, name in enumerate(("scores", "claims", "costs"), 1)
              for kind in ("tex", "csv")]  # fmt: skip
    stems = ("04-i-mobilenetv2-what-it-confuses", "05-mini-xception-what-it-confuses")
    figures = [f"{stem}.{kind}" for stem in stems for kind in ("svg", "pdf", "csv")]
    assert files.namelist() == ["captions.txt", "references.bib", *tables, *figures]
    scores = files.read("01-scores.tex").decode()
    assert r"I-MobileNetV2 & FER2013 PrivateTest & 70 & 94.3~\%~$\pm$~8.1" in scores
    assert scores.count(r"\midrule") == 1 and r"\begin{tabular}{llrrrl}" in scores
    claims = files.read("02-claims.tex").decode()
    assert r"I-MobileNetV2 & FER2013 & 68.62~\%" in claims and "it tested on 3,589 faces" in claims
    (first, second) = csv.DictReader(io.StringIO(files.read("01-scores.csv").decode()))
    assert (first["n"], second["Accuracy"].replace("\u00a0", " ")) == ("70", "66 % ± 12")
    assert sum(int(row["count"]) for row in csv.DictReader(io.StringIO(files.read(figures[2]).decode()))) == 70
    assert files.read("references.bib").decode().count("@misc{") == 2
    weights = entries()[0].weights[:12]
    assert files.read(figures[0]).startswith(b"<?xml") and weights in files.read(figures[0]).decode()
    assert files.read(figures[1]).startswith(b"%PDF")


def test_the_pdf_has_a_page_an_item_and_their_words(here):
    pdf = pdf_file("The title", ("An introduction.",), [*items(), picture_item()])
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1 + 6
    shown = pdf_words(pdf)
    for part in (
        "The title",
        "An introduction.",
        "Scores",
        "94.3\u00a0%\u00a0±\u00a08.1",
        "A face",
        entries()[0].weights[:12],
    ):
        assert part in shown


def picture_item() -> ReportItem:
    png = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(png, "PNG")
    return ReportItem("p", "A face", "", Picture("A face", "Photo", png.getvalue(), b"%PDF"), (), (), "", "")


def test_the_list_is_edited_ordered_and_kept_over_pages(here):
    app = open_page("confusion", a=B)
    for key in (f"confusion {B} to report", "Recall, precision and F1 of every expression to report"):
        app.button(key=key).click().run()
    matrix, scores = app.session_state[SESSION_KEY].items
    app.query_params.clear()
    app.switch_page("dashboard/pages/report/page.py").run()
    assert not app.exception and "**2 items** of your list" in words(app)
    assert [one.value for one in app.text_input] == [matrix.caption, scores.caption]
    app.text_input[0].input(HOSTILE).run()
    app.button(key=f"down {matrix.key}").click().run()
    assert [one.value for one in app.text_input] == [scores.caption, HOSTILE]
    app.switch_page("dashboard/pages/glossary/page.py").run()
    app.switch_page("dashboard/pages/report/page.py").run()
    assert [one.value for one in app.text_input] == [scores.caption, HOSTILE]
    app.text_input[1].input("  ").run()
    app.button(key=f"remove {scores.key}").click().run()
    assert [one.value for one in app.text_input] == [HOSTILE]
    next(one for one in app.button if one.label == "Remove all").click().run()
    assert not app.text_input and "Nothing is on it yet" in words(app)


def test_the_button_gives_the_bundle_that_the_command_verifies(here, tmp_path):
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle_file([A, B]))
    assert verify_bundle(path) == []


class TestInABrowser:
    pytestmark = MARKS

    @pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 24, 29)")])
    def test_the_file_opens_with_the_network_off_and_its_figures_answer(self, scheme, ground, here, chromium, tmp_path):
        path = tmp_path / "report.html"
        path.write_bytes(html_file(items()))
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
