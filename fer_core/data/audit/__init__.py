"""What is wrong with a data set, and what it costs: `fer audit DATASET`, stored as evidence/audit-<set>.json.

    duplicates   pictures that are equal byte for byte; conflicting labels; uniform pictures
    near         the same picture mirrored, moved by a pixel, or cut and compressed once more
    leaks        which rows of one split are also in another
    agreement    FER2013's labels against FER+'s votes
    baselines    how far a look-up of pixels and a linear model get under each protocol
    findings     all of that for one set, as JSON values
    schema       what the file holds
    report       write and read it, without torch or the data set

`checkpoints.leak_effect` measures what leaked rows are worth to a checkpoint. Nothing is removed from a set: a protocol
may leave rows out (see `fer_core.data.protocols`), and says so in its name.
"""
