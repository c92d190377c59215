"""How networks react to changed faces: what is changed, what they then answer, and what that is worth.

    corruptions   twelve changes of a picture at five severities, and the mirror        (no torch)
    box           a rectangle of the viewer's choice, covered                           (no torch)
    scores        accuracy under change, with intervals, from stored answers            (no torch)
    reacting      a checkpoint's answers to all of it, stored beside its weights

Importing this package does not import torch.
"""
