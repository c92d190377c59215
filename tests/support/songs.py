"""A folder of songs, which are tones: one for each expression, named after it."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

from fer_core import labels


def tone(path: Path, hertz: int = 440, seconds: float = 0.1) -> Path:
    """Write a tone as WAV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        samples = [round(9000 * math.sin(2 * math.pi * hertz * k / 8000)) for k in range(round(8000 * seconds))]
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return path


def write_songs(home: Path, seconds: float = 0.1) -> Path:
    """Write `happy.wav` and the like for every expression that a network can answer, and say what each is for."""
    for place, expression in enumerate(labels.EXPRESSIONS):
        tone(home / f"{expression}.wav", 220 + 55 * place, seconds)
    lines = [f"{expression}.wav,{expression}\n" for expression in labels.EXPRESSIONS]
    (home / "moods.csv").write_text("file,mood\n" + "".join(lines), encoding="utf-8")
    return home
