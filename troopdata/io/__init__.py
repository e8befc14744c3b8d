"""Files and CSV text: bounded reads, atomic writes, a strict reader and a canonical writer.

It imports `errors` and `paths` only.
"""
