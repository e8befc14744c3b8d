"""No id of a release is lost, reused, or given another meaning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from troopdata.curate.checks import change_reasons, id_ledger, id_meanings
from troopdata.curate.checks.change_reasons import Reasons
from troopdata.errors import Failure
from troopdata.release import loader
from troopdata.release.loader import Release
from troopdata.schemas import arrow, model

pytestmark = pytest.mark.integration

Tables = dict[str, pd.DataFrame]
NONE = Reasons({})
COLUMNS = ["table", "old_id", "new_id", "reason", "recorded_from"]


@pytest.fixture(scope="module")
def before() -> Release:
    return loader.opened()


@pytest.fixture(scope="module")
def content(before: Release) -> Tables:
    """What the latest release holds, as if it were to be released again."""
    return {
        name: arrow.frame(before.rows(name)) if before.has(name) else arrow.empty(model.table(name))
        for name in [*id_ledger.id_columns(), "agreement_parties", "id_redirects"]
    }


@pytest.fixture(scope="module", autouse=True)
def _read_once() -> Iterator[None]:
    """The past is the same in every test."""
    read, known = id_ledger._ledger, {}

    def once(name: str, column: str, past: list[Release]) -> pd.DataFrame:
        key = name, tuple(opened.version for opened in past)
        if key not in known:
            known[key] = read(name, column, past)
        return known[key].copy()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(id_ledger, "_ledger", once)
        yield


@pytest.fixture
def no_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the claims, nine rows of ten: their ids are hashes and have no other meaning."""
    columns = {n: c for n, c in id_ledger.id_columns().items() if n != "deployments"}
    monkeypatch.setattr(id_ledger, "id_columns", lambda: columns)


