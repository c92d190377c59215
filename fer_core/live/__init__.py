"""A camera's pictures, analysed while they come.

nearby        faces of the next picture, looked for where they were
analysis      a picture -> its faces, followed, with networks' answers, and now and then a map
drawing       what was found, drawn over its picture
newest_frame  the newest picture is analysed in a thread of its own; older ones are dropped
"""
