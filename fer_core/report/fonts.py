"""The letters that a panel can show: those of matplotlib's own font, so that every machine draws the same.

Fonts for Chinese, Japanese, Korean, Indian scripts or emoji are not on every machine, and many are too large for a PDF.
A name in such letters is left out of the picture and goes into the file's metadata.
"""

from __future__ import annotations

from functools import lru_cache

from matplotlib.font_manager import FontProperties, findfont, get_font

FONT = "DejaVu Sans"
UNKNOWN = "\ufffd"  # what stands for a letter that the font lacks


@lru_cache(maxsize=2)
def font_file(bold: bool) -> str:
    """The path of the font's file."""
    return findfont(FontProperties(family=FONT, weight="bold" if bold else "normal"))


def has_letters(text: str) -> bool:
    """Whether the font has every letter of a text."""
    return _letters().issuperset(map(ord, text))


def drawable(text: str) -> str:
    """A text with each letter that the font lacks replaced, so that nothing has to warn of it."""
    return text if has_letters(text) else "".join(letter if ord(letter) in _letters() else UNKNOWN for letter in text)


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """Code points that both weights have."""
    plain, bold = (get_font(font_file(is_bold)).get_charmap() for is_bold in (False, True))
    return frozenset(plain) & frozenset(bold)
