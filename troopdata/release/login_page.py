"""Recognise the web page that a proxy or a hotel's network sends in place of a file."""

from __future__ import annotations

__all__ = ["HINT", "is_page"]

HINT = "is a proxy or a login page in between?"


def is_page(body: bytes | bytearray) -> bool:
    """Return whether a body is a web page: a release holds none.

    Examples
    --------
    >>> is_page(b"<!DOCTYPE html><title>Sign in</title>"), is_page(b"PAR1")
    (True, False)
    """
    start = bytes(body[:200]).lstrip().lower()
    return start.startswith((b"<!doctype", b"<html"))
