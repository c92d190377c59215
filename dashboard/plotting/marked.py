"""What our sentences mark: **bold** and `commands`. All else in them is text."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

MARKUP = re.compile(r"(\*\*|`[^`]*`)")


def unmarked(sentence: str) -> str:
    """Return a sentence without its marks."""
    return "".join(part.strip("*`") if place % 2 else part for place, part in enumerate(MARKUP.split(sentence)))


def marked_html(sentence: str) -> Markup:
    """Return a sentence as HTML; a bold part that is not closed ends with the sentence."""
    parts, is_bold = [], False
    for place, part in enumerate(MARKUP.split(sentence)):
        if not place % 2:
            parts.append(escape(part))
        elif part == "**":
            parts.append(Markup("</strong>" if is_bold else "<strong>"))
            is_bold = not is_bold
        else:
            parts.append(Markup("<code>{}</code>").format(part.strip("`")))
    return Markup().join([*parts, Markup("</strong>")] if is_bold else parts)
