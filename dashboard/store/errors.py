"""What may go wrong where the dashboard asks the core, and is said in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fer_core.errors import FerError


@contextmanager
def errors_told(tell: Callable[[str], None]) -> Iterator[None]:
    """Give the sentence of a FerError that is raised inside to `tell`; anything else is a bug and stays loud."""
    try:
        yield
    except FerError as error:
        tell(str(error))
