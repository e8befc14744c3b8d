"""Check a release beyond the schemas: ids, drift, row counts, and the schemas' own history."""
