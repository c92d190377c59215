"""Any network's file that can be read here, as ONNX. No torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fer_core import files
from fer_core.errors import CheckpointError
from fer_core.onnx.face_api import read_face_api
from fer_core.onnx.foreign import foreign_format
from fer_core.onnx.foreign_network import ForeignNetwork
from fer_core.onnx.graph import read_file
from fer_core.onnx.keras_hdf5 import SIGNATURE, read_keras
from fer_core.onnx.tfjs import read_tfjs
from fer_core.onnx.tflite import MARK, read_tflite


def read_onnx(path: Path | str) -> bytes:
    """Return a network's file as ONNX: as it is, or converted from Keras' HDF5, TF.js, TFLite or face-api.js.

    Raises:
        CheckpointError: if it is missing, too large, of another format, or of a kind that is not converted; the
            sentence says what makes an ONNX of it.
    """
    path = Path(path)
    content = read_file(path)
    return _as_onnx(path, content)


def onnx_of_upload(name: str, content: bytes) -> bytes:
    """Return a file that came without its folder as ONNX, so that no other file is read for it.

    Raises:
        CheckpointError: as `read_onnx`; and for JSON, whose weights lie in other files.
    """
    if _is_json(content):
        raise CheckpointError(
            f"{name} is JSON; the networks of TF.js and face-api.js lie in several files, which the command reads: "
            "fer import model.json --name theirs"
        )
    return _as_onnx(Path(name), content)


def _as_onnx(path: Path, content: bytes) -> bytes:
    if network := _converted(path, content):
        return network.onnx()
    if foreign := foreign_format(content):
        raise CheckpointError(f"{path} is {foreign}")
    return content


def read_foreign(path: Path | str) -> ForeignNetwork:
    """Return the network of a file of one of the formats that are converted. Raises CheckpointError as `read_onnx`."""
    path = Path(path)
    if network := _converted(path, read_file(path)):
        return network
    raise CheckpointError(f"{path} is no file of Keras (.h5), TF.js (.json), TFLite or face-api.js; fetch it again")


def _converted(path: Path, content: bytes) -> ForeignNetwork | None:
    """The network of a foreign format, by the file's first bytes; None if it is none of those that are converted."""
    if content.startswith(SIGNATURE):
        return read_keras(content)
    if content[4:8] == MARK:
        return read_tflite(content)
    if _is_json(content):
        return _of_json(path, content)
    return None


def _is_json(content: bytes) -> bool:
    return content.lstrip()[:1] in (b"{", b"[")


def _of_json(path: Path, content: bytes) -> ForeignNetwork:
    try:
        data: Any = files.parse_json(content.decode())
    except ValueError as error:
        raise CheckpointError(f"{path} is no whole JSON ({error}); fetch it again") from error
    if isinstance(data, dict) and "weightsManifest" in data:
        return read_tfjs(path, data)
    if isinstance(data, list) and data and isinstance(data[0], dict) and "weights" in data[0]:
        return read_face_api(path, data)
    raise CheckpointError(f"{path} is JSON, and neither TF.js' model.json nor a manifest of face-api.js")
