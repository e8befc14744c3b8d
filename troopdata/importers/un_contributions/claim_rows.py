"""Turn the reports into claims: a row of `deployments` for each figure above zero.

A claim is one contributor's personnel of one class in one mission on the last day of a month. An
edition by country only makes none, as it does not say where anyone was.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from troopdata.importers.un_contributions.origin import STAFF_APART
from troopdata.importers.un_contributions.report_head import CLASSES
from troopdata.importers.un_contributions.series import Correction, MonthlySeries, months_apart

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FORCES", "claims"]

FORCES = dict(
    zip(
        CLASSES,
        ("military", "staff_officer", "military_observer", "individual_police", "formed_police"),
        strict=True,
    )
)
MILITARY = ("military", "staff_officer", "military_observer")
STAFF_WITHIN = "Staff officers are counted among the troops."
GONE = "The report lists every contributor of the mission, and this one no longer."
CLOSED = "The report lists every mission with uniformed personnel, and this one no longer."
COMPUTED = ("claim_id", "recorded_from")
ORDER = ["as_of", "operation_id", "place", "sender", "force", "status"]


class _Printed(NamedTuple):
    """One figure above zero, as printed."""

    as_of: str
    mission: str
    sender: str
    kind: str
    personnel: int
    locator: str


def claims(series: MonthlySeries) -> pd.DataFrame:
    """Return the claims of a series, with the columns and dtypes of `deployments`.

    Parameters
    ----------
    series : MonthlySeries
        The reports and what is known about them; the caller has checked them.

    Returns
    -------
    pandas.DataFrame
        One row a claim; `claim_id` and `recorded_from` are left to the build.
    """
    import pandas as pd

    table = pd.DataFrame(_printed(series), columns=list(_Printed._fields))
    table["force"] = table["kind"].map(FORCES)
    within = table["as_of"].lt(STAFF_APART) & table["kind"].eq("troops")
    table["note"] = within.map({True: STAFF_WITHIN, False: ""})
    table["status"] = "accepted"
    table = _moved(table, series)
    table["sender"] = table["sender"].map(series.senders)
    table = pd.concat([table, _departures(table, series)], ignore_index=True)
    return _finished(_placed(table, series), series)


def _printed(series: MonthlySeries) -> Iterator[_Printed]:
    for report in series.reports:
        words = series.entries[report.as_of]["locator"]
        for row in report.rows:
            if not row.mission:
                continue
            where = f"{words} {row.locator}"
            for kind, cell in zip(CLASSES, row.cells, strict=True):
                if cell and cell != "0":
                    yield _Printed(report.as_of, row.mission, row.sender, kind, int(cell), where)


def _moved(table: pd.DataFrame, series: MonthlySeries) -> pd.DataFrame:
    """Return the figures, with those under the wrong contributor twice.

    As printed they are superseded; the figure under the contributor that it belongs to counts.
    """
    import pandas as pd

    parts = [table]
    for item in series.corrections:
        if item.action == "move":
            at = _where(table, item)
            parts.append(table[at].assign(sender=item.corrected, note=item.reason))
            table.loc[at, ["status", "note"]] = ["superseded", item.reason]
    return pd.concat(parts, ignore_index=True)


def _where(table: pd.DataFrame, item: Correction) -> pd.Series[bool]:
    mission, _, sender = item.row.partition(": ")
    return (
        table["as_of"].eq(item.as_of)
        & table["mission"].eq(mission)
        & table["sender"].eq(sender)
        & table["kind"].eq(item.column)
    )


def _departures(table: pd.DataFrame, series: MonthlySeries) -> pd.DataFrame:
    """Return a claim of none for each contributor that the next two reports no longer list.

    A report lists every contributor of every mission, so one that is missing has none there. One
    report may have left a line out: the second confirms the first, which dates the claim. Nothing
    is concluded across months without missions, or about a mission that a report lists in part.
    """
    import pandas as pd

    military = table[table["force"].isin(MILITARY) & table["status"].eq("accepted")]
    listed: dict[str, set[tuple[str, str]]] = {day: set() for day in series.monthly}
    for day, *who in zip(military["as_of"], military["mission"], military["sender"], strict=True):
        listed[day].add((who[0], who[1]))
    missions = {(report.as_of, row.mission) for report in series.reports for row in report.rows}
    partial = {(item.month, item.mission) for item in series.incomplete}
    days = series.monthly
    found = []
    for last, first, second in zip(days, days[1:], days[2:], strict=False):
        if months_apart(last, first) != 1 or months_apart(first, second) != 1:
            continue
        for mission, sender in sorted(listed[last] - listed[first] - listed[second]):
            if not {(first[:7], mission), (second[:7], mission)} & partial:
                note = GONE if (first, mission) in missions else CLOSED
                found.append((first, mission, sender, "troops", 0, mission, "military", note))
    columns = [*_Printed._fields, "force", "note"]
    return pd.DataFrame(found, columns=columns).assign(status="accepted")


def _placed(table: pd.DataFrame, series: MonthlySeries) -> pd.DataFrame:
    """Return claims with the operation, and the host or place of its mission on the day."""
    import pandas as pd

    pairs = table[["mission", "as_of"]].drop_duplicates()
    lines = [
        series.missions.on(mission, as_of)
        for mission, as_of in zip(pairs["mission"], pairs["as_of"], strict=True)
    ]
    known = pd.DataFrame(
        [(line.operation_id, line.host, line.place, line.note) for line in lines if line],
        columns=["operation_id", "host", "place", "mission_note"],
        index=pd.MultiIndex.from_frame(pairs),
    )
    table = table.join(known, on=["mission", "as_of"])
    # A contributor is not abroad in its own country, where the claim has the mission's area.
    home = table["host"].eq(table["sender"])
    area = table["place"].where(table["place"].ne(""), table["mission"])
    table["host"] = table["host"].mask(home, "")
    # All of a mission is in its one host: the claim is about the whole of it, wherever that is.
    table["place"] = area.where(table["host"].eq(""), "")
    table["note"] = (table["note"] + " " + table["mission_note"]).str.strip()
    return table


def _finished(table: pd.DataFrame, series: MonthlySeries) -> pd.DataFrame:
    """Return claims in the columns and dtypes of the schema, in canonical order."""
    import pandas as pd

    from troopdata.schemas import arrow, model

    sources = {as_of: entry["source_id"] for as_of, entry in series.entries.items()}
    found = table.sort_values(ORDER, ignore_index=True, kind="stable").assign(
        as_of_precision="day",
        service="all",
        value_state="reported",
        basis="deployed_for_operation",
        source_id=lambda rows: rows["as_of"].map(sources),
        as_of=lambda rows: pd.to_datetime(rows["as_of"], format="ISO8601"),
    )
    columns = {}
    for item in model.table("deployments").fields:
        if item.name in COMPUTED:
            continue
        values = found[item.name] if item.name in found else pd.Series(pd.NA, index=found.index)
        if item.type == "string":
            values = values.astype("string").mask(values.eq("").fillna(False))
        columns[item.name] = values.astype(arrow.dtype(item))  # type: ignore[call-overload]
    return pd.DataFrame(columns)
