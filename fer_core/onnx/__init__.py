"""Networks as ONNX files, which hold a graph and weights but no code.

    conversion any file as ONNX; of these formats networks are rewritten as ONNX, through foreign_network:
               keras_hdf5, tfjs with tfjs_weights, tflite with flat_tables, face_api; tensorflow_graph builds the graphs
    foreign    other formats, by their first bytes, and the command that exports each as ONNX
    graph      a file's description of itself, or every reason why it is refused; nothing is run
    upload     an untrusted file, read and run once in a process with limits
    session    a file's answers through onnxruntime, arrays in, arrays out
    network    the same as a torch module
    rewrite    operators that onnxruntime computes slowly, replaced by ones that it computes fast

onnx and onnxruntime are imported inside the functions, so that reading cards does not wait for them.
"""
