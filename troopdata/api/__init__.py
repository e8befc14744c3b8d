"""The public functions that read, filter and validate data, and estimate presence.

They may import release, gazetteer, validation, estimation and what is below those.
"""
