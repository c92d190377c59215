"""Many photos, or films (`fer predict`): one row per face, in shards from which a killed run resumes.

inputs     folders, globs, lists and photos -> the files in one order
rows       one photo -> its rows, processed as everywhere else; the columns of the result
film_rows  one film -> its rows, one per face and frame, processed alike
shards     the files of an unfinished run, and how a run recognises its own
work       one shard, computed and written
workers    the same function in this process, or in spawned ones that end with it
cluster    the same on the workers of a Dask cluster
result     shards -> one Parquet, CSV or JSON Lines file
scoring    rows against labels: accuracy, macro-F1, confusion, each with its interval
run        all steps in order
"""
