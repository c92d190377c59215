"""The networks. `list_networks()` names them, `build(name)` builds one, `entry(name)` says what it is.

A new network is one new file in this package: a config dataclass, a `Classifier`, a `register(...)` call at the bottom.
The package imports it; counts, shape and gradient tests, `fer profile` and the dashboard find it by name.
"""

from importlib import import_module
from pkgutil import iter_modules

from fer_core.models.attention import Gate, named_gates
from fer_core.models.registry import (
    Entry,
    NetworkConfig,
    build,
    build_config,
    changes,
    config_from,
    diff,
    entry,
    list_networks,
)

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "Entry",
    "Gate",
    "NetworkConfig",
    "build",
    "build_config",
    "changes",
    "config_from",
    "diff",
    "entry",
    "list_networks",
    "named_gates",
]
