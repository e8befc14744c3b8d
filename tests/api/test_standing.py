"""How an agreement stands on a day: for each party, and as a whole."""

from __future__ import annotations

import pandas as pd
import pytest

from troopdata.api import standing
from troopdata.gazetteer.resolver import Gazetteer
from troopdata.schemas import model

DATES = ("signed", "in_force", "ended", "date", "effective_on", "last_attested")
PARTY = (
    "agreement_id", "party", "signed", "signed_precision", "in_force", "in_force_precision",
    "ended", "ended_precision", "end_mode", "entry",
)  # fmt: skip
EVENT = ("event_id", "agreement_id", "kind", "date", "actor")
COUNTRIES = Gazetteer.from_rows(
    [
        {"country": code, "valid_from": "1900-01-01", "valid_to": end, "name": code, "kind": "state", "cow": "", "gw": "", "iso3": code}
        for code, end in (("USA", ""), ("NER", ""), ("FRA", ""), ("RVN", "1975-05-01"), ("DDR", "1990-10-03"))
    ]
)  # fmt: skip


def frame(columns: tuple[str, ...], *rows: dict[str, str]) -> pd.DataFrame:
    found = pd.DataFrame(
        [{name: row.get(name) for name in columns} for row in rows], columns=columns
    )
    return found.astype({name: "datetime64[s]" if name in DATES else "string" for name in columns})


def bound(*parties: dict[str, str], seen: str | None = "2020-01-01") -> pd.DataFrame:
    names = sorted({row["agreement_id"] for row in parties})
    rows = [{"agreement_id": name, **({"last_attested": seen} if seen else {})} for name in names]
    agreements = frame(("agreement_id", "last_attested"), *rows)
    return standing.bound(frame(PARTY, *parties), agreements, COUNTRIES)


def party(code: str = "USA", name: str = "x", **more: str) -> dict[str, str]:
    plain = {"agreement_id": name, "party": code, "signed": "2001-01-01", "signed_precision": "day"}
    return {**plain, **more}


FORCE = {"in_force": "2002-02-02", "in_force_precision": "day", "entry": "stated"}


def stands(day: str, *happened: dict[str, str], **more: str) -> str | None:
    """How the agreement stands for one of two parties with the same dates."""
    spells = bound(party(**more), party("NER", **more))
    events = frame(
        EVENT, *({"event_id": str(at), "agreement_id": "x", **e} for at, e in enumerate(happened))
    )
    found = standing.party_standings(spells, events, on=day)
    assert found.iloc[0] is found.iloc[1] or found.iloc[0] == found.iloc[1]
    whole = standing.agreement_standings(spells, found)
    assert whole.get("x", pd.NA) is found.iloc[0] or whole["x"] == found.iloc[0]
    return None if pd.isna(found.iloc[0]) else str(found.iloc[0])


@pytest.mark.parametrize(
    ("day", "more", "expected"),
    [
        ("2000-12-31", FORCE, None),
        ("2001-01-01", FORCE, "signed"),
        ("2002-02-01", FORCE, "signed"),
        ("2002-02-02", FORCE, "in_force"),
        ("2025-01-01", FORCE, "in_force"),
        ("2025-01-02", FORCE, "presumed"),
        ("2001-06-01", {"entry": "not_yet"}, "signed"),
        ("2030-06-01", {"entry": "never"}, "signed"),
        ("2001-06-01", {"entry": "provisional"}, "provisional"),
        ("2001-01-01", {"entry": "not_found"}, "presumed"),
        ("2001-01-01", {"in_force": "2001-01-01", "in_force_precision": "day", "entry": "on_signature"}, "in_force"),
        # Within the bounds of its entry, it may have entered into force.
        ("2002-06-01", {"in_force": "2002-01-01", "in_force_precision": "year", "entry": "stated"}, "presumed"),
        ("2002-12-31", {"in_force": "2002-01-01", "in_force_precision": "year", "entry": "stated"}, "in_force"),
    ],
)  # fmt: skip
def test_an_agreement_is_in_force_from_its_entry_and_while_it_was_seen(
    day: str, more: dict[str, str], expected: str | None
) -> None:
    assert stands(day, **more) == expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("superseded", "superseded"), ("expired", "expired"), ("lapsed", "expired"),
        ("denounced", "ended"), ("terminated", "ended"),
    ],
)  # fmt: skip
def test_an_end_is_told_by_its_mode(mode: str, expected: str) -> None:
    over = {**FORCE, "ended": "2010-01-01", "ended_precision": "year", "end_mode": mode}
    assert stands("2009-12-31", **over) == "in_force"
    # In the year of its end it may have ended.
    assert stands("2010-06-01", **over) == "presumed"
    assert stands("2010-12-31", **over) == expected