def redirected(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    found = [(*row, "The two were one.", "2030.01.0") for row in rows]
    return pd.DataFrame(found, columns=COLUMNS).astype("string")


def failures(
    content: Tables, before: Release, reasons: Reasons = NONE, **spoilt: pd.DataFrame
) -> list[Failure]:
    tables = {**content, **spoilt}
    if "id_redirects" in spoilt:  # after those that the release holds, which stay
        held = content["id_redirects"]
        kept = held[held["table"] != "deployments"]
        tables["id_redirects"] = pd.concat([spoilt["id_redirects"], kept], ignore_index=True)
    if "deployments" not in id_ledger.id_columns():  # left out by `no_claims`
        redirects = tables["id_redirects"]
        others = redirects[redirects["table"] != "deployments"]
        tables["id_redirects"] = others.reset_index(drop=True)
    return list(id_ledger.broken(tables, before, reasons))


def short(found: list[Failure]) -> list[tuple[str, int | None, str, str, str]]:
    return [(f.file, f.row, f.column, f.rule, f.value) for f in found]


def with_cells(frame: pd.DataFrame, at: int, **cells: object) -> pd.DataFrame:
    spoilt = frame.copy()
    for column, value in cells.items():
        spoilt.loc[at, column] = value
    return spoilt


def place(frame: pd.DataFrame, column: str, value: str) -> int:
    return int(frame.index[frame[column] == value][0])


def test_the_release_itself_passes(content: Tables, before: Release) -> None:
    assert failures(content, before) == []


def test_every_table_with_ids_of_its_own_has_a_ledger() -> None:
    own = set(model.tables()) - {
        "presence", "changes", "agreement_parties", "series_breaks", "verifications",
    }  # fmt: skip
    assert set(id_ledger.id_columns()) == own - {"exercise_participants", "id_redirects"}
    assert set(id_meanings.MEANING) == set(id_ledger.id_columns()) - {"deployments"}
    for name, entries in id_meanings.MEANING.items():
        named = [
            column for entry in entries for item in entry for column in id_meanings._pair(item)
        ]
        assert set(named) <= set(model.table(name).columns)


@pytest.mark.usefixtures("no_claims")
@pytest.mark.parametrize("name", sorted(id_meanings.MEANING))
def test_v25_an_id_that_is_lost(content: Tables, before: Release, name: str) -> None:
    column = id_ledger.id_columns()[name]
    frame = content[name]
    old = str(frame[column].iloc[len(frame) // 2])
    fewer = frame[frame[column] != old].reset_index(drop=True)
    spoilt = {name: fewer}
    if name == "agreements":
        parties = content["agreement_parties"]
        spoilt["agreement_parties"] = parties[parties["agreement_id"] != old]
    found = failures(content, before, **spoilt)
    assert short(found) == [(name, None, column, "id-lost", old)]
    assert f"{name},{old},,WHY" in found[0].hint
    assert failures(content, before, **spoilt, id_redirects=redirected((name, old, None))) == []


def test_v25_an_id_of_any_release_is_remembered(content: Tables, before: Release) -> None:
    """A claim of the first release, though every release since held it too."""
    first = loader.opened("2026.11.0")
    old = first.rows("deployments", columns=["claim_id"]).column(0)[0].as_py()
    claims = content["deployments"]
    spoilt = claims[claims["claim_id"] != old]
    assert short(failures(content, before, deployments=spoilt)) == [
        ("deployments", None, "claim_id", "id-lost", old)
    ]


@pytest.mark.usefixtures("no_claims")
def test_v25_two_ids_that_are_merged(content: Tables, before: Release) -> None:
    """The references follow, and rows of the old base become rows of the new one."""
    bases, tenancies = content["bases"], content["tenancies"]
    old, new = "ner-air-base-201", "ner-air-base-101"
    fewer = bases[bases["base_id"] != old].reset_index(drop=True)
    follow = tenancies.assign(base_id=tenancies["base_id"].replace({old: new}))
    merged = {"bases": fewer, "tenancies": follow}
    assert failures(content, before, **merged, id_redirects=redirected(("bases", old, new))) == []
    lost = failures(content, before, **merged)
    assert {f.rule for f in lost} == {"id-lost", "id-meaning"}


@pytest.mark.usefixtures("no_claims")
@pytest.mark.parametrize(
    ("line", "column", "rule"),
    [
        (("bases", "no-such-base", None), "old_id", "id-unknown"),
        (("bases", "ner-air-base-201", None), "old_id", "id-withdrawn"),
        (("agreement_parties", "usa-ner-sofa-2013", None), "table", "id-table"),
        (("presence", "usa", None), "table", "id-table"),
    ],
)
def test_v25_a_redirect_that_cannot_be(
    content: Tables, before: Release, line: tuple[str, str, None], column: str, rule: str
) -> None:
    found = failures(content, before, id_redirects=redirected(("bases", "zzz", None), line))
    mine = [f for f in found if f.value != "zzz"]
    value = line[0] if column == "table" else line[1]
    assert short(mine) == [("id_redirects", 1, column, rule, value)]


@pytest.mark.usefixtures("no_claims")
def test_v25_a_redirect_to_an_id_that_was_merged_itself(content: Tables, before: Release) -> None:
    bases = content["bases"]
    gone = ["ner-air-base-201", "ner-air-base-101"]
    spoilt = bases[~bases["base_id"].isin(gone)].reset_index(drop=True)
    lines = redirected(("bases", gone[0], gone[1]), ("bases", gone[1], "afg-bagram"))
    found = failures(content, before, bases=spoilt, id_redirects=lines)
    found = [f for f in found if f.file == "id_redirects"]
    assert short(found) == [("id_redirects", 0, "new_id", "reference", gone[1])]
    assert "use afg-bagram" in found[0].hint


MEANINGS = [
    ("bases", "host", "MLI", {}),
    ("tenancies", "sender", "FRA", {}),
    ("agreements", "kind", "peace", {}),
    ("events", "kind", "coup", {}),
    ("operations", "name", "Another", {"started": pd.Timestamp("1999-01-01")}),
    ("sources", "url", "https://example.org/x", {"title": "Another"}),
    ("spending", "host", "MLI", {}),
    ("exercises", "name", "Another", {"started": pd.Timestamp("1999-01-01")}),
    ("countries", "name", "Another", {"iso_numeric": "999", "cow": 999}),
    ("corrections", "row", "Another", {}),
    ("borders", "country", "MLI", {}),
]


@pytest.mark.usefixtures("no_claims")
@pytest.mark.parametrize(("name", "column", "value", "more"), MEANINGS)
def test_v25_an_id_that_means_another_thing(
    content: Tables, before: Release, name: str, column: str, value: str, more: dict[str, object]
) -> None:
    frame = content[name]
    once = ~frame[id_ledger.id_columns()[name]].duplicated(keep=False)
    at = int(frame.index[once & frame[[column, *more]].notna().all(axis=1)][3])
    spoilt = with_cells(frame, at, **{column: value, **more})
    found = failures(content, before, **{name: spoilt})
    assert short(found) == [(name, at, column, "id-meaning", value)]
    one = str(frame[id_ledger.id_columns()[name]].loc[at])
    stated = Reasons({(name, column, one): "It was misread."})
    assert failures(content, before, stated, **{name: spoilt}) == []
    everything = Reasons({(name, column, ""): "All were misread."})
    assert len(failures(content, before, everything, **{name: spoilt})) == 1


@pytest.mark.usefixtures("no_claims")
def test_v25_a_cell_that_is_filled_in_changes_no_meaning(content: Tables, before: Release) -> None:
    events = content["events"]
    at = int(events.index[events["sender"].isna()][0])
    assert failures(content, before, events=with_cells(events, at, sender="FRA")) == []
    sources = content["sources"]
    at = int(sources.index[sources["url"].notna()][0])
    assert failures(content, before, sources=with_cells(sources, at, title="Respelled")) == []


@pytest.mark.usefixtures("no_claims")
@pytest.mark.parametrize(("north", "rules"), [(0.2, []), (0.3, ["id-meaning"])])
def test_v25_a_base_that_moves(
    content: Tables, before: Release, north: float, rules: list[str]
) -> None:
    """A degree of latitude is 111 km: 22 km are a better point, 33 km another place."""
    bases = content["bases"]
    at = place(bases, "base_id", "ner-air-base-201")
    moved = with_cells(bases, at, latitude=bases["latitude"].loc[at] + north)
    found = failures(content, before, bases=moved)
    assert [f.rule for f in found] == rules
    assert all((f.row, f.column) == (at, "latitude") and "33 km" in f.message for f in found)


@pytest.mark.usefixtures("no_claims")
def test_v25_an_agreement_that_loses_a_party(content: Tables, before: Release) -> None:
    parties = content["agreement_parties"]
    spoilt = parties[
        ~(parties["agreement_id"].eq("usa-ner-sofa-2013") & parties["party"].eq("NER"))
    ]
    found = failures(content, before, agreement_parties=spoilt.reset_index(drop=True))
    assert [(f.file, f.key, f.column, f.rule) for f in found] == [
        ("agreement_parties", "usa-ner-sofa-2013|NER", "party", "id-meaning")
    ]


@pytest.mark.usefixtures("no_claims")
def test_v25_an_id_that_comes_back(content: Tables, before: Release) -> None:
    """As the same thing it may; as another thing nothing excuses it."""
    bases = content["bases"]
    at = place(bases, "base_id", "ner-air-base-201")
    row = bases.loc[[at], ["base_id", "host"]].assign(last_release="2026.11.0")
    other = with_cells(bases, at, host="MLI")
    for now, rules in ((bases, []), (other, ["id-reused"])):
        ids = id_ledger._IdTable("bases", "base_id", row, now, redirected())
        assert [f.rule for f in ids.reused(before.version)] == rules
        assert list(ids.redefined(before.version, NONE)) == []


def test_reasons_for_one_row_come_before_those_for_all(tmp_path: Path) -> None:
    lines = [
        "release,table,column,reason,key",
        "2030.01.0,bases,host,All of them.,",
        "2030.01.0,bases,host,This one.,ner-x",
        "2029.12.0,bases,name,Long ago.,",
    ]
    (tmp_path / change_reasons.FILE).write_text("\n".join(lines) + "\n")
    reasons = change_reasons.stated(tmp_path, "2030.01.0")
    assert reasons.of("bases", "host", "ner-x") == "This one."
    assert reasons.of("bases", "host", "ner-y") == "All of them."
    assert (reasons.own("bases", "host", "ner-y"), reasons.of("bases", "name")) == ("", "")
    assert change_reasons.later(tmp_path, "2029.12.0").of("bases", "host") == "All of them."
    assert change_reasons.later(tmp_path, "2030.01.0").of("bases", "host") == ""
