"""A camera's frames, analysed as they arrive.

nearby        faces of the next frame, searched near their last place
analysis      a frame -> its faces, tracked, with networks' answers, and regularly a map
drawing       the analysis, drawn over its frame
newest_frame  analyses the newest frame in a separate thread; older ones are dropped
"""
