"""Releases: manifests, hashes, the cache and downloads, without any knowledge of countries.

It imports `schemas`, `io` and the modules below them.
"""
