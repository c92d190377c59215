"""Errors of the core as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fer_core.errors import FerError


@contextmanager
def errors_to(tell: Callable[[str], None]) -> Iterator[None]:
    """Pass the message of a FerError raised inside to `tell`; anything else is a bug and propagates."""
    try:
        yield
    except FerError as error:
        tell(str(error))
