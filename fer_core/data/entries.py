"""What files about data sets and files about checkpoints both hold: names of splits and of expressions. No torch."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fer_core import labels
from fer_core.records import Name, matching

# Part of file names: no separators and no dots.
SPLIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
SplitName = Annotated[Name, matching(SPLIT, "a split's name of letters, digits, - and _, as PrivateTest")]
Expression = Literal[*labels.EXPRESSIONS]  # type: ignore[valid-type]

# What an entry for a protocol was called in the release before -> today.
OLDER_PROTOCOL_KEYS = {"is_exhibit": "is_leaky"}
