"""What is known: every dyad-year is of one class, and the counts are those of `presence`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import troopdata as td
from troopdata.api import coverage as module
from troopdata.api.coverage import KNOWN, dyad_years, known_of, years_around
from troopdata.api.release_context import release_context
from troopdata.schemas import model

KEYS = ("sender", "host", "region", "decade", "year", "state")


@pytest.fixture(scope="module")
def presence() -> pd.DataFrame:
    return td.load("presence")


def plain_class(row: Any) -> str:
    """Return what a row of presence knows, one cell after the other."""
    if not pd.isna(row.personnel):
        return "total"
    if not (pd.isna(row.low) and pd.isna(row.high)):
        return "floor"
    return "nothing" if row.state == "unknown" else "sign"


def plainly(rows: pd.DataFrame) -> list[tuple[str, str, int, str]]:
    """Return the dyad-years that count, by a loop over each pair."""
    gone: dict[tuple[str, str], list[int]] = {}
    for one in release_context().withdrawals.itertuples():
        year = pd.Timestamp(one.day, unit="D").year
        gone.setdefault((one.sender, one.host), []).append(year)
    found = []
    for pair, own in rows.sort_values("year").groupby(["sender", "host"]):
        claimed = -1
        for row in own.itertuples():
            known = plain_class(row)
            left = [year for year in gone.get(pair, []) if claimed <= year <= row.year]
            if known != "nothing":
                claimed = row.year
            if known != "nothing" or claimed < 0 or not left:
                found.append((*pair, int(row.year), known))
    return found


@pytest.mark.exhaustive
@pytest.mark.parametrize("by", KEYS)
def test_every_row_of_presence_is_counted_once(presence: pd.DataFrame, by: str) -> None:
    found = td.coverage(by=by)
    wanted = pd.DataFrame(plainly(presence), columns=["sender", "host", "year", "known"])
    assert found["dyad_years"].sum() == len(wanted)
    for known in KNOWN:
        assert found[known].sum() == wanted["known"].eq(known).sum()
    assert not found.duplicated([by]).any()
    assert found["total"].sum() == presence["personnel"].notna().sum()


def test_the_counts_of_each_sender_and_decade_are_those_of_a_plain_loop(
    presence: pd.DataFrame,
) -> None:
    wanted: dict[tuple[str, int], dict[str, int]] = {}
    pairs: dict[tuple[str, int], set[str]] = {}
    for sender, host, year, known in plainly(presence):
        key = sender, year // 10 * 10
        wanted.setdefault(key, dict.fromkeys(KNOWN, 0))[known] += 1
        pairs.setdefault(key, set()).add(host)
    found = td.coverage().set_index(["sender", "decade"])
    assert set(found.index) == set(wanted)
    for key, row in found.iterrows():
        assert row[list(KNOWN)].to_dict() == wanted[key]
        assert row["dyads"] == len(pairs[key])


PLACES = st.sampled_from(["USA", "France", ["RUS", "SUN"], "Sub-Saharan Africa", "TON", None])


@given(
    sender=PLACES,
    host=st.sampled_from(["Niger", "Mali", ["DEU", "KOR"], "South Asia", None]),
    years=st.none() | st.tuples(st.integers(1945, 1990), st.integers(1990, 2026)) | st.just(2020),
    by=st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True),
)
def test_the_classes_partition_the_dyad_years(
    sender: Any, host: Any, years: Any, by: list[str]
) -> None:
    found = td.coverage(sender=sender, host=host, years=years, by=by)
    rows = dyad_years(sender=sender, host=host, years=years)
    assert found[list(KNOWN)].sum(axis=1).eq(found["dyad_years"]).all()
    assert found["dyad_years"].sum() == len(rows)
    assert not rows.duplicated(["sender", "host", "year"]).any()
    shares = found[[f"{known}_share" for known in KNOWN]].sum(axis=1)
    assert shares.sub(1).abs().lt(1e-9).all()
    assert found["dyads"].le(found["dyad_years"]).all()
    assert not found.duplicated(by).any()
    ordered = found.sort_values(by, ignore_index=True)
    pd.testing.assert_frame_equal(found, ordered)


def test_parts_add_up_to_the_whole() -> None:
    columns = ["dyad_years", *KNOWN]
    whole = td.coverage(by="decade").set_index("decade")[columns]
    usa = td.coverage(sender="USA", by="decade").set_index("decade")[columns]
    senders = td.coverage(by="sender")["sender"]
    others = [code for code in senders if code != "USA"]
    rest = td.coverage(sender=others, by="decade").set_index("decade")[columns]
    summed = usa.add(rest, fill_value=0)
    assert summed.loc[whole.index].eq(whole).all(axis=None)


def test_each_state_of_the_vocabulary_has_a_class(presence: pd.DataFrame) -> None:
    states = model.vocabularies()["presence_state"].codes
    empty = pd.DataFrame({"state": pd.Series(states, dtype="string")})
    empty = empty.assign(**{name: pd.array([None] * len(states), "Int32")
                            for name in ("personnel", "low", "high")})  # fmt: skip
    without = dict(zip(states, known_of(empty), strict=True))
    assert [state for state, known in without.items() if known == "nothing"] == ["unknown"]
    assert set(without.values()) == {"sign", "nothing"}
    # A number outweighs the state, whichever it is; a figure outweighs bounds.
    assert set(known_of(empty.assign(high=pd.array([9] * len(states), "Int32")))) == {"floor"}
    assert set(known_of(empty.assign(personnel=pd.array([0] * len(states), "Int32")))) == {"total"}
    assert set(td.coverage(by="state")["state"]) == set(presence["state"])


def rows_of(*cells: tuple[int, int | None, str]) -> pd.DataFrame:
    """Return rows of presence of one pair: year, figure, state."""
    years, figures, states = zip(*cells, strict=True)
    figure = pd.array(figures, dtype="Int32")
    rows = pd.DataFrame({"year": pd.array(years, dtype="Int32"), "state": states})
    rows = rows.assign(sender="AAA", host="BBB", period=rows["year"].astype("string"),
                       personnel=figure, low=figure, high=figure, source_ids="x")  # fmt: skip
    rows.attrs["troopdata"] = {"release": "1", "table": "presence"}
    return rows


@pytest.fixture
def released(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Stand in for a release: rows of presence, and withdrawals of AAA from BBB."""

    def release(rows: pd.DataFrame, *days: str) -> None:
        gone = pd.DataFrame(
            {
                "sender": ["AAA"] * len(days),
                "host": ["BBB"] * len(days),
                "day": [(pd.Timestamp(day) - pd.Timestamp(0)).days for day in days],
            }
        ).astype({"day": "int64"})
        monkeypatch.setattr(module.loader, "read", lambda *_, **__: rows)
        monkeypatch.setattr(module, "release_context", lambda _: SimpleNamespace(withdrawals=gone))

    return release


