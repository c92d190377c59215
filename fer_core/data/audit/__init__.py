"""What is wrong with a data set, and what it costs: `fer audit DATASET`, stored as evidence/audit-<set>.json.

    duplicates   pictures that are equal byte for byte; conflicting labels; pictures of one grey
    near         the same picture mirrored, moved by a pixel, or cut and compressed once more
    leaks        which rows of one split stand in another one
    agreement    FER2013's labels against FER+'s votes
    baselines    how far a look-up of pixels and a linear model get under each protocol
    price        a stored checkpoint's accuracy with and without the leaked rows
    findings     all of that for one set, as JSON values
    report       the schema; write and read. Reading needs neither torch nor the data set

Nothing is removed from a set: a protocol may leave rows out (see `fer_core.data.protocols`), and says so in its name.
"""
