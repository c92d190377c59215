"""An untrusted network file: read and run once in a separate process.

A graph can take any amount of memory and time, and the libraries that read it are written in C++. One bad file must not
end the server.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass

import numpy as np

from fer_core.errors import CheckpointError, FerError
from fer_core.images.limited_process import LimitedProcess, Limits, NoAnswerError, Reason, serve
from fer_core.onnx.conversion import onnx_of_upload
from fer_core.onnx.graph import GraphInfo, inspect_graph
from fer_core.onnx.session import OnnxSession

LIMITS = Limits(cpu_s=60, wall_s=120, memory_bytes=2_000_000_000)
FACES = 8  # asked at once; timed after as many to warm up
GIVEN_UP = {
    Reason.TIME: f"it takes more than {LIMITS.cpu_s} seconds of processor time for {2 * FACES} faces",
    Reason.MEMORY: f"it takes more than {LIMITS.memory_bytes // 10**6:,} MB of memory",
    Reason.DIED: f"reading it ends the process, as what takes more than {LIMITS.memory_bytes // 10**6:,} MB does",
    Reason.NO_PROCESS: "the process that reads such files cannot be started on this machine",
}


@dataclass(frozen=True)
class Upload:
    """A file that can be imported.

    Attributes:
        content: as ONNX. info: what it says of itself.
        ms: milliseconds for a face of FACES in a batch on one thread; None where the file takes any size and none is
            asked for.
    """

    content: bytes
    info: GraphInfo
    ms: float | None


def read_upload(name: str, content: bytes, size_px: int | None = None) -> Upload:
    """Return a file as ONNX, after running it on blank faces within LIMITS.

    Args:
        name: of the file, for sentences. size_px: side of the faces, where the file takes any.

    Raises:
        CheckpointError: if the file is refused or takes more than the limits; the sentence says what would work.
    """
    request = json.dumps({"name": name, "size_px": size_px}).encode() + b"\n" + content
    try:
        answered = _asked(request)
    except NoAnswerError as error:
        raise CheckpointError(f"{name} is refused: {GIVEN_UP[error.reason]}; give a smaller network") from error
    line, _, converted = answered.partition(b"\n")
    summary = json.loads(line)
    if "error" in summary:
        raise CheckpointError(summary["error"])
    return Upload(converted or content, GraphInfo(**summary["info"]), summary["ms"])


def _asked(request: bytes) -> bytes:
    child = LimitedProcess("fer_core.onnx.upload", LIMITS)
    try:
        return child.ask(request)
    finally:
        child.end()


def answer(request: bytes) -> bytes:
    """In the reading process: a line of JSON about the file, then the ONNX if it is not the file's own bytes."""
    line, _, content = request.partition(b"\n")
    header = json.loads(line)
    try:
        onnx = onnx_of_upload(header["name"], content)
        info = inspect_graph(onnx, header["size_px"])
        side = info.size_px or header["size_px"]
        summary = {"info": asdict(info), "ms": _ms_a_face(onnx, info, side) if side else None}
    except FerError as error:
        return json.dumps({"error": str(error)}).encode() + b"\n"
    return json.dumps(summary).encode() + b"\n" + (b"" if onnx == content else onnx)


def _ms_a_face(onnx: bytes, info: GraphInfo, size_px: int) -> float:
    session, faces = OnnxSession(onnx, info), np.zeros((FACES, info.channels, size_px, size_px), np.float32)
    session.run(faces)
    start = time.perf_counter()
    session.run(faces)
    return 1000 * (time.perf_counter() - start) / FACES


if __name__ == "__main__":  # in the process that reads
    serve(answer)
