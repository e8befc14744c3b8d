"""The quick rule against the plain one, on the release and on claims made up by hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_claims import around, known
from reference_presence import COLUMNS, reference, reference_sums

import troopdata as td
from troopdata.api.release_context import release_context
from troopdata.estimation.candidates import candidates
from troopdata.estimation.context import Context
from troopdata.estimation.dyads import dyads
from troopdata.estimation.estimate import estimate
from troopdata.estimation.periods import period
from troopdata.estimation.sums import sums

PEOPLE = ("personnel", "low", "high", "last_total", "assigned")
FIRST, LAST = 1999, 2010


def quick(
    claims: pd.DataFrame,
    facts: Context,
    first: int,
    last: int,
    freq: Any,
    *,
    recent: bool = False,
) -> pd.DataFrame:
    unit = period(freq)
    pairs = dyads(claims, unit, (unit.of_year(first), unit.of_year(last + 1) - 1))
    return estimate(claims, pairs, facts, freq=freq, recent=recent)


def same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    """Assert that two answers have the same rows and values."""
    keys = ["sender", "host", "period"]
    left, right = (
        frame[list(COLUMNS)].sort_values(keys, ignore_index=True) for frame in (left, right)
    )
    for name in PEOPLE:
        left[name], right[name] = left[name].astype("Int64"), right[name].astype("Int64")
    pd.testing.assert_frame_equal(left, right.astype(left.dtypes.to_dict()))


def holds(answer: pd.DataFrame) -> None:
    """Assert what is true of every answer."""
    assert not answer.duplicated(["sender", "host", "period"]).any()
    figured = answer[answer["personnel"].notna()]
    assert (figured["low"] <= figured["personnel"]).all()
    assert (figured["personnel"] <= figured["high"]).all()
    assert figured["grade"].isin(["A", "B", "C"]).all()
    assert not answer.loc[answer["personnel"].isna(), "grade"].isin(["A", "B", "C"]).any()
    bounded = answer[answer["low"].notna() & answer["high"].notna()]
    assert (bounded["low"] <= bounded["high"]).all()
    assert (answer["state"].eq("unknown") == answer["grade"].isna()).all()
    states = {"observed", "reported_zero", "carried", "stationed", "parts"}
    assert set(figured["state"]) <= states


@pytest.fixture(scope="module")
def release() -> pd.DataFrame:
    return candidates(td.load("deployments"), td.load("sources"))


@pytest.mark.integration
@pytest.mark.parametrize(
    ("freq", "count"),
    [
        ("year", 8), ("quarter", 4), ("month", 1),
        pytest.param("year", 40, marks=pytest.mark.exhaustive),
        pytest.param("quarter", 8, marks=pytest.mark.exhaustive),
    ],
)  # fmt: skip
def test_the_release_is_answered_as_by_the_plain_rule(
    release: pd.DataFrame, freq: str, count: int
) -> None:
    pairs = release[["sender", "host"]].drop_duplicates().sample(count, random_state=4)
    # Hosts in which every step, and most of its exceptions, has its turn.
    hosts = ["NER", "IRQ", "AFG", "JPN", "QAT", "POL", "SYR", "KWT", "DJI"]
    named = pd.DataFrame({"sender": "USA", "host": hosts}, dtype="string")
    others = pd.DataFrame({"sender": ["FRA", "FRA", "RUS", "TUR"],
                           "host": ["NER", "MLI", "BLR", "SYR"]}, dtype="string")  # fmt: skip
    pairs = pd.concat([pairs, named, others]).drop_duplicates()
    chosen = release.merge(pairs, on=["sender", "host"])
    first = {"year": 1950, "quarter": 2010, "month": 2019}[freq]
    facts = release_context()
    answer = quick(chosen, facts, first, 2026, freq)
    same(answer, reference(chosen, facts, first, 2026, freq))
    holds(answer)


@pytest.mark.integration
def test_one_dyad_is_answered_as_it_is_among_all(release: pd.DataFrame) -> None:
    """Dyads are looked up together: a day that is never must not reach into the next dyad."""
    facts = release_context()
    among = quick(release, facts, 2000, 2025, "year").set_index(["sender", "host"])
    for sender, host in [("USA", "IRQ"), ("USA", "NER"), ("GBR", "CYP"), ("FRA", "MLI")]:
        own = release[(release["sender"] == sender) & (release["host"] == host)]
        alone = quick(own, facts, 2000, 2025, "year").set_index(["sender", "host"])
        pd.testing.assert_frame_equal(among.loc[[(sender, host)]], alone)


# Days at and beside every limit of the rule, and any others.
LIMITS = [0, 30, 31, 91, 92, 93, 183, 184, 365, 366, 367, 731, 732, 1461, 1826, 1827, 1828]
DAY = st.one_of(st.sampled_from(LIMITS), st.integers(0, 3000)).map(
    lambda days: (pd.Timestamp("2000-01-01") + pd.Timedelta(days=days)).strftime("%Y-%m-%d")
)
# People at and beside the limits of contradiction and agreement with 100 and with none.
NUMBER = st.one_of(
    st.sampled_from([0, 1, 20, 21, 75, 76, 79, 80, 81, 100, 121, 125, 126, 133, 134]),
    st.integers(0, 2000),
)
RANGE = st.tuples(NUMBER, NUMBER).map(sorted)
VALUE: st.SearchStrategy[dict[str, object]] = st.one_of(
    NUMBER.map(lambda number: {"personnel": number}),
    NUMBER.map(lambda number: {"personnel": number}),
    NUMBER.map(lambda number: {"personnel_low": number}),
    NUMBER.map(lambda number: {"personnel_high": number}),
    RANGE.map(lambda ends: {"personnel_low": ends[0], "personnel_high": ends[1]}),
    st.tuples(NUMBER, NUMBER, NUMBER).map(sorted).map(
        lambda n: {"personnel_low": n[0], "personnel": n[1], "personnel_high": n[2]}
    ),
    st.sampled_from(["presence_only", "suppressed"]).map(lambda state: {"value_state": state}),
)  # fmt: skip
BASIS = st.sampled_from(
    [
        {"basis": "in_country_total"},
        {"basis": "in_country_total"},
        {"basis": "in_country_total", "source_id": "press"},
        {"basis": "in_country_total", "source_id": "factbook"},
        {"basis": "in_country_total", "place": "Agadez"},
        {"basis": "in_country_total", "force": "military_observer"},
        {"basis": "period_average"},
        {"basis": "permanently_assigned", "source_id": "quarterly"},
        {"basis": "assigned_incl_temporary", "source_id": "quarterly"},
        {"basis": "assigned_incl_temporary", "source_id": "series"},
        {"basis": "deployed_for_operation", "operation_id": "a"},
        {"basis": "deployed_for_operation", "operation_id": "b"},
        {"basis": "deployed_for_operation", "operation_id": "a", "source_id": "press"},
        {"basis": "deployed_for_operation", "operation_id": "a", "force": "military_observer"},
        {"basis": "deployed_for_operation", "operation_id": "a", "source_id": "monthly"},
        {"basis": "deployed_for_operation", "operation_id": "a", "source_id": "monthly"},
        {
            "basis": "deployed_for_operation",
            "operation_id": "a",
            "source_id": "monthly",
            "force": "military_observer",
        },
        {
            "basis": "deployed_for_operation",
            "operation_id": "b",
            "source_id": "monthly",
            "force": "staff_officer",
        },
        {"basis": "deployed_for_operation"},
        {"basis": "deployed_for_operation", "place": "Agadez"},
        {"basis": "unit_size_estimate", "operation_id": "c"},
        {"basis": "authorised_ceiling", "operation_id": "a"},
        {"basis": "authorised_ceiling"},
    ]
)
PRECISION = st.sampled_from(["day", "day", "day", "month", "year"])


def _claim(parts: tuple[dict[str, object], dict[str, object], str, str, str]) -> dict[str, object]:
    basis, value, day, precision, host = parts
    cut = {"day": day, "month": f"{day[:7]}-01", "year": f"{day[:4]}-01-01"}[precision]
    return {**basis, **value, "as_of": cut, "as_of_precision": precision, "host": host}


# Several hosts, most of them with few claims: dyads must not reach into one another.
HOST = st.sampled_from(["NER", "NER", "NER", "NER", "MLI", "TCD", "BFA", "SEN"])
CLAIM = st.tuples(BASIS, VALUE, DAY, PRECISION, HOST).map(_claim)
COMBAT = st.integers(2000, 2008).map(
    lambda year: {
        "basis": "combat_support", "value_state": "presence_only", "as_of": f"{year}-01-01",
        "as_of_precision": "year", "source_id": "paper",
    }
)  # fmt: skip
CLAIMS = st.lists(st.one_of(*[CLAIM] * 7, COMBAT), min_size=1, max_size=9)
TWO_DAYS = st.tuples(DAY, DAY).map(sorted).filter(lambda ends: ends[0] < ends[1])
FACTS = st.builds(
    around,
    withdrawn=st.lists(DAY, max_size=1).map(tuple),
    bases=st.lists(TWO_DAYS.map(tuple), max_size=1).map(tuple),
    breaks=st.lists(
        st.tuples(st.sampled_from(["us-dmdc", "uk-mod"]), TWO_DAYS, st.booleans()).map(
            lambda found: (found[0], found[1][0], found[1][1] if found[2] else None)
        ),
        max_size=2,
    ).map(tuple),
    scope=st.sampled_from(["all", "small_hosts", "contingency_hosts"]),
    until=st.sampled_from([None, None, "2004-05-10"]),
    ended=st.one_of(st.just({}), DAY.map(lambda day: {"a": day})),
    inside=st.sampled_from([{}, {"a": "b"}, {"a": "c", "c": "b"}]),
)
FREQ = st.sampled_from(["year", "quarter"])


@pytest.mark.integration
@settings(max_examples=40, deadline=None)
@given(CLAIMS, FACTS, FREQ)
def test_any_claims_are_answered_as_by_the_plain_rule(
    rows: list[dict[str, object]], facts: Context, freq: str
) -> None:
    found = known(*rows)
    if len(found):
        answer = quick(found, facts, FIRST, LAST, freq)
        same(answer, reference(found, facts, FIRST, LAST, freq))
        holds(answer)


@pytest.mark.integration
@settings(max_examples=25, deadline=None)
@given(CLAIMS, FACTS, FREQ)
def test_nothing_is_known_of_a_period_after_the_release(
    rows: list[dict[str, object]], facts: Context, freq: str
) -> None:
    found = known(*rows)
    if len(found) and facts.until is not None:
        answer = quick(found, facts, FIRST, LAST, freq)
        assert answer.loc[answer["year"] > 2004, "state"].eq("unknown").all()
        assert (answer["as_of"].dropna() <= pd.Timestamp(str(facts.until))).all()
        assert (answer["last_total_as_of"].dropna() <= pd.Timestamp(str(facts.until))).all()


@pytest.mark.integration
@settings(max_examples=25, deadline=None)
@given(CLAIMS, st.randoms(), FREQ)
def test_the_order_of_claims_does_not_matter(
    rows: list[dict[str, object]], random: Any, freq: str
) -> None:
    found = known(*rows)
    if len(found):
        shuffled = found.sample(frac=1, random_state=random.randrange(1 << 30))
        left, right = (quick(one, around(), FIRST, LAST, freq) for one in (found, shuffled))
        pd.testing.assert_frame_equal(left, right)


@pytest.mark.integration
@settings(max_examples=25, deadline=None)
@given(CLAIMS, FREQ)
def test_no_figure_or_bound_exceeds_what_the_claims_add_up_to(
    rows: list[dict[str, object]], freq: str
) -> None:
    found = known(*rows)
    if len(found):
        answer = quick(found, around(), FIRST, LAST, freq)
        most = found[["low", "high"]].max(axis=1).groupby(found["host"]).sum().astype("float64")
        limit = answer["host"].map(most.to_dict())
        for name in ("personnel", "low", "high"):
            some = answer[name].notna()
            assert (answer.loc[some, name] <= limit[some]).all()


# --- sums ----------------------------------------------------------------------------------------

ROW = st.fixed_dictionaries(
    {
        "sender": st.sampled_from(["USA", "FRA", "DEU", "NATO", "UN"]),
        "host": st.sampled_from(["MLI", "EST"]),
        "last_total": st.one_of(st.none(), NUMBER),
        "recent": st.one_of(st.none(), NUMBER),
        "bounds": st.tuples(NUMBER, NUMBER, NUMBER).map(sorted),
        "kind": st.sampled_from(["figure", "figure", "figure", "bounds", "low", "high", "none"]),
        "grade": st.sampled_from(["A", "B", "C"]),
    }
)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    low, figure, high = row.pop("bounds")
    kind, grade = row.pop("kind"), row.pop("grade")
    counted = kind == "figure"
    return {
        **row, "period": "2020", "year": 2020, "region": "all", "last_total": row["last_total"],
        "personnel": figure if counted else None,
        "low": low if counted or kind in ("bounds", "low") else None,
        "high": high if counted or kind in ("bounds", "high") else None,
        "grade": grade if counted else "E" if kind == "none" else "D",
    }  # fmt: skip


ROWS = (
    st.lists(ROW, min_size=1, max_size=8, unique_by=lambda row: (row["sender"], row["host"]))
    .map(lambda rows: pd.DataFrame([_row(dict(row)) for row in rows]))
    .map(
        lambda rows: rows.astype(
            dict.fromkeys(["personnel", "low", "high", "last_total", "recent"], "Int64")
        )
    )
)
KEYS = [[], ["sender"], ["host"], ["region"], ["sender", "region"], ["sender", "host"]]


def same_sums(rows: pd.DataFrame, keys: Sequence[str], organisations: list[str]) -> None:
    added = sums(rows, keys, organisations)
    plain = reference_sums(rows, keys, organisations)
    order = [*keys, "period"]
    added, plain = (one.sort_values(order, ignore_index=True) for one in (added, plain))
    columns = [*order, "personnel", "low", "high", "grade", "parts", "unknown"]
    pd.testing.assert_frame_equal(
        added[columns].astype(object).where(added[columns].notna(), None),
        plain[columns].astype(object).where(plain[columns].notna(), None),
        check_dtype=False,
    )
    figured = added[added["personnel"].notna()]
    assert (figured["low"] <= figured["personnel"]).all()
    assert (figured["personnel"] <= figured["high"]).fillna(True).all()
    assert figured["grade"].isin(["A", "B", "C"]).all()
    bounded = added[added["low"].notna() & added["high"].notna()]
    assert (bounded["low"] <= bounded["high"]).all()


@pytest.mark.integration
@settings(deadline=None)
@given(ROWS, st.sampled_from(KEYS))
def test_any_rows_are_added_as_by_the_plain_rule(rows: pd.DataFrame, keys: list[str]) -> None:
    same_sums(rows, keys, ["NATO", "UN"])


@pytest.mark.integration
@settings(deadline=None)
@given(ROWS, st.sampled_from(KEYS))
def test_a_sum_has_a_high_only_where_every_part_has_one(
    rows: pd.DataFrame, keys: list[str]
) -> None:
    added = sums(rows, keys, [])
    if keys:
        whole = rows.groupby(keys, sort=True)["high"].apply(lambda highs: highs.notna().all())
        assert added["high"].notna().tolist() == whole.tolist()
    else:
        assert added["high"].notna().tolist() == [rows["high"].notna().all()]


@pytest.mark.integration
@pytest.mark.parametrize("keys", KEYS, ids=str)
def test_the_release_is_added_as_by_the_plain_rule(release: pd.DataFrame, keys: list[str]) -> None:
    rows = quick(release, release_context(), 2019, 2021, "year", recent=True)
    organisations = [code for code in rows["sender"].unique() if len(code) != 3]
    same_sums(rows.assign(region=rows["host"].str[0]), keys, organisations)
