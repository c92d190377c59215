"""The real app, served on a free port, and pages of a headless Chromium that look at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.checkpoints import publish_shelf

if TYPE_CHECKING:
    from playwright import sync_api as playwright

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = PROJECT / "dashboard" / "assets" / "sample-astronaut.jpg"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]  # fmt: skip
SETTLED = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    return app && app.dataset.testConnectionState === 'CONNECTED' && app.dataset.testScriptState === 'notRunning'
        && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]');
}"""
SLOW_MS = 90_000  # the first prediction loads torch, on a machine that may be busy

MARKS = [pytest.mark.browser]
if BROWSER is None and os.environ.get("FER_NEEDS_BROWSER") != "1":  # where it is needed, its absence is a failure
    MARKS.append(pytest.mark.skip(reason="no Chromium or Chrome is installed"))


def n_checkpoints() -> int:
    """How many checkpoints the project has itself; 0 means that invented ones stand in."""
    return len(list((PROJECT / "checkpoints").glob("*/card.json")))


@contextmanager
def served(invented: Path) -> Iterator[str]:
    """The app on a free port, on its own checkpoints, or on invented ones as long as there are none."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    environment.pop("FER_CHECKPOINTS", None)
    if n_checkpoints() == 0:
        environment["FER_CHECKPOINTS"] = str(publish_shelf(invented))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)]
    app = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_until_healthy(app, f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        app.terminate()
        app.wait(20)


def wait_until_healthy(app: subprocess.Popen, url: str, limit_s: float = 60) -> None:
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if app.poll() is not None:
            pytest.fail(f"the app ended by itself: {app.stderr.read().decode()[-2000:]}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the app was not healthy after {limit_s} s")


class Visit:
    """One browser page, with what it complained of and what it asked of other machines."""

    def __init__(self, browser: playwright.Browser, address: str, **context: object) -> None:
        self.address = address
        self.complaints: list[str] = []
        self.outside: list[str] = []
        self.page = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **context}).new_page()
        self.page.set_default_timeout(SLOW_MS)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def open(self, path: str) -> playwright.Page:
        self.page.goto(f"{self.address}/{path}")
        self.page.get_by_role("heading", level=1).wait_for()
        self.settle()
        return self.page

    def settle(self) -> None:
        self.page.wait_for_timeout(150)
        self.page.wait_for_function(SETTLED, timeout=SLOW_MS)

    def _heard(self, message: playwright.ConsoleMessage) -> None:
        # On a deep link Streamlit first looks for its server below the page's own path: one 404 of its own making.
        if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
            self.complaints.append(message.text)

    def _asked(self, request: playwright.Request) -> None:
        if not request.url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:")):
            self.outside.append(request.url)
