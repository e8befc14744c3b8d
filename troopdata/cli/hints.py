"""Write the library's hints in the words of the command line."""

from __future__ import annotations

import re

__all__ = ["as_options"]

# Keyword arguments that are options of the same name: `longitude="lon"`, `max_km=300`.
ARGUMENT = re.compile(r'\b(longitude|latitude|k|max_km)=(?:"([^"]+)"|(\d[\d.]*))')


def as_options(hint: str) -> str:
    """Return a hint with keyword arguments written as options.

    Parameters
    ----------
    hint : str
        What to type next, for a caller from Python.

    Examples
    --------
    >>> as_options('did you mean longitude="x"?'), as_options("max_km=300, in kilometres")
    ('did you mean --longitude x?', '--max-km 300, in kilometres')
    """
    return ARGUMENT.sub(
        lambda found: f"--{found[1].replace('_', '-')} {found[2] or found[3]}", hint
    )
