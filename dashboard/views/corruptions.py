"""Kinds of corruption, as pages offer them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CorruptionView:
    """A kind of corruption: its name in the address, its title, and its five severities in words."""

    name: str
    title: str
    levels: tuple[str, ...]
