"""The weights of TF.js files, as their manifest describes them. No torch.

A group of the manifest names files, whose bytes are read as one, and the arrays that stand in them one after another.
Quantised arrays are restored as TF.js does it: min + scale x, float16 as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.errors import CheckpointError
from fer_core.onnx.graph import MAX_BYTES

TYPES = {"float32": "<f4", "int32": "<i4", "float16": "<f2", "uint8": "u1", "uint16": "<u2"}


def read_weights(path: Path, manifest: Sequence[Mapping[str, Any]]) -> dict[str, np.ndarray]:
    """Read all arrays of a manifest, float32 or int32, by name.

    Args:
        path: of the JSON file; the files of the manifest lie beside it.

    Raises:
        CheckpointError: if a file is missing, lies elsewhere, is too large or too small, or a type is not read.
    """
    weights: dict[str, np.ndarray] = {}
    try:
        for group in manifest:
            weights |= _group(_content(path.parent, group["paths"]), group["weights"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(
            f"the manifest of weights in {path} is damaged ({type(error).__name__}: {error})"
        ) from error
    return weights


def _content(folder: Path, names: Sequence[str]) -> bytes:
    """The bytes of a group's files, one after another."""
    content = b""
    for name in names:
        if Path(name).name != name:
            raise CheckpointError(f"the manifest names the file {name}; weights must lie beside the JSON file")
        file = folder / name
        try:
            if len(content) + file.stat().st_size > MAX_BYTES:
                raise CheckpointError(f"{file} is too large; networks of up to {MAX_BYTES:,} bytes are read")
            content += file.read_bytes()
        except OSError as error:
            raise CheckpointError(
                f"{file} cannot be read ({error.strerror}); its weights must lie beside the JSON file"
            ) from error
    return content


def _group(content: bytes, entries: Sequence[Mapping[str, Any]]) -> dict[str, np.ndarray]:
    weights, start = {}, 0
    for entry in entries:
        stored = entry.get("quantization", {}).get("dtype", entry["dtype"])
        if stored not in TYPES:
            raise CheckpointError(f"the weights {entry['name']} are stored as {stored}; {', '.join(TYPES)} are read")
        kind, shape = np.dtype(TYPES[stored]), [int(size) for size in entry["shape"]]
        count = prod(shape)
        if min(shape, default=1) < 0 or start + count * kind.itemsize > len(content):
            raise CheckpointError(f"the weights {entry['name']} go beyond the end of their file; fetch it again")
        weights[entry["name"]] = _restored(np.frombuffer(content, kind, count, start).reshape(shape), entry)
        start += count * kind.itemsize
    return weights


def _restored(stored: np.ndarray, entry: Mapping[str, Any]) -> np.ndarray:
    if "quantization" not in entry:
        return stored
    quantization = entry["quantization"]
    values = stored.astype(np.float32)
    return (
        values
        if quantization["dtype"] == "float16"
        else values * np.float32(quantization["scale"]) + np.float32(quantization["min"])
    )
