"""Tenancies of the US at one base, from the lists of David Vine that name it.

A list bounds a tenancy. The base was in use by the date of the first list that names it, unless an
opening year is known; it still is if the last list counts it; otherwise it ended some time after
the last list that does. The lists of 1945 and 1989 are too far apart for one tenancy, and so are
1939 and 1945 where Japan ruled in between, unless the opening year covers both.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from troopdata.importers.series import Row
from troopdata.importers.table_rows import blank

__all__ = ["SEEN", "Sighting", "tenancies"]

# The date of each list, oldest first. A list is named by its year and dated to the last day of it;
# 1945 to the end of the war; the list with opening dates prints its day.
SEEN = {
    "1939": dt.date(1939, 12, 31),
    "1945": dt.date(1945, 9, 2),
    "1989": dt.date(1989, 12, 31),
    "2015": dt.date(2015, 12, 31),
    "points-2018": dt.date(2018, 12, 31),
    "openings": dt.date(2020, 5, 16),
    "2021": dt.date(2021, 12, 31),
}
NEWEST = "2021"
# The newest list was published in its year, so the base was in use on some day of that year. Where
# no other list names the base, that day bounds its start as well, and no later one is known.
STATUS = "2021-01-01"
SOURCES = {
    "1939": "vine-1939",
    "1945": "vine-1945",
    "1989": "vine-1989",
    "2015": "vine-2015",
    "points-2018": "vine-points-2018",
    "openings": "vine-open",
    "2021": "vine-open",
}
# Size classes by the column that counts them, the largest first.
SIZES = {
    "bases": "base",
    "small": "small",
    "host_funded": "host_funded",
    "unconfirmed": "unconfirmed",
}
# Territories of the US: it owns its bases there.
OWNED = frozenset({"ASM", "GUM", "MNP", "PRI", "UMI", "VIR"})
# Places that Japan occupied between the lists of 1939 and 1945.
OCCUPIED = frozenset({"CHN", "GUM", "HKG", "PHL", "UMI"})
DECADE = re.compile(r"(\d{3}0)s")
YEAR = re.compile(r"\d{4}")
# What a correction puts for a year of which the list itself says that it could be earlier.
BOUND = re.compile(r"by (\d{4})")


class Sighting(NamedTuple):
    """What one row of one list shows of one base.

    Attributes
    ----------
    list : str
        The list.
    link : dict
        The row of ``links.csv``: whether the list counts the base, or says that it closed.
    row : dict
        The row of the list.
    """

    list: str
    link: Row
    row: Row

    @property
    def day(self) -> dt.date:
        """The date of the list."""
        return SEEN[self.list]


def tenancies(base_id: str, host: str, sightings: list[Sighting]) -> Iterator[Row]:
    """Yield the tenancies of the US at one base, oldest first.

    Parameters
    ----------
    base_id, host : str
        The base, and the code of its country.
    sightings : list of Sighting
        Every row that names the base.
    """
    seen = sorted((s for s in sightings if s.link["sight"] == "seen"), key=lambda s: s.day)
    closing = next((s for s in sightings if s.link["sight"] == "closed"), None)
    opened = _opened(sightings)
    # A base that lists name only as closed has one tenancy, with an end and no sighting in use.
    runs = _runs(seen, opened, host) or [[]]
    for number, run in enumerate(runs):
        last = number == len(runs) - 1
        whole = [*run, closing] if closing and last else run
        if whole:
            start = opened if _covers(opened, run) else None
            yield _tenancy(base_id, host, whole, start, closing if last else None)


def _opened(sightings: list[Sighting]) -> tuple[dt.date, str] | None:
    """Return the earliest opening date of a base and its precision; ``1951?`` does not count."""
    found = []
    for sighting in sightings:
        text = sighting.row.get("opened", "")
        if YEAR.fullmatch(text):
            found.append((dt.date(int(text), 1, 1), "year"))
        elif decade := DECADE.fullmatch(text):
            found.append((dt.date(int(decade[1]), 1, 1), "decade"))
        elif bound := BOUND.fullmatch(text):
            found.append((dt.date(int(bound[1]), 12, 31), "not_later_than"))
    return min(found, default=None)


def _covers(opened: tuple[dt.date, str] | None, run: list[Sighting]) -> bool:
    """Whether an opening date is about a run: the list that gives it is in the run."""
    return bool(
        opened and run and opened[0] <= run[-1].day and any(s.row.get("opened") for s in run)
    )


def _runs(
    seen: list[Sighting], opened: tuple[dt.date, str] | None, host: str
) -> list[list[Sighting]]:
    """Split the sightings of one base where no source shows that use continued."""
    runs: list[list[Sighting]] = []
    for sighting in seen:
        if runs and _continues(runs[-1][-1].day, sighting.day, opened, host):
            runs[-1].append(sighting)
        else:
            runs.append([sighting])
    return runs


def _continues(
    before: dt.date, after: dt.date, opened: tuple[dt.date, str] | None, host: str
) -> bool:
    """Whether two sightings in a row belong to one tenancy."""
    if opened and opened[0] <= before:
        return True
    if opened and before < opened[0] <= after:
        return False
    apart = before == SEEN["1945"] < after or (before == SEEN["1939"] and after > SEEN["1945"])
    return not (apart or (before == SEEN["1939"] < after and host in OCCUPIED))


def _tenancy(
    base_id: str,
    host: str,
    run: list[Sighting],
    opened: tuple[dt.date, str] | None,
    closing: Sighting | None,
) -> Row:
    first, last = run[0], run[-1]
    size = _size(run)
    start: dt.date | None
    start, precision = opened or (first.day, "not_later_than")
    if first.link["sight"] == "closed" and not opened:
        start, precision = None, ""
    current = last.list == NEWEST and closing is None
    cells = {
        # The start makes the id: a base left and used again has two tenancies of one sender.
        "tenancy_id": f"{base_id}-usa" + (f"-{start.year}" if start else ""),
        "base_id": base_id,
        "sender": "USA",
        "role": "owner" if host in OWNED else "access" if size == "host_funded" else "tenant",
        "size": size,
        "started": str(start or ""),
        "started_precision": precision,
        **_end(last, closing, current=current),
        "status_as_of": STATUS if current and str(start) <= STATUS else "",
        "source_id": ";".join(sorted({SOURCES[sighting.list] for sighting in run})),
    }
    return blank("tenancies", cells)


def _end(last: Sighting, closing: Sighting | None, *, current: bool) -> Row:
    """Return when a tenancy ended: as the list says, or some time after the last sighting."""
    if closing:
        link = closing.link
        return {
            "ended": link["closed"],
            "ended_precision": link["closed_precision"],
            "end_mode": "closed",
        }
    if current:
        return {}
    after = last.day + dt.timedelta(days=1)
    return {"ended": str(after), "ended_precision": "not_earlier_than"}


def _size(run: list[Sighting]) -> str:
    """Return the size class of the newest list that gives one; the largest of its rows."""
    for name in reversed(SEEN):
        counted = {
            column for sighting in run if sighting.list == name for column in SIZES
            if sighting.row.get(column) == "1"
        }  # fmt: skip
        for column, size in SIZES.items():
            if column in counted:
                return size
    return ""
