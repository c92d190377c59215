"""Films: frames sampled at a chosen rate, the faces in them followed from frame to frame.

decoding      file -> sampled frames, by PyAV; only in the process of `film_worker`, or where none can be had
reading       a film as the rest of the project sees it: a header, then upright RGB frames with their times
tracking      which face of a frame is which face of the frames before
smoothing     probabilities averaged over a window of time
"""
