"""The schemas compiled into Python objects, Arrow types, keys and dates.

It imports only errors and paths.
"""
