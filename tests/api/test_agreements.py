"""Agreements: on any day, what binds whom follows from what happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

import troopdata as td
from troopdata.api.standing import BINDING
from troopdata.schemas import dates

Row = dict[str, Any]
ENDINGS = {
    "agreement_denounced", "agreement_expired", "agreement_superseded", "agreement_terminated",
}  # fmt: skip
TODAY = dt.date(2026, 11, 24)
ONE = dt.timedelta(days=1)
# One side's act is known and the other's is not, so that the event dates one party alone.
ONE_SIDED = {("eu-ner-eumpm", "EU")}


def rows(table: str) -> list[Row]:
    """Return a table's rows, days as dates and what is missing as None."""
    frame = td.load(table)
    for column in frame.select_dtypes("datetime"):
        frame[column] = frame[column].dt.date
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


@cache
def parties() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows("agreement_parties"):
        found.setdefault(row["agreement_id"], []).append(row)
    return found


@cache
def events() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows("events"):
        if row["agreement_id"] and row["status"] == "accepted":
            found.setdefault(row["agreement_id"], []).append(row)
    return found


def bounds(event: Row) -> tuple[dt.date, dt.date]:
    """Return the first and last day on which an event can have taken effect."""
    if event["effective_on"] and event["kind"] in ENDINGS:
        return event["effective_on"], event["effective_on"]
    return dates.bounds(event["date"], event["date_precision"])


def of(name: str, party: str, *kinds: str) -> list[Row]:
    """Return the events that concern a party: its own, or else those of all together."""
    found = [event for event in events().get(name, []) if event["kind"] in kinds]
    if len(parties()[name]) <= 2:
        return found
    own = [event for event in found if event["actor"] == party]
    return own or [event for event in found if event["actor"] is None]


def begun(name: str, party: str) -> Row | None:
    """Return the event from which an agreement binds a party.

    The entry into force, for the party or for all. Where the parties ratify one by one, the entry
    into force for all reaches those that had ratified by then. Before that, the day from which it
    is applied provisionally. Failing that, the last signature.
    """
    (row,) = (row for row in parties()[name] if row["party"] == party)
    provisional = row.get("entry") == "provisional"
    force = of(
        name, party, "agreement_provisionally_applied" if provisional else "agreement_in_force"
    )
    deposits = [e for e in events().get(name, []) if e["kind"] == "agreement_ratified"]
    if force and force[0]["actor"] is None and len(parties()[name]) > 2 and deposits:
        in_time = {e["actor"] for e in deposits if e["date"] <= force[0]["date"]}
        force = force if party in in_time else []
    signed = of(name, party, "agreement_signed")
    return max(force or signed, key=lambda event: event["date"], default=None)


def over(name: str, party: str) -> dt.date | None:
    """Return the first day on which an agreement may no longer bind a party."""
    ends = of(name, party, *ENDINGS)
    return min((bounds(event)[0] for event in ends), default=None)


def binds(name: str, party: str, day: dt.date) -> bool:
    """Whether it follows from the events that an agreement certainly binds a party on a day."""
    start, end = begun(name, party), over(name, party)
    if (name, party) in ONE_SIDED or start is None or bounds(start)[1] > day:
        return False
    return end is None or day < end


@cache
def ended() -> dict[str, dt.date]:
    """First day on which each country was no more; the end of time where it still is."""
    last: dict[str, dt.date] = {}
    for row in rows("countries"):
        end = row["valid_to"] or dt.date.max
        last[row["country"]] = max(last.get(row["country"], end), end)
    return last


def lasts(party: str, day: dt.date) -> bool:
    """Whether a party still is there: a successor of the Soviet Union is for a source to name."""
    return day < ended()[party]


def recorded(row: Row, day: dt.date) -> bool:
    """Whether the party's own dates say that the agreement certainly binds it on a day."""
    column = "in_force" if row["in_force"] else "signed"
    if row[column] is None or dates.bounds(row[column], row[f"{column}_precision"])[1] > day:
        return False
    if row["ended"] is None:
        return True
    return day < dates.bounds(row["ended"], row["ended_precision"])[0]


def turns(name: str) -> Iterator[dt.date]:
    """Yield the days about each event of an agreement, and today."""
    yield TODAY
    for event in events().get(name, []):
        for day in {*dates.bounds(event["date"], event["date_precision"]), event["effective_on"]}:
            if day and day.year in range(1900, 2100):
                yield from (day - ONE, day, day + ONE)


