"""All registered networks measured once into evidence/profiles.json. Reading it needs no torch."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fer_core import files
from fer_core.errors import ConfigError
from fer_core.schema import Each, Maybe, problems

PATH = Path(__file__).resolve().parents[2] / "evidence" / "profiles.json"

LATENCY = {
    "median_ms": float,
    "q1_ms": float,
    "q3_ms": float,
    "threads": int,
    "batch": int,
    "repeats": int,
    "warmup": int,
    "device": str,
    "torch": str,
}
STAGE = {"name": str, "kind": str, "output_shape": [int], "params": int, "macs": int}
PROFILE = {
    "title": str,
    "family": str,
    "base": Maybe(str),
    "config": dict,
    "size_px": int,
    "channels": int,
    "params": int,
    "macs": int,
    "latency": LATENCY,
    "stages": [STAGE],
}


def profile_all(path: Path | str = PATH, size_px: int = 48, channels: int = 3, repeats: int = 50) -> dict[str, Any]:
    """Measure every registered network and write the profiles: {network: {title, params, macs, latency, stages, ...}}.

    Latency is that of this machine, so run it on an idle one; each entry says which machine it was.
    """
    from fer_core import models  # torch only when something is measured

    found = {name: profile(name, size_px, channels, repeats) for name in models.list_networks()}
    files.write(Path(path), files.pretty_json(found).encode())
    return found


def profile(name: str, size_px: int = 48, channels: int = 3, repeats: int = 50) -> dict[str, Any]:
    """Return one network's profile as JSON values; weights are random, which changes no cost."""
    from fer_core import models
    from fer_core.profiling import complexity, latency

    network, entry = models.build(name, in_channels=channels), models.entry(name)
    stages = complexity.stage_table(network, size_px, channels)
    return {
        "title": entry.title,
        "family": entry.family,
        "base": entry.base,
        "config": asdict(entry.config),
        "size_px": size_px,
        "channels": channels,
        "params": complexity.count_params(network),
        "macs": complexity.macs_layers(network, size_px, channels),
        "latency": latency.measure(network, size_px, channels, repeats=repeats).as_dict(),
        "stages": [{**asdict(stage), "output_shape": list(stage.output_shape)} for stage in stages],
    }


def read(path: Path | str = PATH) -> dict[str, Any]:
    """Read the profiles.

    Raises:
        ConfigError: if the file is missing, is not JSON or breaks the schema (all problems together).
    """
    path, again = Path(path), "write it anew with `fer profile --all`"
    if not path.is_file():
        raise ConfigError(f"{path} is missing; {again}")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigError(f"{path} is not JSON ({error}); {again}") from error
    found = problems(data, Each(PROFILE))
    if found:
        raise ConfigError(f"{path} is not a valid profile ({'; '.join(found)}); {again}")
    return data
