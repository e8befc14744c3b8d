"""Where figures come from and how they changed: citations, sources, diffs and patches.

It may import release, gazetteer, validation, estimation and what is below those.
"""
