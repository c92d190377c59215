"""A camera's pictures, looked at while they come.

nearby      faces of the next picture, looked for where they were
looking     a picture -> its faces, followed, with networks' answers, and now and then a map
drawing     what was seen, drawn over its picture
watch       the newest picture is looked at in a thread of its own; older ones are dropped
"""
