"""Settings from the environment: cache folders, offline, address."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["caches", "offline", "source"]


def caches() -> tuple[Path, ...]:
    """Return the cache folders, in the order in which they are searched.

    ``TROOPDATA_CACHE`` names one, or several separated as in ``PATH``: a shared one that is
    read only, then one of your own. Without it there is the user's own cache folder.
    """
    named = [part for part in os.environ.get("TROOPDATA_CACHE", "").split(os.pathsep) if part]
    folders = [os.path.abspath(os.path.expanduser(part)) for part in named or _own()]
    return tuple(Path(folder) for folder in dict.fromkeys(folders))


def _own() -> list[str]:
    """Return the user's own cache folder, where there is one."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "")
        base = base if os.path.isabs(base) else os.path.expanduser("~/.cache")
    return [os.path.join(base, "troopdata")] if os.path.isabs(base) else []


def offline() -> bool:
    """Return whether ``TROOPDATA_OFFLINE`` says that no network is to be used."""
    said = os.environ.get("TROOPDATA_OFFLINE", "").strip().lower()
    return said not in ("", "0", "false", "no", "off")


def source() -> str:
    """Return ``TROOPDATA_URL``: where releases are fetched from; empty where nothing is set."""
    return os.environ.get("TROOPDATA_URL", "").strip()
