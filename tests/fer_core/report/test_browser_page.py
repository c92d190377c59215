"""The page that runs networks in a browser: its folder, and in Chromium the answers of Python."""

from __future__ import annotations

import functools
import http.server
import json
import re
import threading
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image
from support import accessibility
from support.browser_driver import MARKS, SAMPLE, Visit
from support.checkpoint import publish_sample
from support.costs import exported
from support.onnx_networks import two_layer_network
from support.paths import PROJECT

from dashboard.plotting.theme import DARK, FAMILY_COLOURS, LIGHT
from fer_core import cli
from fer_core.checkpoints.card import read_card
from fer_core.errors import ConfigError
from fer_core.export import record
from fer_core.export.measure import OnnxFiles
from fer_core.export.static_int8 import quantized_model
from fer_core.images.preprocessing import InputSpec, to_input
from fer_core.labels import FER2013
from fer_core.onnx.graph import inspect_graph
from fer_core.onnx.session import OnnxSession
from fer_core.report.browser_page import networks
from fer_core.report.browser_page.folder import STATIC, page_files
from fer_core.report.browser_page.networks import PageNetwork, page_network
from fer_core.report.browser_page.runtime import ARCHIVE, FETCH, runtime_files
from fer_core.report.static_folder import write_folder

# Largest difference of a probability that another build of the same arithmetic may make; in int8, processors without
# VNNI let sums of two products saturate, which WebAssembly does not.
TOLERANCE = {"float32": 1e-5, "int8": 0.02}
# Every way in which a card can want its input: grey once and thrice, colours with a mean each, smaller and larger.
SPECS = {
    "grey_1": InputSpec(48, 1, "grey", (0.5,), (0.25,)),
    "grey_3": InputSpec(44, 3, "grey", (0.0,), (1.0,)),
    "rgb": InputSpec(96, 3, "rgb", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
}


def page_entry(name: str, contents: dict[str, bytes]) -> PageNetwork:
    files = {key: f"{name}.{key}.onnx" for key in contents}
    told = {key: {"name": files[key], "bytes": len(one), "accuracy": None} for key, one in contents.items()}
    entry = {"checkpoint": name, "title": name, "family": "lightexnet", "expressions": list(FER2013), "files": told}
    return PageNetwork({**entry, "input": SPECS[name].as_dict()}, {files[key]: one for key, one in contents.items()})


def test_a_networks_accuracy_is_told_of_the_very_file_that_was_scored(tmp_path, monkeypatch):
    folder = publish_sample(tmp_path)
    made = {"float32": b"scored", "int8": b"made anew"}
    monkeypatch.setattr(networks, "files_made_here", lambda *_: OnnxFiles(made, 0, None))
    monkeypatch.setattr(record, "PATH", tmp_path / "exports.json")
    known = exported(read_card(folder).weights.sha256)
    scored = known.float32.model_copy(update={"sha256": sha256(b"scored").hexdigest()})
    record.add_export(folder.name, known.model_copy(update={"float32": scored}))
    found = page_network(folder, print)
    told = found.entry["files"]
    assert told["float32"]["accuracy"]["value"] == 0.7 and told["float32"]["accuracy"]["n"] == 400
    assert told["int8"]["accuracy"] is None and told["int8"]["bytes"] == 9
    assert {found.files[told[key]["name"]] for key in made} == set(made.values())
    assert found.entry["expressions"] == list(FER2013) and InputSpec.from_dict(found.entry["input"]).size_px == 48


def test_without_the_runtime_the_command_says_how_to_fetch_it(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["export-browser", "page"]) == 2
    command = FETCH.split("`")[1]
    assert command in capsys.readouterr().err
    assert command in (PROJECT / "docs" / "browser.md").read_text(encoding="utf-8")
    Path(ARCHIVE).write_bytes(b"another")
    with pytest.raises(ConfigError, match="another SHA-512"):
        runtime_files(Path(ARCHIVE))
    assert not Path("page").exists()


def test_the_page_loads_nothing_from_elsewhere():
    for path in STATIC.iterdir():
        assert not re.search(r"https?://|//cdn|url\(|@import", path.read_text(encoding="utf-8")), path.name
    assert "default-src 'none'" in (STATIC / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("palette", "block"), [(LIGHT, 0), (DARK, 1)])
def test_the_page_has_the_colours_of_the_app(palette, block):
    root = re.findall(r":root \{([^}]*)\}", (STATIC / "page.css").read_text(encoding="utf-8"))
    shown = {name: colour for part in root[: block + 1] for name, colour in re.findall(r"--(\w+): (#\w+)", part)}
    own = {name: getattr(palette, name) for name in ("text", "muted", "grid", "surface", "accent", "reference")}
    families = {name: palette.family(name) for name in FAMILY_COLOURS}
    assert shown == {**own, **families, "ground": palette.background, "dense_resnet": palette.dense}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The page with small networks, on a free port; its address and its files."""
    archive = PROJECT / ARCHIVE
    if not archive.is_file():
        pytest.skip(f"{ARCHIVE} is not here; npm pack fetches it")
    contents = {name: {"float32": two_layer_network(spec)} for name, spec in SPECS.items()}
    faces = np.stack([to_input(one, SPECS["grey_1"]) for one in (picture(64, seed) for seed in range(64))])
    model = onnx.load_model_from_string(contents["grey_1"]["float32"])
    contents["grey_1"]["int8"] = quantized_model(model, faces).SerializeToString()
    found = page_files([page_entry(name, one) for name, one in contents.items()], runtime_files(archive))
    folder = tmp_path_factory.mktemp("page") / "page"
    write_folder(folder, found)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", contents
    server.shutdown()


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def picture(side: int, seed: int = 0) -> np.ndarray:
    """Soft coloured blobs, uint8 (side, 3 side // 2, 3)."""
    noise = np.random.default_rng(seed).integers(0, 256, (9, 13, 3)).astype(np.uint8)
    return np.asarray(Image.fromarray(noise).resize((3 * side // 2, side), Image.Resampling.BICUBIC))


class TestInABrowser:
    pytestmark = MARKS

    def test_it_answers_as_python_does_and_times_itself(self, served, chromium, tmp_path):
        address, contents = served
        visit = Visit(chromium, address, viewport={"width": 390, "height": 844})
        page = visit.page
        page.goto(f"{address}/index.html")
        page.locator("#time:enabled").wait_for()
        Image.fromarray(picture(130)).save(tmp_path / "blobs.png")
        # From 512 px and from less than 48; moved off the middle, so that no axis can be taken for the other.
        for photo, size in ((SAMPLE, "1000"), (SAMPLE, "430"), (tmp_path / "blobs.png", "300")):
            image = np.asarray(Image.open(photo).convert("RGB"))
            page.set_input_files("#file", photo)
            page.wait_for_function(
                "([shown]) => document.getElementById('picture').width === shown", arg=[shown(image)]
            )
            page.locator("#size").fill(size)
            page.locator("#across").fill("350")
            page.locator("#down").fill("120")
            for precision, asked in (("int8", 1), ("float32", 3)):
                page.get_by_role("radio", name=precision).check()
                saved = answered(page, precision, asked)
                assert_as_python(saved, precision, contents, image)
        page.locator("#repeats").fill("5")
        page.locator("#time").click()
        page.locator("#copy:enabled").wait_for()
        page.locator("#time:enabled").wait_for()
        assert page.locator("#times tbody tr").count() == 3
        report = download(page)
        assert report["runtime"]["threads"] == 1 and report["timing"]["warmup"] == 10
        assert "Chrome" in report["device"]["user_agent"] and report["timing"]["clock_step_ms"] > 0
        for one in (one for one in report["files"] if "median_ms" in one):
            assert 0 < one["q1_ms"] <= one["median_ms"] <= one["q3_ms"] and one["repeats"] == 5
            assert one["passes_each"] >= 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert accessibility.findings(page) == []
        assert visit.complaints == [] and visit.outside == []


def shown(image: np.ndarray) -> int:
    """The width at which the page draws a photo."""
    return round(image.shape[1] * min(1, 480 / max(image.shape[:2])))


def answered(page, precision: str, count: int) -> dict:
    """What the page saves once all its answers of this precision are of the square that is shown."""
    page.wait_for_function(
        """([precision, count]) => !document.getElementById('save').disabled
        && !document.getElementById('time').disabled
        && document.querySelectorAll(`figure[data-file$="${precision}.onnx"]`).length === count""",
        arg=[precision, count],
    )
    return download(page)


def download(page) -> dict:
    with page.expect_download() as saved:
        page.locator("#save").click()
    return json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))


def assert_as_python(report: dict, precision: str, contents: dict, photo: np.ndarray) -> None:
    found = {one["checkpoint"]: one for one in report["files"] if "probabilities" in one}
    assert set(found) == {name for name, files in contents.items() if precision in files}
    for name, one in found.items():
        at = one["square"]
        assert photo.shape[:2] == (at["height"], at["width"])
        crop = photo[at["top"] : at["top"] + at["side"], at["left"] : at["left"] + at["side"]]
        content = contents[name][precision]
        logits = OnnxSession(content, inspect_graph(content)).run(to_input(crop, SPECS[name])[None])[0].astype(float)
        shares = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
        assert np.abs(shares - one["probabilities"]).max() < TOLERANCE[precision], (name, at)
        assert shares.argmax() == np.argmax(one["probabilities"]) and one["answer_ms"] >= 0
        assert shares.max() > 0.2  # far from chance, so that a wrong input would show
