"""The static site: whole, linked within itself, numbers as in the cards, hostile text as text, safe to write anew."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from support.browser_driver import BROWSER, FLAGS, MARKS
from support.checkpoints import PLUS, A, B
from support.hostile import HOSTILE, TAG

from dashboard.export_site.figures import Shelf
from dashboard.export_site.links import network_file, relinked
from dashboard.export_site.site import site_files
from dashboard.formatting import NBSP
from dashboard.store.checkpoints import card_of, load_checkpoints
from dashboard.store.site_folder import write_site
from fer_core.cli import main
from fer_core.errors import ConfigError

LOADED = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("object", "data"), ("source", "src")}
ELSEWHERE = re.compile(r"@import|url\(")


class Page(HTMLParser):
    """What a page links to and loads, the places in it, its tags, and its words."""

    def __init__(self, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.links, self.loaded, self.ids, self.tags, self.words = [], [], set(), set(), []
        self.feed(content.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.add(value)
            if (tag, name) in LOADED:
                self.loaded.append(value)
            elif name in {"href", "src", "action", "srcset"}:
                self.links.append(value)
            assert not name.startswith("on"), (tag, name)

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).replace(NBSP, " ").split())


def site() -> dict[str, bytes]:
    return site_files(Shelf({row.name: row for row in load_checkpoints().checkpoints}, "FER Lens in a test"))


@pytest.fixture(scope="module")
def shipped() -> dict[str, bytes]:
    """The site of the project's own checkpoints."""
    if not load_checkpoints().checkpoints:
        pytest.skip("the project ships no checkpoints here")
    return site()


@pytest.fixture(scope="module")
def pages(shipped) -> dict[str, Page]:
    return {name: Page(content) for name, content in shipped.items() if name.endswith(".html")}


def test_every_relative_link_leads_to_a_file_and_a_place_in_it(pages, shipped):
    relative = [(name, link) for name, page in pages.items() for link in page.links if not link.startswith("https://")]
    assert len(relative) > 10 * len(pages) / 2
    for name, link in relative:
        file, _, place = link.partition("#")
        assert file in shipped, (name, link)
        assert not place or place in pages[file].ids, (name, link)
    assert {link.partition("#")[0] for _, link in relative} >= pages.keys() - {"index.html"}  # each can be reached


def test_nothing_is_loaded_from_outside(pages, shipped):
    assert {one for page in pages.values() for one in page.loaded} == {"site.css", "site.js", "plotly.js"}
    assert not ELSEWHERE.search(shipped["site.css"].decode())
    for name in pages:
        assert b"default-src 'none'" in shipped[name]
        assert "img" not in pages[name].tags and b"data:image" not in shipped[name]  # no picture of a data set


def test_no_path_of_a_machine_is_in_it(shipped):
    root = str(Path(__file__).resolve().parents[2]).encode()
    assert not [name for name, content in shipped.items() if root in content]


def test_it_is_small(shipped):
    assert sum(map(len, shipped.values())) < 25e6


def test_each_networks_page_has_the_accuracy_of_its_card(pages):
    cards = [card_of(row.name) for row in load_checkpoints().checkpoints]
    networks = {card.network.name for card in cards}
    assert {network_file(one) for one in networks} == {name for name in pages if name.startswith("network-")}
    for network in networks:
        text = pages[network_file(network)].text
        for data in {card.data.name for card in cards if card.network.name == network}:
            own = [card for card in cards if (card.network.name, card.data.name) == (network, data)]
            assert any(f"recognises {printed(card)} faces" in text for card in own), (network, data)
            assert data in pages[network_file(network)].ids


def printed(card) -> str:
    accuracy = card.headline_scores.accuracy
    reach = max(accuracy.high - accuracy.value, accuracy.value - accuracy.low)
    digits = 1 if reach < 0.1 else 0
    return f"{100 * accuracy.value:.{digits}f} % ± {100 * reach:.{digits}f} of {card.headline_scores.n:,}"


def test_each_page_says_with_what_and_when_and_tables_need_no_script(pages):
    for name, page in pages.items():
        assert "FER Lens in a test." in page.text and "h1" in page.tags, name
        assert "table" in page.tags, name


