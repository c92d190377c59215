"""Load torch and the face detector after the first page and before the first photo, so that nobody waits for them."""

from __future__ import annotations

import os
from threading import Lock, Timer

from dashboard.store.closed_sessions import collect_rarely

DELAY_S = 1.5  # the browser has drawn the first page by then; earlier imports would compete with it for a core

_lock = Lock()
_is_started = False


def preload() -> None:
    """Start loading them, and Captum, in the background, once per process; FER_WARM=0 leaves it to the first photo."""
    global _is_started
    if os.environ.get("FER_WARM") == "0":
        return
    with _lock:
        if _is_started:
            return
        _is_started = True
    timer = Timer(DELAY_S, _load)
    timer.daemon = True  # exiting does not wait for it
    timer.start()


def _load() -> None:
    import fer_core.explain.attribution
    import fer_core.inference  # noqa: F401 - for their weight, not their names
    from fer_core.images import face_detection

    face_detection.warm_up()
    collect_rarely()  # what was loaded stays
