"""How long many people wait for the face lab when they come at once, and what they leave in the server's memory.

    make bench                                    or python -m benchmarks.sessions [--sessions N] [--settle S]

Each session is a page of its own in a real browser on the same machine, whose own work is in the times. Measured are
the seconds until all answers stand on the page and until all maps do. One session comes first and alone: it waits for
torch and the networks to be loaded, which stay. The server's memory is read before anybody came, with that one, with
all the others, and some time after all have left.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.process_memory import resident_mb
from benchmarks.serving import CHECKPOINTS, FLAGS, browser, machine, served, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser, Page

SESSIONS, SETTLE_S = 12, 150.0  # closed sessions are kept for two minutes
LIMIT_S, LOOK_EVERY_S = 300.0, 0.2
HAS_ANSWERS = "() => document.querySelectorAll('[data-testid=\"stPlotlyChart\"]').length > 1"
HAS_MAPS = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    return app?.dataset.testScriptState === 'notRunning'
        && document.querySelectorAll('img[alt*="over the face"]').length > 0;
}"""


@dataclass(frozen=True)
class Crowd:
    """Seconds until answers and until maps, one a session, and the server's memory in MB.

    `first_s`: until the answers and the maps of the session that came alone. `memory_mb`: before anybody came, with
    that one, with all, and after them.
    """

    first_s: tuple[float, float]
    answers_s: list[float]
    maps_s: list[float]
    memory_mb: tuple[float, float, float, float]


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print; `words` instead of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sessions")
    parser.add_argument("--sessions", type=int, default=SESSIONS, metavar="N", help="people at once")
    parser.add_argument("--settle", type=float, default=SETTLE_S, metavar="S", help="seconds after all have left")
    asked = parser.parse_args(words)
    if browser() is None:
        sys.exit("benchmarks.sessions needs Chromium or Chrome on the path.")
    print(f"{asked.sessions} sessions of the face lab at once; {machine()}")
    crowd = measure(asked.sessions, asked.settle)
    print(f"alone    answers after {crowd.first_s[0]:.2f} s, maps after {crowd.first_s[1]:.2f} s, from a cold server")
    print(f"answers  {told(crowd.answers_s)}")
    print(f"maps     {told(crowd.maps_s)}")
    before, alone, during, after = crowd.memory_mb
    print(
        f"memory   {before:.0f} MB before, {alone:.0f} MB with one, {during:.0f} MB with all, {after:.0f} MB "
        f"{asked.settle:.0f} s later"
    )


def measure(sessions: int, settle_s: float) -> Crowd:
    """Open the face lab once, then in `sessions` pages at once; close all, and wait `settle_s` seconds."""
    from playwright.sync_api import sync_playwright

    with served(CHECKPOINTS) as app, sync_playwright() as driver:
        before = resident_mb(app.pid)
        chromium = driver.chromium.launch(executable_path=browser(), args=FLAGS)
        (first_answer,), (first_map,) = _visited(chromium, app.address, 1)
        alone = resident_mb(app.pid)
        answers_s, maps_s = _visited(chromium, app.address, sessions)
        during = resident_mb(app.pid)
        chromium.close()
        time.sleep(settle_s)
        return Crowd((first_answer, first_map), answers_s, maps_s, (before, alone, during, resident_mb(app.pid)))


def _visited(chromium: Browser, address: str, sessions: int) -> tuple[list[float], list[float]]:
    """Open the face lab in `sessions` pages at once; seconds until each has its answers, and its maps."""
    pages = [chromium.new_context(viewport={"width": 1280, "height": 720}).new_page() for _ in range(sessions)]
    started = time.perf_counter()
    for page in pages:
        page.goto(f"{address}/face_lab", wait_until="commit")
    return _seen(pages, started)


def _seen(pages: list[Page], started: float) -> tuple[list[float], list[float]]:
    """Look at all pages in turn until each has its answers and its maps; seconds since `started`."""
    answers: dict[int, float] = {}
    maps: dict[int, float] = {}
    while len(maps) < len(pages):
        now = time.perf_counter() - started
        if now > LIMIT_S:
            sys.exit(f"{len(pages) - len(maps)} of {len(pages)} sessions had no map after {LIMIT_S:.0f} s")
        for place, page in enumerate(pages):
            if place not in answers and page.evaluate(HAS_ANSWERS):
                answers[place] = time.perf_counter() - started
            if place not in maps and page.evaluate(HAS_MAPS):
                maps[place] = time.perf_counter() - started
                answers.setdefault(place, maps[place])  # both came since the last look
        time.sleep(LOOK_EVERY_S)
    return list(answers.values()), list(maps.values())


if __name__ == "__main__":
    main()
