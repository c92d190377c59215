"""Which rows a paper's table has, and how they hang together: each changes one thing of the row above it. No torch."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

from fer_core.evidence.claims import Claim, read_claims
from fer_core.profiling.profiles import Profile


def ablation_tree(family: str, known: Mapping[str, Profile]) -> Iterator[tuple[str, int]]:
    """Yield a family's networks with their distance from the base, each after the one that it changes."""
    members = [name for name, profile in known.items() if profile.family == family]
    below: dict[str | None, list[str]] = {}
    for name in members:
        base = known[name].base
        below.setdefault(base if base in members else None, []).append(name)

    def walk(base: str | None, depth: int) -> Iterator[tuple[str, int]]:
        for name in below.get(base, []):
            yield name, depth
            yield from walk(name, depth + 1)

    return walk(None, 0)


def other_networks(family: str, data: str) -> list[str]:
    """Return the networks that the paper itself prints beside its own."""
    papers = {_paper_of(claim) for claim in read_claims() if claim.network == family}
    return [claim.network for claim in read_claims() if _paper_of(claim) in papers and claim.data == data]


def _paper_of(claim: Claim) -> str:
    return claim.source.partition(",")[0]


def root_of(name: str, known: Mapping[str, Profile], shown: Container[str]) -> str:
    """Return the first row of a row's own branch."""
    base = known[name].base
    return root_of(base, known, shown) if base in shown else name


def change(base: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    """Say in which fields a row's config differs from that of the row it changes, as "attention: none → cbam"."""
    switch = {True: "on", False: "off"}
    changed = [(key, base.get(key), value) for key, value in own.items() if base.get(key) != value]
    return ", ".join(f"{key}: {switch.get(a, a)} → {switch.get(b, b)}".replace("_", " ") for key, a, b in changed)
