"""Every row can be cited: the release and each source, in four styles."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

import troopdata as td
from troopdata.errors import UnknownCode, UsageError
from troopdata.provenance import citation
from troopdata.provenance.bibliography import Entry, format_entries


def test_the_release_alone() -> None:
    assert td.data_version() in td.cite()
    assert td.cite(style="text").count("\n") == 0


def test_every_source_of_a_frame_is_cited_once() -> None:
    claims = td.deployments(host="NER", sender="USA", basis="in_country_total")
    ids = set(claims["source_id"])
    bibtex = td.cite(claims)
    assert set(re.findall(r"^@misc\{(.+),$", bibtex, re.MULTILINE)) == {
        *ids, f"troopdata-{td.data_version()}"
    }  # fmt: skip
    csl = json.loads(td.cite(claims, style="csl"))
    assert {entry["id"] for entry in csl[1:]} == ids
    assert td.cite(claims, style="ris").count("ER  - ") == len(ids) + 1


def test_provenance_survives_groupby_and_merge() -> None:
    claims = td.deployments(host="NER")
    grouped = claims.groupby("sender", as_index=False).agg(
        personnel=("personnel", "max"), source_ids=("source_id", ";".join)
    )
    used = td.sources_of(grouped.merge(grouped, on=["sender", "source_ids"]))
    assert set(used["source_id"]) == set(claims["source_id"])
    assert td.sources_of(claims)["rows"].sum() == len(claims)


def test_sources_are_found_under_the_suffixes_of_a_merge_and_counted_once_a_row() -> None:
    claims = td.deployments(host="NER", sender="USA")
    both = claims.merge(claims, on="claim_id")
    assert "source_id" not in both
    used = td.sources_of(both)
    assert set(used["source_id"]) == set(claims["source_id"])
    assert used["rows"].sum() == len(both)


@pytest.mark.parametrize("name", ["deployments", "events", "tenancies", "spending", "agreements"])
def test_ids_lead_to_sources_where_no_source_column_survived(name: str) -> None:
    whole = td.load(name).head(300)
    bare = whole.drop(columns="source_id")
    assert set(td.sources_of(bare)["source_id"]) == set(td.sources_of(whole)["source_id"])


def test_an_estimate_without_its_sources_is_traced_by_its_claims() -> None:
    niger = td.presence(sender="USA", host="NER", years=(2013, 2024))
    bare = niger.drop(columns="source_ids")
    traced = set(td.sources_of(bare)["source_id"])
    # Its claims are those that won; its sources are those of every claim weighed.
    assert traced
    assert traced <= set(td.sources_of(niger)["source_id"])


def test_a_frame_that_lost_its_provenance_says_so() -> None:
    bare = td.deployments(host="NER")[["sender", "personnel"]]
    with pytest.raises(UsageError, match="source_id"):
        td.sources_of(bare)
    for style in ("bibtex", "ris", "csl", "text"):
        told = td.cite(bare, style=style)
        assert td.data_version() in told
        assert "claim_id, source_id did not survive" in told
        assert "groupby" in told


def test_rows_without_a_source_and_unknown_sources_are_told() -> None:
    claims = td.deployments(host="NER").head(3)[["sender", "source_id"]]
    claims["source_id"] = [claims["source_id"].iloc[0], None, "mine"]
    told = td.cite(claims, style="text")
    assert "Note: 1 of 3 rows name no source." in told
    assert "Note: The release does not have these sources: mine." in told
    assert "\nNote: " not in td.cite(td.load("events"), style="text")


AWKWARD = [
    Entry("plain", "document", "US Africa Command", "Fact sheet", "2024-03"),
    Entry("odd", "report", "Müller & Söhne, {Institut", "100% of $5 #1_a ~b^c \\d }", "2024",
          "https://example.org/{a}_b%20c", "2026-11-24", "transcribed via A & B"),
]  # fmt: skip
REAL = ["2026.11.0", "2026.11.2"]


@pytest.mark.parametrize("version", REAL)
def test_bibtex_parses_strictly(version: str) -> None:
    database = pytest.importorskip("pybtex.database")
    frame = td.load("sources", version=version)
    bibtex = td.cite(frame, style="bibtex")
    entries = database.parse_string(bibtex, "bibtex").entries
    assert len(entries) == len(frame) + 1
    parsed = database.parse_string(format_entries(AWKWARD, "bibtex", ["a note"]), "bibtex").entries
    odd = parsed["odd"]
    assert odd.fields["year"] == "2024"
    assert odd.fields["url"] == "https://example.org/%7Ba%7D_b%20c"
    (person,) = odd.persons["author"]
    assert person.last_names == [r"{Müller \& Söhne, \textbraceleft{}Institut}"]
    assert not person.first_names


def test_ris_has_its_tags_in_order_one_a_line() -> None:
    for told in (
        format_entries(AWKWARD, "ris", ["a note"]),
        td.cite(td.load("sources"), style="ris"),
    ):
        records = [part.splitlines() for part in told.split("ER  - ") if part.strip()]
        for lines in records:
            filled = [line for line in lines if line]
            assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - \S.*", line) for line in filled)
            tags = [line[:2] for line in filled]
            assert tags[:3] == ["TY", "ID", "AU"]
            assert "," not in filled[2]
    assert "N1  - a note" in format_entries(AWKWARD, "ris", ["a note"])


def test_csl_has_the_keys_that_it_must() -> None:
    types = {"dataset", "report", "treaty", "article-newspaper", "document"}
    found = json.loads(td.cite(td.load("sources"), style="csl"))
    found += json.loads(format_entries(AWKWARD, "csl"))
    for entry in found:
        assert entry["type"] in types
        assert entry["id"]
        assert entry["title"]
        assert list(entry["author"][0]) == ["literal"]
        for key in ("issued", "accessed"):
            parts = entry.get(key, {"date-parts": [[2024]]})["date-parts"]
            assert all(isinstance(part, int) for part in parts[0])


def test_a_bound_on_the_day_of_publication_is_not_cited_as_its_date() -> None:
    frame = td.load("sources").head(1)
    assert cited(frame, "1977-09-30", "not_earlier_than") == ""
    assert cited(frame, "1977-09-30", "not_later_than") == "1977-09-30"
    assert cited(frame, "1977-09-01", "month") == "1977-09"
    assert cited(frame, "1977-01-01", "year") == "1977"


def cited(frame: pd.DataFrame, day: str, precision: str) -> str:
    row = {**frame.iloc[0].to_dict(), "published_on": day, "published_on_precision": precision}
    return citation._of_source(row).date


def test_an_unknown_style_is_an_error() -> None:
    with pytest.raises(UnknownCode, match="bibtex"):
        td.cite(style="apa")
