"""Closed sessions are forgotten on time, with their photos.

Streamlit keeps a closed session for `server.disconnectedSessionTTL` seconds, in case its browser comes back, but looks
at its clock only when somebody connects: the photos of a day's last visitor would stay. So a thread checks instead.
"""

from __future__ import annotations

import gc
from threading import Lock, Thread
from time import sleep
from typing import Any

from streamlit import runtime

from fer_core.memory import give_back_freed_pages

EVERY_S = 5

_lock = Lock()
_is_watching = False


def watch_closed_sessions() -> None:
    """Start checking, once per process; without a server (or with a test's stand-in) there is nothing to check."""
    global _is_watching
    with _lock:
        if _is_watching or not (runtime.exists() and type(runtime.get_instance()) is runtime.Runtime):
            return
        _is_watching = True
    Thread(target=_watch, name="closed sessions", daemon=True).start()


def forget_expired(storage: Any) -> int:
    """Shut down every session whose time is over, and return how many.

    Args:
        storage: Streamlit's `MemorySessionStorage`, which has no public way to ask for this.
    """
    expired = storage._cache.expire()
    for _, info in expired:
        info.session.shutdown()  # its uploads and the pictures that it showed go here
    if count := len(expired):
        del expired, info
        collect_rarely()  # the rest is held by reference cycles
        give_back_freed_pages()
        return count
    return 0


def collect_rarely() -> None:
    """Collect all garbage, and let Streamlit's own collections pass over what is left.

    It collects after each run of a script, so each second where a part of a page redraws itself: with torch loaded,
    that stops all threads for a third of a second. Frozen objects are examined again at the next call.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _watch() -> None:
    server = runtime.get_instance()
    manager: Any = server._session_mgr  # Streamlit's own, which keeps the closed sessions; no public API lists them
    loop, storage = server._get_async_objs().eventloop, manager._session_storage
    while not loop.is_closed():
        sleep(EVERY_S)
        loop.call_soon_threadsafe(forget_expired, storage)  # sessions belong to the server's own thread
