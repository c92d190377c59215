"""A folder of files with which a browser runs exported networks on its own device; `fer export-browser` writes it.

runtime    onnxruntime-web's files out of its npm archive, held by hash
networks   checkpoints as ONNX files, with what a page must know to feed them
folder     both beside the page of `static`
"""
