"""Time reading, side by side in one run: ``pytest tests/bench --benchmark-only``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import troopdata as td
from troopdata.release import loader

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

DATA = loader.opened().folder / "deployments.parquet"


@pytest.mark.benchmark(group="every claim")
def test_load_verified(benchmark: BenchmarkFixture) -> None:
    assert len(benchmark(td.load, "deployments")) > 250_000


@pytest.mark.benchmark(group="every claim")
def test_pandas_read_parquet_unverified(benchmark: BenchmarkFixture) -> None:
    import pandas as pd

    assert len(benchmark(pd.read_parquet, DATA)) > 250_000


@pytest.mark.benchmark(group="presence")
def test_one_dyad(benchmark: BenchmarkFixture) -> None:
    frame = benchmark(lambda: td.presence(sender="USA", host="NER", years=(2013, 2025)))
    assert len(frame) == 13


@pytest.mark.benchmark(group="presence")
def test_every_dyad_and_year(benchmark: BenchmarkFixture) -> None:
    assert len(benchmark(td.presence)) > 10_000


@pytest.mark.benchmark(group="names")
def test_a_name(benchmark: BenchmarkFixture) -> None:
    assert benchmark(td.country, "Ivory Coast") == "CIV"
