"""What tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
UPSTREAM = ROOT.parent / "shared" / "upstream"


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def upstream() -> Path:
    if not UPSTREAM.is_dir():
        pytest.skip(f"{UPSTREAM} is absent: the published originals are not part of the project")
    return UPSTREAM


# The first call of a pandas operation is slow on a loaded machine; a deadline would test the machine.
settings.register_profile("troopdata", deadline=None, max_examples=60)
settings.load_profile("troopdata")


@pytest.fixture(autouse=True)
def _no_settings_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see the releases of the checkout, whatever the user has fetched or set."""
    settings = ("TROOPDATA_URL", "TROOPDATA_OFFLINE", "COLUMNS", "NO_COLOR", "FORCE_COLOR")
    for name in settings:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TROOPDATA_CACHE", os.path.join(os.devnull, "none"))