def test_every_agreement_has_parties() -> None:
    assert set(td.agreements()["agreement_id"]) == set(parties())


@pytest.mark.parametrize("name", sorted(parties()))
def test_standing_follows_from_the_events(name: str) -> None:
    for row in parties()[name]:
        party = row["party"]
        for day in sorted(set(turns(name))):
            assert recorded(row, day) is binds(name, party, day), (party, day)


@pytest.mark.parametrize("name", sorted(parties()))
def test_an_end_and_its_mode_come_from_an_event(name: str) -> None:
    for row in parties()[name]:
        ends = of(name, row["party"], *ENDINGS)
        assert bool(ends) is (row["ended"] is not None), row["party"]
        assert (row["end_mode"] is not None) is (row["ended"] is not None)


@pytest.mark.exhaustive
@pytest.mark.integration
def test_the_reader_agrees_on_the_days_on_which_something_ends() -> None:
    """What binds two parties by the events is in force, or possibly so without a stated entry."""
    ends = {over(name, row["party"]) for name in parties() for row in parties()[name]}
    # An end known only by a latest day has no day before it.
    known = [day for day in ends if day is not None and day > dt.date(1900, 1, 1)]
    days = sorted({day + step for day in known for step in (-ONE, ONE * 0)} | {TODAY})
    for day in days:
        expected = {
            name
            for name, sides in parties().items()
            if sum(binds(name, row["party"], day) and lasts(row["party"], day) for row in sides)
            >= 2
        }
        found = td.agreements(on=day, certain=False).set_index("agreement_id")["standing"]
        possible, certain = set(found.index), set(found.index[found.isin(BINDING)])
        assert expected <= possible, day
        # Applied provisionally, an agreement binds before the events say that it is in force.
        provisional = {
            name
            for name in certain
            if any(row["entry"] == "provisional" for row in parties()[name])
            or any(e["kind"] == "agreement_provisionally_applied" for e in events().get(name, []))
        }
        assert certain - provisional <= expected, day


def test_nothing_ends_or_comes_into_force_before_it_is_signed() -> None:
    for found in events().values():
        signed = [e["date"] for e in found if e["kind"] == "agreement_signed"]
        later = [e for e in found if e["kind"] in {*ENDINGS, "agreement_in_force"}]
        for event in later if signed else ():
            first = min(signed)
            assert bounds(event)[1] >= first, event["event_id"]


def test_a_notice_is_not_an_end() -> None:
    for name, found in events().items():
        kinds = {event["kind"] for event in found}
        if "notice_given" in kinds and not kinds & ENDINGS:
            assert all(row["ended"] is None for row in parties()[name]), name


def standing(name: str, on: str) -> bool:
    """Whether an agreement binds on a day: for certain, where its entry into force is stated."""
    stated = all(
        row["in_force"] is not None and row["in_force_precision"] != "not_later_than"
        for row in parties()[name]
    )
    return name in set(td.agreements(on=on, certain=stated)["agreement_id"])


@pytest.mark.parametrize(
    ("name", "last", "first_without"),
    [
        ("usa-kgz-manas-lease", "2014-07-10", "2014-07-11"),
        ("usa-uzb-k2", "2006-01-24", "2006-01-25"),
        ("usa-irq-2008-sofa", "2011-12-31", "2012-01-01"),
        ("usa-ecu-1999-manta", "2009-10-31", "2009-12-01"),
        ("usa-phl-1947-basing", "1990-12-31", "1992-01-01"),
        ("usa-ner-sofa-2013", "2024-03-15", "2024-03-16"),
        ("fra-mli-2013-sofa", "2022-05-01", "2022-05-02"),
        ("fra-mli-2020-takuba", "2022-05-01", "2022-05-02"),
        ("fra-mli-2014-defence", "2022-11-01", "2022-11-02"),
        ("fra-bfa-2018", "2023-02-17", "2023-02-18"),
        ("fra-tcd-defence", "2024-11-27", "2024-11-28"),
        ("arm-aze-rus-2020", "2024-06-11", "2024-06-12"),
        ("rus-ukr-1997-bsf", "2014-04-01", "2014-04-02"),
        ("gbr-egy-1936-defence", "1954-10-18", "1954-10-19"),
    ],
)
def test_the_last_day_in_force(name: str, last: str, first_without: str) -> None:
    assert standing(name, last)
    assert name not in set(td.agreements(on=first_without)["agreement_id"])
    sharp = {row["ended_precision"] for row in parties()[name]} - {"not_earlier_than"}
    if sharp:
        assert not standing(name, first_without)


