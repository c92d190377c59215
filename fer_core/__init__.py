"""FER Lens core: lightweight facial-expression networks, reimplemented, trained and measured under one protocol.

A map; each package imports only from those above it:

    errors, labels      error classes; the expressions and each data set's order of them      (no torch)
    images              a photo from bytes to the network's input: faces, crop, preprocessing (no torch)
    evaluation          scores and their intervals, pure functions of arrays                  (no torch)
    models              the networks, one file per paper, and their registry
    profiling           parameters, multiply-adds, latency
    onnx                networks from other formats, as ONNX files
    films               sampled frames, and faces tracked across them
    evidence            what papers and public networks claim, beside what was measured       (no torch)
    data                the data sets, one file each, one `FaceDataset` for all               (no torch)
    checkpoints         save and load a checkpoint folder; strict, tensors only
    inference           what a loaded network answers
    export, contract,   ONNX files of a checkpoint; whether it gets and gives what it should;
      peers               public networks
    robustness          what networks answer to corrupted faces
    explain             where a network looks, and whether that can be trusted
    report              panels, pages, bundles and model cards
    batch, live,        the faces of many photos as one table; a camera; a demonstration
      player
    training            recipes (data), augmentation, losses, the loop
    cli                 the `fer` command

`fer_core` never imports streamlit or plotly; `tests/test_architecture.py` walks the imports.
"""

__version__ = "0.1.0"
