"""Every dyad is answered as if it were alone: the arrays hold all, and lookups must not stray."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
from made_claims import Row, around, cap, in_year, known, part, series, sign, total

from troopdata.estimation.context import Context
from troopdata.estimation.dyads import dyads
from troopdata.estimation.estimate import estimate
from troopdata.estimation.periods import period

FOLLOWS: Row = {"basis": "assigned_incl_temporary"}
# What each step and each of its exceptions needs, one dyad each.
HOSTS: dict[str, list[Row]] = {
    "BBA": [total("2023-06-01", 600)],
    "BBB": [total("2021-06-01", 600)],
    "BBC": [total("2023-06-01", 600), part("2023-07-01", 500)],
    "BBD": [total("2023-06-01", 600), part("2023-07-01", 900)],
    "BBE": [total("2023-06-01", 600), series("2023-12-31", 550)],
    "BBF": [total("2022-06-01", 600), total("2023-06-01", 0)],
    "BBG": [total("2019-06-01", 600), total("2025-06-01", 700)],
    "BBH": [total("2019-06-01", personnel_low=600)],
    "BBI": [{**in_year(2023), "personnel": 700, "basis": "period_average"}],
    "BBJ": [series("2023-12-31", 400)],
    "BBK": [series("2020-12-31", 400), series("2024-12-31", 500)],
    "BBL": [series("2023-12-31", 17), total("2024-01-15", 800), series("2025-12-31", 20)],
    "BBM": [series("2017-12-31", 900, **FOLLOWS), series("2022-12-31", 90, **FOLLOWS)],
    "BBN": [series("2020-12-31", 900, **FOLLOWS), total("2022-06-01", 950)],
    "BBO": [total("2022-06-01", 950), series("2023-12-31", 90, **FOLLOWS)],
    "BBP": [part("2023-06-01", 300), part("2023-09-01", 200, "b")],
    "BBQ": [part("2023-06-01", 300, place="Agadez")],
    "BBR": [cap("2023-06-01", 300), part("2023-06-01", 200, place="Agadez")],
    "BBS": [cap("2023-06-01", 300)],
    "BBT": [sign("2023-06-01")],
    "BBU": [sign("2023-06-01", "suppressed", basis="permanently_assigned")],
    "BBV": [total("2022-06-01", 0), sign("2023-06-01")],
    "BBW": [total("2018-06-01", 700), part("2021-06-01", 300, place="Agadez")],
    "NER": [total("2021-06-01", 700), series("2021-12-31", 30), series("2023-12-31", 40)],
}
# Beside them, a dyad before all others and one behind all: the ends of the arrays.
BESIDE: dict[str, list[Row]] = {
    "totals": [total(f"{year}-03-01", 9000) for year in range(2017, 2026)],
    "none": [total(f"{year}-03-01", 0) for year in range(2017, 2026)],
    "series": [series(f"{year}-12-31", 9000, **FOLLOWS) for year in range(2017, 2026)],
    "assigned": [series(f"{year}-12-31", 9000) for year in range(2017, 2026)],
    "parts": [part(f"{year}-03-01", 9000) for year in range(2017, 2026)],
    "caps": [cap(f"{year}-03-01", 9000) for year in range(2017, 2026)],
    "signs": [sign(f"{year}-03-01") for year in range(2017, 2026)],
    "bounds": [total(f"{year}-03-01", personnel_high=9000) for year in range(2017, 2026)],
    "averages": [
        {**in_year(year), "personnel": 9000, "basis": "period_average"}
        for year in range(2017, 2026)
    ],
}
FACTS = around(
    withdrawn=("2022-02-01",), bases=(("2015-01-01", None),), breaks=(("us-dmdc", "2019-01-01", None),)
)  # fmt: skip


def answers(hosts: dict[str, list[Row]], facts: Context) -> pd.DataFrame:
    """The estimate of every host from 2017 to 2025, by host and period."""
    rows = [
        {**row, "host": host, "claim_id": f"{host.lower().encode().hex()}{at:010x}"}
        for host, given in hosts.items()
        for at, row in enumerate(given)
    ]
    found, unit = known(*rows), period("year")
    pairs = dyads(found, unit, (unit.of_year(2017), unit.of_year(2025)))
    return estimate(found, pairs, facts, recent=True).set_index(["host", "period"])


@cache
def alone() -> pd.DataFrame:
    return pd.concat([answers({host: rows}, FACTS) for host, rows in HOSTS.items()])


@pytest.mark.parametrize("beside", BESIDE)
def test_a_dyad_is_answered_as_if_it_were_alone(beside: str) -> None:
    around_them = {"AAA": BESIDE[beside], **HOSTS, "ZZZ": BESIDE[beside]}
    among = answers(around_them, FACTS)
    pd.testing.assert_frame_equal(among.loc[list(HOSTS)], alone())


def test_every_step_has_its_turn() -> None:
    assert set(alone()["state"]) == {
        "observed", "reported_zero", "carried", "between", "last_known", "stationed", "parts",
        "bounds", "presence_only", "suppressed", "unknown",
    }  # fmt: skip