@pytest.mark.parametrize(
    ("name", "on"),
    [
        ("usa-afg-2014-bsa", "2015-01-01"),
        ("fra-sen-2012-defence", "2025-07-17"),
        ("fra-civ-2012-defence", "2025-02-20"),
        ("usa-phl-edca-2014", "2016-01-12"),
    ],
)
def test_still_in_force(name: str, on: str) -> None:
    assert standing(name, on)


def test_the_uzbek_note_is_a_notice_and_the_end_comes_180_days_later() -> None:
    found = {event["kind"]: event for event in events()["usa-uzb-k2"]}
    notice, end = found["notice_given"], found["agreement_terminated"]
    assert (notice["date"], notice["actor"]) == (dt.date(2005, 7, 29), "UZB")
    assert end["date"] - notice["date"] == dt.timedelta(days=180)
    assert standing("usa-uzb-k2", "2005-07-30")


def test_the_philippine_notice_is_suspended_and_withdrawn() -> None:
    found = sorted(events()["usa-phl-1998-vfa"], key=lambda event: event["date"])
    kinds = [event["kind"] for event in found if event["date"].year >= 2020]
    assert kinds == ["notice_given", *["notice_suspended"] * 3, "notice_withdrawn"]
    days = ("1999-06-01", "2020-02-11", "2020-08-09", "2021-01-01", "2021-07-30", "2026-11-24")
    assert all(standing("usa-phl-1998-vfa", day) for day in days)


def test_one_party_may_leave_the_others() -> None:
    rows_of = {row["party"]: row for row in parties()["nato-hq-1952-protocol"]}
    assert rows_of["FRA"]["ended"] == dt.date(1967, 3, 31)
    assert rows_of["FRA"]["end_mode"] == "denounced"
    assert [code for code, row in rows_of.items() if row["ended"]] == ["FRA"]
    assert standing("nato-hq-1952-protocol", "1967-04-01")


@pytest.mark.parametrize(
    ("host", "kind", "on"),
    [
        ("MLI", "withdrawal_completed", "2022-08-15"),
        ("BFA", "withdrawal_completed", "2023-02-18"),
        ("TCD", "withdrawal_completed", "2025-01-30"),
        ("CIV", "base_transferred", "2025-02-20"),
        ("SEN", "withdrawal_completed", "2025-07-17"),
    ],
)
def test_france_leaves_the_sahel_and_the_coast(host: str, kind: str, on: str) -> None:
    found = td.events(sender="FRA", host=host, kind=kind)
    assert on in set(found["date"].dt.date.astype(str))


def test_two_dates_of_one_act_are_one_accepted_and_the_rest_conflict() -> None:
    found = td.events(status=("accepted", "conflict"))
    found = found[(found["agreement_id"] == "usa-jpn-1960-mutual")]
    found = found[found["kind"] == "agreement_in_force"]
    told = dict(zip(found["date"].dt.date.astype(str), found["status"], strict=True))
    assert told == {"1960-05-19": "conflict", "1960-06-19": "conflict", "1960-06-23": "accepted"}


def test_a_party_that_is_no_more_is_bound_for_certain_to_its_last_day() -> None:
    """No source ends the Soviet Union's agreement with Czechoslovakia; nor is it in force."""
    for day, certain, holds in (
        ("1991-12-25", True, True),
        ("1991-12-26", True, False),
        ("2026-11-24", False, True),
    ):
        found = td.agreements(on=day, certain=certain)["agreement_id"]
        assert ("sun-csk-1990-withdrawal" in set(found)) is holds, day


def test_what_binds_one_party_on_record_is_never_in_force_for_certain() -> None:
    alone = {name for name, sides in parties().items() if len(sides) == 1}
    assert alone
    for day in ("1970-01-01", "2020-01-01", "2026-06-01"):
        assert not alone & set(td.agreements(on=day)["agreement_id"])
