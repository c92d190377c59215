"""A-MobileNet: MobileNetV1 with CBAM, linear depthwise convolutions in four blocks, and center loss.

Nan et al., A-MobileNet: An approach of facial expression recognition, Alexandria Eng. J. 61 (2022) 4435-4444.

Readings that we chose where the paper leaves a choice (its Table 1, Fig. 6, Eq. 3): CBAM with reduction 16 after
blocks 4, 6, 11 and 13 (fits the printed 3.4 M and "+0.2 M"), with a 7x7 spatial gate; linear depthwise in these four
blocks only; dropout 0.5 between pooling and classifier, so that center loss sees the un-dropped 1,024 features. How the
gates start is not said; drawn at random they undo the ImageNet weights, see `start_gates_even`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fer_core.models.attention import ATTENTION
from fer_core.models.mobilenet_v1 import CHANNELS, MobileNetV1
from fer_core.models.registry import NetworkConfig, Variant, register

PAPER = "Nan et al. 2022, Alexandria Eng. J. 61, 4435-4444"

IMPROVED_BLOCKS = (4, 6, 11, 13)
LINEAR_BLOCKS = {"none": (), "improved": IMPROVED_BLOCKS, "all": tuple(range(1, len(CHANNELS) + 1))}


@dataclass(frozen=True, kw_only=True)
class AMobileNetConfig(NetworkConfig):
    """The base row is MobileNetV1 with the paper's dropout."""

    attention: str = "none"  # none or cbam, behind the four improved blocks
    linear_depthwise: str = "none"  # none, improved (Fig. 6) or all (end of section 2.2)
    dropout: float = 0.5


def build_network(config: AMobileNetConfig) -> MobileNetV1:
    """(N, C, H, W) -> (N, K); see MobileNetV1."""
    return MobileNetV1(
        config,
        config.dropout,
        attention=ATTENTION[config.attention],
        attended=IMPROVED_BLOCKS,
        linear=LINEAR_BLOCKS[config.linear_depthwise],
    )


BASE = AMobileNetConfig()
CBAM = replace(BASE, attention="cbam")
LINEAR = replace(CBAM, linear_depthwise="improved")
FULL = replace(LINEAR, loss="center")

register(
    "a_mobilenet",
    PAPER,
    build_network,
    {
        "": Variant("A-MobileNet", FULL, base="linear"),
        "base": Variant("A-MobileNet base (MobileNetV1)", BASE),
        "cbam": Variant("A-MobileNet base + CBAM", CBAM, base="base"),
        "linear": Variant("A-MobileNet without center loss", LINEAR, base="cbam"),
        "s16": Variant("A-MobileNet at stride 16", replace(FULL, output_stride=16), base=""),
    },
)
