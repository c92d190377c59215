"""Text from files is text: markup in a card, an evidence file or a folder's name reaches no page as markup."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest
from support.app_driver import open_page
from support.checkpoints import A, B
from support.hostile import COLOUR, HOSTILE, PICTURE, TAG, poison
from support.paths import PROJECT

from dashboard.store import ledger as stored_ledger
from dashboard.store.checkpoints import load_checkpoints
from fer_core.checkpoints.card import read_card
from fer_core.data.audit import report
from fer_core.evidence import claims
from fer_core.evidence.ledger import read_ledger
from fer_core.profiling import profiles

FOLDER = "<img src=x onerror=alert(1)>![x](x.png):red[x]"  # a folder's name holds no slash
PAGES = sorted(path.parent.name for path in (PROJECT / "dashboard" / "pages").glob("*/page.py"))
ADDRESSES = [
    *[(page, {}) for page in PAGES],
    ("confusion", {"a": A, "b": B}),
    ("overview", {"chart": "table"}),
    *[("data_audit", {"data": data, "show": show}) for data in ("fer2013", "ckplus")  # of splits, and of subjects
      for show in ("holds", "copies", "labels", "protocols", "faces")],
    *[("data_audit", {"data": data, "show": "labels"}) for data in ("ferplus", "rafdb")],
    *[("evidence", {"data": data, "show": show}) for data in ("fer2013", "ckplus") for show in ("claims", "findings")],
]  # fmt: skip
# What these name is looked up, so that a card with another name there is refused or speaks of another thing.
LOOKED_UP = frozenset({("name",), ("network", "name"), ("data", "name"), ("training", "recipe")})

NAMES_IN_AUDITS = frozenset(
    tuple(way.split("."))
    for way in (
        "data", "expressions.*", "agreement.expressions.*", "agreement.columns.*", "exact.conflicts.*.*",
        "near.pairs.*.kind", "leaks.*.level", "leaks.*.split", "leak_effects.*.level", "leak_effects.*.split",
        "leak_effects.*.checkpoint", "protocols.*.name", "neighbours.*.protocol", "baselines.*.protocol",
        "baselines.*.method",
    )
)  # fmt: skip


@pytest.fixture
def hostile(here, tmp_path, monkeypatch) -> Iterator[dict[str, int]]:
    """A world in which every text that a reader accepts is hostile; how many such texts each file has."""
    shelf, evidence = tmp_path / "shelf", tmp_path / "evidence"
    shutil.copytree(here, shelf)
    shutil.copytree(PROJECT / "evidence", evidence)
    shutil.copytree(shelf / A, shelf / FOLDER)  # with the card of another folder it is left out, which names it
    counts = {}
    for folder in (shelf / A, shelf / B):
        counts[folder.name] = len(poison(folder / "card.json", lambda path: read_card(path.parent), LOOKED_UP))

    monkeypatch.setattr(claims.read_all.__wrapped__, "__defaults__", (evidence / "claims.json",))
    read_ledger.cache_clear()
    claims.read_all.cache_clear()
    named = frozenset({("claims", "*", "network"), ("claims", "*", "data")})
    counts["claims"] = len(poison(evidence / "claims.json", claims.read_all.__wrapped__, named))
    claims.read_all.cache_clear()
    named = frozenset({("rows", "*", "network"), ("rows", "*", "data"), ("findings", "*", "id")})
    counts["ledger"] = len(poison(evidence / "ledger.json", read_ledger.__wrapped__, named))
    read_ledger.cache_clear()
    for path in sorted(evidence.glob("audit-*.json")):
        data = path.stem.removeprefix("audit-")
        counts[path.stem] = len(poison(path, lambda path, data=data: report.read(data, path.parent), NAMES_IN_AUDITS))
    counts["profiles"] = len(poison(evidence / "profiles.json", profiles.read))

    monkeypatch.setenv("FER_CHECKPOINTS", str(shelf))
    monkeypatch.setattr(stored_ledger, "PATH", evidence / "ledger.json")
    monkeypatch.setattr(report, "ROOT", evidence)
    monkeypatch.setattr(profiles, "PATH", evidence / "profiles.json")
    yield counts
    read_ledger.cache_clear()
    claims.read_all.cache_clear()


def test_no_page_takes_a_files_text_for_markup(hostile):
    assert all(count >= 3 for count in hostile.values()), hostile
    assert {one.name for one in load_checkpoints().checkpoints} >= {A, B}, load_checkpoints().problems
    wrong, seen, folders = [], 0, 0
    for page, address in ADDRESSES:
        app = open_page(page, **address)
        assert not app.exception, (page, address, app.exception[0].value)
        for where, text in texts(app):
            seen += "onerror" in text
            folders += "the card's name is" in text.replace("\\", "")
            raw = {"html": (TAG,), "chart": ("<img src=x",)}.get(where, (TAG, PICTURE, COLOUR, FOLDER[28:]))
            wrong += [(page, address, where, text[:200]) for one in raw if one in text]
    assert wrong == []
    assert (seen > 100, folders > len(PAGES)) == (True, True)  # it did arrive, as text


def texts(app: AppTest) -> Iterator[tuple[str, str]]:
    """Every text of a page that is read as HTML, as a chart's tags, or as Markdown, and as which."""
    blocks = [app.main]
    while blocks:
        block = blocks.pop()
        for child in block.children.values():
            if hasattr(child, "children"):
                blocks.append(child)
                if child.proto is not None:
                    yield from ((child.type, text) for text in markdown(child.proto))
            elif child.type == "html":
                yield "html", child.proto.body
            elif child.type == "plotly_chart":
                yield "chart", json.dumps(json.loads(child.proto.spec), ensure_ascii=False)
            else:
                yield from ((child.type, text) for text in markdown(child.proto))


def markdown(message: Message) -> Iterator[str]:
    """The texts of a part of a page that Streamlit reads as Markdown; options of a select box are shown as they are."""
    for field, value in message.ListFields():
        if field.name in {"body", "label", "help", "caption", "content", "text"} and isinstance(value, str):
            yield value
        elif isinstance(value, Message):
            yield from markdown(value)
        elif field.is_repeated and field.type == field.TYPE_MESSAGE and not hasattr(value, "keys"):
            for one in value:
                yield from markdown(one)


def test_the_strings_are_hostile():
    assert all(one in HOSTILE for one in (TAG, PICTURE, COLOUR))
