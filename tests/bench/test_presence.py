"""Time best estimates beside the same rule in plain pandas: ``pytest tests/bench --benchmark-only``."""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from reference_presence import reference

import troopdata as td
from troopdata.api.release_context import release_context
from troopdata.estimation import candidates
from troopdata.estimation.dyads import dyads
from troopdata.estimation.estimate import estimate
from troopdata.estimation.periods import period

if TYPE_CHECKING:
    import pandas as pd
    from pytest_benchmark.fixture import BenchmarkFixture

SAMPLE = 40


@pytest.fixture(scope="module")
def eligible() -> pd.DataFrame:
    """The candidates of every `SAMPLE`th dyad."""
    claims = candidates.candidates(td.deployments(), td.sources())
    pairs = claims[["sender", "host"]].drop_duplicates().iloc[::SAMPLE]
    return claims.merge(pairs, on=["sender", "host"])


@pytest.mark.benchmark(group="the rule, one dyad of forty, 1950 to 2025")
def test_the_rule(benchmark: BenchmarkFixture, eligible: pd.DataFrame) -> None:
    unit = period("year")
    pairs = dyads(eligible, unit, (unit.of_year(1950), unit.of_year(2025)))
    benchmark(estimate, eligible, pairs, release_context(), freq="year")


@pytest.mark.benchmark(group="the rule, one dyad of forty, 1950 to 2025")
def test_the_rule_in_groupby_apply(benchmark: BenchmarkFixture, eligible: pd.DataFrame) -> None:
    benchmark.pedantic(reference, (eligible, release_context(), 1950, 2025, "year"), rounds=1)


@pytest.mark.benchmark(group="presence of every dyad, 1950 to 2025")
@pytest.mark.parametrize("freq", ["year", "quarter", "month"])
def test_every_dyad(benchmark: BenchmarkFixture, freq: str) -> None:
    benchmark.pedantic(td.presence, kwargs={"years": (1950, 2025), "freq": freq}, rounds=3)


@pytest.mark.benchmark(group="presence of every pair of states, ten years")
def test_a_balanced_panel(benchmark: BenchmarkFixture) -> None:
    how = {"years": (2014, 2023), "balanced": True}
    assert len(benchmark.pedantic(td.presence, kwargs=how, rounds=3)) > 370_000


@pytest.mark.benchmark(group="one dyad")
def test_one_dyad(benchmark: BenchmarkFixture) -> None:
    benchmark(lambda: td.presence(sender="USA", host="NER", years=(2013, 2025)))


def test_memory_of_every_month(benchmark: BenchmarkFixture) -> None:
    """Peak memory of a process that estimates every dyad and month, in bytes."""
    code = "import troopdata as td; td.presence(years=(1950, 2025), freq='month')"
    benchmark.pedantic(subprocess.run, ([sys.executable, "-c", code],), {"check": True}, rounds=1)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    benchmark.extra_info["peak_bytes"] = peak
    assert peak < 1_500_000_000
