"""Every hostile file ends in one sentence, in the core and on the page, and no photo reaches the disk."""

from __future__ import annotations

import os
import sys

import pytest
from PIL import Image
from support.app_driver import PROJECT, open_page, words
from support.bad_photos import KINDS, bad_photos, encoded
from support.checkpoints import B

from fer_core.errors import PhotoError
from fer_core.images.photos import open_photo

BAD = bad_photos()
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


def test_on_the_page_no_bad_file_shows_a_traceback(here):
    app = open_page("face_lab", photo="upload")
    for name, data in BAD.items():
        if len(data) < 10**6:
            app.file_uploader[0].set_value((name, data, "image/jpeg")).run()
            assert not app.exception, name
            assert [error.value[-1] for error in app.error] == ["."], name


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
    for place in range(1, len(files) + 1):
        watch.is_on = True
        app.query_params["of"] = str(place)
        app.file_uploader[0].set_value(files).run()
        watch.is_on = False
        assert not app.exception and f"{place} of {len(files)}: photo." in words(app)
    assert watch.written == []
