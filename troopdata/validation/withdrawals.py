"""Find claims and tenancies that outlast a recorded withdrawal or closing.

An event applies to its base, else to its operation, else to the whole host, until a later spell
begins: a tenancy that starts after it, a deployment begun, a base opened. Only counts of troops
sent there are checked: a count of the permanently assigned includes the guards and attachés of an
embassy, who stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from troopdata.errors import Failure
from troopdata.schemas import dates

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["after_withdrawal"]

SENT = ("in_country_total", "deployed_for_operation")
BEGINNINGS = ("deployment_begun", "base_opened")
# An event with a base applies to that alone; one with an operation only, to that.
REACH = ("base_id", "operation_id")
Tables = Mapping[str, "pd.DataFrame"]


def after_withdrawal(tables: Tables) -> Iterator[Failure]:
    """Yield claims and tenancies that continue after an accepted withdrawal or closing.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Typed tables by name: events, deployments, tenancies and bases.
    """
    events = tables["events"]
    accepted = events[(events["status"] == "accepted").fillna(False)]
    dated = accepted.assign(last=dates.latest(accepted["date"], accepted["date_precision"]))
    claims, spells = _claims(tables["deployments"]), _spells(tables)
    begun = _begun(accepted, spells)
    known = dated.dropna(subset=["sender", "host"])
    for event in known[known["kind"] == "withdrawal_completed"].to_dict("records"):
        yield from _counted(event, claims, begun)
        yield from _used(event, spells, begun, "tenancy-after-withdrawal")
    closed = dated[dated["kind"] == "base_closed"].dropna(subset=["base_id"])
    for event in closed.to_dict("records"):
        yield from _used(event, spells, begun, "tenancy-after-closing")


def _claims(claims: pd.DataFrame) -> pd.DataFrame:
    """Return accepted counts above zero of troops that were sent."""
    some = (claims["personnel"] > 0) | (claims["personnel_low"] > 0)
    sent = (claims["status"] == "accepted") & claims["basis"].isin(SENT) & some
    found = claims[sent.fillna(False).astype(bool)]
    return found.assign(
        first=dates.earliest(found["as_of"], found["as_of_precision"]),
        begun=dates.latest(found["started"], found["started_precision"]),
    )


def _spells(tables: Tables) -> pd.DataFrame:
    """Return tenancies with the host of their base and the bounds of their dates."""
    spells = tables["tenancies"]
    hosts = tables["bases"].set_index("base_id")["host"]
    return spells.assign(
        host=spells["base_id"].map(hosts),
        first=dates.earliest(spells["started"], spells["started_precision"]),
        begun=dates.latest(spells["started"], spells["started_precision"]),
        over=dates.earliest(spells["ended"], spells["ended_precision"]),
    )


def _begun(accepted: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Return the beginnings of spells: sender, host and the last day that each can mean."""
    import pandas as pd

    events = accepted[accepted["kind"].isin(BEGINNINGS)]
    latest = dates.latest(events["date"], events["date_precision"])
    columns = ["sender", "host", "begun", "event"]
    both = [events.assign(begun=latest, event=True), spells.assign(event=False)]
    return pd.concat([frame[columns] for frame in both], ignore_index=True)


def _within(frame: pd.DataFrame, event: Mapping[Any, Any]) -> pd.DataFrame:
    """Return the rows that an event applies to: of its sender and host, its base or operation."""
    import pandas as pd

    narrow = [name for name in REACH if not pd.isna(event[name])][:1]
    for name in ["sender", "host", *narrow]:
        if not pd.isna(event[name]):
            frame = frame[(frame[name] == event[name]).fillna(False).astype(bool)]
    return frame


def _counted(
    event: Mapping[Any, Any], claims: pd.DataFrame, begun: pd.DataFrame
) -> Iterator[Failure]:
    """Yield claims dated after a withdrawal, except those of a later spell."""
    later = _within(claims, event)
    later = later[(later["first"] > event["last"]) & ~(later["begun"] > event["last"])]
    same = (begun["sender"] == event["sender"]) & (begun["host"] == event["host"])
    again = begun.loc[same & (begun["begun"] > event["last"]), "begun"].min()
    for position, row in later[~(later["first"] >= again)].iterrows():
        message = f"{event['event_id']} records that they left on {str(event['date'])[:10]}"
        hint = "if they came back, add a deployment_begun or a tenancy; else reject the claim"
        value = str(row["as_of"])[:10]
        yield Failure(
            "deployments", int(str(position)), row["claim_id"], "as_of",
            "claim-after-withdrawal", value, message, hint,
        )  # fmt: skip


def _used(
    event: Mapping[Any, Any], spells: pd.DataFrame, begun: pd.DataFrame, rule: str
) -> Iterator[Failure]:
    """Yield tenancies that began before an event and end after it, or not at all."""
    mine = _within(spells, event)
    runs = mine["over"].isna() | (mine["over"] > event["last"])
    # One that was there "by" a day may have begun with those who came back before that day.
    same = (begun["sender"] == event["sender"]) & (begun["host"] == event["host"])
    again = begun.loc[same & begun["event"] & (begun["begun"] > event["last"]), "begun"].min()
    returned = mine["started_precision"].eq("not_later_than") & (mine["begun"] >= again)
    later = (mine["first"] > event["last"]) | returned.fillna(False)
    for position, row in mine[runs & ~later].iterrows():
        day = str(event["date"])[:10]
        value = str(row["ended"])[:10] if row["ended"] == row["ended"] else ""
        message = f"{event['event_id']} of {day} records that it ended"
        hint = "fill in ended; a return is a tenancy of its own"
        yield Failure(
            "tenancies", int(str(position)), row["tenancy_id"], "ended", rule, value, message, hint
        )
