"""FER Lens core: lightweight facial-expression networks, rebuilt, trained and measured under one protocol.

A map, in the order in which the parts build on each other:

    labels, errors      the words and the sentences
    cards, claims,      what a checkpoint is, what its paper says, and what    (no torch)
      ledger              others claim beside what was measured
    file_kinds, photos, a photo's way from bytes to the network's input        (no torch)
      faces, sight,
      unfamiliar,
      preprocessing
    evaluation          scores and their intervals, pure functions of arrays  (no torch)
    models              the networks, one paper a file, and their registry
    data                the data sets, one a file, one `FaceDataset` for all  (no torch)
    training            recipes (data), augmentation, losses, the loop
    checkpoints         save and load a checkpoint folder; strict, tensors only
    inference, explain, what a loaded network answers, where it looks, what it costs
      profiling
    robustness          what networks answer to changed faces
    batch               the faces of many photos as one table
    cli                 the `fer` command

`fer_core` never imports streamlit or plotly; a test walks the imports.
"""

__version__ = "0.1.0"
