"""Where 8 bits lose accuracy, in sentences."""

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


def losses(rows: Sequence[Int8View]) -> str:
    """Say which network loses most in 8 bits, and which of its layers does alone."""
    most, least = rows[0], rows[-1]
    (layer,) = most.errors.worst(1)
    opening = (
        f"In int8 **{most.network.title}** loses most ({decibels(most.errors.logits_db)}), of its layers "
        f"{layer.name} ({layer.kind}, {decibels(layer.alone_db)} alone)"
    )
    if least is most:
        return f"{opening}."
    return f"{opening}; **{least.network.title}** loses least ({decibels(least.errors.logits_db)})."


def decibels(value: float) -> str:
    """Write 18.42 as "18.4 dB"."""
    return f"{value:.1f}{NBSP}dB"
