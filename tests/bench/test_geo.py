"""Time `td.geo` side by side with other tools in one run.

``pytest tests/bench/test_geo.py --benchmark-only -p no:cacheprovider`` prints it (``-m ''`` adds ten
million places); ``python tests/bench/geo_table.py`` writes docs/benchmarks.md.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from workload import REAL, Work, jobs, work

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

SIZES = [
    pytest.param(10_000, REAL, id="10^4"),
    pytest.param(10_000, 5_000, id="10^4x5000"),
    pytest.param(1_000_000, REAL, id="10^6"),
    pytest.param(1_000_000, 5_000, id="10^6x5000"),
    pytest.param(10_000_000, REAL, id="10^7", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("places", "bases"), SIZES)
@pytest.mark.parametrize("name", list(jobs()))
def test_geo(benchmark: BenchmarkFixture, name: str, places: int, bases: int) -> None:
    job = jobs()[name]
    if not job.asked(places, bases):
        pytest.skip(f"{name} takes too long for {places:,} places, or does not ask for bases")
    benchmark.group = f"{job.question}, {places:,} places, {bases or 'the real'} bases"
    asked: Work = work(places, bases)
    benchmark.pedantic(job.run, args=(asked,), rounds=3, warmup_rounds=1)
