"""The spatial searches: a compiled k-d tree and scipy's, with identical results.

May import the ellipsoid, batches and the index of bases; they know neither frames nor releases.
"""
