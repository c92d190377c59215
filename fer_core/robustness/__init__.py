"""How networks react to corrupted faces: the corruptions, the answers, and their scores.

    corruptions   twelve changes of a picture at five severities, and the mirror        (no torch)
    box           a rectangle of the viewer's choice, covered                           (no torch)
    scores        accuracy under change, with intervals, from stored answers            (no torch)
    predict       a checkpoint's answers to all of it, stored beside its weights
    alignment     what level eyes are worth, in evidence/alignment.json                 (no torch)
    measure_alignment   on validation faces as they lie and with their eyes brought level, tilted or not

Importing this package does not import torch.
"""
