"""What the questions mean: balanced panels, what was public and known on a day, sums, scans."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import troopdata as td
from troopdata.api import country_index
from troopdata.release import loader


@pytest.fixture(scope="module")
def states() -> pd.DataFrame:
    countries = td.countries()
    return countries[countries["kind"] == "state"]


def existed(states: pd.DataFrame, code: str, year: int) -> bool:
    """Whether a country was a state on a day of the year, by the table `countries` alone."""
    own = states[states["country"] == code]
    begun = own["valid_from"] <= pd.Timestamp(year, 12, 31)
    lasts = own["valid_to"].isna() | (own["valid_to"] > pd.Timestamp(year, 1, 1))
    return bool((begun & lasts).any())


def test_a_balanced_panel_has_every_pair_of_states_of_each_year(states: pd.DataFrame) -> None:
    panel = td.presence(years=(1989, 1993), balanced=True)
    for year, rows in panel.groupby("year"):
        there = {code for code in states["country"].unique() if existed(states, code, int(year))}
        assert set(rows["sender"]) == set(rows["host"]) == there
        assert len(rows) == len(there) * (len(there) - 1)
    assert not panel.duplicated(["sender", "host", "period"]).any()
    assert (panel["sender"] != panel["host"]).all()
    years = {code: set(panel.loc[panel["host"] == code, "year"]) for code in ("SUN", "DDR", "UKR")}
    assert max(years["SUN"]) == 1991
    assert max(years["DDR"]) == 1990
    assert min(years["UKR"]) == 1991
    assert set(panel["state"]) >= {"unknown", "stationed"}


@pytest.mark.parametrize("freq", ["year", "quarter", "month"])
def test_a_balanced_panel_answers_as_the_question_does(freq: str) -> None:
    how = {"sender": "USA", "host": ["NER", "DEU", "KOR"], "years": (1995, 2010), "freq": freq}
    plain = td.presence(**how)  # type: ignore[arg-type]
    panel = td.presence(**how, balanced=True)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(plain, panel)


def test_a_balanced_panel_sums_and_counts_what_is_unknown() -> None:
    panel = td.presence(sender="USA", years=2015, balanced=True)
    total = td.presence(sender="USA", years=2015, balanced=True, by=("sender",)).iloc[0]
    assert total["parts"] == len(panel)
    assert total["unknown"] == panel["personnel"].isna().sum()
    # Without a few of its parts a sum has a figure only if they weigh less than 5 percent of it.
    known = panel["personnel"].sum()
    floors = panel.loc[panel["personnel"].isna(), "low"].sum()
    assert total["low"] == panel["low"].sum()
    assert pd.isna(total["personnel"]) or total["personnel"] == known + floors
    assert set(total["missing"].split(";")) == set(panel.loc[panel["personnel"].isna(), "host"])
    assert pd.isna(total["high"])


def test_a_balanced_panel_wants_its_years_and_states() -> None:
    with pytest.raises(td.UsageError, match="years="):
        td.presence(balanced=True)
    with pytest.raises(td.UsageError, match="territories"):
        td.presence(sender="USA", host="GUM", years=(2000, 2001), balanced=True)


def test_what_was_public_on_a_day() -> None:
    public = td.deployments(host="NER", published_before="2024-03-17")
    sources = td.sources().set_index("source_id")
    day = pd.Timestamp("2024-03-17")
    when = public["published_on"].fillna(public["source_id"].map(sources["published_on"]))
    read = public["source_id"].map(sources["accessed_on"])
    assert ((when <= day) | (read <= day)).all()
    wider = td.deployments(host="NER", published_before="2024-03-17", certain=False)
    assert set(public["claim_id"]) < set(wider["claim_id"])
    assert (wider["as_of"].fillna(wider["started"]) <= day).all()
    # The day itself is in, the day before is not yet.
    letter = td.sources().query("source_id == 'wpr-20231207'").iloc[0]
    on = letter["published_on"].date()
    for days, there in ((0, True), (-1, False)):
        asked = (on + dt.timedelta(days=days)).isoformat()
        found = td.deployments(host="NER", published_before=asked)["source_id"]
        assert ("wpr-20231207" in set(found)) is there


def test_the_best_estimate_as_it_could_be_known_on_a_day() -> None:
    asked = {"sender": "USA", "host": "NER", "years": (2022, 2024)}
    told = td.presence(**asked, published_before="2024-03-17")  # type: ignore[arg-type]
    # The withdrawal of September 2024 is not known yet, so the last count is carried.
    assert told["personnel"].tolist() == [1001, 648, 648]
    assert told["state"].tolist() == ["observed", "observed", "carried"]
    assert told.attrs["troopdata"]["published_before"] == "2024-03-17"
    assert len(td.presence(published_before="1900-01-01")) == 0


@pytest.mark.integration
@settings(max_examples=25)
@given(st.dates(dt.date(2010, 1, 1), dt.date(2026, 12, 31)), st.booleans())
def test_what_is_public_only_grows(day: dt.date, certain: bool) -> None:
    later = day + dt.timedelta(days=200)
    before, after = (
        set(td.deployments(host="NER", published_before=at, certain=certain)["claim_id"])
        for at in (day, later)
    )
    assert before <= after


def test_deployments_as_the_release_of_a_day_held_them() -> None:
    listed = [item for item in loader.index()["releases"] if item["status"] == "active"]
    last_of_day = {item["released_at"]: item["release"] for item in listed}
    for day, version in last_of_day.items():
        then = td.deployments(host="NER", known=day)
        pd.testing.assert_frame_equal(then, td.deployments(host="NER", version=version))
        for table in td.tables()["table"]:
            if not loader.opened(version).has(table):
                continue
            held = td.load(table, version=version)
            assert td.known(table, at=day).equals(held), table
    with pytest.raises(td.UnknownRelease, match="the first release is of"):
        td.deployments(known="2020-01-01")
    with pytest.raises(td.UsageError, match="give one of them"):
        td.deployments(known="2026-12-01", version="2026.11.0")


@pytest.mark.parametrize("table", list(td.tables()["table"]))
def test_a_scan_has_the_rows_of_the_release(table: str) -> None:
    scanned = td.scan(table)
    assert scanned.count_rows() == td.tables().set_index("table")["rows"][table]
    rows = loader.opened().rows(table)
    assert scanned.to_table(columns=rows.column_names).equals(rows)
    assert set(scanned.schema.names) - set(rows.column_names) <= {"bbox"}


def test_polars_and_duckdb_start_from_a_scan() -> None:
    import duckdb
    import polars as pl

    claims = td.scan("deployments")
    wanted = int(td.deployments(host="NER", status=None)["personnel"].sum())
    lazy = pl.scan_pyarrow_dataset(claims).filter(pl.col("host") == "NER")
    assert lazy.select(pl.col("personnel").sum()).collect().item() == wanted
    query = "select sum(personnel) from claims where host = 'NER'"
    assert duckdb.sql(query).fetchall() == [(wanted,)]


def test_a_scan_reads_nothing_that_is_not_as_released(monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    from troopdata.io import files

    read = files.read
    opened = loader.opened()

    def flipped(path: Path, **how: object) -> bytes:
        data = read(path, **how)  # type: ignore[arg-type]
        return data if path.suffix != ".parquet" else bytes([data[0] ^ 1]) + data[1:]

    scanned = td.scan("events")
    monkeypatch.setattr(files, "read", flipped)
    # The buffer was verified: what became of the file since does not matter to it.
    assert scanned.count_rows() == opened.entry("events.parquet")["rows"]
    with pytest.raises(td.IntegrityError):
        td.scan("events")
    with pytest.raises(td.UnknownTable):
        td.scan("event")


def test_region_sums_equal_the_sums_of_their_hosts() -> None:
    regions = td.presence(by=("region",)).set_index(["region", "year"])
    hosts = td.presence(by=("host",))
    countries = country_index.gazetteer()
    region = hosts["host"].map({code: countries.region(code) for code in hosts["host"].unique()})
    grouped = hosts.groupby([region.astype("string").rename("region"), "year"], dropna=False)
    assert len(regions) == grouped.ngroups
    for column in ("low", "high"):
        # A low is added where there is one; a high only where every host has one.
        least = 1 if column == "low" else None
        summed = grouped[column].agg(
            lambda part, least=least: part.sum(min_count=least or len(part))
        )
        pd.testing.assert_series_equal(
            regions[column], summed.reindex(regions.index).astype("Int64"), check_names=False
        )
    for column in ("parts", "unknown"):
        assert (regions[column] == grouped[column].sum().reindex(regions.index)).all()
    whole = regions[regions["unknown"] == 0]
    assert len(whole) > 30
    figures = grouped["personnel"].sum().reindex(whole.index)
    assert (whole["personnel"] == figures).all()


@pytest.mark.parametrize("freq", ["quarter", "month"])
def test_periods_are_in_time_order(freq: str) -> None:
    rows = td.presence(sender="USA", freq=freq)  # type: ignore[arg-type]
    first = pd.PeriodIndex(rows["period"].str.replace("-Q", "Q"), freq=freq[0].upper())
    later = first.asi8[1:] - first.asi8[:-1]
    same = (rows["host"] == rows["host"].shift()).to_numpy()[1:].astype(bool)
    assert (later[same] == 1).all()
    assert rows["host"].is_monotonic_increasing


def test_a_total_and_its_services_come_from_one_date() -> None:
    split = td.presence(sender="USA", years=(2006, 2020), by=("sender", "host", "service"))
    whole = td.presence(sender="USA", years=(2006, 2020)).set_index(["host", "period"])
    parts = split[split["service"] != "all"].groupby(["host", "period"])
    assert (parts["as_of"].nunique() == 1).all()
    assert (parts["as_of"].first() == whole["as_of"].reindex(parts["as_of"].first().index)).all()
    sums = parts["personnel"].sum()
    assert len(sums) > 1000
    assert (sums == whole["personnel"].reindex(sums.index)).all()


CODES = st.sampled_from(["USA", "FRA", "GBR", "NER", "DEU", "MLI", "JPN", "TCD"])


@pytest.mark.integration
@settings(max_examples=8)
@given(st.sets(CODES, min_size=1), st.sets(CODES, min_size=1), st.integers(1990, 2020))
def test_filtering_then_summing_equals_summing_then_filtering(
    senders: set[str], hosts: set[str], year: int
) -> None:
    asked = {"sender": sorted(senders), "host": sorted(hosts), "years": (year, year + 5)}
    by_host = td.presence(**asked, by=("host",))  # type: ignore[arg-type]
    everyone = td.presence(sender=sorted(senders), years=(year, year + 5), by=("host",))
    kept = everyone[everyone["host"].isin(hosts)].reset_index(drop=True)
    one = len(senders) == len(hosts) == 1
    # A dyad asked for by name and never claimed has its row, which says so.
    if not (one and kept.empty):
        pd.testing.assert_frame_equal(by_host, kept)
