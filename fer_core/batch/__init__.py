"""Many photos, or films (`fer predict`): one row per face, in shards that a killed run goes on from.

inputs     folders, globs, lists and photos -> the files in one order
rows       one photo -> its rows, by the one way that a photo walks; the columns of the result
film_rows  one film -> its rows, a face and frame each, by the same way
shards     what is written while a run lasts, and how a run knows its own
work       one shard, computed and written
workers    the same function in this process, or in spawned ones that die with it
cluster    likewise on the workers of a Dask cluster
result     shards -> one Parquet, CSV or JSON Lines file
scoring    rows against labels: accuracy, macro-F1, confusion, each with its interval
run        all of it, in order
"""
