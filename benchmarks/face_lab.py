"""How long the face lab takes from a photo to answers and maps, and what 200 reruns of it leave in memory.

    make bench                                    or python -m benchmarks.face_lab; --small only shows that it runs

Times go through the dashboard's own services, in a session of their own, on one thread; every round brings a photo
whose bytes no cache has seen, and the first round, which loads networks, is left out. Beside the time on the clock
stands the time that this process computed, which others on the machine change less; a photo is decoded in a process of
its own, which is not in it. Memory is that of the real server while a real browser moves a slider.
"""

from __future__ import annotations

import io
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, cycle
from typing import NamedTuple
from urllib.parse import urlencode

from dashboard.pages.face_lab.data import attention, explain_face, method_titles, predict
from dashboard.store.checkpoints import load_checkpoints
from dashboard.store.photos import face_photo
from fer_core.cli.arguments import aligned

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("FER_WARM", "0")

from PIL import Image  # noqa: E402 - the lines above must come before torch
from streamlit.testing.v1 import AppTest  # noqa: E402

from benchmarks.process_memory import resident_mb
from benchmarks.serving import CHECKPOINTS, FLAGS, browser, is_small, machine, served  # noqa: E402

SAMPLE = CHECKPOINTS.parent / "dashboard" / "assets" / "sample-astronaut.jpg"
SIZE_PX = (4000, 3000)  # 12 megapixels
NETWORKS, DATA = ("i_mobilenet_v2", "a_mobilenet", "lightexnet", "mobilenet_v2", "dense_resnet"), "fer2013"
OPACITIES = (*range(50, 0, -5), *range(0, 100, 5), *range(100, 55, -5), 55)  # one step of the slider after another
LIMIT_MS = 120_000
SETTLED = """opacity => {
    const app = document.querySelector('[data-testid="stApp"]');
    return app && app.dataset.testScriptState === 'notRunning' && !document.querySelector('[data-stale="true"]')
        && document.querySelectorAll('img[alt*="over the face"]').length > 0
        && (new URLSearchParams(location.search).get('opacity') ?? '55') === opacity;
}"""


class Size(NamedTuple):
    """How many networks are asked, with how many methods, how often, and how often the page is drawn again."""

    networks: int
    methods: int | None  # None is all
    rounds: int
    grid_rounds: int
    first_reruns: int  # which fill caches that have an end
    reruns: int


FULL, SMALL = Size(len(NETWORKS), None, 9, 3, 20, 200), Size(1, 1, 1, 1, 1, 2)


