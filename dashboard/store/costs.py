"""What every registered network costs, from the stored profiles: no torch, no measuring while somebody waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from dashboard.store.file_cache import cached_by_file
from dashboard.store.public_networks import public_network
from dashboard.views.checkpoints import CheckpointView, CostView, LatencyView, NetworkView, StageView
from fer_core.errors import FerError
from fer_core.profiling import profiles
from fer_core.profiling.profiles import LatencyEntry, Profile, StageEntry
from fer_core.profiling.stages import Stage, stage_titles


def network_costs() -> tuple[CostView, ...]:
    """Return all registered networks in registry order.

    Raises:
        FerError: if the profiles are missing or damaged; the sentence says how to write them again.
    """
    return _costs(profiles.PATH)


def designs() -> dict[str, Profile]:
    """Return the stored profiles by network: what it is called, its family, its registered config, its cost.

    Raises:
        FerError: if they are missing or damaged; the sentence says how to write them again.
    """
    return _profiles(profiles.PATH)


def network_view(name: str) -> NetworkView:
    """Return what to call and mark a network; without a profile its plain name stands in for the title."""
    try:
        known = {cost.network.name: cost.network for cost in network_costs()}
    except FerError:
        known = {}
    return known.get(name, NetworkView(name, _public_title(name), name.partition("-")[0], 0))


def _public_title(name: str) -> str:
    """What a public network is called; the name itself for any other."""
    entry = public_network(name)
    return entry.title if entry else name


def latency_of(row: CheckpointView) -> LatencyView | None:
    """Return the time of a checkpoint's network on a face of the checkpoint's own input size.

    None where it was timed at another size only, or never: the Efficiency page says how to make the profiles.
    """
    try:
        costs = network_costs()
    except FerError:
        return None
    wanted = (row.network.name, row.size_px)
    return next((cost.latency for cost in costs if (cost.network.name, cost.size_px) == wanted), None)


@cached_by_file(maxsize=4)
def _profiles(path: Path) -> dict[str, Profile]:
    return profiles.read(path)


@cached_by_file(maxsize=4)
def _costs(path: Path) -> tuple[CostView, ...]:
    views: list[CostView] = []
    seen: Counter[str] = Counter()
    for name, profile in _profiles(path).items():
        network = NetworkView(name, profile.title, profile.family, seen[profile.family])
        seen[profile.family] += 1
        views.append(_cost(network, profile))
    return tuple(views)


def _cost(network: NetworkView, profile: Profile) -> CostView:
    return CostView(
        network=network,
        size_px=profile.size_px,
        params=profile.params,
        macs=profile.macs,
        latency=_latency(profile.latency),
        stages=_stages(profile.stages),
    )


def _stages(entries: Sequence[StageEntry]) -> tuple[StageView, ...]:
    titles = stage_titles([Stage(entry.name, entry.kind, entry.output_shape) for entry in entries])
    return tuple(
        StageView(title, entry.params, entry.macs, entry.name) for title, entry in zip(titles, entries, strict=True)
    )


def _latency(entry: LatencyEntry) -> LatencyView:
    threads = f"{entry.threads} thread{'s' if entry.threads > 1 else ''}"
    return LatencyView(
        median_ms=entry.median_ms,
        q1_ms=entry.q1_ms,
        q3_ms=entry.q3_ms,
        stamp=f"Measured on {entry.device}, {threads}, batch {entry.batch}, torch {entry.torch}: median of "
        f"{entry.repeats} passes after {entry.warmup} to warm up, without reading or cropping the photo.",
    )
