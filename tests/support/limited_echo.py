"""A child for the tests of limits: what it is asked to do says what becomes of it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from fer_core.images.limited_process import serve


def answer(request: bytes) -> bytes:
    """Do what the request says; anything else comes back as it is."""
    verb, _, rest = request.partition(b" ")
    if verb == b"spin":
        while True:
            pass
    if verb == b"die":
        os._exit(3)
    if verb == b"take":
        return b"%d" % len(bytearray(int(rest)))
    if verb == b"write":
        try:
            Path(os.fsdecode(rest)).write_bytes(b"x" * 10)
        except OSError as error:
            return os.strerror(error.errno).encode()
        return b"written"
    if verb == b"wait":
        while not Path(os.fsdecode(rest)).exists():
            time.sleep(0.01)
    return b"%d" % os.getpid() if verb == b"who" else request


if __name__ == "__main__":
    serve(answer)
