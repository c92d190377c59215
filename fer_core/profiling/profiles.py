"""All registered networks measured once into evidence/profiles.json. Reading it needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, RootModel

from fer_core import files
from fer_core.errors import ConfigError
from fer_core.images.preprocessing import MAX_SIZE_PX
from fer_core.profiling.timing import TimingEntry
from fer_core.records import Count, Name, Positive, Record, Text, parsed

if TYPE_CHECKING:
    from torch import nn

PATH = Path(__file__).resolve().parents[2] / "evidence" / "profiles.json"
CHANNELS = 3
SIZES_PX = (48, 96)  # that the networks here were trained on, the pictures of FER2013 first


class LatencyEntry(TimingEntry):
    """Time of one pass, and on what it was measured."""

    device: Text
    torch: Text


class StageEntry(Record):
    """One stage of a network and what it costs."""

    name: Text
    kind: Text
    output_shape: Annotated[tuple[Positive, ...], Field(max_length=4)]
    params: Count
    macs: Count


class SizeEntry(Record):
    """What a network costs on a face of one size."""

    size_px: Annotated[Positive, Field(le=MAX_SIZE_PX)]
    macs: Positive
    latency: LatencyEntry
    stages: tuple[StageEntry, ...]


class Profile(Record):
    """What a registered network is and costs."""

    title: Name
    family: Name
    base: Name | None
    config: Annotated[dict[str, Any], Field(max_length=64)]
    channels: Positive
    params: Positive
    sizes: Annotated[tuple[SizeEntry, ...], Field(min_length=1, max_length=8)]

    @property
    def macs(self) -> int:
        """Multiply-adds at the first size, in which networks are compared that were not trained."""
        return self.sizes[0].macs


class ProfilesFile(RootModel[Annotated[dict[Name, Profile], Field(min_length=1, max_length=1000)]]):
    """evidence/profiles.json: profiles by network."""


def profile_all(sizes_px: Sequence[int] = SIZES_PX) -> dict[str, Any]:
    """Measure every registered network at some sizes and write the profiles, as `Profile` describes them, by network.

    Latency is that of this machine, so run it on an idle one; each entry says which machine it was.

    Raises:
        ConfigError: if a network cannot read pictures of one of the sizes.
    """
    from fer_core import models  # torch only when something is measured

    profiles = {name: profile(name, sizes_px) for name in models.list_networks()}
    files.write(PATH, files.pretty_json(profiles).encode())
    return profiles


def profile(name: str, sizes_px: Sequence[int] = SIZES_PX, repeats: int = 50) -> dict[str, Any]:
    """Return one network's profile as JSON values; weights are random, which changes no cost."""
    from fer_core import models
    from fer_core.profiling import complexity

    entry, config = models.entry(name), models.config_from(name, {"in_channels": CHANNELS})
    networks = [complexity.try_network(name, config, size_px, CHANNELS) for size_px in sizes_px]
    return {
        "title": entry.title,
        "family": entry.family,
        "base": entry.base,
        "config": asdict(entry.config),
        "channels": CHANNELS,
        "params": complexity.count_params(networks[0]),
        "sizes": [_at(network, size_px, repeats) for network, size_px in zip(networks, sizes_px, strict=True)],
    }


def _at(network: nn.Module, size_px: int, repeats: int) -> dict[str, Any]:
    from fer_core.profiling import complexity, latency

    stages = complexity.stage_table(network, size_px, CHANNELS)
    return {
        "size_px": size_px,
        "macs": complexity.macs_layers(network, size_px, CHANNELS),
        "latency": latency.measure(network, size_px, CHANNELS, repeats=repeats).as_dict(),
        "stages": [{**asdict(stage), "output_shape": list(stage.output_shape)} for stage in stages],
    }


def read(path: Path | str = PATH) -> dict[str, Profile]:
    """Read the profiles.

    Raises:
        ConfigError: if the file is missing, is not JSON or breaks the schema (all problems together).
    """
    path, again = Path(path), "write it anew with `fer profile --all`"
    data = files.read_json(path, ConfigError, again)
    return parsed(ProfilesFile, data, ConfigError, f"{path} is not a valid profile ({again})").root
