"""A public network's own pre-processing as the first operators of its graph. No torch.

    grey face (N, 1, FACE_PX, FACE_PX), 0..255 -> bilinear to its size -> rounded or not -> its scale, its channels

So all that its own code does to a face is in the file, and the face is fed as the data set holds it.
"""

from __future__ import annotations

import numpy as np

from fer_core.errors import ConfigError
from fer_core.evidence.peers import PreprocessingEntry
from fer_core.inference.importing import SCALES
from fer_core.onnx.foreign_network import ForeignNetwork
from fer_core.onnx.tensorflow_graph import TensorFlowGraph, Value

FACE_PX = 48  # of FER2013 and FER+
FACE_PIXELS = "grey,0..255"


def with_own_preprocessing(network: ForeignNetwork, preprocessing: PreprocessingEntry) -> bytes:
    """Return the network behind its own pre-processing as an ONNX file that takes `FACE_PIXELS` of FACE_PX.

    Raises:
        ConfigError: if `told.pixels` names no scale of `SCALES`.
        CheckpointError: if the network cannot be converted.
    """
    scale = preprocessing.pixels.partition(",")[2]
    if scale not in SCALES:
        raise ConfigError(f"pixels is {preprocessing.pixels}; its scale must be one of {', '.join(SCALES)}")
    mean, std = (np.asarray(values, np.float32) for values in SCALES[scale])

    def front(graph: TensorFlowGraph, face: Value) -> Value:
        sized = graph.resize(face, network.size_px, preprocessing.resize)
        pixels = graph.round(sized) if preprocessing.is_rounded else sized
        if network.channels == 3:
            pixels = graph.grey_to_colour(pixels)
        channels = network.channels
        scaled = graph.scale(pixels, np.broadcast_to(1 / (255 * std), channels))
        return graph.shift(scaled, np.broadcast_to(-mean / std, channels))

    return network.onnx_behind(front, FACE_PX)
