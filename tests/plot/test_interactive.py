"""The offline page: its data, that it can load nothing, and what it refuses."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import troopdata as td
from troopdata.cli.app import app
from troopdata.plot.interactive import column_encoding, html_page
from troopdata.plot.interactive.map_outlines import SCALE

DAY = dt.date(1970, 1, 1)


class Page(HTMLParser):
    """The elements of a page, and the text of its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        self.inside = "data" if attributes.get("id") == "data" else tag

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        self.texts[self.inside] = self.texts.get(self.inside, "") + data


def read(path: Path) -> tuple[Page, dict[str, Any]]:
    parsed = Page(path.read_text(encoding="utf-8"))
    return parsed, column_encoding.unpack(parsed.texts["data"])


def frame(data: dict[str, Any], name: str) -> pd.DataFrame:
    columns = data["frames"][name]["columns"]
    return pd.DataFrame({column: column_encoding.values(part) for column, part in columns.items()})


@pytest.fixture(scope="module")
def niger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return td.plot.explorer(tmp_path_factory.mktemp("page") / "niger.html", host="Niger")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return td.plot.explorer(tmp_path_factory.mktemp("page") / "world.html")


def plain(rows: pd.DataFrame, column: str) -> list[Any]:
    """Return the values of a column as Python's, days as numbers since 1970."""
    values = rows[column]
    if pd.api.types.is_datetime64_any_dtype(values):
        return [None if pd.isna(day) else (day.date() - DAY).days for day in values]
    return [None if pd.isna(one) else one for one in values]


