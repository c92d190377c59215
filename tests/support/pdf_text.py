"""Reads the words of a PDF that matplotlib wrote: its streams are deflated, a letter is two bytes of UTF-16."""

from __future__ import annotations

import re
import zlib

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
LINE = re.compile(rb"BT(.*?)ET", re.DOTALL)
PIECE = re.compile(rb"\(((?:\\.|[^\\()])*)\)", re.DOTALL)
ESCAPE = re.compile(rb"\\([()\\])")


def pdf_words(pdf: bytes) -> str:
    """All lines of text in the order in which they were drawn, joined by spaces."""
    lines = [line for stream in STREAM.findall(pdf) for line in LINE.findall(_inflated(stream))]
    return " ".join(
        b"".join(ESCAPE.sub(rb"\1", piece) for piece in PIECE.findall(line)).decode("utf-16-be") for line in lines
    )


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:  # stored as it is
        return b""
