"""The process in which uploaded networks are read: `python -m fer_core.onnx.upload_worker`, started by `upload`."""

from __future__ import annotations

from fer_core.images.limited_child import serve
from fer_core.onnx.upload import answer

if __name__ == "__main__":
    serve(answer)
