"""A closed session's photos are gone when its time is over, without anybody else connecting."""

from __future__ import annotations

import gc
import weakref
from types import SimpleNamespace

from streamlit.runtime.caching.ttl_cache import TTLCache
from streamlit.runtime.memory_session_storage import MemorySessionStorage

from dashboard.store.closed_sessions import collect_rarely, forget_expired


class Session:
    """What Streamlit's own session is here: it hangs in a circle, holds a photo, and is shut down."""

    def __init__(self, name: str) -> None:
        self.id, self.me, self.photo, self.is_shut = name, self, bytes(10_000), False

    def shutdown(self) -> None:
        self.is_shut = True


def test_what_a_closed_session_held_is_gone_when_its_time_is_over_and_not_before():
    now, storage = [0.0], MemorySessionStorage()
    storage._cache = TTLCache(maxsize=9, ttl=120, timer=lambda: now[0])
    first, second = Session("first"), Session("second")
    seen = weakref.ref(first)
    storage.save(SimpleNamespace(session=first))
    now[0] = 100.0
    storage.save(SimpleNamespace(session=second))
    assert forget_expired(storage) == 0 and not first.is_shut  # its browser may come back
    now[0] = 121.0
    del first
    collect_rarely()  # as a camera does: what lives now is passed over by other collections
    gc.disable()  # only what forgets it may collect it
    try:
        assert forget_expired(storage) == 1
        assert seen() is None
    finally:
        gc.enable()
        gc.unfreeze()
    assert [one.session for one in storage.list()] == [second] and not second.is_shut
