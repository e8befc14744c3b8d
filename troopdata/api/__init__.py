"""The public functions that read and answer.

They import release, gazetteer, validation and estimation, and nothing above.
"""
