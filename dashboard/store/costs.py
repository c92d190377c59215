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
from fer_core.profiling.profiles import LatencyEntry, Profile, SizeEntry, StageEntry
from fer_core.profiling.stages import Stage, stage_titles


def sizes() -> list[int]:
    """Return the sides of a face, in px, at which networks were measured; the first is what pages open with.

    Raises:
        FerError: as `network_costs`.
    """
    return list(_costs(profiles.PATH))


def network_costs(size_px: int | None = None) -> tuple[CostView, ...]:
    """Return all registered networks in registry order, at one of the `sizes`, by default the first.

    Raises:
        FerError: if the profiles are missing or damaged; the sentence says how to write them again.
    """
    by_size = _costs(profiles.PATH)
    return next(iter(by_size.values())) if size_px is None else by_size.get(size_px, ())


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
        costs = network_costs(row.size_px)
    except FerError:
        return None
    return next((cost.latency for cost in costs if cost.network.name == row.network.name), None)


@cached_by_file(maxsize=4)
def _profiles(path: Path) -> dict[str, Profile]:
    return profiles.read(path)


@cached_by_file(maxsize=4)
def _costs(path: Path) -> dict[int, tuple[CostView, ...]]:
    """Costs by size, in the order of the first network's sizes."""
    views: dict[int, list[CostView]] = {}
    seen: Counter[str] = Counter()
    for name, profile in _profiles(path).items():
        network = NetworkView(name, profile.title, profile.family, seen[profile.family])
        seen[profile.family] += 1
        for entry in profile.sizes:
            views.setdefault(entry.size_px, []).append(_cost(network, profile.params, entry))
    return {size_px: tuple(costs) for size_px, costs in views.items()}


def _cost(network: NetworkView, params: int, entry: SizeEntry) -> CostView:
    return CostView(
        network=network,
        size_px=entry.size_px,
        params=params,
        macs=entry.macs,
        latency=_latency(entry.latency),
        stages=_stages(entry.stages),
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
