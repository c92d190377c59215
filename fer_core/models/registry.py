"""Names to networks. A name is `family` or `family-variant`; the plain family name is the paper's complete network.

An ablation is a base config with one field changed, and a test says so: `Entry.base` names the row it is compared
with, and `changes(name)` prints what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from fer_core.errors import ConfigError, unknown_name
from fer_core.models.blocks import Classifier
from fer_core.ranges import WORDS

# Strides at the five places where the families halve the picture (stem first), by output stride.
STRIDE_PLANS = {32: (2, 2, 2, 2, 2), 16: (1, 2, 2, 2, 2), 8: (1, 1, 2, 2, 2)}


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """What every network's config has; a family's own config adds its fields."""

    in_channels: int = 3  # 1 or 3; a grey face is replicated to 3, as the papers' code does
    num_classes: int = 7  # K expressions
    output_stride: int = 32  # input size over last map size: 32 is the papers', 16 and 8 keep more of a 48 px face
    loss: str = "cross_entropy"  # the objective of this row: cross_entropy, center or joint; forward() ignores it

    def strides(self) -> tuple[int, ...]:
        """Strides at the five halving places d1..d5."""
        return STRIDE_PLANS[self.output_stride]


@dataclass(frozen=True)
class Variant:
    """One row of a paper's table: its config, how the screen calls it, and the row that it is compared with."""

    title: str
    config: NetworkConfig
    base: str | None = None


@dataclass(frozen=True)
class Entry:
    """A registered network."""

    name: str
    family: str
    title: str
    config: NetworkConfig
    base: str | None
    paper: str


_ENTRIES: dict[str, Entry] = {}
_BUILDERS: dict[str, Callable[[Any], Classifier]] = {}


def register(
    family: str, paper: str, build_network: Callable[[Any], Classifier], variants: Mapping[str, Variant]
) -> None:
    """Register a family; the variant called "" is the family's plain name.

    Raises:
        ConfigError: if a name is taken.
    """
    for suffix, variant in variants.items():
        name = _join(family, suffix)
        if name in _ENTRIES:
            raise ConfigError(f"{name!r} is registered twice; give one of the two networks another name")
        base = None if variant.base is None else _join(family, variant.base)
        _ENTRIES[name] = Entry(name, family, variant.title, variant.config, base, paper)
    _BUILDERS[family] = build_network


def _join(family: str, suffix: str) -> str:
    return f"{family}-{suffix}" if suffix else family


def list_networks() -> list[str]:
    """All registered names, in the order in which the families were registered."""
    return list(_ENTRIES)


def entry(name: str) -> Entry:
    """Look a network up. Raises ConfigError naming the closest choice."""
    if name not in _ENTRIES:
        raise unknown_name("network", name, _ENTRIES)
    return _ENTRIES[name]


def changes(name: str) -> dict[str, tuple[Any, Any]]:
    """Fields in which a variant differs from its base: {field: (base's value, its own)}; empty for a base."""
    row = entry(name)
    return {} if row.base is None else diff(entry(row.base).config, row.config)


def diff(a: NetworkConfig, b: NetworkConfig) -> dict[str, tuple[Any, Any]]:
    """Fields in which two configs of one family differ."""
    return {
        f.name: (getattr(a, f.name), getattr(b, f.name)) for f in fields(a) if getattr(a, f.name) != getattr(b, f.name)
    }


def config_from(name: str, values: Mapping[str, Any]) -> NetworkConfig:
    """The config of `name` with some fields replaced.

    Raises:
        ConfigError: lists every field that does not exist or whose value is not valid.
    """
    config = entry(name).config
    known = asdict(config)
    problems = [
        f"{key!r} is not a field of {name}; choose from {', '.join(known)}" for key in values if key not in known
    ]
    values = {
        key: float(value) if type(value) is int and isinstance(known.get(key), float) else value
        for key, value in values.items()
    }
    for key, value in values.items():
        if key in known and type(value) is not type(known[key]):
            problems.append(f"{key}={value!r} must be {WORDS.get(type(known[key]), 'a list')}")
    if not problems:
        config = replace(config, **values)
        problems = _limits(config)
    if problems:
        raise ConfigError("; ".join(problems))
    return config


def _limits(config: NetworkConfig) -> list[str]:
    problems = []
    if config.in_channels not in (1, 3):
        problems.append(f"in_channels={config.in_channels} is not valid; pictures have 1 (grey) or 3 (colour) channels")
    if config.num_classes < 2:
        problems.append(f"num_classes={config.num_classes} is not valid; a classifier needs at least 2")
    if config.output_stride not in STRIDE_PLANS:
        problems.append(f"output_stride={config.output_stride} is not a stride plan; choose 32, 16 or 8")
    return problems


def build_config(name: str, config: NetworkConfig) -> Classifier:
    """Build the network of `name`'s family from a config; weights are random."""
    return _BUILDERS[entry(name).family](config)


def build(name: str, **overrides: Any) -> Classifier:
    """Build a registered network, with some config fields replaced; weights are random."""
    return build_config(name, config_from(name, overrides))
