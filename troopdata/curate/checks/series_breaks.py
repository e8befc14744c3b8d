"""Find reports from which on a stationing series counts otherwise, and require a row for each.

When many small hosts of a series fall or rise together from one report to the next, the way of
counting has changed and not the forces. Such a day stops a build until a row of `series_breaks`
says what is known of it. Small hosts show it best: each of them is moved by reasons of its own,
while a few large hosts carry most of the total and one operation moves them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from troopdata.errors import Failure
from troopdata.schemas import model
from troopdata.schemas.keys import keys, texts

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

__all__ = ["Step", "breaks", "faults", "steps"]

TABLE = "series_breaks"
FACTS = f"datasets/facts/{TABLE}.csv"
BASES = ("assigned_incl_temporary", "assigned_without_contingency", "permanently_assigned")
# A host is small by the greater of its two figures, so that it counts whichever way it moves.
FEWEST, MOST = 5, 500
# A host moves when its smaller figure is less than this share of the greater one.
KEPT = 0.6
# Both are needed. A series in which a third of the hosts usually moves does not break each time;
# in one that hardly ever moves, five times its usual share is still only a handful of hosts.
SHARE, TIMES_MEDIAN = 1 / 3, 5
# A third of fewer hosts than this is so few that they can move together by chance.
HOSTS = 20
Tables = Mapping[str, "pd.DataFrame"]


class Step(NamedTuple):
    """What small hosts do from one report of a series to the next.

    Attributes
    ----------
    series : str
        The series.
    before, day : datetime.date
        Days of the two reports.
    hosts : int
        Small hosts that have a figure in both.
    falling, rising : int
        How many of them move by more than 40 percent, by direction.
    source_id : str
        The later report.
    """

    series: str
    before: dt.date
    day: dt.date
    hosts: int
    falling: int
    rising: int
    source_id: str

    @property
    def moving(self) -> int:
        """Hosts that move in the direction in which more do."""
        return max(self.falling, self.rising)

    @property
    def share(self) -> float:
        """Share of the hosts that move in one direction."""
        return self.moving / self.hosts


def faults(content: Tables) -> Iterator[Failure]:
    """Yield breaks that no row of `series_breaks` names, and rows that name no report.

    Parameters
    ----------
    content : mapping of str to pandas.DataFrame
        The tables of a release: `deployments`, `sources` and `series_breaks`.
    """
    listed = content[TABLE]
    counts = _counts(content["deployments"], content["sources"])
    for series, frame in counts.groupby("series"):
        mine = listed[listed["series"] == series]
        named = {day.date() for name in ("day", "until") for day in mine[name].dropna()}
        for step in breaks(list(_steps(str(series), frame))):
            if step.day not in named:
                yield _unlisted(step)
    yield from _without_report(listed, content["deployments"], content["sources"])


def steps(claims: pd.DataFrame, sources: pd.DataFrame) -> list[Step]:
    """Return every step of every official stationing series that has enough small hosts.

    Parameters
    ----------
    claims : pandas.DataFrame
        Rows of `deployments`.
    sources : pandas.DataFrame
        Rows of `sources`.

    Returns
    -------
    list of Step
        By series and day.
    """
    counts = _counts(claims, sources)
    return [
        step for series, frame in counts.groupby("series") for step in _steps(str(series), frame)
    ]


def breaks(history: list[Step]) -> list[Step]:
    """Return the steps of one series in which far more hosts move together than they usually do."""
    import numpy as np

    if not history:
        return []
    usual = float(np.median([step.share for step in history]))
    return [step for step in history if step.share >= max(SHARE, TIMES_MEDIAN * usual)]


def _counts(claims: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Return the claims of stationing series about whole hosts, with the series of each."""
    official = sources[(sources["kind"] == "official_series") & sources["series"].notna()]
    series = claims["source_id"].map(official.set_index("source_id")["series"])
    chosen = (
        series.notna()
        & claims["basis"].isin(BASES)
        & claims["force"].eq("active_duty").fillna(False)
        & claims["service"].eq("all").fillna(False)
        & claims["status"].eq("accepted").fillna(False)
        & claims["as_of_precision"].eq("day").fillna(False)
        & claims[["place", "subdivision", "base_id", "operation_id"]].isna().all(axis=1)
        & claims["host"].notna()
    )
    columns = ["sender", "host", "as_of", "personnel", "source_id"]
    return claims.loc[chosen, columns].assign(series=series[chosen])


def _steps(series: str, counts: pd.DataFrame) -> Iterator[Step]:
    """Yield the steps between consecutive reports of one series."""
    import numpy as np

    figures = counts.assign(personnel=counts["personnel"].astype("Float64")).pivot_table(
        index="as_of", columns=["sender", "host"], values="personnel", aggfunc="max", dropna=False
    )
    people = figures.to_numpy("float64", na_value=np.nan)
    source_ids = counts.groupby("as_of")["source_id"].min()
    days = [day.date() for day in figures.index]
    for at in range(1, len(days)):
        both = people[at - 1 : at + 1, ~np.isnan(people[at - 1 : at + 1]).any(axis=0)]
        greater = both.max(axis=0)
        old, new = both[:, (greater >= FEWEST) & (greater <= MOST)]
        if len(old) >= HOSTS:
            falling, rising = int((new < KEPT * old).sum()), int((old < KEPT * new).sum())
            source_id = str(source_ids.iloc[at])
            yield Step(series, days[at - 1], days[at], len(old), falling, rising, source_id)


def _unlisted(step: Step) -> Failure:
    verb = "fall" if step.falling >= step.rising else "rise"
    message = (
        f"{step.moving} of {step.hosts} hosts with {FEWEST} to {MOST} people {verb} by more than "
        f"40 percent ({step.share:.0%}) after the report of {step.before}, and no row of "
        f"{step.series} has this day or ends on it"
    )
    line = f"{step.series},{step.day},small_hosts,,detected,WHAT CHANGED,HOW IT SHOWS"
    hint = f"say in {FACTS} what is known of it: {line},{step.source_id}"
    key = f"{step.series}|{step.day}|small_hosts"
    return Failure(FACTS, None, key, "day", "series-break", str(step.day), message, hint)


def _without_report(
    listed: pd.DataFrame, claims: pd.DataFrame, sources: pd.DataFrame
) -> Iterator[Failure]:
    """Yield rows whose days are not days of reports of their series."""
    if listed.empty:
        return
    identifiers = keys(listed, model.table(TABLE))
    for series, rows in listed.groupby("series"):
        own = sources.loc[(sources["series"] == series).fillna(False), "source_id"]
        reports = set(claims.loc[claims["source_id"].isin(own), "as_of"].dropna())
        for column in ("day", "until"):
            missing = rows[rows[column].notna() & ~rows[column].isin(reports)]
            for position, value in zip(missing.index, texts(missing[column]), strict=True):
                message = f"{series} has no report of this day"
                hint = _instead(str(series), sources) if own.empty else "name the day of a report"
                yield Failure(
                    TABLE, position, identifiers[position], column, "series-break-day", value,
                    message, hint,
                )  # fmt: skip


def _instead(series: str, sources: pd.DataFrame) -> str:
    """Return what to name in place of a series that no source belongs to."""
    known = ", ".join(sorted(sources["series"].dropna().unique()))
    return f"no source belongs to {series}: one of {known}"