def test_years_after_a_withdrawal_are_not_holes_until_the_next_claim(released: Any) -> None:
    released(
        rows_of(
            (2000, 90, "observed"), (2001, None, "presence_only"), (2002, None, "unknown"),
            (2003, None, "unknown"), (2004, None, "presence_only"), (2005, None, "unknown"),
            (2006, 7, "observed"),
        ),
        "2001-10-05",
    )  # fmt: skip
    rows = dyad_years()
    assert rows["year"].tolist() == [2000, 2001, 2004, 2005, 2006]
    assert rows["known"].tolist() == ["total", "sign", "sign", "nothing", "total"]
    # The withdrawal counts although it is before the years asked for.
    assert dyad_years(years=(2002, 2005))["year"].tolist() == [2004, 2005]


def test_a_hole_before_a_withdrawal_is_one(released: Any) -> None:
    cells = (2000, 90, "observed"), (2001, None, "unknown"), (2002, None, "unknown")
    released(rows_of(*cells, (2003, 0, "reported_zero")), "2002-01-31")
    assert dyad_years()["year"].tolist() == [2000, 2001, 2003]
    released(rows_of(*cells, (2003, 0, "reported_zero")), "1999-12-31", "2003-06-30")
    assert dyad_years()["year"].tolist() == [2000, 2001, 2002, 2003]
    released(rows_of(*cells, (2003, 0, "reported_zero")))
    assert td.coverage(by="sender")[list(KNOWN)].values.tolist() == [[2, 0, 0, 2]]


def test_the_years_around_a_row_are_the_nearest_with_an_answer(released: Any) -> None:
    released(
        rows_of((2000, 90, "observed"), (2001, None, "unknown"), (2002, 8, "observed"),
                (2003, None, "unknown")),
        "2001-12-31",
    )  # fmt: skip
    every = module.loader.read().assign(known=["total", "nothing", "total", "nothing"])
    around = years_around(every, every, None)
    assert around["before"].fillna(0).tolist() == [0, 2000, 2000, 2002]
    assert around["after"].fillna(0).tolist() == [2002, 2002, 0, 0]
    assert around["left"].fillna(0).tolist() == [0, 2001, 2001, 2001]


def test_an_empty_answer_keeps_columns_and_dtypes() -> None:
    for by in (("sender", "decade"), "host", ["region", "state", "year"]):
        empty = td.coverage(sender="NER", host="USA", by=by)
        assert len(empty) == 0
        assert empty.dtypes.to_dict() == td.coverage(by=by).dtypes.to_dict()
        assert empty.index.equals(pd.RangeIndex(0))
        assert empty.attrs["troopdata"]["release"] == td.data_version()
    assert td.coverage(years=(1801, 1805)).empty


def test_a_name_means_those_that_bore_it_in_the_year() -> None:
    found = td.coverage(host="Vietnam", sender="USA", by=("host", "year"))
    before = found[found["year"] < 1975]
    assert set(before["host"]) == {"RVN", "VNM"}
    assert set(found.loc[found["year"] > 1980, "host"]) == {"VNM"}


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"sender": "Germny"}, td.UnknownCountry, "did you mean"),
        ({"host": ["USA", "XQZ"]}, td.UnknownCountry, "XQZ"),
        ({"by": "hosts"}, td.UsageError, "any of sender, host, region, decade, year, state"),
        ({"by": ()}, td.UsageError, "by is empty"),
        ({"by": 3}, td.UsageError, "any of sender"),
        ({"by": ["host", "host"]}, td.UsageError, "twice"),
        ({"years": (2025, 2013)}, td.UsageError, r"\(2013, 2025\)"),
        ({"years": "2013"}, td.UsageError, r"\(2013, 2025\)"),
        ({"version": "1999.01.0"}, td.UnknownRelease, "available releases"),
    ],
)
def test_a_wrong_argument_says_what_to_type(
    arguments: dict[str, Any], error: type[td.TroopdataError], message: str
) -> None:
    with pytest.raises(error, match=message):
        td.coverage(**arguments)


def test_earlier_releases_can_be_counted_too() -> None:
    for version in td.releases()["release"]:
        found = td.coverage(by="decade", version=version)
        assert found["dyad_years"].sum() > 10_000
        assert found.attrs["troopdata"]["release"] == version
