"""Map, page and table say the same of the same day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

import troopdata as td
from troopdata.api.country_index import gazetteer
from troopdata.gazetteer.over_time import kind
from troopdata.plot.daily_status import day_estimates, host_sums
from troopdata.plot.interactive import column_encoding

YEARS = (1989, 2019, 2025)
# One day at every change, each before a release.
DAYS = [YEARS[-1], *(pytest.param(year, marks=pytest.mark.exhaustive) for year in YEARS[:-1])]
NUMBERS = ["personnel", "low", "high"]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Return the sums by host that a page of the world holds."""
    path = td.plot.explorer(
        tmp_path_factory.mktemp("page") / "world.html", years=(YEARS[0], YEARS[-1])
    )
    text = path.read_text(encoding="utf-8").split('id="data">', 1)[1].split("</script>", 1)[0]
    columns = column_encoding.unpack(text)["frames"]["by_host"]["columns"]
    return pd.DataFrame({name: column_encoding.values(part) for name, part in columns.items()})


def answers(rows: pd.DataFrame) -> dict[str, tuple[Any, ...]]:
    """Return figure, low, high and grade of each host."""
    columns = [rows[name].astype("Int64").astype(object).where(rows[name].notna(), None)
               for name in NUMBERS]  # fmt: skip
    return dict(zip(rows["host"], zip(*columns, rows["grade"], strict=True), strict=True))


@pytest.mark.parametrize("year", DAYS)
def test_map_page_and_presence_agree_on_the_last_day_of_a_year(
    page: pd.DataFrame, year: int
) -> None:
    query: dict[str, Any] = {
        "host": None, "sender": None, "on": dt.date(year, 12, 31), "version": None
    }  # fmt: skip
    rows = day_estimates(**query)
    sums = host_sums(rows, **query)
    drawn, table = answers(sums), answers(td.presence(years=year, by=("host",)))
    assert drawn == table
    written = answers(page[page["year"] == year])
    assert len(written) >= 50
    assert written == {host: table[host] for host in written}
    # What the page leaves out is what nothing is known about.
    silent = sums[~sums["host"].isin(list(written))]
    assert set(silent["answer"]) <= {"unknown"}
    assert silent[NUMBERS].fillna(0).eq(0).all(axis=None)


@pytest.mark.parametrize("year", DAYS)
def test_a_sum_is_made_of_the_rows_that_the_map_lists(year: int) -> None:
    query: dict[str, Any] = {
        "host": None, "sender": None, "on": dt.date(year, 12, 31), "version": None
    }  # fmt: skip
    rows = day_estimates(**query)
    sums = host_sums(rows, **query).set_index("host")
    assert rows.equals(td.presence(years=year).reset_index(drop=True))
    # An organisation's count is cut to what its members' counts leave.
    bodies = {
        code for code in rows["sender"].unique() if kind(gazetteer(None), code) == "organisation"
    }
    own = rows[~rows["host"].isin(rows.loc[rows["sender"].isin(bodies), "host"])]
    sums = sums[sums.index.isin(own["host"])]
    own = own[own["host"].isin(sums.index)]
    figures = own.groupby("host")["personnel"].count()
    assert len(figures) >= 50
    assert (sums["parts"] - sums["unknown"]).tolist() == figures.tolist()
    whole = sums[(sums["unknown"] == 0) & sums["personnel"].notna()]
    added = own.groupby("host")["personnel"].sum().reindex(whole.index)
    assert whole["personnel"].tolist() == added.tolist()
