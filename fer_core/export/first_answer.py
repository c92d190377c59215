"""The first answer of a fresh process: `python -m fer_core.export.first_answer onnx FILE SIZE_PX` or `torch FOLDER`.

Prints a line as soon as the answer is there, then the most memory that the process held, in bytes, or 0 where the
system does not tell. It imports what it needs and nothing else, since that is what is measured.
"""

from __future__ import annotations

import sys
from pathlib import Path

ANSWERED = "answered"


def main(runtime: str, *what: str) -> None:
    """Answer one blank face and say so."""
    if runtime == "onnx":
        _ask_onnxruntime(*what)
    else:
        _ask_torch(*what)
    print(ANSWERED, flush=True)
    print(peak_bytes(), flush=True)


def peak_bytes() -> int:
    """Return the most memory that this process held, 0 where the system does not tell.

    On Linux its own count is read, since `getrusage` also counts what the parent held when it forked.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        lines = status.read_text(encoding="utf-8").splitlines()
        return next((1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
    try:
        import resource
    except ImportError:  # on Windows
        return 0
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)  # bytes on macOS


def _ask_onnxruntime(path: str, size_px: str) -> None:
    import numpy as np

    from fer_core.onnx.session import opened_session

    session = opened_session(Path(path).read_bytes(), threads=1)
    given = session.get_inputs()[0]
    first, *others = given.shape  # a free size is a name
    sizes = [size if isinstance(size, int) else int(size_px) for size in others]
    session.run(None, {given.name: np.zeros((first if isinstance(first, int) else 1, *sizes), np.float32)})


def _ask_torch(path: str) -> None:
    from fer_core.threads import use_threads

    use_threads(1)
    from fer_core.checkpoints import load_network
    from fer_core.profiling.complexity import blank_images, evaluating

    network, card = load_network(path)
    with evaluating(network):
        network(blank_images(network, card.input.size_px, card.input.channels))


if __name__ == "__main__":
    main(*sys.argv[1:])
