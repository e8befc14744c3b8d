"""Runs over point files larger than memory, piece by piece, on this machine, Dask or Spark.

May import the rest of `troopdata.geo`; only the public `run` is used from outside.
"""
