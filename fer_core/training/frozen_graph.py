"""The constants of a frozen TensorFlow graph, read without TensorFlow.

Only the fields of `tensorflow/core/framework/*.proto` that lead to a constant's values are declared; protobuf skips the
rest of the file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from fer_core.errors import CheckpointError

FLOAT32 = 1  # TensorFlow's DT_FLOAT
_FIELD = descriptor_pb2.FieldDescriptorProto
_ONE, _MANY = _FIELD.LABEL_OPTIONAL, _FIELD.LABEL_REPEATED

# Message -> (field, its number on the wire, type or message, one or many); a map is a list of entries on the wire.
_MESSAGES = {
    "GraphDef": (("node", 1, "NodeDef", _MANY),),
    "NodeDef": (("name", 1, _FIELD.TYPE_STRING, _ONE), ("op", 2, _FIELD.TYPE_STRING, _ONE), ("attr", 5, "Attr", _MANY)),
    "Attr": (("key", 1, _FIELD.TYPE_STRING, _ONE), ("value", 2, "AttrValue", _ONE)),
    "AttrValue": (("tensor", 8, "TensorProto", _ONE),),
    "TensorProto": (
        ("dtype", 1, _FIELD.TYPE_INT32, _ONE),
        ("shape", 2, "Shape", _ONE),
        ("content", 4, _FIELD.TYPE_BYTES, _ONE),
    ),
    "Shape": (("dim", 2, "Dim", _MANY),),
    "Dim": (("size", 1, _FIELD.TYPE_INT64, _ONE),),
}


def read_constants(path: Path) -> dict[str, np.ndarray]:
    """Return the float32 constants of a frozen graph by the names of their nodes, in TensorFlow's own axis order.

    Raises:
        CheckpointError: if the file cannot be read or is no frozen graph.
    """
    try:
        graph = _graph_def().FromString(path.read_bytes())
        constants = {node.name: _array(tensor) for node in graph.node if (tensor := _constant(node)) is not None}
    except (OSError, DecodeError, ValueError) as error:
        raise CheckpointError(
            f"{path} cannot be read as a frozen TensorFlow graph ({error}); give its .pb file"
        ) from error
    if not constants:
        raise CheckpointError(f"{path} holds no constants, so no weights; give a frozen graph, not a graph alone")
    return constants


def _constant(node: Any) -> Any:
    if node.op != "Const":
        return None
    tensors = [entry.value.tensor for entry in node.attr if entry.key == "value"]
    return next((tensor for tensor in tensors if tensor.dtype == FLOAT32 and tensor.content), None)


def _array(tensor: Any) -> np.ndarray:
    return np.frombuffer(tensor.content, dtype="<f4").reshape([dim.size for dim in tensor.shape.dim])


@cache
def _graph_def() -> Any:
    """The message class of a graph with `_MESSAGES`' fields."""
    file = descriptor_pb2.FileDescriptorProto(name="frozen_graph.proto", package="frozen_graph", syntax="proto3")
    for message, parts in _MESSAGES.items():
        declared = file.message_type.add(name=message)
        for name, number, kind, label in parts:
            if isinstance(kind, str):
                declared.field.add(
                    name=name, number=number, type=_FIELD.TYPE_MESSAGE, label=label, type_name=f".frozen_graph.{kind}"
                )
            else:
                declared.field.add(name=name, number=number, type=kind, label=label)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("frozen_graph.GraphDef"))
