"""Releases on disk and on a server: manifests, hashes, cache, download; knows no countries."""
