"""How long many people wait for the face lab when they come at once, and what they leave in the server's memory.

    make bench                                    or python -m benchmarks.sessions [--sessions N] [--settle S]

Each session is a page of its own in a real browser on the same machine, whose own work is in the times. Measured are
the seconds until all answers stand on the page and until all maps do; the server's memory is read before anybody came,
while all are there, and some time after all have left.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.face_lab import resident_mb
from benchmarks.serving import CHECKPOINTS, FLAGS, browser, machine, served, told

if TYPE_CHECKING:
    from playwright.sync_api import Page

SESSIONS, SETTLE_S = 12, 150.0  # closed sessions are kept for two minutes
LIMIT_S, LOOK_EVERY_S = 300.0, 0.2
HAS_ANSWERS = "() => document.querySelectorAll('[data-testid=\"stPlotlyChart\"]').length > 1"
HAS_MAPS = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    return app?.dataset.testScriptState === 'notRunning'
        && document.querySelectorAll('img[alt$="over the face"]').length > 0;
}"""


@dataclass(frozen=True)
class Crowd:
    """Seconds until answers and until maps, one a session; the server's memory in MB before, with, and after them."""

    answers_s: list[float]
    maps_s: list[float]
    memory_mb: tuple[float, float, float]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sessions")
    parser.add_argument("--sessions", type=int, default=SESSIONS, metavar="N", help="people at once")
    parser.add_argument("--settle", type=float, default=SETTLE_S, metavar="S", help="seconds after all have left")
    asked = parser.parse_args()
    if browser() is None:
        sys.exit("benchmarks.sessions needs Chromium or Chrome on the path.")
    print(f"{asked.sessions} sessions of the face lab at once; {machine()}")
    crowd = measure(asked.sessions, asked.settle)
    print(f"answers  {told(crowd.answers_s)}")
    print(f"maps     {told(crowd.maps_s)}")
    before, during, after = crowd.memory_mb
    print(f"memory   {before:.0f} MB before, {during:.0f} MB with all, {after:.0f} MB {asked.settle:.0f} s later")


def measure(sessions: int, settle_s: float) -> Crowd:
    """Let `sessions` pages open the face lab at once, wait for all, close them, and wait `settle_s` seconds."""
    from playwright.sync_api import sync_playwright

    with served(CHECKPOINTS) as app, sync_playwright() as driver:
        before = resident_mb(app.pid)
        chromium = driver.chromium.launch(executable_path=browser(), args=FLAGS)
        pages = [chromium.new_context(viewport={"width": 1280, "height": 720}).new_page() for _ in range(sessions)]
        started = time.perf_counter()
        for page in pages:
            page.goto(f"{app.address}/face_lab", wait_until="commit")
        answers_s, maps_s = _seen(pages, started)
        during = resident_mb(app.pid)
        chromium.close()
        time.sleep(settle_s)
        return Crowd(answers_s, maps_s, (before, during, resident_mb(app.pid)))


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
        time.sleep(LOOK_EVERY_S)
    return list(answers.values()), list(maps.values())


if __name__ == "__main__":
    main()
