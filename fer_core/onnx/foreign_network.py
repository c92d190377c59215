"""A network of another format, read and not yet written as ONNX, so that a front can be put before it. No torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fer_core.errors import CheckpointError
from fer_core.images.preprocessing import MAX_SIZE_PX
from fer_core.onnx.tensorflow_graph import TensorFlowGraph, Value

Front = Callable[[TensorFlowGraph, Value], Value]


@dataclass(frozen=True)
class ForeignNetwork:
    """What a file holds.

    Attributes:
        format: what it is called. channels, size_px: of the picture that it takes.
        apply: puts the network into a graph, behind a picture (C, S, S); a CheckpointError says what is not converted.
    """

    format: str
    channels: int
    size_px: int
    apply: Callable[[TensorFlowGraph, Value], Value]

    def onnx(self) -> bytes:
        """Return the network as an ONNX file, (N, C, S, S) -> (N, K); the same bytes each time."""
        graph = TensorFlowGraph(self.channels, self.size_px)
        return graph.model(self.apply(graph, graph.input)).SerializeToString(deterministic=True)

    def onnx_behind(self, front: Front, size_px: int) -> bytes:
        """Return it as an ONNX file that takes grey pictures of another size, (N, 1, size_px, size_px).

        Args:
            front: makes of such a picture, 0..255, what the network takes.
        """
        graph = TensorFlowGraph(1, size_px)
        return graph.model(self.apply(graph, front(graph, graph.input))).SerializeToString(deterministic=True)


def picture(shape: Sequence[int | None]) -> tuple[int, int]:
    """Return channels and side of a picture's shape (S, S, C). Raises CheckpointError for what is none."""
    match list(shape):
        case [int(height), int(width), int(channels)] if (
            height == width and 8 <= height <= MAX_SIZE_PX and channels in (1, 3)
        ):
            return channels, height
    raise CheckpointError(
        f"its input is {tuple(shape)}; it must be a square of 8 to {MAX_SIZE_PX} px and 1 or 3 channels, channels last"
    )
