"""Every row can be cited: the release and each source, in four styles."""

from __future__ import annotations

import json
import re

import pytest

import troopdata as td
from troopdata.errors import UnknownCode, UsageError


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


def test_a_frame_that_lost_its_provenance_says_so() -> None:
    with pytest.raises(UsageError, match="source_id"):
        td.cite(td.deployments(host="NER")[["sender", "personnel"]])


def test_an_unknown_style_is_an_error() -> None:
    with pytest.raises(UnknownCode, match="bibtex"):
        td.cite(style="apa")
