"""The process in which one film is decoded: `python -m fer_core.films.film_worker`, started by `limited_process`."""

from __future__ import annotations

from fer_core.films.decoding import Answers
from fer_core.images.limited_process import serve

if __name__ == "__main__":
    serve(Answers())
