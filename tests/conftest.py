"""What tests share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from troopdata.geometry.borders import Atlas

# Folders and files whose every test builds, draws, breaks, reads or writes whole files.
INTEGRATION = (
    "tests/api/test_country_codes.py",
    "tests/api/test_coverage.py",
    "tests/api/test_presence.py",
    "tests/bench/",
    "tests/cli/test_imports.py",
    "tests/cli/test_save.py",
    "tests/cli/test_screens.py",
    "tests/curate/",
    "tests/docs/",
    "tests/faults/",
    "tests/geo/test_nearest_bases.py",
    "tests/geo/test_within_distance.py",
    "tests/importers/test_registry.py",
    "tests/importers/test_user_data.py",
    "tests/importers/test_vine_bases.py",
    "tests/importers/un_contributions/test_series.py",
    "tests/importers/us_dmdc/",
    "tests/mutation/",
    "tests/plot/",
    "tests/release/test_loader.py",
    "tests/test_english.py",
    "troopdata/api/checks.py",
    "troopdata/plot/",
)
# Files that .ci/run runs and a change does not: they read all releases or series, wait for networks,
# kill processes, or write whole pages.
EXHAUSTIVE = (
    "tests/curate/test_docs_pages.py",
    "tests/curate/test_id_ledger.py",
    "tests/curate/test_recoded_claims.py",
    "tests/curate/test_series_breaks.py",
    "tests/data/test_known_figures.py",
    "tests/data/test_mission_areas.py",
    "tests/docs/test_site.py",
    "tests/faults/test_footer.py",
    "tests/faults/test_guard.py",
    "tests/faults/test_network.py",
    "tests/faults/test_publishing.py",
    "tests/geo/test_run.py",
    "tests/importers/test_registry.py",
    "tests/importers/us_dmdc/test_recoded_claims.py",
    "tests/plot/test_interactive.py",
    "tests/provenance/test_diff.py",
    "tests/release/test_csv_export.py",
    "tests/release/test_metadata.py",
)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Accept the options of pyproject.toml where xdist is switched off (``-p no:xdist``)."""
    if not pluginmanager.hasplugin("xdist"):
        parser.addoption("--numprocesses", "--dist", help="ignored without pytest-xdist")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whole folders and long tests, so that ``-m "not integration"`` leaves them out."""
    for item in items:
        if item.nodeid.startswith(EXHAUSTIVE):
            item.add_marker("exhaustive")
        long = item.get_closest_marker("slow") or item.get_closest_marker("exhaustive")
        if item.nodeid.startswith(INTEGRATION) or long:
            item.add_marker("integration")


ROOT = Path(__file__).resolve().parents[1]
UPSTREAM = ROOT.parent / "shared" / "upstream"


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def series_tables() -> dict[str, pd.DataFrame]:
    """What every series of the checkout gives, by table. It takes seconds: read it, never change it."""
    from troopdata.importers import registry

    return registry.tables(ROOT / "datasets")


@pytest.fixture(scope="session")
def upstream() -> Path:
    if not UPSTREAM.is_dir():
        pytest.skip(f"{UPSTREAM} is absent: the published originals are not part of the project")
    return UPSTREAM


@pytest.fixture(scope="session")
def borders() -> gpd.GeoDataFrame:
    """The outlines of the latest release."""
    import troopdata as td

    return td.load("borders")


@pytest.fixture(scope="session")
def atlas(borders: gpd.GeoDataFrame) -> Atlas:
    from troopdata.geometry.borders import Atlas

    return Atlas.from_rows(borders)


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