def test_the_weights_page_has_the_whole_hash_of_what_is_shown(shipped):
    rows = dict(re.findall(r"<td>([\w.-]+)</td><td>(\w{64})</td>", shipped["weights.html"].decode()))
    assert rows
    for name, sha256 in rows.items():
        stored = card_of(name).weights or card_of(name).dropped_weights
        assert sha256 == stored.sha256


def test_the_same_checkpoints_make_the_same_bytes(here):
    assert site() == site()


def test_hostile_text_in_a_card_is_text(here, tmp_path, monkeypatch):
    shelf = Path(shutil.copytree(here, tmp_path / "shelf"))
    path = shelf / A / "card.json"
    card = json.loads(path.read_text())
    card["data"]["title"] += f" </script>{HOSTILE}"
    card["limits"] = f"</script>{HOSTILE}"
    path.write_text(json.dumps(card))
    monkeypatch.setenv("FER_CHECKPOINTS", str(shelf))
    files = site()
    carrying = [name for name, content in files.items() if name.endswith(".html") and b"onerror" in content]
    assert {"leaderboard-fer2013.html", network_file("i_mobilenet_v2")} <= set(carrying)
    for name in carrying:
        assert TAG.encode() not in files[name] and b"</script><img" not in files[name]
        assert "img" not in Page(files[name]).tags


def test_links_of_the_app_become_files(here):
    rows = {row.name: row for row in load_checkpoints().checkpoints}
    app = (
        f'<td><a href="network?name=x&amp;data=ferplus&amp;run={PLUS}">one</a> <a href="confusion?a={B}">two</a> '
        '<a href="confusion?a=gone">three</a> <a href="glossary#ece" target="_blank" title="What it is">ECE</a> '
        '<a href="https://example.org/paper" target="_blank">[1]</a></td>'
    )
    assert relinked(app, rows) == (
        '<td><a href="network-mini_xception.html#ferplus">one</a> <a href="network-mini_xception.html#fer2013">two</a> '
        'three <abbr title="What it is">ECE</abbr> <a href="https://example.org/paper" target="_blank">[1]</a></td>'
    )


def test_a_folder_is_written_anew_and_what_is_not_ours_is_left_alone(tmp_path):
    folder = tmp_path / "a" / "site"
    write_site(folder, {"index.html": b"old", "gone.html": b"x"})
    write_site(folder, {"index.html": b"new"})
    assert {path.name for path in folder.iterdir()} == {"index.html", "SHA256SUMS"}
    assert (folder / "SHA256SUMS").read_text() == f"{hashlib.sha256(b'new').hexdigest()}  index.html\n"
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(ConfigError, match=r"notes\.txt"):
        write_site(folder, {"index.html": b"newer"})
    assert (folder / "index.html").read_bytes() == b"new"


def test_the_command_writes_the_folder_and_says_what_it_cannot(here, tmp_path, capfd, monkeypatch):
    folder = tmp_path / "site"
    monkeypatch.chdir(tmp_path)
    assert main(["export-site", "site"]) == 0
    assert {"index.html", "plotly.js", "SHA256SUMS", network_file("mini_xception")} <= set(map(_name, folder.iterdir()))
    assert f"{folder}: " in capfd.readouterr().out
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    assert main(["export-site", "full"]) == 2
    assert "holds mine" in capfd.readouterr().err


def _name(path: Path) -> str:
    return path.name


class TestInABrowser:
    pytestmark = MARKS

    def test_figures_are_drawn_from_a_folder_without_a_network(self, here, tmp_path):
        from playwright.sync_api import sync_playwright

        write_site(tmp_path, site())
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=BROWSER, args=FLAGS)
            page = browser.new_context(offline=True, viewport={"width": 390, "height": 844}).new_page()
            complaints = []
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto((tmp_path / "leaderboard-fer2013.html").as_uri())
            page.wait_for_selector("div.drawn .main-svg")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            page.get_by_role("link", name="I-MobileNetV2").first.click()
            page.wait_for_selector("div.drawn .main-svg")
            assert page.url.endswith("network-i_mobilenet_v2.html#fer2013")
            browser.close()
        assert complaints == []
