"""Read a query about places, and return its results as columns beside them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troopdata.errors import UsageError, shown
from troopdata.geo import input_points
from troopdata.geo.base_index import Sites, index_bases
from troopdata.geo.query_days import NO_DATE, day_numbers, days_of
from troopdata.release import loader

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Query", "Results", "check_distance", "read_query"]


@dataclass(frozen=True, eq=False)
class Query:
    """Places with their days, and the bases to search.

    Attributes
    ----------
    frame : pandas.DataFrame
        The places as given.
    rows : numpy.ndarray of int64 or None
        Positions of the places to search, those without a fault; None for all of them.
    longitude, latitude, day : numpy.ndarray
        Of these rows: degrees, and days since 1970 (0 if the query has no day).
    faults : dict of str to numpy.ndarray of bool
        For each reason, the rows of the frame that cannot be answered because of it.
    sites : Sites
        The bases.
    version : str
        The release.
    """

    frame: pd.DataFrame
    rows: NDArray[np.int64] | None
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    day: NDArray[np.int32]
    faults: dict[str, NDArray[np.bool_]]
    sites: Sites
    version: str


def read_query(
    places: Any,
    *,
    on: str | dt.date | None,
    longitude: str,
    latitude: str,
    version: str | None,
    **filtered: Any,
) -> Query:
    """Read the places and the bases of a query.

    Parameters
    ----------
    places, on, longitude, latitude, version
        As in `nearest`.
    **filtered
        The filters of `index_bases`.
    """
    import numpy as np

    index = index_bases(dated=on is not None, version=version, **filtered)
    read = input_points.read(places, longitude=longitude, latitude=latitude)
    faults = dict(read.faults)
    days = days_of(read.frame, on)
    if days is None:
        day = np.zeros(len(read.longitude), dtype="int32")
    else:
        faults[NO_DATE] = np.isnat(days)
        day = day_numbers(days)
    bad = np.logical_or.reduce(list(faults.values()))
    rows = np.flatnonzero(~bad) if bad.any() else None
    chosen: Any = slice(None) if rows is None else rows
    return Query(
        read.frame, rows, read.longitude[chosen], read.latitude[chosen], day[chosen], faults,
        index, loader.data_version(version),
    )  # fmt: skip


def check_distance(km: Any, name: str) -> None:
    """Raise if a value is not a distance in kilometres."""
    import math
    import numbers

    if isinstance(km, bool) or not isinstance(km, numbers.Real) or not 0 <= float(km) < math.inf:
        message = f"{name} {shown(km)} is not a distance"
        raise UsageError(message, hint=f"{name}=300, in kilometres")


class Results:
    """Add the columns of a result to the places of a query."""

    def __init__(self, query: Query, reasons: dict[str, NDArray[np.bool_]]) -> None:
        """Take the reasons found by the search, as flags over the searched places."""
        self.query = query
        self.reasons = {
            **query.faults,
            **{reason: self._whole(flags, False) for reason, flags in reasons.items()},
        }

    def _whole(self, values: NDArray[Any], fill: Any) -> NDArray[Any]:
        """Expand values of the searched places to all places."""
        import numpy as np

        if self.query.rows is None:
            return values
        whole = np.full(len(self.query.frame), fill, dtype=values.dtype)
        whole[self.query.rows] = values
        return whole

    def columns(
        self,
        row: NDArray[np.int64] | None,
        site: NDArray[np.int32],
        km: NDArray[np.float64],
        *,
        rank: NDArray[np.int64] | None = None,
    ) -> Any:
        """Return places with base_id, distance_km, rank and why.

        Parameters
        ----------
        row : numpy.ndarray of int64 or None
            The searched place of each result, every place at least once; None if each has exactly
            one.
        site, km, rank : numpy.ndarray
            The results; a site of -1 means no base.
        """
        import numpy as np

        if row is None:
            at = np.arange(len(self.query.frame))
            site, km = self._whole(site, -1), self._whole(km, np.inf)
            frame = self.query.frame.copy(deep=False)
        else:
            at, site, km, rank = self._long(row, site, km, rank)
            frame = self.query.frame.iloc[at]
        added = {"base_id": self._ids(site), "distance_km": masked_array(km, site < 0)}
        if rank is not None:
            added["rank"] = masked_array(rank.astype("int32"), site < 0)
        return self._finished(frame, {**added, "why": self._why(at, site < 0)})

    def _long(self, row: Any, site: Any, km: Any, rank: Any) -> Any:
        """Return results with one empty result for each place that was not searched, in order."""
        import numpy as np

        if self.query.rows is None:
            return row, site, km, rank
        bad = np.flatnonzero(np.logical_or.reduce(list(self.query.faults.values())))
        at = np.concatenate([self.query.rows[row], bad])
        order = np.argsort(at, kind="stable")
        none = len(bad)
        site = np.concatenate([site, np.full(none, -1, dtype=site.dtype)])[order]
        km = np.concatenate([km, np.full(none, np.inf)])[order]
        if rank is not None:
            rank = np.concatenate([rank, np.zeros(none, dtype=rank.dtype)])[order]
        return at[order], site, km, rank

    def counted(self, counts: dict[str, Any]) -> Any:
        """Return places with counts, missing for places that were not searched."""
        import numpy as np

        frame = self.query.frame.copy(deep=False)
        bad = np.logical_or.reduce(list(self.query.faults.values()))
        added = {name: masked_array(self._whole(values, 0), bad) for name, values in counts.items()}
        why = self._why(np.arange(len(frame)), bad)
        return self._finished(frame, {**added, "why": why})

    def _ids(self, site: NDArray[np.int32]) -> Any:
        return string_array(self.query.sites.base_id, site)

    def _why(self, at: NDArray[np.int64], none: NDArray[np.bool_]) -> Any:
        """Return the first reason that applies to each row without a base."""
        import numpy as np

        # Written from the last reason to the first, so that the first one prevails.
        code = np.full(len(at), -1, dtype="int8")
        for number, flags in reversed(list(enumerate(self.reasons.values()))):
            code[none & flags[at]] = number
        return string_array(np.array(list(self.reasons), dtype=object), code)

    def _finished(self, frame: Any, added: dict[str, Any]) -> Any:
        result = frame.assign(**added)
        result.attrs.update(self.query.frame.attrs)
        result.attrs["troopdata"] = {
            "release": self.query.version,
            "unanswered": {why: int(flags.sum()) for why, flags in self.reasons.items()},
            "bases_without_point": self.query.sites.without_point,
        }
        return result


def string_array(words: NDArray[np.object_], at: NDArray[Any]) -> Any:
    """Return a string array of `words` by position; -1 is missing."""
    import pandas as pd
    import pyarrow as pa

    positions = pa.array(at, mask=at < 0)
    taken = pa.array(words.tolist(), type=pa.large_string()).take(positions)
    # The constructor that pandas uses when it reads a file. The public ones copy the text.
    return pd.StringDtype("pyarrow").__from_arrow__(taken)  # type: ignore[attr-defined]


def masked_array(values: NDArray[Any], missing: NDArray[np.bool_]) -> Any:
    """Return numbers as a nullable array, without a copy."""
    import pandas as pd

    kind = pd.arrays.FloatingArray if values.dtype.kind == "f" else pd.arrays.IntegerArray
    return kind(values, missing)
