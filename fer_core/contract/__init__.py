"""Does a network get what it was trained for, and does its answer mean what its card says? Each check is one line.

    subject        a checkpoint under check: raw outputs, what each stands for, the validation faces
    label_order    which output is which expression: the given order against the best relabelling
    input_scale    which scale of the pixels it reads best
    answers        the kind of outputs; the same answer again, alone, in a batch, shuffled; mirrored faces
    check          all lines of a checkpoint, stored beside it

All checks use validation faces, never the test split.
"""
