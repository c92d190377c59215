"""Every hostile file ends in one sentence, in the core and on the page, and no photo reaches the disk."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from support.app_driver import PROJECT, open_page, words
from support.bad_photos import KINDS, bad_photos, encoded
from support.checkpoints import B
from support.photo_bombs import bombs
from support.upload_driver import Session, served

from fer_core.errors import PhotoError
from fer_core.images import photos
from fer_core.images.photos import MAX_BYTES, MAX_PIXELS, open_photo

BAD, BOMBS = bad_photos(), bombs()
SAMPLE = PROJECT / "dashboard" / "assets" / "sample-astronaut.jpg"

pytestmark = pytest.mark.filterwarnings("ignore")  # Pillow warns of bombs and bad metadata before it refuses

AFTER_THE_PHOTO = (
    "dashboard.pages.face_lab.map_grid.map_grid",
    "dashboard.pages.face_lab.gates.attention_modules_section",
    "dashboard.pages.face_lab.perturbations.perturbation_panel",
)


def test_the_suite_has_at_least_forty_files():
    assert len(BAD) >= 40 and len(set(BAD.values())) == len(BAD)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_a_sentence(name):
    with pytest.raises(PhotoError) as caught:
        open_photo(BAD[name])
    sentence = str(caught.value)
    assert sentence.startswith(("The file ", "The picture ")) and sentence.endswith(".") and len(sentence) < 250


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_sentence_before_a_decoder_sees_it(name, monkeypatch):
    monkeypatch.setattr(photos.Image, "open", lambda *words, **options: pytest.fail("a decoder was started"))
    with pytest.raises(PhotoError) as caught:
        photos.decode(BOMBS[name])
    assert len(str(caught.value)) < 250
    monkeypatch.undo()
    with pytest.raises(PhotoError, match=re.escape(str(caught.value))):
        open_photo(BOMBS[name])


def test_on_the_page_no_bad_file_shows_a_traceback(here):
    app = open_page("face_lab", photo="upload")
    for name, data in BAD.items():
        if len(data) < 10**6:
            app.file_uploader[0].set_value((name, data, "image/jpeg")).run()
            assert not app.exception, name
            assert [error.value[-1] for error in app.error] == ["."], name


def test_the_servers_limit_and_the_pages_words_are_the_readers(here):
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] * 10**6 == MAX_BYTES
    uploader = open_page("face_lab", photo="upload").file_uploader[0]
    assert f"up to {MAX_BYTES // 10**6} MB and {MAX_PIXELS // 10**6} megapixels each" in uploader.help


class Watch:
    """Names of files that are opened for writing, and of other ways to the disk, while it is on."""

    def __init__(self) -> None:
        self.is_on = False
        self.seen: list[str] = []
        sys.addaudithook(self._heard)  # stays until Python ends, hence the switch

    def _heard(self, event: str, args: tuple) -> None:
        if not self.is_on:
            return
        if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
            self.seen.append(str(args[0]))
        elif event.startswith(("os.mkdir", "os.rename", "tempfile.", "subprocess.", "shutil.")):
            self.seen.append(event)

    @property
    def written(self) -> list[str]:
        """What was seen, but for the null device and Python's own compiled modules."""
        return [name for name in self.seen if name != os.devnull and "__pycache__" not in name]


def test_the_watch_sees_a_written_file(tmp_path):
    watch = Watch()
    watch.is_on = True
    (tmp_path / "photo.jpg").write_bytes(b"x")
    watch.is_on = False
    assert watch.written == [str(tmp_path / "photo.jpg")]


def test_photos_of_every_kind_are_looked_at_without_writing_a_file(here, monkeypatch):
    for part in AFTER_THE_PHOTO:  # they come after the photo
        monkeypatch.setattr(part, lambda *args: None)
    face, watch = Image.open(SAMPLE).resize((300, 300)), Watch()
    files = [(f"photo.{kind}", encoded(face, kind), "image/jpeg") for kind in KINDS]
    app = open_page("face_lab", photo="upload", networks=B)
    open_photo(files[0][1])  # starts the process that decodes; test_limited_process tells that it can write no file
    for place in range(1, len(files) + 1):
        watch.is_on = True
        app.query_params["of"] = str(place)
        app.file_uploader[0].set_value(files).run()
        watch.is_on = False
        assert not app.exception and f"{place} of {len(files)}: photo." in words(app)
    assert watch.written == []


needs_posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no limit to the size of a file")


def photo_of_3_mb() -> bytes:
    return encoded(Image.fromarray(np.random.default_rng(0).integers(0, 256, (1000, 1200, 3), dtype=np.uint8)), "PNG")


@pytest.fixture(scope="module")
def port(shelf) -> Iterator[int]:
    """Where the real app listens, which can write no file of more than 1 MB."""
    with served(PROJECT / "streamlit_app.py", shelf, largest_file=10**6) as port:
        yield port


@needs_posix
def test_a_large_upload_to_the_real_server_reaches_no_file(port):
    session = Session(port, "face_lab", "photo=upload&of=1")
    assert session.upload("large", photo_of_3_mb()) == 204
    assert "1,200 × 1,000 px" in session.show("large")


@needs_posix
def test_the_same_upload_reaches_a_file_where_nobody_forbids_it(shelf, tmp_path):
    script = tmp_path / "plain.py"
    script.write_text("import streamlit as st\nst.file_uploader('x')\n")
    with served(script, shelf, largest_file=10**6) as port:
        assert Session(port).upload("large", photo_of_3_mb()) == 500


@needs_posix
def test_a_file_name_that_is_no_text_is_shown_as_well_as_it_can_be(port):
    names = {b"\xff\xfe.jpg": ("", "ÿþ.jpg"), b"+2AA-.jpg": ("utf-7", "?.jpg")}  # the second is half a character
    for name, (charset, shown) in names.items():
        session = Session(port, "face_lab", "photo=upload&of=1")
        assert session.upload("odd", SAMPLE.read_bytes(), name, charset) == 204
        assert session.upload("plain", SAMPLE.read_bytes()) == 204
        page = session.show("odd", "plain")
        assert f": {shown}" in page and "exception {" not in page
