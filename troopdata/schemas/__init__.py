"""The schemas in Python: tables and fields, types, codes, keys of rows, dates.

It imports only errors and paths.
"""