@dataclass(frozen=True)
class Measured:
    """What was measured, how often, and the asked value; seconds on the clock, and seconds computed."""

    what: str
    asked_s: float
    clock: tuple[float, ...]
    computed: tuple[float, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """A row of the printed table."""
        low, high = min(self.clock), max(self.clock)
        return (
            self.what,
            f"< {self.asked_s:g} s",
            f"{statistics.median(self.clock):.3f} s",
            f"{low:.3f} to {high:.3f} s",
            f"{statistics.median(self.computed):.3f} s",
            str(len(self.clock)),
        )


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print."""
    size = SMALL if is_small("benchmarks.face_lab", words) else FULL
    names = five()[: size.networks]
    if len(names) < size.networks or browser() is None:
        sys.exit(
            f"make bench needs {', '.join(NETWORKS)} trained on FER2013 in checkpoints/, and Chromium or Chrome; "
            f"there are {len(names)} of them and {'one' if browser() else 'no'} browser."
        )
    print(f"Face lab, 1 thread; {machine()}")
    print(f"networks: {', '.join(names)}")
    header = ("what", "asked", "median", "range", "computed", "n")
    print("\n".join(aligned([header, *(one.cells for one in in_a_session(names, size))])))
    before, after = memory(names, size)
    print(f"{size.reruns} reruns, asked < 50 MB: {after - before:+.1f} MB, from {before:.0f} to {after:.0f} MB")
    print(f"afterwards: {machine()}")


def five() -> list[str]:
    """Return the best checkpoint of each of NETWORKS, as far as they and their weights lie here."""
    rows = [row for row in load_checkpoints().checkpoints if row.data == DATA and row.has_weights]
    best = {row.network.name: row.name for row in sorted(rows, key=lambda row: row.accuracy.value)}
    return [best[name] for name in NETWORKS if name in best]


def in_a_session(names: Sequence[str], size: Size) -> list[Measured]:
    """Measure within a session of the app, as pages do: caches that belong to a session need one."""
    app = AppTest.from_function(_script, default_timeout=3600, kwargs={"names": list(names), "size": tuple(size)}).run()
    if app.exception:
        sys.exit(app.exception[0].message)
    return app.session_state["measured"]


def _script(names: list[str], size: tuple) -> None:  # its source runs by itself, so it imports what it needs
    import streamlit as st

    from benchmarks.face_lab import Size, measure

    st.session_state["measured"] = list(measure(names, Size(*size)))


def measure(names: Sequence[str], size: Size) -> Iterator[Measured]:
    """Yield the three times that a person waits for."""
    photos = fresh_photos()

    def ask(photo: bytes) -> None:
        crop = face_photo(photo).crop(0)
        for name in names:
            predict(name, crop)

    def explain(photo: bytes, methods: Sequence[str], with_gates: bool) -> None:
        crop = face_photo(photo).crop(0)
        for name in names:
            if with_gates:
                attention(name, crop)
            for method in methods:
                explain_face(name, crop, predict(name, crop).expression, method)

    nothing, methods = (lambda photo: None), list(method_titles())[: size.methods]
    yield timed(f"12 MP JPEG to {len(names)} answers", 0.3, size.rounds, photos, nothing, ask)
    yield timed(
        f"Grad-CAM and gates of {len(names)}",
        0.5,
        size.rounds,
        photos,
        ask,
        lambda one: explain(one, ["grad_cam"], True),
    )
    yield timed(
        f"{len(names)} x {len(methods)} methods", 12, size.grid_rounds, photos, ask,
        lambda one: explain(one, methods, False),
    )  # fmt: skip


def timed(  # noqa: PLR0913
    what: str,
    asked_s: float,
    rounds: int,
    photos: Iterator[bytes],
    before: Callable[[bytes], None],
    act: Callable[[bytes], None],
) -> Measured:
    """Act on a fresh photo a round; what comes before is not timed, and the first round not counted."""
    clock, computed = [], []
    for photo, _ in zip(photos, range(rounds + 1), strict=False):
        before(photo)
        started, began = time.perf_counter(), time.process_time()
        act(photo)
        clock.append(time.perf_counter() - started)
        computed.append(time.process_time() - began)
    return Measured(what, asked_s, tuple(clock[1:]), tuple(computed[1:]))


def fresh_photos() -> Iterator[bytes]:
    """Yield the sample at 12 megapixels, each a shade brighter: what is known of equal pixels is not computed again."""
    image = Image.open(SAMPLE).convert("RGB")
    width, height = image.width, image.width * SIZE_PX[1] // SIZE_PX[0]
    large = image.resize(SIZE_PX, Image.Resampling.BICUBIC, box=(0, 0, width, height))  # the face is in the upper half
    for shade in count():
        file = io.BytesIO()
        large.point([min(255, value + shade) for value in range(256)] * 3).save(file, "JPEG", quality=90)
        yield file.getvalue()


def memory(names: Sequence[str], size: Size) -> tuple[float, float]:
    """Return the server's memory in MB before and after reruns of the face lab, each with another opacity."""
    from playwright.sync_api import sync_playwright

    with served(CHECKPOINTS) as app, sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser(), args=FLAGS)
        page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.set_default_timeout(LIMIT_MS)
        asked = {"networks": names, "methods": list(method_titles())[: size.methods] if size.methods else []}
        page.goto(f"{app.address}/face_lab?{urlencode(asked, doseq=True)}")
        page.wait_for_function(SETTLED, arg="55", timeout=LIMIT_MS)
        page.get_by_role("button", name="Map settings").click()
        slider = page.get_by_role("slider", name="Opacity of the maps (%)")
        before, opacity = 0.0, 55
        for number, wanted in zip(range(size.first_reruns + size.reruns), cycle(OPACITIES)):
            if number == size.first_reruns:
                before = resident_mb(app.pid)
            slider.press("ArrowRight" if wanted > opacity else "ArrowLeft")
            page.wait_for_function(SETTLED, arg=str(wanted), timeout=LIMIT_MS)
            opacity = wanted
        after = resident_mb(app.pid)
        chromium.close()
    return before, after


if __name__ == "__main__":
    main()
