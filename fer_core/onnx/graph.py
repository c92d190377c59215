"""What an ONNX file says of itself, read without running it; or every reason why it is refused.

one picture (N, C, S, S) or (N, S, S, C) in, one row of K numbers a picture out
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from fer_core.errors import CheckpointError, together
from fer_core.images.preprocessing import MAX_SIZE_PX
from fer_core.onnx.foreign import FROM_TENSORFLOW
from fer_core.onnx.graph_cost import SCALING, count_macs, count_params, sizes_of

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto

MAX_BYTES = 256 * 2**20  # the largest network here has 84 MB as float32
MAX_MACS = 20 * 10**9  # of one picture; more is no lightweight network, and would hold the machine for minutes
MAX_NODES = 20_000
OPSETS = range(7, 27)  # that this onnxruntime reads
DOMAINS = ("", "ai.onnx", "com.microsoft")  # operators that onnxruntime brings itself
LOOPS = ("Loop", "Scan")  # may run without end
QUANTIZED = ("QuantizeLinear", "QLinear", "ConvInteger", "MatMulInteger")
PASSING = ("Identity", "Flatten", "Reshape", "Squeeze", "Cast", *SCALING)

Layout = Literal["NCHW", "NHWC"]


@dataclass(frozen=True)
class GraphInfo:
    """What a graph takes, gives and costs.

    Attributes:
        opset: of the standard operators; producer: the program that wrote the file, "" unknown.
        input_name, output_name: of the one input and the one output that are used.
        layout: where the channels stand; channels: 1 or 3.
        size_px: side of the picture; None where any size is taken. batch: None where any number is taken.
        classes: K.
        ends_in_softmax: whether the last operator makes probabilities.
        is_quantized: whether weights are held in 8 bits.
        params, macs: see `graph_cost`; macs is None without a fixed size.
    """

    opset: int
    producer: str
    input_name: str
    output_name: str
    layout: Layout
    channels: int
    size_px: int | None
    batch: int | None
    classes: int
    ends_in_softmax: bool
    is_quantized: bool
    params: int
    macs: int | None


def read_file(path: Path | str) -> bytes:
    """Return a file's bytes.

    Raises:
        CheckpointError: if it is missing, a folder or too large.
    """
    path = Path(path)
    if path.is_dir():
        what = f"a TensorFlow model's folder; {FROM_TENSORFLOW}" if (path / "saved_model.pb").exists() else "a folder"
        raise CheckpointError(f"{path} is {what}; give an .onnx file")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise CheckpointError(f"{path} has {size:,} bytes; networks of up to {MAX_BYTES:,} are read")
        return path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error.strerror}); give an .onnx file") from error


def parsed_model(content: bytes) -> ModelProto:
    """Return an ONNX file's protocol buffer. Raises CheckpointError for bytes that are none."""
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load_model_from_string(content)
    except (DecodeError, ValueError) as error:
        raise CheckpointError(f"this is no whole ONNX file ({error}); fetch it again") from error
    if not model.graph.node:
        raise CheckpointError("this is no ONNX file: no operator is in it; fetch it again")
    return model


def inspect_graph(content: bytes, size_px: int | None = None) -> GraphInfo:
    """Return what a file says of itself.

    Args:
        size_px: side of the pictures, for a graph that takes any size.

    Raises:
        CheckpointError: names every reason why it is refused, together.
    """
    model = parsed_model(content)
    if problems := [*_content_problems(model), *_interface_problems(model)]:
        raise CheckpointError(together("this ONNX file is refused", problems))
    given = _used_inputs(model.graph)[0]
    sizes = sizes_of(given)
    layout, channels = _layout(sizes)
    side = _side(sizes, layout, size_px)
    shaped = _shaped(model, given.name, layout, sizes, side)
    output = shaped.graph.output[0]
    classes = _classes(output)
    macs = count_macs(shaped, sizes[0] or 1) if side else None
    if macs is not None and macs > MAX_MACS:
        raise CheckpointError(f"this network needs {macs:,} multiply-adds a picture; up to {MAX_MACS:,} are run")
    return GraphInfo(
        opset=_opset(model),
        producer=f"{model.producer_name} {model.producer_version}".strip()[:100],
        input_name=given.name,
        output_name=output.name,
        layout=layout,
        channels=channels,
        size_px=sizes[2],
        batch=sizes[0],
        classes=classes,
        ends_in_softmax=_ends_in_softmax(model.graph),
        is_quantized=any(node.op_type.startswith(QUANTIZED) for node in model.graph.node),
        params=count_params(model.graph, given.name),
        macs=macs,
    )


def _content_problems(model: ModelProto) -> list[str]:
    """What must not be in a file: weights elsewhere, operators of others, endless loops, too much of anything."""
    nodes = [*_nodes(model.graph.node), *(node for function in model.functions for node in _nodes(function.node))]
    domains = sorted({node.domain for node in nodes} - set(DOMAINS))
    loops = sorted({node.op_type for node in nodes} & set(LOOPS))
    problems = []
    if domains:
        problems.append(f"it needs custom operators of {', '.join(domains)}; export it with standard operators only")
    if loops:
        problems.append(f"it holds {' and '.join(loops)}, which may run without end; export it without")
    if any(tensor.data_location == tensor.EXTERNAL for tensor in _tensors(model.graph)):
        problems.append("its weights lie in another file; save it as one file (onnx.save without external data)")
    if len(nodes) > MAX_NODES:
        problems.append(f"it has {len(nodes):,} operators; up to {MAX_NODES:,} are read")
    if _opset(model) not in OPSETS:
        problems.append(f"its opset is {_opset(model)}; {OPSETS[0]} to {OPSETS[-1]} are read")
    return problems


