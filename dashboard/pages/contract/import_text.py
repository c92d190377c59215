"""Sentences of the import form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.formatting import NBSP, count, millions, milliseconds

if TYPE_CHECKING:
    from fer_core.onnx.upload import Upload

READ_ONLY = "This server is read-only (FER_READ_ONLY), so it takes no networks; run the app yourself, or fer import."
TAKEN = (
    "ONNX, Keras' .h5 or .tflite, up to {most_mb} MB. No code of it is run, and pickles are not opened. It stays in "
    "memory until you press the button that stores it."
)
GREY = "It reads one channel, so faces are grey."


def taken(most_mb: int) -> str:
    """Say which files can be given, and what becomes of them."""
    return TAKEN.format(most_mb=most_mb)


def file_words(name: str, upload: Upload) -> str:
    """Say what a file says of itself, and what a face costs."""
    info = upload.info
    size = f"{info.size_px} px" if info.size_px else "any size"
    batch = f"batches of {info.batch}" if info.batch else "any batch"
    outputs = f"{info.classes} outputs{', behind a softmax' if info.ends_in_softmax else ''}"
    cost = f" A face takes {milliseconds(upload.ms)} on one thread." if upload.ms is not None else ""
    macs = f", {millions(info.macs)} multiply-adds" if info.macs else ""
    return (
        f"**{name}** reads {info.layout}, {info.channels} channel{'s' if info.channels > 1 else ''}, {size}, {batch}, "
        f"and gives {outputs}: opset {info.opset}, {count(info.params)} parameters{macs}.{cost}"
    ).replace(" px", f"{NBSP}px")


def scoring(title: str) -> str:
    """Say what happens behind the button."""
    return f"Scoring the validation faces of {title}, then checking the contract."


def next_commands(name: str, data: str) -> str:
    """Return the commands that make a row of an imported network."""
    return f"fer evaluate {name}\nfer robustness {name}\nfer list --data {data}"
