"""Networks as ONNX files, which hold a graph and weights and no code.

    foreign    other formats, by their first bytes, and the command that makes an ONNX of each
    graph      what a file says of itself, or every reason why it is refused; nothing is run
    session    a file's answers through onnxruntime, arrays in, arrays out
    network    the same as a module that takes and gives tensors, for whoever asks any network
    rewrite    operators that onnxruntime computes slowly, as others that it computes fast

onnx and onnxruntime are imported inside the functions, so that reading cards does not wait for them.
"""
