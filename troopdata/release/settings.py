"""Read the settings of releases from the environment: cache folders, offline, address.

They are read at each call, so that a program can change them while it runs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["caches", "offline", "source"]


def caches() -> tuple[Path, ...]:
    """Return the cache folders, in the order in which they are searched.

    ``TROOPDATA_CACHE`` names one, or several separated as in ``PATH``: a shared one that is
    read-only, then one of your own. Without it the user's own cache folder is used.
    """
    named = [part for part in os.environ.get("TROOPDATA_CACHE", "").split(os.pathsep) if part]
    folders = [os.path.abspath(os.path.expanduser(part)) for part in named or _user_cache()]
    return tuple(Path(folder) for folder in dict.fromkeys(folders))


def _user_cache() -> list[str]:
    """Return the user's own cache folder; nothing where the user has no home folder."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "")
        # The XDG specification ignores a relative path.
        base = base if os.path.isabs(base) else os.path.expanduser("~/.cache")
    return [os.path.join(base, "troopdata")] if os.path.isabs(base) else []


def offline() -> bool:
    """Return whether ``TROOPDATA_OFFLINE`` says that no network is used."""
    value = os.environ.get("TROOPDATA_OFFLINE", "").strip().lower()
    return value not in ("", "0", "false", "no", "off")


def source() -> str:
    """Return ``TROOPDATA_URL``, the address that releases are fetched from; empty if not set."""
    return os.environ.get("TROOPDATA_URL", "").strip()
