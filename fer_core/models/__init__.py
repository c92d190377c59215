"""The networks. `list_networks()` names them, `build(name)` builds one, `entry(name)` says what it is.

A new network is one new file beside these (a config dataclass, a `Classifier`, a `register(...)` call at its bottom)
and one import below; counts, shapes, gradients and the dashboard pick it up by themselves.
"""

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
from fer_core.models import mobilenet_v1, mobilenet_v2, mobilenet_v3  # isort: skip  # noqa: F401
from fer_core.models import i_mobilenet_v2, a_mobilenet, lightexnet, references  # isort: skip  # noqa: F401
from fer_core.models.attention import Gate, named_gates

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
