"""The pages of docs/reference, written from the schemas, the release and the docstrings."""