def test_a_notice_runs_until_it_is_suspended_withdrawn_or_takes_effect() -> None:
    def notice(kind: str, day: str) -> dict[str, str]:
        return {"kind": kind, "date": day}

    events = (
        notice("notice_given", "2010-01-01"), notice("notice_suspended", "2010-06-01"),
        notice("agreement_denounced", "2011-01-01"), notice("notice_withdrawn", "2012-01-01"),
    )  # fmt: skip
    told = [
        stands(day, *events, **FORCE)
        for day in ("2009-12-31", "2010-01-01", "2010-06-01", "2011-01-01", "2012-01-01")
    ]
    assert told == ["in_force", "notice_running", "in_force", "notice_running", "in_force"]


def test_a_notice_of_one_of_several_parties_is_its_own() -> None:
    spells = bound(*(party(code, **FORCE) for code in ("USA", "NER", "FRA")))
    notice = {"event_id": "1", "agreement_id": "x", "kind": "notice_given", "date": "2010-01-01"}
    other = {**notice, "event_id": "2", "kind": "notice_withdrawn", "date": "2011-01-01"}
    acts = frame(EVENT, notice | {"actor": "NER"}, other | {"actor": "USA"})
    each = standing.party_standings(spells, acts, on="2012-01-01")
    assert each.tolist() == ["in_force", "notice_running", "in_force"]
    each = standing.party_standings(spells, frame(EVENT, notice), on="2012-01-01")
    assert set(each) == {"notice_running"}


def test_a_suspension_lasts_until_it_enters_into_force_again() -> None:
    events = (
        {"kind": "agreement_suspended", "date": "2010-01-01"},
        {"kind": "agreement_in_force", "date": "2011-01-01"},
    )
    told = [stands(day, *events, **FORCE) for day in ("2009-12-31", "2010-01-01", "2011-01-01")]
    assert told == ["in_force", "suspended", "in_force"]


def test_what_is_applied_provisionally_is_so_from_its_event_to_its_entry() -> None:
    event = {"kind": "agreement_provisionally_applied", "date": "2001-06-01"}
    told = [stands(day, event, **FORCE) for day in ("2001-05-31", "2001-06-01", "2002-02-02")]
    assert told == ["signed", "provisional", "in_force"]


def test_an_agreement_never_seen_alive_is_presumed() -> None:
    spells = bound(party(**FORCE), party("NER", **FORCE), seen=None)
    without = spells.drop(columns=["first_attested", "last_attested"])
    nothing = frame(EVENT)
    # A release that does not say when agreements were seen takes them to continue.
    assert set(standing.party_standings(without, nothing, on="2200-01-01")) == {"in_force"}


def test_an_agreement_stands_as_it_does_for_two_of_its_parties() -> None:
    left = {"ended": "2010-01-01", "ended_precision": "day", "end_mode": "denounced"}
    spells = bound(
        party("USA", "x", **FORCE), party("NER", "x", **FORCE, **left),
        party("USA", "y", **FORCE), party("NER", "y", **FORCE), party("DDR", "y", **FORCE, **left),
        party("USA", "z", **FORCE),
    )  # fmt: skip
    each = standing.party_standings(spells, frame(EVENT), on="2015-01-01")
    whole = standing.agreement_standings(spells, each)
    assert whole.to_dict() == {"x": "ended", "y": "in_force", "z": "presumed"}


def test_a_party_that_is_no_more_is_bound_to_its_last_day_and_presumed_after_it() -> None:
    spells = bound(party("USA", **FORCE | {"in_force": "1955-01-01"}),
                   party("RVN", **FORCE | {"in_force": "1955-01-01"}), seen="1974-01-01")  # fmt: skip
    for day, expected in (("1975-04-30", "in_force"), ("1975-05-01", "presumed")):
        each = standing.party_standings(spells, frame(EVENT), on=day)
        assert set(each) == {expected}


def test_the_weaker_of_two_standings_is_taken() -> None:
    one = pd.Series(["in_force", "ended", None, "signed"], dtype="string")
    other = pd.Series(["presumed", "in_force", "in_force", "signed"], dtype="string")
    found = standing.weakest(one, other)
    assert found.fillna("-").tolist() == ["presumed", "ended", "-", "signed"]


def test_the_order_holds_every_code_of_the_vocabulary() -> None:
    assert set(standing.ORDER) == set(model.vocabularies()["agreement_standing"].codes)
    assert {*standing.POSSIBLE, *standing.OVER} == set(standing.ORDER)
    assert set(standing.BINDING) < set(standing.POSSIBLE)
