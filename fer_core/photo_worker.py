"""The process in which photos are decoded: `python -m fer_core.photo_worker`, started by fer_core.limited_process."""

from __future__ import annotations

from fer_core.images.photos import answer
from fer_core.limited_child import serve

if __name__ == "__main__":
    serve(answer)