def answered(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of each pair from its first year with an answer to its last."""
    kept = []
    for _, pair in rows.groupby(["sender", "host"]):
        years = pair.loc[pair["state"] != "unknown", "year"]
        kept.append(pair[pair["year"].between(years.min(), years.max()).fillna(False)])
    return pd.concat(kept, ignore_index=True)


# The first year before any claim: nothing may be left out at the edge.
ALL_YEARS = (1900, 2026)
COLUMNS = (
    "sender", "year", "personnel", "low", "high", "grade", "state", "basis", "assigned",
    "last_total", "last_total_as_of", "series_break",
)  # fmt: skip


def test_best_estimates_are_those_of_presence(niger: Path) -> None:
    found = frame(read(niger)[1], "presence")
    wanted = answered(td.presence(host="NER", years=ALL_YEARS))
    assert len(found) == len(wanted) > 100
    for column in COLUMNS:
        assert plain(found, column) == plain(wanted, column), column


def test_a_count_is_carried_beyond_the_last_claim(world: Path) -> None:
    rows = frame(read(world)[1], "presence").set_index(["sender", "host", "year"])
    assert rows.loc[("FRA", "DJI", 2025), "state"] == "carried"
    assert rows.loc[("FRA", "DJI", 2025), "personnel"] == 1_500


@pytest.mark.parametrize("key", ["host", "sender"])
def test_sums_are_those_of_presence(world: Path, key: str) -> None:
    found = frame(read(world)[1], f"by_{key}").set_index([key, "year"])
    wanted = td.presence(by=(key,), years=ALL_YEARS).set_index([key, "year"]).loc[found.index]
    for column in ("personnel", "low", "high", "grade", "parts"):
        assert plain(found, column) == plain(wanted, column), column
    named = found["missing"].str.split(";").str.len().fillna(0)
    assert (named + found["silent"]).astype(int).tolist() == wanted["unknown"].tolist()


@pytest.mark.parametrize("year", [1985, 2016, 2025])
def test_coverage_is_that_of_the_map_of_the_last_day_of_the_year(world: Path, year: int) -> None:
    from troopdata.api.coverage import KNOWN, known_of
    from troopdata.plot.daily_status import day_estimates, gaps

    rows = day_estimates(host=None, sender=None, on=dt.date(year, 12, 31), version=None)
    known = known_of(rows)
    known = known[known.ne("nothing") | gaps(rows, version=None)]
    wanted = known.groupby(rows["sender"]).value_counts().unstack(fill_value=0)
    found = frame(read(world)[1], "known").query("year == @year").set_index("sender")
    assert set(found.index) == set(wanted.index)
    for one in KNOWN:
        assert found[one].sum() > 0 or one != "total"
        column = wanted[one] if one in wanted else wanted.sum(axis=1) * 0
        assert found[one].to_dict() == column.to_dict(), one


def test_a_sum_names_the_forces_that_it_has_no_figure_for(world: Path) -> None:
    sums = frame(read(world)[1], "by_host").set_index(["host", "year"])
    assert sums.loc[("DJI", 2025), "missing"].split(";")[0] == "USA"
    # Members of the coalition of 2003 that nothing is known about are counted, not named.
    rows = td.presence(host="IRQ", years=2025)
    there = rows[rows["personnel"].isna() & rows["state"].ne("unknown")]
    iraq = sums.loc[("IRQ", 2025)]
    assert set(iraq["missing"].split(";")) == set(there["sender"])
    assert iraq["silent"] == rows["state"].eq("unknown").sum() > 30


def test_the_page_explains_every_state_and_grade(niger: Path) -> None:
    data = read(niger)[1]
    rows = frame(data, "presence")
    assert set(rows["state"]) <= set(data["labels"]["presence_state"])
    assert set(rows["state"]) <= set(data["definitions"]["presence_state"])
    assert set(rows["grade"].dropna()) <= set(data["definitions"]["grade"])


def test_a_page_opens_with_a_year_that_has_a_number(tmp_path: Path) -> None:
    path = td.plot.explorer(tmp_path / "a.html", host="East Germany")
    data = read(path)[1]
    rows = frame(data, "presence")
    shown = rows[rows["year"] == data["year"]]
    assert shown[["personnel", "low", "high"]].notna().any(axis=None)


def test_estimates_refer_to_the_claims_they_rest_on(niger: Path) -> None:
    data = read(niger)[1]
    rows, claims = frame(data, "presence"), frame(data, "claims")
    row = rows[(rows["sender"] == "USA") & (rows["year"] == 2023)].iloc[0]
    figures = claims.loc[row["claim_rows"], "personnel"].tolist()
    assert (row["personnel"], figures[0]) == (648, 648)


def test_claims_are_all_that_are_not_split_by_service_and_the_others_are_counted(
    niger: Path,
) -> None:
    data = read(niger)[1]
    claims = td.deployments(host="NER", status=None)
    whole = claims[claims["service"] == "all"]
    found = frame(data, "claims")
    assert len(found) == len(whole)
    assert sorted(found["personnel"].dropna()) == sorted(whole["personnel"].dropna())
    assert set(found["status"]) == set(whole["status"])
    days = sorted((DAY + dt.timedelta(days=day)).isoformat() for day in found["as_of"].dropna())
    assert days == sorted(whole["as_of"].dropna().dt.strftime("%Y-%m-%d"))
    assert data["left_out"]["services"] == len(claims) - len(whole)


def test_the_world_counts_every_claim_that_it_leaves_out(world: Path) -> None:
    data = read(world)[1]
    everything = td.load("deployments", columns=["claim_id"])
    assert len(frame(data, "claims")) + sum(data["left_out"].values()) == len(everything)
    assert len(frame(data, "presence")) == len(answered(td.presence(years=ALL_YEARS)))


def test_the_world_is_small(world: Path) -> None:
    assert world.stat().st_size < 2_000_000


def test_agreements_bases_and_events_are_those_of_the_tables(niger: Path) -> None:
    data = read(niger)[1]
    wanted = {
        "agreements": (td.agreements(host="NER"), "agreement_id"),
        "bases": (td.bases(host="NER"), "base_id"),
        "events": (td.events(host="NER"), "description"),
    }
    for name, (rows, key) in wanted.items():
        assert sorted(frame(data, name)[key]) == sorted(rows[key]), name
    assert len(frame(data, "tenancies")) == len(td.tenancies(host="NER"))


def test_an_agreement_ends_on_the_day_that_the_tables_say(niger: Path) -> None:
    parties = frame(read(niger)[1], "parties")
    sofa = parties[(parties["agreement_id"] == "usa-ner-sofa-2013") & (parties["party"] == "NER")]
    assert sofa["ended_text"].item() == "16 Mar 2024"
    assert DAY + dt.timedelta(days=int(sofa["sure_to"].item())) == dt.date(2024, 3, 16)
    assert sofa["end_mode"].item() == "denounced"


def test_every_claim_has_its_source(niger: Path) -> None:
    data = read(niger)[1]
    known = frame(data, "sources").set_index("source_id")
    used = {one for ids in frame(data, "claims")["source_id"] for one in ids.split(";")}
    assert used <= set(known.index)
    assert known["publisher"].notna().all()


def test_neighbours_share_their_outline(niger: Path) -> None:
    areas = {area["country"]: area for area in read(niger)[1]["land"]["areas"]}

    def points(code: str) -> set[tuple[int, int]]:
        found = set()
        for ring in areas[code]["rings"]:
            x = y = 0
            for dx, dy in zip(ring[::2], ring[1::2], strict=True):
                x, y = x + dx, y + dy
                found.add((x, y))
        return found

    assert len(points("NER") & points("TCD")) > 5
    assert all(-180 * SCALE <= x <= 180 * SCALE for x, _ in points("NER"))


def test_the_page_can_load_nothing(niger: Path) -> None:
    parsed, _ = read(niger)
    for tag, attributes in parsed.elements:
        assert not {"src", "srcset", "data", "action", "poster"} & set(attributes), tag
        assert tag not in ("link", "img", "iframe", "object", "embed", "base"), tag
        assert not [name for name in attributes if name.startswith("on")], tag
    assert "url(http" not in parsed.texts["style"]
    assert "@import" not in parsed.texts["style"]
    outside = re.findall(r"https?://[^\s\"'`]+", parsed.texts["script"] + parsed.texts["style"])
    assert outside == ["http://www.w3.org/2000/svg"]


def test_the_policy_allows_this_script_and_this_style_only(niger: Path) -> None:
    parsed, _ = read(niger)
    meta = next(one for _, one in parsed.elements if "http-equiv" in one)
    policy = dict(part.strip().split(" ", 1) for part in str(meta["content"]).split(";"))
    assert policy["default-src"] == "'none'"
    for directive, text in (("script-src", "script"), ("style-src", "style")):
        digest = hashlib.sha256(parsed.texts[text].encode()).digest()
        assert policy[directive] == f"'sha256-{base64.b64encode(digest).decode()}'"


def test_scripts_never_write_markup() -> None:
    paths = list((Path(html_page.__file__).parent / "static").glob("*.js"))
    assert len(paths) == len(html_page.SCRIPTS)
    for path in paths:
        text = path.read_text(encoding="utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval("):
            assert word not in text, path.name


HOSTILE = '</script><img src=x onerror="alert(1)">{{script}}'


def test_hostile_text_stays_text() -> None:
    text = html_page.render(HOSTILE, column_encoding.pack({"name": HOSTILE}))
    parsed = Page(text)
    assert [tag for tag, _ in parsed.elements if tag == "img"] == []
    assert parsed.texts["title"] == parsed.texts["h1"] == HOSTILE
    assert column_encoding.unpack(parsed.texts["data"]) == {"name": HOSTILE}
    assert len([tag for tag, _ in parsed.elements if tag == "script"]) == 2


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=20))
def test_unpack_reverses_pack(value: Any) -> None:
    text = column_encoding.pack({"value": value})
    assert column_encoding.unpack(text) == {"value": value}
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", text)


@given(st.lists(st.none() | st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))))
def test_days_are_decoded_unchanged(days: list[dt.date | None]) -> None:
    column = pd.Series(pd.to_datetime(pd.Series(days, dtype="object")).astype("datetime64[s]"))
    encoded = json.loads(json.dumps(column_encoding.column(column)))
    assert column_encoding.values(encoded) == [
        None if day is None else (day - DAY).days for day in days
    ]


def test_years_bound_claims_and_estimates(tmp_path: Path) -> None:
    path = td.plot.explorer(tmp_path / "a.html", host="NER", sender="USA", years=(2013, 2020))
    data = read(path)[1]
    assert set(frame(data, "presence")["year"]) == set(range(2013, 2021))
    assert set(frame(data, "claims")["sender"]) == {"USA"}
    assert (data["hosts"], data["senders"], data["year"]) == (["NER"], ["USA"], 2020)


def test_wrong_names_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(td.UnknownCountry, match="Nigr"):
        td.plot.explorer(tmp_path / "a.html", host="Nigr")
    with pytest.raises(td.UsageError, match="not the name of a page"):
        td.plot.explorer(tmp_path / "a.csv", host="NER")
    with pytest.raises(td.UsageError, match="not a year or a range of years"):
        td.plot.explorer(tmp_path / "a.html", years="2013-2020")  # type: ignore[arg-type]
    with pytest.raises(td.UsageError, match="no claim and no estimate in this selection"):
        td.plot.explorer(tmp_path / "a.html", host="NER", sender="JPN")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(td.StorageError, match="cannot write"):
        td.plot.explorer(tmp_path / "file" / "a.html", host="NER", sender="USA")


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    target = tmp_path / "niger.html"
    command = ["explore", "-o", str(target), "--host", "NER", "--sender", "USA", "--years", "2020"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert str(target.resolve()) in done.output
    assert read(target)[1]["year"] == 2020


def test_it_needs_no_matplotlib(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None; import troopdata as td;"
        f"td.plot.explorer({str(tmp_path / 'a.html')!r}, host='NER', sender='USA')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
