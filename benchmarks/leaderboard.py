"""How long the leaderboard takes with 60 checkpoints: first load, later loads, switching a filter. In real Chromium.

    make bench                                    or python -m benchmarks.leaderboard; --small only shows that it runs

The checkpoints are copies of the project's own in a temporary folder, under new names and with noise on their logits,
so that every pair has faces to be told apart by and no cache serves two of them. Nothing of the project is changed.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.serving import CHECKPOINTS, FLAGS, browser, is_small, machine, served, told
from dashboard.store.checkpoints import load_checkpoints
from dashboard.store.ranking import rankable
from fer_core import files
from fer_core.checkpoints import load_logits, save_logits
from fer_core.checkpoints.card import FILE_NAME, read_card

DATA = "fer2013"
NOISE = 0.5  # of the logits' own spread
LIMIT_MS = 120_000
SETTLED = """rows => {
    const app = document.querySelector('[data-testid="stApp"]');
    return document.querySelectorAll('.fer tbody tr').length === rows
        && document.querySelector('.js-plotly-plot .main-svg')
        && app.dataset.testScriptState === 'notRunning' && !document.querySelector('[data-stale="true"]');
}"""


class Size(NamedTuple):
    """How many checkpoints, loads after the first one, and switches of the filter."""

    copies: int
    loads: int
    switches: int


FULL, SMALL = Size(60, 4, 6), Size(4, 1, 2)


def main(words: Sequence[str] | None = None) -> None:
    """Copy, start, measure, print."""
    size = SMALL if is_small("benchmarks.leaderboard", words) else FULL
    originals = ranked()
    if browser() is None or not originals:
        sys.exit("make bench needs Chromium or Chrome, and a checkpoint of FER2013 in checkpoints/; one is missing.")
    with tempfile.TemporaryDirectory() as folder:
        sizes = [copy(originals[n * len(originals) // size.copies], Path(folder), n) for n in range(size.copies)]
        with served(folder) as app, sync_playwright() as driver:
            chromium = driver.chromium.launch(executable_path=browser(), args=FLAGS)
            page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
            address = f"{app.address}/leaderboard?data={DATA}&runs=all"  # by default the page shows one run a network
            first, *later = (load(page, address, size.copies) for _ in range(1 + size.loads))
            switches = [switch(page, sizes, n) for n in range(size.switches)]
            chromium.close()
    print(f"Leaderboard with {size.copies} checkpoints; {machine()}")
    print(f"first load, nothing cached  {first:5.2f} s")
    print(f"later loads                 {told(later)}")
    print(f"switching a filter          {told(switches)}")


def ranked() -> list[Path]:
    """Return the checkpoints that the page ranks together, small networks first; others stand in its note."""
    rows = [row for row in load_checkpoints().checkpoints if row.data == DATA]
    return [CHECKPOINTS / row.name for row in sorted(rankable(rows).rows, key=lambda row: row.params)]


def copy(source: Path, root: Path, number: int) -> int:
    """Copy a checkpoint's card and logits under a new name, with noise on the logits; return its parameters."""
    card = json.loads((source / FILE_NAME).read_text(encoding="utf-8"))
    card["name"] = f"{card['network']['name']}.{card['data']['name']}-copy{number}-s{number}"
    card["training"]["seed"] = number
    folder = root / card["name"]
    folder.mkdir()
    random = np.random.default_rng(number)
    for split in card["logits"]:
        stored = load_logits(read_card(source), split)
        noise = random.normal(scale=NOISE * stored.logits.std(), size=stored.logits.shape)
        noisy = replace(stored, logits=stored.logits + noise.astype(np.float32))
        path = save_logits(folder, split, noisy, card["expressions"])
        card["logits"][split] = {"sha256": files.sha256(path), "bytes": path.stat().st_size}
    (folder / FILE_NAME).write_text(json.dumps(card), encoding="utf-8")
    return card["params"]


def load(page: Page, address: str, rows: int) -> float:
    """Open the leaderboard and return the seconds until its table and its figure stand."""
    return timed(lambda: page.goto(address), page, rows)


def switch(page: Page, sizes: list[int], number: int) -> float:
    """Switch the size filter there or back and return the seconds until the table has followed."""
    words, limit = [("Up to 1 M", 1_000_000), ("Any size", None)][number % 2]
    rows = sum(limit is None or size <= limit for size in sizes)
    return timed(lambda: page.get_by_text(words, exact=True).click(), page, rows)


def timed(act: Callable[[], object], page: Page, rows: int) -> float:
    """Return the seconds from an act until the page has settled on so many rows."""
    start = time.perf_counter()
    act()
    page.wait_for_function(SETTLED, arg=rows, timeout=LIMIT_MS)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