def _interface_problems(model: ModelProto) -> list[str]:
    """What a classifier of pictures must take and give."""
    import onnx

    given, problems = _used_inputs(model.graph), []
    if len(given) != 1:
        return [f"it takes {len(given)} inputs; a picture is one"]
    if len(model.graph.output) != 1:
        names = ", ".join(output.name for output in model.graph.output)
        problems.append(f"it gives {len(model.graph.output)} outputs ({names}); export it with the expressions only")
    kind = given[0].type.tensor_type.elem_type
    if kind != onnx.TensorProto.FLOAT:
        problems.append(f"its input is {onnx.TensorProto.DataType.Name(kind).lower()}; it must be float")
    sizes = sizes_of(given[0])
    try:
        layout, _ = _layout(sizes)
    except CheckpointError as error:
        return [*problems, str(error)]
    sides = sizes[2:] if layout == "NCHW" else sizes[1:3]
    if sides[0] != sides[1]:
        problems.append(f"its input is {_written(sizes)}; it must be a square")
    if sides[0] and sides[0] > MAX_SIZE_PX:
        problems.append(f"it reads {sides[0]} px; up to {MAX_SIZE_PX} are read")
    return problems


def _used_inputs(graph: GraphProto) -> list[ValueInfoProto]:
    stored = {tensor.name for tensor in graph.initializer}
    return [value for value in graph.input if value.name not in stored]


def _layout(sizes: list[int | None]) -> tuple[Layout, int]:
    """Where the channels stand, and how many. Raises CheckpointError where that cannot be told."""
    match [size if size in (1, 3) else None for size in sizes]:
        case [_, int(channels), _, None]:
            return "NCHW", channels
        case [_, None, _, int(channels)]:
            return "NHWC", channels
    raise CheckpointError(f"its input is {_written(sizes)}; it must be (N, C, S, S) or (N, S, S, C) with C 1 or 3")


def _side(sizes: list[int | None], layout: Layout, size_px: int | None) -> int | None:
    own = sizes[2]
    if own and size_px and own != size_px:
        raise CheckpointError(f"it reads {own} px, {size_px} px was asked for; leave the size out")
    if size_px and not 8 <= size_px <= MAX_SIZE_PX:
        raise CheckpointError(f"a size of {size_px} px cannot be; give 8 to {MAX_SIZE_PX}")
    return own or size_px


def _shaped(model: ModelProto, name: str, layout: Layout, sizes: list[int | None], side: int | None) -> ModelProto:
    """The model with the shape of every value for one picture, as far as onnx can tell."""
    import onnx

    checked = onnx.ModelProto()
    checked.CopyFrom(model)
    dims = next(value for value in checked.graph.input if value.name == name).type.tensor_type.shape.dim
    if sizes[0] is None:
        dims[0].dim_value = 1
    for place in (2, 3) if layout == "NCHW" else (1, 2):
        if side:
            dims[place].dim_value = side
    del checked.graph.value_info[:]
    for output in checked.graph.output:
        output.type.tensor_type.ClearField("shape")
    try:
        onnx.checker.check_model(model)
        return onnx.shape_inference.infer_shapes(checked, strict_mode=True, data_prop=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise CheckpointError(f"this ONNX file contradicts itself: {str(error).splitlines()[0]}") from error


def _classes(output: ValueInfoProto) -> int:
    sizes = sizes_of(output)
    if len(sizes) != 2 or not sizes[1] or sizes[1] < 2:
        raise CheckpointError(f"its output is {_written(sizes)}; it must be (N, K), a number for each of K expressions")
    return sizes[1]


def _written(sizes: list[int | None]) -> str:
    return f"({', '.join(str(size) if size else '?' for size in sizes)})"


def _opset(model: ModelProto) -> int:
    return max((opset.version for opset in model.opset_import if opset.domain in ("", "ai.onnx")), default=0)


def _ends_in_softmax(graph: GraphProto) -> bool:
    makers = {name: node for node in graph.node for name in node.output}
    node = makers.get(graph.output[0].name)
    while node is not None and node.op_type in PASSING:
        node = makers.get(node.input[0])
    return node is not None and node.op_type == "Softmax"


def _nodes(listed: Iterable[NodeProto]) -> Iterator[NodeProto]:
    """All nodes, also those in branches."""
    for node in listed:
        yield node
        for inner in _branches(node):
            yield from _nodes(inner.node)


def _tensors(graph: GraphProto) -> Iterator[TensorProto]:
    """All stored tensors, also those in attributes and branches."""
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        for attribute in node.attribute:
            yield from (*([attribute.t] if attribute.HasField("t") else []), *attribute.tensors)
        for inner in _branches(node):
            yield from _tensors(inner)


def _branches(node: NodeProto) -> list[GraphProto]:
    graphs: list[GraphProto] = []
    for attribute in node.attribute:
        graphs += [*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs]
    return graphs
