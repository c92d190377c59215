"""What a network's file is if nothing here reads it, by its first bytes, and the command that makes an ONNX. No torch.

Pickles run code as they are read, so none is: neither `torch.save` files nor what lies in other containers. Nothing is
opened here but the list of names in a ZIP.
"""

from __future__ import annotations

import io
import zipfile

TO_ONNX = "make an ONNX where its code is: "
FROM_TORCH = f"{TO_ONNX}torch.onnx.export(network, (torch.zeros(1, 1, 48, 48),), 'network.onnx', dynamo=True)"
FROM_SCRIPT = (
    f"{TO_ONNX}torch.onnx.export(torch.jit.load('network.pt'), (torch.zeros(1, 1, 48, 48),), 'network.onnx', "
    "dynamo=False)"
)
FROM_KERAS = f"{TO_ONNX}keras.saving.load_model('network.h5').export('network.onnx', format='onnx')"
FROM_TFLITE = f"{TO_ONNX}python -m tf2onnx.convert --tflite network.tflite --output network.onnx"
FROM_TENSORFLOW = f"{TO_ONNX}python -m tf2onnx.convert --saved-model FOLDER --output network.onnx"

PICKLES = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))


def foreign_format(content: bytes) -> str | None:
    """Return what a file is and what makes an ONNX of it, as half a sentence; None if it may be an ONNX."""
    if content.startswith(PICKLES):
        return f"a pickle, which runs code as it is read and is never opened; {FROM_TORCH}"
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content)
    if content[8:9] == b"{" and int.from_bytes(content[:8], "little") < len(content):
        return f"safetensors, which holds weights and no graph; {FROM_TORCH}"
    return None


def _zipped(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return "a damaged ZIP; fetch the file again"
    if any("/code/" in name or name.startswith("code/") for name in names):
        return f"TorchScript, whose code is never run; {FROM_SCRIPT}"
    if any(name.endswith("data.pkl") for name in names):
        return f"a pickle of PyTorch, which runs code as it is read and is never opened; {FROM_TORCH}"
    if "config.json" in names:
        return f"a .keras archive; {FROM_KERAS}"
    return "a ZIP; unpack it and give the .onnx file in it"
