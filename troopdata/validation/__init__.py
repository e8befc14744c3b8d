"""Check tables against the schemas: cells, rules, references between tables, whole releases."""
