"""The process in which photos are decoded: `python -m fer_core.images.photo_worker`, started by `limited_process`."""

from __future__ import annotations

from fer_core.images.limited_child import serve
from fer_core.images.photos import answer

if __name__ == "__main__":
    serve(answer)
