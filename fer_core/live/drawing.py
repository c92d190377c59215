"""What was seen, drawn over its picture: a box around each face, the answers to it, and how many pictures a second."""

from __future__ import annotations

from collections.abc import Mapping

from PIL import Image, ImageDraw, ImageFont

from fer_core.live.analysis import FrameAnalysis, TrackedFace

LARGEST, OTHER, GROUND, INK = "#ffb000", "#ffffff", "#1b2026", "#ffffff"  # bright on dark: seen on any picture
LINE_PX = 2


def drawn(analysis: FrameAnalysis, names: Mapping[str, str], rate: float) -> Image.Image:
    """Return a copy of the picture with what was seen in it.

    Args:
        names: what the networks are called, by their checkpoints' names.
        rate: pictures that were looked at in a second.
    """
    picture = analysis.image.copy()
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size=max(12, picture.width / 36))
    for place, seen in reversed(list(enumerate(analysis.faces))):  # the largest on top
        face, color = seen.face, LARGEST if place == 0 else OTHER
        box = (face.left, face.top, face.right, face.bottom)
        draw.rectangle(box, outline=GROUND, width=LINE_PX + 2)
        draw.rectangle(box, outline=color, width=LINE_PX)
        _label(draw, font, (face.left, face.bottom + LINE_PX), _words(seen, names), picture.size)
    _label(draw, font, (0, 0), f"{rate:.1f} frames/s", picture.size)
    return picture


def _words(seen: TrackedFace, names: Mapping[str, str]) -> str:
    """One line per network; its name where there are several."""
    lines = []
    for name, answer in seen.answers.items():
        whose = f"{names[name]}: " if len(seen.answers) > 1 else ""
        lines.append(f"{whose}{answer.expression} {answer.probabilities.max():.0%}")
    return "\n".join(lines)


def _label(
    draw: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    corner: tuple[int, int],
    words: str,
    size: tuple[int, int],
) -> None:
    """Write words on a dark ground, with the upper left corner there, or as near as they fit."""
    left, top, right, bottom = draw.multiline_textbbox((0, 0), words, font=font)
    x = max(0, min(corner[0], size[0] - round(right - left) - 8))
    y = max(0, min(corner[1], size[1] - round(bottom - top) - 8))
    draw.rectangle((x, y, x + right - left + 8, y + bottom - top + 8), fill=GROUND)
    draw.multiline_text((x + 4 - left, y + 4 - top), words, font=font, fill=INK)
