"""Answers of an ONNX file through onnxruntime: float32 arrays in, float32 arrays out. No torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fer_core.errors import CheckpointError
from fer_core.onnx.graph import GraphInfo

if TYPE_CHECKING:
    import onnxruntime

SPINNING = False  # threads that wait for work would take the processor from others
FLUSHES_DENORMALS = True


class OnnxSession:
    """A file that answers; safe to be asked from several threads at once.

    Args:
        content: of the file. info: from `inspect_graph`, which has refused what must not be run.
        threads: of onnxruntime within one operator.

    Raises:
        CheckpointError: if onnxruntime cannot run it.
    """

    def __init__(self, content: bytes, info: GraphInfo, threads: int = 1) -> None:
        self.info = info
        self._session = opened_session(content, threads)

    def run(self, pictures: np.ndarray) -> np.ndarray:
        """Return the raw output (N, K) for pictures float32 (N, C, S, S), whatever layout the file wants.

        Raises:
            CheckpointError: if onnxruntime fails on them.
        """
        given = pictures if self.info.layout == "NCHW" else pictures.transpose(0, 2, 3, 1)
        step = self.info.batch or max(1, len(given))
        return np.concatenate([self._batch(given[start : start + step], step) for start in range(0, len(given), step)])

    def _batch(self, given: np.ndarray, step: int) -> np.ndarray:
        n = len(given)
        if self.info.batch and n < step:  # of a fixed batch, the last one is filled up
            given = np.concatenate([given, np.repeat(given[-1:], step - n, axis=0)])
        feed = {self.info.input_name: np.ascontiguousarray(given, np.float32)}
        try:
            return self._session.run([self.info.output_name], feed)[0][:n]
        except Exception as error:  # onnxruntime's own errors have no common class
            raise CheckpointError(f"onnxruntime cannot run this network: {_first_line(error)}") from error


def opened_session(content: bytes, threads: int) -> onnxruntime.InferenceSession:
    """Open a file that `inspect_graph` has not refused; raises CheckpointError if onnxruntime cannot run it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 4  # what is wrong is raised
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(SPINNING)))
    options.add_session_config_entry("session.set_denormal_as_zero", str(int(FLUSHES_DENORMALS)))
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own errors have no common class
        raise CheckpointError(f"onnxruntime cannot open this network: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
