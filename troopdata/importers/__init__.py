"""Importers of published sources: one module turns one source's files into rows of tables.

They import release, gazetteer, validation and what is below.
"""
