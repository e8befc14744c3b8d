"""Find what changed too much since the previous release: lost rows, jumps, sparse columns.

Each is refused until a line of ``reasons.csv`` says why. A figure is compared only for the senders
that the previous release had there: a new sender adds rows, which `row_counts` checks. The columns
of a table that has doubled are not compared, since most of its rows are new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from troopdata.curate.checks import change_reasons
from troopdata.curate.checks.change_reasons import Reasons
from troopdata.errors import Failure
from troopdata.schemas import model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["broken"]

LOST = 0.01  # share of the rows
JUMP = 0.5  # of the previous figure
PEOPLE = 100  # a smaller difference is not a jump
THIN = 0.5  # of the previous share of cells with a value
DOUBLED = 2
YEARLY = ["sender", "host", "year"]
Tables = Mapping[str, "pd.DataFrame"]


def broken(before: Tables, now: Tables, reasons: Reasons) -> Iterator[Failure]:
    """Yield what changed too much without a stated reason.

    Parameters
    ----------
    before, now : mapping of str to pandas.DataFrame
        Typed tables by name, `presence` among them where figures are to be compared.
    reasons : Reasons
        The reasons that the curators stated: under column ``rows`` for a table that shrinks, under
        ``personnel`` of `presence` for a figure, with host and year as the key, ``NER|2023``.
    """
    for name in sorted(before.keys() & now.keys()):
        yield from _shrunk(name, before[name], now[name], reasons)
        if name != "presence":
            yield from _flattened(name, before[name], now[name], reasons)
    if "presence" in before and "presence" in now:
        yield from _jumped(before["presence"], now["presence"], reasons)


def _shrunk(
    name: str, before: pd.DataFrame, now: pd.DataFrame, reasons: Reasons
) -> Iterator[Failure]:
    """Yield a table that lost more than one row in a hundred."""
    if len(now) < (1 - LOST) * len(before) and not reasons.of(name, "rows"):
        lost = f"{len(before) - len(now):,} of {len(before):,}"
        message = f"{lost} rows are gone since the previous release"
        hint = change_reasons.hint(name, "rows")
        yield Failure(name, None, "", "rows", "table-shrunk", str(len(now)), message, hint)


def _jumped(before: pd.DataFrame, now: pd.DataFrame, reasons: Reasons) -> Iterator[Failure]:
    """Yield hosts and years whose figure rose by more than half, or fell to less than half."""
    import pandas as pd

    had = before[[*YEARLY, "personnel"]].dropna()
    has = now[[*YEARLY, "personnel"]].dropna()
    both = had.merge(has, on=YEARLY, how="left", suffixes=("_before", ""))
    figures = both.groupby(["host", "year"])[["personnel_before", "personnel"]]
    sums = figures.sum(min_count=1).reset_index()
    apart = (sums["personnel"].fillna(0) - sums["personnel_before"]).abs()
    far = sums[(apart > JUMP * sums["personnel_before"]) & (apart >= PEOPLE)]
    for row in far.to_dict("records"):
        key = f"{row['host']}|{row['year']}"
        if not reasons.of("presence", "personnel", key):
            message = f"{row['personnel_before']:,} in the previous release, for the same senders"
            hint = change_reasons.hint("presence", "personnel", key)
            value = "" if pd.isna(row["personnel"]) else str(row["personnel"])
            yield Failure("presence", None, key, "personnel", "figure-jumps", value, message, hint)


def _flattened(
    name: str, before: pd.DataFrame, now: pd.DataFrame, reasons: Reasons
) -> Iterator[Failure]:
    """Yield columns that became constant, or that far fewer rows have a value for."""
    fields = model.table(name).fields
    plain = [item.name for item in fields if item.type != "geojson" and not item.computed]
    if len(now) < 2 or len(now) >= DOUBLED * len(before):
        return
    for column in plain:
        rule, message = _fault(before[column], now[column])
        if rule and not reasons.of(name, column):
            yield Failure(
                name, None, "", column, rule, "", message, change_reasons.hint(name, column)
            )


def _fault(before: pd.Series, now: pd.Series) -> tuple[str, str]:
    """Return the rule that a column breaks compared with its previous content, and the message."""
    had, has = before.dropna(), now.dropna()
    if has.empty or had.empty:  # the first is a failure of `column-emptied`
        return "", ""
    rates = [len(filled) / len(whole) for filled, whole in ((had, before), (has, now))]
    if rates[1] < THIN * rates[0]:
        shares = " and ".join(f"{rate:.1%}" for rate in reversed(rates))
        return "column-thin", f"{shares} of the rows have a value, now and in the previous release"
    if len(has) > 1 and (has == has.iloc[0]).all() and (had != had.iloc[0]).any():
        return (
            "column-constant",
            f"every row has {has.iloc[0]}, which was not so in the previous release",
        )
    return "", ""
