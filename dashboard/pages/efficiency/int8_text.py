"""Where 8 bits lose, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.formatting import NBSP

if TYPE_CHECKING:
    from dashboard.pages.efficiency.views import Int8View

HOW_MEASURED = (
    "dB: signal to noise of the logits, 20 log10(|x| / |x − x8|); 20 is noise of a tenth. Alone: this layer in int8, "
    "all others in float32. Layers on training faces, answers on validation faces; fer int8-error measures both anew."
)


def losses(found: Sequence[Int8View]) -> str:
    """Say which network loses most in 8 bits, and which of its layers does alone."""
    most, least = found[0], found[-1]
    (layer,) = most.errors.worst(1)
    end = f", **{least.network.title}** least, {decibels(least.errors.logits_db)}" if least is not most else ""
    return (
        f"**{most.network.title}** loses most in int8, {decibels(most.errors.logits_db)}{end}. Its worst layer alone: "
        f"{layer.kind} {layer.name}, {decibels(layer.alone_db)}."
    )


def decibels(value: float) -> str:
    """Write 18.42 as "18.4 dB"."""
    return f"{value:.1f}{NBSP}dB"
