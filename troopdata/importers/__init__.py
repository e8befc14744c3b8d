"""One module a published source: from its file to rows of our tables.

They import release, gazetteer and validation.
"""
