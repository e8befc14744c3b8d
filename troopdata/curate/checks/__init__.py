"""Checks that a build or a release must pass beyond the schemas: history, ids, drift, counts."""
