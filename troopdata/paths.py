"""Locate the bundled schemas and releases, in a wheel or in a checkout."""

from __future__ import annotations

from pathlib import Path

__all__ = ["folder"]


def folder(name: str) -> Path:
    """Return the folder of the bundled schemas or releases.

    Parameters
    ----------
    name : {"schemas", "releases"}
        Which folder.
    """
    package = Path(__file__).resolve().parent
    packed = package / "_data" / name
    if packed.is_dir():
        return packed
    return package.parent / {"schemas": "schemas", "releases": "datasets/releases"}[name]
